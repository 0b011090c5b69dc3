// The operator's console and the watchdog: one thread of its own with a socket of its own, which
// takes no world lock and so answers while workers are stuck.
//
// The console is a Unix socket in the data folder that only its owner may use: a line in, text out,
// end of file. A line is "locks …" (lock/lockwatch.h) or "counters", which tells how often each of the rare
// paths was taken (engine/reached.h), and of timers and wakes (runtime/sched.h). After what is said to a line that was not understood stands one byte
// more, WATCH_NOT_UNDERSTOOD.
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

enum { WATCH_NOT_UNDERSTOOD = 0x15 };

struct dispatch;
struct watch;
struct world;

// Logs when the socket cannot be made and watches without it. `path` is copied. `d` may be NULL: nothing is
// counted then.
struct watch *watch_start(struct world *w, struct dispatch *d, const char *path);
void watch_stop(struct watch *w); // accepts NULL

#endif

// The operator's console and the watchdog: one thread with a socket of its own, which takes no
// world lock and so answers while workers are stuck.
//
// The console is a Unix socket in the data folder that only its owner may use: a line in, text out,
// end of file. A line is "locks …" (console/locks_command.h) or "counters", which prints how often
// each of the rare paths was taken (engine/reached.h), and the counts of timers and wakes
// (runtime/sched.h). The answer to a line that was not understood ends with one byte more,
// ADMIN_SOCKET_NOT_UNDERSTOOD.
#ifndef CONSOLE_ADMIN_SOCKET_H
#define CONSOLE_ADMIN_SOCKET_H

enum { ADMIN_SOCKET_NOT_UNDERSTOOD = 0x15 };

struct dispatch;
struct admin_socket;
struct world;

// Makes the socket; if that fails, logs it and sweeps without a console. `path` is copied. `d` may
// be NULL: there are no counters then.
struct admin_socket *admin_socket_start(struct world *w, struct dispatch *d, const char *path);
void admin_socket_stop(struct admin_socket *w); // accepts NULL

#endif

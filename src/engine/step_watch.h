// Reports steps of tasks that last: a step holds up its worker, and one that a loop runs holds up
// the sockets of that loop. The log has one line for each such step, while it goes on.
//
// Threads: step_watch_look on one thread at a time, whichever; the others while no worker runs.
#ifndef ENGINE_STEP_WATCH_H
#define ENGINE_STEP_WATCH_H

#include <stddef.h>
#include <stdint.h>

enum { STEP_WATCH_MS = 1000 }; // a step that is seen for so long is reported

struct sched;
struct step_watch;

struct step_watch *step_watch_new(const struct sched *s);
void step_watch_free(struct step_watch *w); // accepts NULL
// To be called about every second, with a monotonic clock in ms. Durations are measured from one
// look to another, so they are lower bounds. Returns how many steps it has reported.
size_t step_watch_look(struct step_watch *w, int64_t now);

#endif

// Makes workers pause at schedule points (runtime/schedule_point.h), so that orders of events that
// are rare on real threads happen often: a task that holds a lock is overtaken by tasks that do not
// need it. Every such order can also happen without this. For tests.
//
// Threads: perturb_start before workers run, and not together with the explorer. Locks: a choice
// point is never passed while a mutex is held; world locks may be held.
#ifndef ENGINE_PERTURB_H
#define ENGINE_PERTURB_H

#include <stdint.h>

// From now on one in `one_in` schedule points makes its worker wait about a millisecond, or until
// the others have passed some points; of the steps into and out of limbo every second does. `seed`
// decides which.
void perturb_start(uint64_t seed, unsigned one_in);
void perturb_stop(void); // when no worker runs

#endif

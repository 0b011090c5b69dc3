// The checks of everything that is not an attribute of a thing in play: other fields of things,
// values that copies share, generations of timers (appointments), data behind a mutex, tables that
// are built before the world runs, data that belongs to the loop, a world that must not change for
// a while, and clocks and random numbers that are not the event's. All return at once while the
// level is off.
//
// Threads: any.
#ifndef LOCK_LOCKDATA_H
#define LOCK_LOCKDATA_H

#include "lock/lockcheck.h"

#include <pthread.h>

void lockdata_thing_slow(struct place *p, bool write, const char *act, const struct site *at);
void lockdata_copied_slow(struct place *of, unsigned attr, const struct site *at);
void lockdata_renewed_slow(struct place *p, uint32_t was, uint32_t now, const struct site *at);
void lockdata_ended_slow(struct place *p, uint32_t was, const struct site *at);
void lockdata_referred_slow(const struct place *p, const struct site *at);
void lockdata_emptied_slow(struct place *p, const struct site *at);
void lockdata_guarded_slow(pthread_mutex_t *m, const char *what, const struct site *at);
void lockdata_built_slow(const char *what, const struct site *at);
void lockdata_quiet_slow(bool stands, const char *act, const struct site *at);
void lockdata_handed_slow(bool done, const char *what, const struct site *at);
void lockdata_pooled_slow(const char *act, const char *what, const struct site *at);
void lockdata_twice_slow(const char *what, const struct site *at);
void lockdata_placed_slow(struct lockset *ls, const struct site *at);
// For lockwrap.c. _chance: code asked for the time or for random bytes. _mutex_take: a mutex is
// about to be taken. The last: one is about to be released.
void lockdata_chance_slow(const char *call, const void *from, const void *frame);
void lockdata_mutex_take_slow(pthread_mutex_t *m, const void *from, const void *frame);
void lockdata_mutex_drop_slow(pthread_mutex_t *m, const void *from, const void *frame);

// From now on calls that belong to the loop (util/loopguard.h) are reported when another thread
// makes them, or a task (L028).
void lockdata_guard_loop(void);

// A field of p that is not an attribute is accessed: the same rules apply; `act` names the access.
#define lockdata_thing(p, write, act, at)                                                          \
    LOCKCHECK_HOOK(lockdata_thing_slow((p), (write), (act), (at)))
// A copy shares the value of `of`, whose reference count was not increased.
#define lockdata_copied(of, attr, at) LOCKCHECK_HOOK(lockdata_copied_slow((of), (attr), (at)))
// A timer (appointment) of p was set or cancelled: its generation changed from `was` to `now`.
#define lockdata_renewed(p, was, now, at)                                                          \
    LOCKCHECK_HOOK(lockdata_renewed_slow((p), (was), (now), (at)))
// p has ended; `was` is the generation that it had.
#define lockdata_ended(p, was, at) LOCKCHECK_HOOK(lockdata_ended_slow((p), (was), (at)))
// The reference of p was asked for, by which p will be found later.
#define lockdata_referred(p, at) LOCKCHECK_HOOK(lockdata_referred_slow((p), (at)))
// p is about to be freed, and something is in it.
#define lockdata_emptied(p, at) LOCKCHECK_HOOK(lockdata_emptied_slow((p), (at)))
// The next lines access data that mutex m guards.
#define lockdata_guarded(m, what) LOCKCHECK_HOOK(lockdata_guarded_slow((m), (what), SITE))
// The next lines write a table that is read without a lock once the world runs.
#define lockdata_built(what) LOCKCHECK_HOOK(lockdata_built_slow((what), SITE))
// All of the world is read without a lock: no task may be inside a step, and none may begin;
// `stands`: the caller has made sure of that.
#define lockdata_quiet(stands, act) LOCKCHECK_HOOK(lockdata_quiet_slow((stands), (act), SITE))
// An object is handed to another thread; `done`: this thread will not touch it any more.
#define lockdata_handed(done, what) LOCKCHECK_HOOK(lockdata_handed_slow((done), (what), SITE))
// An object from a pool is used, or returned; `there`: it is in the pool already, so another task
// may get it, or has. A report names the caller of the function with this line.
#define lockdata_pooled(there, act, what)                                                          \
    LOCKCHECK_HOOK(if (there) lockdata_pooled_slow((act), (what), SITE_CALLER()))
// An object is handed to another thread that had it already. A report names the caller, as above.
#define lockdata_twice(twice, what)                                                                \
    LOCKCHECK_HOOK(if (twice) lockdata_twice_slow((what), SITE_CALLER()))
// The command takes its place among the replies, or notes its locks; it must hold the locks of all
// it has seen.
#define lockdata_placed(ls) LOCKCHECK_HOOK(lockdata_placed_slow((ls), SITE))

#endif

// The lock checker on what is no attribute of a thing in play: fields of things that are no
// attributes, values that copies share, generations of appointments, data behind a mutex, tables
// that are built before the world runs, what belongs to the loop, a world that has to stand still,
// and clocks and chance that no event holds. All return at once while the level is off.
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
// For lockwrap.c: the time was asked for, or chance; a mutex is about to be taken; to be let go.
void lockdata_chance_slow(const char *call, const void *from, const void *frame);
void lockdata_mutex_take_slow(pthread_mutex_t *m, const void *from, const void *frame);
void lockdata_mutex_drop_slow(pthread_mutex_t *m, const void *from, const void *frame);

// From now on calls that belong to the loop (util/loopguard.h) are reported when another thread makes
// them, or a task (L028).
void lockdata_guard_loop(void);

// A field of p that is no attribute is touched: under the same rules; `act` says how.
#define lockdata_thing(p, write, act, at)                                                          \
    LOCKCHECK_HOOK(lockdata_thing_slow((p), (write), (act), (at)))
// A copy was given the very value of `of`, and nobody counts that.
#define lockdata_copied(of, attr, at) LOCKCHECK_HOOK(lockdata_copied_slow((of), (attr), (at)))
// An appointment of p was made or called off: from that generation to this one.
#define lockdata_renewed(p, was, now, at)                                                          \
    LOCKCHECK_HOOK(lockdata_renewed_slow((p), (was), (now), (at)))
// p is no more; `was` its generation.
#define lockdata_ended(p, was, at) LOCKCHECK_HOOK(lockdata_ended_slow((p), (was), (at)))
// Somebody asks for the reference of p, by which it will be found later.
#define lockdata_referred(p, at) LOCKCHECK_HOOK(lockdata_referred_slow((p), (at)))
// p is about to be freed, and something is in it.
#define lockdata_emptied(p, at) LOCKCHECK_HOOK(lockdata_emptied_slow((p), (at)))
// What follows touches data that this mutex guards.
#define lockdata_guarded(m, what) LOCKCHECK_HOOK(lockdata_guarded_slow((m), (what), SITE))
// What follows writes a table that everybody reads without a lock once the world runs.
#define lockdata_built(what) LOCKCHECK_HOOK(lockdata_built_slow((what), SITE))
// All of the world is read without a lock: no task may be inside, and none may begin; `stands`: the
// caller has seen to that.
#define lockdata_quiet(stands, act) LOCKCHECK_HOOK(lockdata_quiet_slow((stands), (act), SITE))
// An object is handed on to another thread; `done`: nobody here will touch it any more.
#define lockdata_handed(done, what) LOCKCHECK_HOOK(lockdata_handed_slow((done), (what), SITE))
// An instance is used, or given back to its pool; `there`: it is in the pool already, so somebody else
// will be given it, or has been. A report names the caller of the function that asks.
#define lockdata_pooled(there, act, what)                                                          \
    LOCKCHECK_HOOK(if (there) lockdata_pooled_slow((act), (what), SITE_CALLER()))
// An object is handed on to another thread that had it already. A report names the caller, as above.
#define lockdata_twice(twice, what)                                                                \
    LOCKCHECK_HOOK(if (twice) lockdata_twice_slow((what), SITE_CALLER()))
// The command takes its place among the replies, or notes its locks: while it has those of all that
// it has seen.
#define lockdata_placed(ls) LOCKCHECK_HOOK(lockdata_placed_slow((ls), SITE))

#endif

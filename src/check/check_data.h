// The checks of everything that is not an attribute of a thing in play: other fields of things,
// values that copies share, generations of timers, data behind a mutex, tables that
// are built before the world runs, data that belongs to the loop, a world that must not change for
// a while, and clocks and random numbers that are not the event's. All return at once while the
// level is off.
//
// Threads: any.
#ifndef CHECK_CHECK_DATA_H
#define CHECK_CHECK_DATA_H

#include "check/check.h"
#include "check/site_call.h"

#include <pthread.h>

void check_data_handed_slow(bool done, const char *what, const struct site *at);
void check_data_twice_slow(const char *what, const struct site *at);
void check_data_placed_slow(struct lockset *ls, const struct site *at);
// For interpose.c. _chance: code asked for the time or for random bytes. _mutex_take: a mutex is
// about to be taken. The last: one is about to be released.
void check_data_chance_slow(const char *call, const void *from, const void *frame);
void check_data_mutex_take_slow(pthread_mutex_t *m, const void *from, const void *frame);
void check_data_mutex_drop_slow(pthread_mutex_t *m, const void *from, const void *frame);

// From now on calls that belong to the loop (util/loopguard.h) are reported when another thread
// makes them, or a task (L028).
void check_data_guard_loop(void);

// An object is handed to another thread; `done`: this thread will not touch it any more.
#define check_data_handed(done, what) CHECK_HOOK(check_data_handed_slow((done), (what), SITE))
// An object is handed to another thread that had it already. A report names the caller of
// the function with this line.
#define check_data_twice(twice, what)                                                              \
    CHECK_HOOK(if (twice) check_data_twice_slow((what), SITE_CALLER()))
// The command takes its place among the replies, or notes its locks; it must hold the locks of all
// it has seen.
#define check_data_placed(ls) CHECK_HOOK(check_data_placed_slow((ls), SITE))

#endif

// State that is in no inventory and yet used by several tasks: a zone's weather, a table, a scratch
// buffer. Such an object carries a struct shared, and every use is bracketed.
//
// An object with a guard follows the rule of things: the guard is held, exclusively to write (L001,
// L003). One without a guard may be used by several tasks only when a barrier lies between them:
// tasks of one fork (shared_group) are not ordered with each other, whatever thread they
// happened to run on, so two of them with a write among them and no lock in common are a predicted
// race (L031), and a confirmed one when the second came while the first was inside (L030). After
// ACCULOCK: happens-before without the accidental edges of locks, and lock sets.
//
// Threads: any. Costs one branch while the checker is off.
#ifndef CHECK_SHARED_H
#define CHECK_SHARED_H

#include "check/check.h"
#include "util/site.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lock;

enum { SHARED_LOCKS = 16 };

// The last use of one kind (write or read); protected by `latch`.
struct shared_use {
    uint32_t task, group;
    uint32_t locks[SHARED_LOCKS]; // ids held, 0: none
    const struct site *site;
    const char *what;
    const void *thread; // address of a variable that each thread has one of
};

struct shared {
    const char *label;  // for reports; never freed before the object
    struct lock *guard; // NULL: barriers alone protect it
    _Atomic uint32_t latch;
    uint32_t inside; // tasks that are between enter and leave
    bool writing;    // one of them writes
    bool of_thread;  // tasks of one thread use it one after the other
    struct shared_use write, read, now;
};

void shared_init(struct shared *s, const char *label, struct lock *guard);
// Declares an object that belongs to a thread and is used by whichever task runs there.
void shared_init_thread(struct shared *s, const char *label);

void shared_enter_slow(struct shared *s, bool write, const struct site *at);
void shared_leave_slow(struct shared *s, bool write);
void shared_group_slow(struct lockset *ls, uint32_t group);

// Brackets one use of the object by the task whose lock set runs on this thread.
#define shared_enter(s, write) CHECK_HOOK(shared_enter_slow((s), (write), SITE))
#define shared_leave(s, write) CHECK_HOOK(shared_leave_slow((s), (write)))
// The task of ls belongs to a fork: tasks of one fork have the same group, which is not 0.
#define shared_group(ls, group) CHECK_HOOK(shared_group_slow((ls), (group)))

#endif

// Which tasks are parked, on which locks, and what they hold meanwhile; and what is wrong with
// that: circles, and waits that can never end (L011). Takes no world lock.
//
// Threads: any; nothing is kept from one call to the next.
#ifndef CONSOLE_WAITS_H
#define CONSOLE_WAITS_H

#include <stddef.h>
#include <stdint.h>

struct lock;
struct site;

enum { WAITS_HELD_MAX = 32 };

// A task that is parked: which lock it waits for, and what it holds meanwhile.
struct waits_task {
    uint32_t owner, wants;
    const char *what, *actor, *wants_label;
    uint64_t wants_ticket;
    const struct site *site;
    struct lock *lock; // the lock that it waits for
    uint32_t held[WAITS_HELD_MAX];
    unsigned held_count;
};

struct waits {
    struct waits_task *list;
    size_t count, cap;
    struct lock *lock; // the lock that is being visited
};

// Looks at all locks; free(p->list) afterwards. It holds at most some thousands of tasks.
void waits_gather(struct waits *p);
// Reports the first circle of waits that stands still (L011).
void waits_find_deadlocks(void);
// For a run in which no task can go on: reports each task that still waits, with lock and site
// (L011).
void waits_report_abandoned(void);

const char *waits_label(const struct lock *l); // for people; never NULL

#endif

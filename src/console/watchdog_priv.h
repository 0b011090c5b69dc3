// What the views of the locks ask of the watchdog. Included by the files of this folder only.
#ifndef CONSOLE_WATCHDOG_PRIV_H
#define CONSOLE_WATCHDOG_PRIV_H

#include "console/watchdog.h"

#include <stddef.h>

struct lock;

// A thing in limbo, and since when a sweep has seen it there, in ms.
struct watchdog_token {
    uint32_t index;
    uint64_t where;
    int64_t since;
};

// What the sweeps have seen of one lock; times in ms.
struct watchdog_lock {
    uint32_t id;     // of the lock
    uint64_t ticket; // the last grant
    int64_t since;   // since when it is that one
    uint32_t waiter; // which task is first in the queue; 0: none
    int64_t waiting; // since when it is that one
    bool told;       // a long hold or wait of this grant has been reported
};

// Between these two calls nobody else sweeps or looks. _enter sweeps first, unless that was done
// just now.
void watchdog_enter(int64_t now_ms);
void watchdog_leave(void);

const struct watchdog_lock *watchdog_lock(const struct lock *l);
struct place *watchdog_thing(uint32_t index); // NULL when there is none
const struct watchdog_token *watchdog_tokens(size_t *count);

#endif

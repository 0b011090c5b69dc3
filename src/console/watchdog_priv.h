// What the views of the locks ask of the watchdog. Included by the files of this folder only.
#ifndef CONSOLE_WATCHDOG_PRIV_H
#define CONSOLE_WATCHDOG_PRIV_H

#include "console/watchdog.h"

#include <stddef.h>

// A thing in limbo, and since when a sweep has seen it there, in ms.
struct watchdog_token {
    uint32_t index;
    uint64_t where;
    int64_t since;
};

// Between these two calls nobody else sweeps or looks. _enter sweeps first, unless that was done
// just now.
void watchdog_enter(int64_t now_ms);
void watchdog_leave(void);

struct place *watchdog_thing(uint32_t index); // NULL when there is none
const struct watchdog_token *watchdog_tokens(size_t *count);

#endif

// Between lockcheck.c, which judges, and lockreport.c, which tells. Included by these two only.
#ifndef LOCK_LOCKCHECK_PRIV_H
#define LOCK_LOCKCHECK_PRIV_H

#include "lock/lockcheck.h"

struct violation {
    enum lockcheck_code code;
    const struct lockset *ls; // whose task did it; NULL outside tasks
    struct place *place;      // the thing, or NULL
    struct lock *lock;        // for violations of locks alone
    int attr;                 // attribute number, or -1
    bool write;
    const char *act;   // what was done, when it was no attribute access
    const char *cause; // what made it wrong, or NULL
    const struct site *site;
};

void lockreport(const struct violation *v);

#endif

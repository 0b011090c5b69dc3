// Remembers which thread runs the loop. Any thread; nothing waits.
#include "util/loopguard.h"

#include <stddef.h>

_Atomic bool loopguard_heeded;
static _Thread_local bool mine;
static _Atomic bool running;
static void (*_Atomic listener)(const char *, const void *, const void *);
static bool (*_Atomic asked)(void);

void loopguard_enter(void)
{
    mine = true;
    atomic_store(&running, true);
}

void loopguard_leave(void)
{
    mine = false;
    atomic_store(&running, false);
}

void loopguard_check_from(const char *call, const void *from, const void *frame)
{
    bool (*elsewhere)(void) = atomic_load_explicit(&asked, memory_order_relaxed);
    if ((mine || !atomic_load_explicit(&running, memory_order_relaxed)) &&
        !(elsewhere && elsewhere()))
        return;
    void (*report)(const char *, const void *, const void *) = atomic_load(&listener);
    if (report)
        report(call, from, frame);
}

void loopguard_listen(void (*report)(const char *, const void *, const void *))
{
    atomic_store(&listener, report);
    atomic_store(&loopguard_heeded, report != NULL);
}

void loopguard_heed(bool wanted)
{
    atomic_store(&loopguard_heeded, wanted && atomic_load(&listener));
}

void loopguard_ask(bool (*elsewhere)(void))
{
    atomic_store(&asked, elsewhere);
}

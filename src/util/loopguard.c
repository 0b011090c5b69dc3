// Remembers which thread runs the loop; who is in a step of a task it asks. Any thread; nothing
// waits.
#include "util/loopguard.h"

#include <stddef.h>

_Atomic bool loopguard_heeded;
static _Thread_local bool mine;
static _Atomic bool running;
static _Atomic(loopguard_report) listener;
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

static bool breaks_rule(enum loopguard_owner owner)
{
    bool (*in_step)(void) = atomic_load_explicit(&asked, memory_order_relaxed);
    if (owner == LOOPGUARD_WORKER)
        return in_step && !in_step();
    return (!mine && atomic_load_explicit(&running, memory_order_relaxed)) ||
           (in_step && in_step());
}

void loopguard_check_from(enum loopguard_owner owner, const char *call, const void *from,
                          const void *frame)
{
    loopguard_report report = atomic_load(&listener);
    if (report && breaks_rule(owner))
        report(owner, call, from, frame);
}

void loopguard_listen(loopguard_report report)
{
    atomic_store(&listener, report);
    atomic_store(&loopguard_heeded, report != NULL);
}

void loopguard_heed(bool wanted)
{
    atomic_store(&loopguard_heeded, wanted && atomic_load(&listener));
}

void loopguard_ask(bool (*in_step)(void))
{
    atomic_store(&asked, in_step);
}

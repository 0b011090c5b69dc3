// Remembers which threads run a loop; who is in a step of a task it asks. Any thread; nothing
// waits.
#include "util/loopguard.h"

#include <assert.h>
#include <stddef.h>

_Atomic bool loopguard_heeded;
_Thread_local struct loopguard_thread loopguard_here;
static _Atomic unsigned running; // how many threads run a loop
static _Atomic(loopguard_report) listener;
static bool (*_Atomic asked)(void);

void loopguard_enter(void)
{
    if (!loopguard_here.loop)
        atomic_fetch_add(&running, 1);
    loopguard_here.loop = true;
}

void loopguard_leave(void)
{
    if (loopguard_here.loop)
        atomic_fetch_sub(&running, 1);
    loopguard_here.loop = false;
}

void loopguard_act_for(unsigned loop)
{
    assert(loop < LOOPS_MAX);
    loopguard_here.number = loop;
}

static bool breaks_rule(enum loopguard_owner owner)
{
    bool (*in_step)(void) = atomic_load_explicit(&asked, memory_order_relaxed);
    if (owner == LOOPGUARD_WORKER)
        return in_step && !in_step();
    return (!loopguard_here.loop && atomic_load_explicit(&running, memory_order_relaxed)) ||
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

// Whether a timer is valid cannot be ignored (L035). With RIGHT the answer is looked
// at.
#include "world/attr/timers.h"

bool stands(struct thing *t);

bool stands(struct thing *t)
{
#ifdef RIGHT
    return timers_valid(t, TIMER_RESET, 1);
#else
    timers_valid(t, TIMER_RESET, 1);
    return true;
#endif
}

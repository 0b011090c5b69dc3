// Whether a timer's appointment stands cannot be ignored (L035). With RIGHT the answer is looked
// at.
#include "world/attr/agenda.h"

bool stands(struct thing *t);

bool stands(struct thing *t)
{
#ifdef RIGHT
    return agenda_stands(t, AGENDA_RESET, 1);
#else
    agenda_stands(t, AGENDA_RESET, 1);
    return true;
#endif
}

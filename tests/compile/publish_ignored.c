// Whether a thing left limbo cannot be ignored (L035): there may be no room, and then it is
// nobody's when the task ends. With RIGHT the answer is looked at.
#include "world/limbo.h"

#include <stdbool.h>

bool show(struct thing *t, struct thing *to);

bool show(struct thing *t, struct thing *to)
{
#ifdef RIGHT
    return limbo_publish(t, to) == INVENTORY_MOVED;
#else
    limbo_publish(t, to);
    return true;
#endif
}

// Whether a thing came home cannot be ignored (L035): its home may be inside it. With RIGHT the
// answer is looked at.
#include "world/inventory.h"

#include <stdbool.h>

bool carry(struct thing *t, struct thing *to);

bool carry(struct thing *t, struct thing *to)
{
#ifdef RIGHT
    return inventory_bring_home(t, to);
#else
    inventory_bring_home(t, to);
    return true;
#endif
}

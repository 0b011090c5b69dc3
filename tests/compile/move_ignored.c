// Whether a thing was moved cannot be ignored (L035): there may be no room. With RIGHT the answer
// is looked at.
#include "world/inventory.h"

#include <stdbool.h>

bool carry(struct thing *t, struct thing *to);

bool carry(struct thing *t, struct thing *to)
{
#ifdef RIGHT
    return inventory_move(t, to) == INVENTORY_MOVED;
#else
    inventory_move(t, to);
    return true;
#endif
}

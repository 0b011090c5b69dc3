// What a reading accessor hands out is const: writing through it does not compile (L020). With
// RIGHT the writing accessor is used.
#include "world/attr.h"
#include "world/thing.h"

void change(struct thing *t);

void change(struct thing *t)
{
#ifdef RIGHT
    char *value = attr_mutable_at(t, ATTR_NAME, SITE);
    *value = 'x';
#else
    const char *value = attr_get_at(t, ATTR_NAME, SITE);
    *value = 'x';
#endif
}

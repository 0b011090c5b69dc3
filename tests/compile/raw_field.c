// Going round the accessors does not compile outside world/: what a thing looks like is not known
// (L020). With RIGHT the way through the accessor, which does.
#include "world/attr/name.h"
#include "world/thing.h"

const char *label_of(struct thing *t);

const char *label_of(struct thing *t)
{
#ifdef RIGHT
    return name_get(t);
#else
    return t->refname;
#endif
}

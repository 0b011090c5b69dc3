// Whether what a command asks for is held cannot be ignored (L035): it would go on without the
// lock. With RIGHT the answer is looked at.
#include "command/context.h"

bool ask(struct context *c, struct thing *t);

bool ask(struct context *c, struct thing *t)
{
#ifdef RIGHT
    return context_need(c, t);
#else
    context_need(c, t);
    return true;
#endif
}

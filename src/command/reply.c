// Finding the answers. Only players are answered, so that two mobiles cannot talk for ever.
#include "command/reply.h"

#include "command/context.h"
#include "world/inventory.h"
#include "world/replies.h"

enum { REPLY_DELAY_MS = 1000, REPLY_GAP_MS = 2000 };

static void reply(struct context *c, struct thing *mobile, const char *text, bool told)
{
    const char *line;
    for (size_t n = 0; (line = replies_find(mobile, text, told, n)); n++)
        context_script(c, mobile, REPLY_DELAY_MS + (int64_t)n * REPLY_GAP_MS, line);
}

void reply_all(struct context *c, const char *text)
{
    if (!thing_is(c->actor, THING_PLAYER))
        return;
    inventory_foreach(t, c->where, INVENTORY_THINGS)
        if (thing_is(t, THING_MOBILE))
            reply(c, t, text, false);
}

void reply_one(struct context *c, struct thing *mobile, const char *text)
{
    if (thing_is(c->actor, THING_PLAYER))
        reply(c, mobile, text, true);
}

// Finding the answers. Only players are answered, so that two mobiles cannot talk for ever.
#include "command/reply.h"

#include "command/context.h"
#include "util/buf.h"
#include "world/inventory.h"
#include "world/replies.h"

enum { REPLY_DELAY_MS = 1000, REPLY_GAP_MS = 2000 };

// What comes with the answer goes to the one who asked, by name, with the first of its lines.
static void first_line(struct context *c, struct thing *mobile, const struct replies_answer *a)
{
    const char *line = a->count ? a->commands[0] : "";
    struct buf all = BUF_INIT;
    if (a->give || a->mark)
        buf_addf(&all, "$reply %s %s %s ", a->give ? a->give : "-", a->mark ? a->mark : "-",
                 thing_label(c->actor));
    buf_adds(&all, line);
    if (all.len)
        context_script(c, mobile, REPLY_DELAY_MS, buf_str(&all));
    buf_fini(&all);
}

static void reply(struct context *c, struct thing *mobile, const char *text, bool told)
{
    struct replies_answer a;
    if (!replies_find(mobile, text, told, c->actor, &a))
        return;
    first_line(c, mobile, &a);
    for (size_t n = 1; n < a.count; n++)
        context_script(c, mobile, REPLY_DELAY_MS + (int64_t)n * REPLY_GAP_MS, a.commands[n]);
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

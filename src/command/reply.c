// Finds the answers of mobiles. Only players are answered, so that two mobiles cannot talk for
// ever.
#include "command/reply.h"

#include "command/context.h"
#include "util/buf.h"
#include "util/loopguard.h"
#include "world/attr/replies.h"
#include "world/inventory.h"

#include <assert.h>

enum { REPLY_DELAY_MS = 1000, REPLY_GAP_MS = 2000 };

// The gift and the mark of the answer are for the player who spoke, by name. The words go along,
// because they are said only if the gift is given.
static void reply_with(struct context *c, struct thing *mobile, const struct replies_answer *a)
{
    struct buf line = BUF_INIT;
    buf_addf(&line, "$reply %s %s %s ", a->give ? a->give : "-", a->mark ? a->mark : "-",
             thing_label(c->actor));
    for (size_t n = 0; n < a->count; n++)
        buf_addf(&line, "%s%s", n ? "\n" : "", a->commands[n]);
    context_script(c, mobile, REPLY_DELAY_MS, buf_str(&line));
    buf_fini(&line);
}

static void reply(struct context *c, struct thing *mobile, const char *text, bool told)
{
    struct replies_answer a;
    if (!replies_find(mobile, text, told, c->actor, &a))
        return;
    if (a.give || a.mark) {
        reply_with(c, mobile, &a);
        return;
    }
    for (size_t n = 0; n < a.count; n++)
        context_script(c, mobile, REPLY_DELAY_MS + (int64_t)n * REPLY_GAP_MS, a.commands[n]);
}

void reply_all(struct context *c, const char *text)
{
    loopguard_check_worker("reply_all()");
    assert(text);
    if (!thing_is(c->actor, THING_PLAYER))
        return;
    inventory_foreach (t, c->where, INVENTORY_THINGS)
        if (thing_is(t, THING_MOBILE))
            reply(c, t, text, false);
}

void reply_one(struct context *c, struct thing *mobile, const char *text)
{
    loopguard_check_worker("reply_one()");
    assert(mobile && text);
    if (thing_is(c->actor, THING_PLAYER))
        reply(c, mobile, text, true);
}

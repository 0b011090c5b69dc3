// Small questions about containers and carrying that several commands ask.
#include "command/carried.h"

#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "util/loopguard.h"
#include "world/attr/body.h"
#include "world/attr/condition.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/attr/reset.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

#include <assert.h>
#include <stddef.h>

bool carried_is_container(struct thing *t)
{
    return inventory_has(t) && !thing_is_creature(t);
}

bool carried_is_closed(struct thing *t)
{
    return door_is(t) && door_exit(t) < 0 && !door_is_open(t);
}

bool carried_by_actor(struct context *c, struct thing *t)
{
    loopguard_check_worker("carried_by_actor()");
    for (struct thing *in = thing_where(t); in; in = thing_where(in))
        if (in == c->actor)
            return true;
    return false;
}

bool carried_loose(struct context *c, struct match *m)
{
    loopguard_check_worker("carried_loose()");
    assert(m);
    enum body_use use;
    size_t loose = 0;
    if (!m->all)
        return true;
    for (size_t i = 0; i < m->count; i++)
        if (!body_used(m->list[i], &use))
            m->list[loose++] = m->list[i];
    m->count = loose;
    if (!loose)
        report_actor(c, "You are using all of that. REMOVE it first, or name it by itself.");
    return loose;
}

bool carried_may_leave(struct context *c, struct thing *t)
{
    loopguard_check_worker("carried_may_leave()");
    enum body_use use;
    const char *why = body_used(t, &use) ? vetoes_for(t, "remove", c->actor) : NULL;
    if (why)
        report_actor(c, "%s", why);
    return !why;
}

void carried_let_go(struct context *c, struct thing *t)
{
    loopguard_check_worker("carried_let_go()");
    enum body_use use;
    if (!body_used(t, &use))
        return;
    body_unuse(t);
    report_actor(c, "You stop %s %s.", body_use_name(use), name_get(t));
}

bool carried_is_personal(struct thing *t)
{
    struct reset r;
    return reset_get(t, &r) && r.each;
}

bool carried_like(struct thing *who, struct thing *t)
{
    return *thing_refname(t) && condition_carries(who, thing_refname(t));
}

bool carried_hides(struct thing *actor, struct thing *t)
{
    return thing_is(actor, THING_PLAYER) && carried_is_personal(t) && thing_origin(t) &&
           !thing_inside(t, actor) && carried_like(actor, t);
}

// Deeds: the marks, gifts and reactions that rules of zone files ask for (world/attr/deeds.h,
// world/attr/replies.h). All of it is part of the event that did the deed, except three things that
// are events of their own afterwards: what mobiles and things do then, what is seen elsewhere, and
// the title in the roster.
#include "game/deed.h"

#include "command/context.h"
#include "command/report.h"
#include "util/buf.h"
#include "util/loopguard.h"
#include "world/attr/condition.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/limbo.h"
#include "world/mark.h"
#include "world/world.h"

#include <assert.h>

enum { DEED_DELAY_MS = 1000, DEED_GAP_MS = 2000 };

static void deed_tell(struct context *c, struct thing *who, const char *text)
{
    if (who == c->actor)
        report_actor(c, "%s", text);
    else
        report_participant(c, who, "%s", text);
}

void deed_mark(struct context *c, struct thing *who, const char *ref)
{
    loopguard_check_worker("deed_mark()");
    assert(thing_is(who, THING_PLAYER) && ref);
    const struct mark *m = mark_find(c->world, ref);
    if (!m || !marks_add(who, m->ref))
        return;
    if (m->text)
        deed_tell(c, who, m->text);
    if (m->title)
        context_script(c, who, 0, "$entitle");
    struct buf line = BUF_INIT;
    if (m->announce)
        buf_addf(&line, "act %s", m->announce);
    for (size_t i = 0; m->announce && i < m->place_count; i++)
        context_script(c, m->places[i], 0, buf_str(&line));
    buf_fini(&line);
}

void deed_hand(struct context *c, struct thing *from, struct thing *who, const char *ref)
{
    loopguard_check_worker("deed_hand()");
    assert(from && ref);
    struct thing *prototype = world_lookup(c->world, ref);
    if (!prototype || condition_carries(who, ref))
        return;
    struct thing *t = limbo_copy(prototype);
    struct buf line = BUF_INIT;
    bool given = limbo_publish(t, who) == INVENTORY_MOVED;
    if (given)
        buf_addf(&line, "%s gives you %s.", name_get(from), name_get(t));
    else
        buf_addf(&line, "%s holds out %s, but you cannot carry any more.", name_get(from),
                 name_get(t));
    deed_tell(c, who, buf_str(&line));
    buf_fini(&line);
    if (given)
        report_here(c, "%s gives %s to %s.", name_get(from), name_get(t), name_get(who));
    else
        limbo_free(t);
}

void deed_do(struct context *c, struct thing *t, const struct deed *rule)
{
    loopguard_check_worker("deed_do()");
    assert(rule);
    if (rule->text)
        report_actor(c, "%s", rule->text);
    if (rule->give)
        deed_hand(c, t, c->actor, rule->give);
    if (rule->mark)
        deed_mark(c, c->actor, rule->mark);
    for (size_t i = 0; i < rule->count; i++)
        context_script(c, t, DEED_DELAY_MS + (int64_t)i * DEED_GAP_MS, rule->commands[i]);
}

void deed_happens(struct context *c, struct thing *t, enum deed_when when)
{
    loopguard_check_worker("deed_happens()");
    assert(c->actor);
    struct deed rule;
    if (thing_is(c->actor, THING_PLAYER) && deeds_find(t, when, NULL, c->actor, &rule))
        deed_do(c, t, &rule);
}

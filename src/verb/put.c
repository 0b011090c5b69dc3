// PUT: put carried things into a container.
#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/ending.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

#include <assert.h>

// False: there is no room for it.
static bool put_one(struct context *c, struct thing *t, struct thing *into)
{
    assert(t && into);
    const char *why = vetoes_for(t, "put", c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return true;
    }
    if (!carried_may_leave(c, t))
        return true;
    switch (inventory_move(t, into)) {
    case INVENTORY_CYCLE:
        report_actor(c, "You cannot put %s into itself.", name_get(t));
        return true;
    case INVENTORY_FULL:
        return false;
    case INVENTORY_MOVED:
        break;
    }
    carried_let_go(c, t);
    if (!carried_by_actor(c, into))
        ending_left_lying(c, t);
    report_actor(c, "You put %s into %s.", name_get(t), name_get(into));
    report_here(c, "%s puts %s into %s.", name_get(c->actor), name_get(t), name_get(into));
    return true;
}

static void put_matched(struct context *c, struct match *m, struct thing *into)
{
    size_t others = 0;
    bool fits = true;
    for (size_t i = 0; i < m->count; i++)
        if (!m->all || !thing_inside(into, m->list[i]))
            m->list[others++] = m->list[i];
    for (size_t i = 0; i < others; i++)
        fits &= put_one(c, m->list[i], into);
    if (!others)
        report_actor(c, "You carry nothing else that could go into %s.", name_get(into));
    else if (!fits && others > 1)
        report_actor(c, "Not all of it fits into %s.", name_get(into));
    else if (!fits)
        report_actor(c, "%s does not fit into %s any more.", name_get(m->list[0]), name_get(into));
}

static bool open_to(struct context *c, struct thing *into)
{
    const char *why = vetoes_for(into, "putin", c->actor);
    if (why)
        report_actor(c, "%s", why);
    else if (!carried_is_container(into))
        report_actor(c, "You cannot put anything into %s.", name_get(into));
    else if (carried_is_closed(into))
        report_actor(c, "%s is closed.", name_get(into));
    else
        return true;
    return false;
}

static enum command_result put_run(struct context *c)
{
    static const char *const prepositions[] = {"in", "into", "inside", "on", NULL};
    const unsigned scope = MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE;
    size_t count = c->words.count, at = match_split_last(c, 1, prepositions), from = at + 1;
    // PUT LAMP SACK works without IN, if the last word names something.
    for (size_t i = 2; at == count && from > count && i < count; i++)
        if (match_quietly(c, i, count, scope))
            at = from = i;
    if (at < 2 || from >= count) {
        report_actor(c, "Put what into what? PUT THING IN CONTAINER.");
        return COMMAND_DONE;
    }
    struct thing *into = match_one(c, from, count, scope);
    if (!into || !open_to(c, into))
        return COMMAND_DONE;
    struct match m;
    match_init(&m);
    if (match_find(c, 1, at, MATCH_CARRIED, &m) && carried_loose(c, &m))
        put_matched(c, &m, into);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_put = {
    .name = "put",
    .usage = "put THING in CONTAINER",
    .summary = "put something into something",
    .help = "PUT ALL IN CONTAINER puts in all that you carry loosely: what you hold, wear or wield "
            "stays "
            "on, unless you name it.",
    .flags = COMMAND_MOBILE,
    .run = put_run,
};

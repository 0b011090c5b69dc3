// JUNK: destroy a carried thing with its contents. A copy is freed; a unique thing goes back to its
// origin.
#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/ending.h"
#include "util/mem.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"

#include <stdlib.h>

// The first objection to junking t or anything inside it, or NULL.
static const char *objection(struct context *c, struct thing *t)
{
    if (thing_is_creature(t))
        return "That would be murder.";
    const char *why = vetoes_for(t, "junk", c->actor);
    if (why || !inventory_has(t))
        return why;
    for (int list = 0; list < INVENTORY_LISTS; list++)
        inventory_foreach (item, t, (enum inventory_list)list) {
            why = objection(c, item);
            if (why)
                return why;
        }
    return NULL;
}

static void junk_one(struct context *c, struct thing *t)
{
    const char *why = objection(c, t);
    if (why) {
        report_actor(c, "%s", why);
        return;
    }
    if (!carried_may_leave(c, t))
        return;
    char *name = mem_strdup(name_get(t));
    bool leaves = ending_leaves_contents(t);
    carried_let_go(c, t);
    ending_junk(c, t);
    report_actor(c, leaves ? "You junk %s, and keep what you had put into it." : "You junk %s.",
                 name);
    report_here(c, "%s junks %s.", name_get(c->actor), name);
    free(name);
}

static enum command_result junk_all(struct context *c, const struct match *m)
{
    bool held = true;
    for (size_t i = 0; i < m->count; i++)
        if (!objection(c, m->list[i]))
            held &= ending_need(c, m->list[i]);
    if (!held)
        return COMMAND_AGAIN;
    for (size_t i = 0; i < m->count; i++)
        junk_one(c, m->list[i]);
    return COMMAND_DONE;
}

static enum command_result junk_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to junk?");
        return COMMAND_DONE;
    }
    enum command_result result = COMMAND_DONE;
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, MATCH_CARRIED, &m) && carried_loose(c, &m))
        result = junk_all(c, &m);
    match_fini(&m);
    return result;
}

const struct command command_junk = {
    .name = "junk",
    .usage = "junk THING",
    .summary = "get rid of something you carry, for good",
    .help =
        "Only what you carry can be junked; JUNK ALL is all of it but for what you hold, wear or "
        "wield. What the world has only one of goes back to where it belongs, and what you had put "
        "into it stays with you.",
    .flags = COMMAND_MOBILE,
    .run = junk_run,
};

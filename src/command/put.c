// PUT: into containers.
#include "command/carried.h"
#include "command/commands.h"
#include "command/context.h"
#include "command/ending.h"
#include "command/match.h"
#include "command/report.h"
#include "world/body.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/vetoes.h"

static void put_one(struct context *c, struct thing *t, struct thing *into)
{
    const char *why = vetoes_get(t, "put");
    if (why) {
        report_actor(c, "%s", why);
        return;
    }
    switch (inventory_move(t, into)) {
    case INVENTORY_CYCLE:
        report_actor(c, "You cannot put %s into itself.", name_get(t));
        return;
    case INVENTORY_FULL:
        report_actor(c, "%s does not fit into %s any more.", name_get(t), name_get(into));
        return;
    case INVENTORY_MOVED:
        break;
    }
    body_unuse(t);
    if (!carried_by_actor(c, into))
        ending_left_lying(c, t);
    report_actor(c, "You put %s into %s.", name_get(t), name_get(into));
    report_here(c, "%s puts %s into %s.", name_get(c->actor), name_get(t), name_get(into));
}

static bool open_to(struct context *c, struct thing *into)
{
    const char *why = vetoes_get(into, "putin");
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

static enum command_result run(struct context *c)
{
    static const char *const prepositions[] = {"in", "into", "inside", "on", NULL};
    size_t at = match_split(c, 1, prepositions);
    if (at < 2 || at + 1 >= c->words.count) {
        report_actor(c, "Put what into what? PUT THING IN CONTAINER.");
        return COMMAND_DONE;
    }
    struct thing *into =
        match_one(c, at + 1, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE);
    if (!into || !open_to(c, into))
        return COMMAND_DONE;
    struct match m;
    match_init(&m);
    if (match_find(c, 1, at, MATCH_CARRIED, &m))
        for (size_t i = 0; i < m.count; i++)
            if (!m.all || m.list[i] != into)
                put_one(c, m.list[i], into);
    match_fini(&m);
    return COMMAND_DONE;
}

const struct command command_put = {
    .name = "put",
    .usage = "put THING in CONTAINER",
    .summary = "put something into something",
    .flags = COMMAND_MOBILE,
    .run = run,
};

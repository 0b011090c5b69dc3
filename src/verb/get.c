// GET: take things that lie about, or out of containers.
#include "command/carried.h"
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "game/deed.h"
#include "game/ending.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/attr/reset.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"
#include "world/limbo.h"

#include <assert.h>

static const char *get_refused(struct context *c, struct thing *t)
{
    const char *why = vetoes_for(t, c->command->name, c->actor);
    return why ? why : vetoes_for(t, "get", c->actor);
}

static bool is_spawn(struct thing *t)
{
    struct reset r;
    return thing_origin(t) && reset_get(t, &r) && r.spawn;
}

// The original of a spawning thing stays, out of play until its reset; the actor gets a copy.
static struct thing *spawn(struct context *c, struct thing *t)
{
    struct reset r;
    reset_get(t, &r);
    struct thing *copy = limbo_copy(t);
    if (limbo_publish(copy, c->actor) != INVENTORY_MOVED) {
        limbo_free(copy);
        return NULL;
    }
    if (r.each)
        return copy; // the original stays for the next player
    ending_picked_up(t);
    inventory_disable(t);
    timers_set(&c->timers, t, TIMER_RESET, context_delay(c, r.after, r.jitter));
    return copy;
}

static bool get_take(struct context *c, struct thing *t)
{
    if (is_spawn(t))
        return spawn(c, t);
    if (inventory_move(t, c->actor) != INVENTORY_MOVED)
        return false;
    ending_picked_up(t);
    return true;
}

static void get_report_taken(struct context *c, struct thing *t, struct thing *from)
{
    const char *name = name_get(t);
    if (from) {
        report_actor(c, "You take %s out of %s.", name, name_get(from));
        report_here(c, "%s takes %s out of %s.", name_get(c->actor), name, name_get(from));
    } else {
        report_actor(c, "You take %s.", name);
        report_here(c, "%s takes %s.", name_get(c->actor), name);
    }
    deed_happens(c, t, DEED_GET);
}

// Each player may have one of these, and the actor has one already.
static bool has_its_own(struct context *c, struct thing *t)
{
    return carried_is_personal(t) && carried_like(c->actor, t);
}

static void get_one(struct context *c, struct thing *t, struct thing *from)
{
    assert(t != from);
    const char *why = get_refused(c, t);
    if (thing_is_creature(t))
        report_actor(c, "You cannot take %s.", name_get(t));
    else if (why)
        report_actor(c, "%s", why);
    else if (thing_is(t, THING_NARRATIVE))
        report_actor(c, "You cannot take %s: it belongs here.", name_get(t));
    else if (has_its_own(c, t))
        report_actor(c, "You have %s already.", name_get(t));
    else if (get_take(c, t))
        get_report_taken(c, t, from);
    else
        report_actor(c, "You cannot carry any more.");
}

// Takes all that can be taken: creatures and scenery are left out, and what refuses is skipped.
// There is one answer, however little was taken.
static void get_all(struct context *c, const struct match *m, struct thing *from)
{
    assert(m->all);
    const char *why = NULL;
    size_t taken_count = 0, refusals = 0;
    bool full = false;
    for (size_t i = 0; i < m->count; i++) {
        struct thing *t = m->list[i];
        if (thing_is_creature(t) || thing_is(t, THING_NARRATIVE) || has_its_own(c, t))
            continue;
        const char *objection = get_refused(c, t);
        if (objection) {
            why = objection;
            refusals++;
        } else if (get_take(c, t)) {
            get_report_taken(c, t, from);
            taken_count++;
        } else {
            full = true;
        }
    }
    if (full)
        report_actor(c, "You cannot carry any more.");
    else if (!taken_count && refusals == 1)
        report_actor(c, "%s", why);
    else if (!taken_count)
        report_actor(c, "There is nothing %s that you can take.", from ? "in there" : "here");
}

static void get_matched(struct context *c, const struct match *m, struct thing *from)
{
    if (m->all)
        get_all(c, m, from);
    else
        for (size_t i = 0; i < m->count; i++)
            get_one(c, m->list[i], from);
}

static enum command_result get_from(struct context *c, size_t at)
{
    assert(at > 1 && at < c->words.count);
    struct thing *from =
        match_one(c, at + 1, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE);
    if (!from)
        return COMMAND_DONE;
    const char *why = vetoes_for(from, "takeout", c->actor);
    if (why) {
        report_actor(c, "%s", why);
        return COMMAND_DONE;
    }
    if (!inventory_has(from) || thing_is_creature(from)) {
        report_actor(c, "You cannot take anything out of %s.", name_get(from));
        return COMMAND_DONE;
    }
    if (door_is(from) && door_exit(from) < 0 && !door_is_open(from)) {
        report_actor(c, "%s is closed.", name_get(from));
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_inside(c, 1, at, from, &m))
        get_matched(c, &m, from);
    match_fini(&m);
    return COMMAND_DONE;
}

static enum command_result get_run(struct context *c)
{
    static const char *const prepositions[] = {"from", "out", "in", NULL};
    if (c->words.count < 2) {
        report_actor(c, "What do you want to take?");
        return COMMAND_DONE;
    }
    const unsigned scope = MATCH_HERE | MATCH_NARRATIVE | MATCH_PLAYERS;
    size_t at = match_split_name(c, 1, prepositions, scope);
    if (at == 1) {
        match_tell_usage(c, "What do you want to take?");
        return COMMAND_DONE;
    }
    if (at < c->words.count)
        return get_from(c, at);
    struct match m;
    match_init(&m);
    if (match_find(c, 1, c->words.count, scope, &m))
        get_matched(c, &m, NULL);
    match_fini(&m);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"take", "g", NULL};

const struct command command_get = {
    .name = "get",
    .aliases = aliases,
    .usage = "get THING [from CONTAINER]",
    .summary = "take something",
    .help = "GET ALL takes all that can be taken, GET ALL COIN every coin, GET 2ND COIN the second "
            "one. "
            "GET THING FROM CONTAINER takes it out of something.",
    .flags = COMMAND_MOBILE,
    .run = get_run,
};

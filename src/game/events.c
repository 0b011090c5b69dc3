// What timers run. Each checks that its timer is still valid before it does anything, and asks for
// all its locks before it finishes the timer.
#include "game/events.h"

#include "command/context.h"
#include "command/report.h"
#include "game/ending.h"
#include "game/enter_priv.h"
#include "game/fight.h"
#include "game/recall.h"
#include "world/attr/condition.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/mobile.h"
#include "world/attr/name.h"
#include "world/attr/on_action.h"
#include "world/attr/on_cleanup.h"
#include "world/attr/on_reset.h"
#include "world/attr/reset.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>
#include <stddef.h>

enum { RESET_WAIT_MS = 5000 };

static bool stands(struct context *c)
{
    if (!c->actor)
        return false;
    bool stands = timers_valid(c->actor, c->event, c->timer_token);
    c->stale = !stands;
    return stands;
}

// The timer was found valid at the beginning of this pass, under the same locks.
static void events_let_go(struct context *c)
{
    timers_finish(c->actor, c->event, c->timer_token);
}

static bool seen_by_players(struct context *c)
{
    return inventory_count(c->location, INVENTORY_PLAYERS) > 0;
}

static bool events_crowded(struct context *c)
{
    return inventory_count(c->location, INVENTORY_PLAYERS) > world_limits(c->world)->crowd;
}

// Is a player here who can see the action?
static bool somebody_meets(struct context *c, const struct condition *condition)
{
    if (!condition)
        return true;
    inventory_foreach (t, c->location, INVENTORY_PLAYERS)
        if (condition_holds_at(condition, t, SITE))
            return true;
    return false;
}

static enum command_result run_action(struct context *c)
{
    struct on_action a;
    if (!stands(c))
        return COMMAND_DONE;
    events_let_go(c);
    if (!on_action_get(c->actor, &a) || !a.count || !seen_by_players(c))
        return COMMAND_DONE;
    if (!events_crowded(c) && somebody_meets(c, a.condition))
        context_script(c, c->actor, 0, a.commands[rng_below(context_rng(c), a.count)]);
    timers_set(&c->timers, c->actor, TIMER_ACTION, context_delay(c, a.after, a.jitter));
    return COMMAND_DONE;
}

// A random way out that the mobile may take; -1 when there is none.
static int way_out(struct context *c, const struct mobile *m)
{
    enum direction ways[DIRECTIONS];
    size_t n = 0;
    for (int d = 0; d < DIRECTIONS; d++) {
        struct thing *to = exits_to(c->where, (enum direction)d);
        if (!to || (m->stay && thing_zone(to) != thing_zone(c->actor)) || door_closing(c->where, d))
            continue;
        ways[n++] = (enum direction)d;
    }
    return n ? (int)ways[rng_below(context_rng(c), n)] : -1;
}

static enum command_result run_wander(struct context *c)
{
    struct mobile m;
    if (!stands(c))
        return COMMAND_DONE;
    events_let_go(c);
    if (!mobile_get(c->actor, &m) || !m.after || !seen_by_players(c))
        return COMMAND_DONE;
    int d = c->where == c->location ? way_out(c, &m) : -1;
    if (d >= 0)
        context_script(c, c->actor, 0, direction_name((enum direction)d));
    timers_set(&c->timers, c->actor, TIMER_WANDER, context_delay(c, m.after, m.jitter));
    return COMMAND_DONE;
}

static enum command_result run_reset(struct context *c)
{
    struct reset r = {0};
    if (!stands(c))
        return COMMAND_DONE;
    events_let_go(c);
    if (inventory_list_of(c->actor) != INVENTORY_DISABLED)
        return COMMAND_DONE;
    reset_get(c->actor, &r);
    if (r.wait && inventory_has(c->actor) && inventory_count(c->actor, INVENTORY_DISABLED)) {
        timers_set(&c->timers, c->actor, TIMER_RESET, RESET_WAIT_MS);
        return COMMAND_DONE;
    }
    inventory_enable(c->actor);
    const char *text = on_reset_get(c->actor);
    bool direct = c->where == c->location;
    if (text && *text)
        report_observers(c, c->location, "%s", text);
    else if (!text && direct && !events_crowded(c) && !thing_is(c->actor, THING_NARRATIVE))
        report_observers(c, c->location, "You notice %s that you did not see before.",
                         name_get(c->actor));
    if (direct && seen_by_players(c))
        wake_location(c, c->location);
    return COMMAND_DONE;
}

static enum command_result run_cleanup(struct context *c)
{
    if (!stands(c))
        return COMMAND_DONE;
    if (!ending_need(c, c->actor))
        return COMMAND_AGAIN;
    events_let_go(c);
    // A player may be inside by now: nothing that contains a player is cleaned away.
    if (inventory_has(c->actor) && inventory_count(c->actor, INVENTORY_PLAYERS)) {
        ending_left_lying(c, c->actor);
        return COMMAND_DONE;
    }
    const char *text = on_cleanup_get(c->actor);
    if (text && *text)
        report_observers(c, c->location, "%s", text);
    else if (!text && c->where == c->location && !events_crowded(c))
        report_observers(c, c->location, "You are sure you noticed %s here\u2026",
                         name_get(c->actor));
    struct thing *t = c->actor;
    c->actor = NULL;
    ending_junk(c, t);
    return COMMAND_DONE;
}

static enum command_result run_door(struct context *c)
{
    if (!stands(c))
        return COMMAND_DONE;
    struct thing *far = door_far(c->actor);
    if (far && !context_need(c, far))
        return COMMAND_AGAIN;
    events_let_go(c);
    bool open, locked;
    int64_t after, jitter;
    if (door_is_first(c->actor))
        return COMMAND_DONE;
    door_first(c->actor, &open, &locked, &after, &jitter);
    bool was_open = door_is_open(c->actor);
    door_change(c->actor, open, locked);
    if (was_open == open)
        return COMMAND_DONE;
    const char *does = open ? "swings open" : "swings shut";
    report_observers(c, c->location, "%s %s.", name_get(c->actor), does);
    if (far)
        report_observers(c, thing_where(far), "%s %s.", name_get(far), does);
    return COMMAND_DONE;
}

static enum command_result run_health(struct context *c)
{
    if (!stands(c))
        return COMMAND_DONE;
    events_let_go(c);
    fight_heal(c);
    return COMMAND_DONE;
}

static enum command_result run_round(struct context *c)
{
    return stands(c) ? fight_round(c, events_let_go) : COMMAND_DONE;
}

static enum command_result run_quit(struct context *c)
{
    if (!stands(c))
        return COMMAND_DONE;
    return enter_leave(c, "fades away.");
}

static enum command_result run_recall(struct context *c)
{
    if (!stands(c))
        return COMMAND_DONE;
    if (!recall_need(c))
        return COMMAND_AGAIN;
    events_let_go(c);
    return recall_arrive(c);
}

static const struct command commands[TIMER_KINDS] = {
    [TIMER_ACTION] = {.name = "$action", .flags = COMMAND_SCRIPT, .run = run_action},
    [TIMER_RESET] = {.name = "$reset", .flags = COMMAND_SCRIPT, .run = run_reset},
    [TIMER_CLEANUP] = {.name = "$cleanup", .flags = COMMAND_SCRIPT, .run = run_cleanup},
    [TIMER_DOOR] = {.name = "$door", .flags = COMMAND_SCRIPT, .run = run_door},
    [TIMER_HEALTH] = {.name = "$health", .flags = COMMAND_SCRIPT, .run = run_health},
    [TIMER_WANDER] = {.name = "$wander", .flags = COMMAND_SCRIPT, .run = run_wander},
    [TIMER_QUIT] = {.name = "$quit", .flags = COMMAND_SCRIPT, .run = run_quit},
    [TIMER_RECALL] = {.name = "$recall", .flags = COMMAND_SCRIPT, .run = run_recall},
    [TIMER_ROUND] = {.name = "$round", .flags = COMMAND_SCRIPT, .run = run_round},
};

const struct command *events_command(enum timer_kind kind)
{
    assert((unsigned)kind < TIMER_KINDS);
    return &commands[kind];
}

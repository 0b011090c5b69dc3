// The ends of things and the timers that are set then. Everything is computed again in each pass of
// the command that asks.
#include "game/ending.h"

#include "command/context.h"
#include "util/loopguard.h"
#include "world/attr/body.h"
#include "world/attr/cleanup.h"
#include "world/attr/mobile.h"
#include "world/attr/on_action.h"
#include "world/attr/reset.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/tree.h"
#include "world/zone.h"

#include <assert.h>
#include <stddef.h>

enum { RESET_DEFAULT_MS = 60000 };

static bool unique(struct thing *t)
{
    return thing_origin(t) && tree_is_unique(t);
}

bool ending_need(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_need()");
    bool held = true;
    if (zone_counts(t))
        held &= context_need_lock(c, zone_lock(thing_zone(thing_prototype(t))), LOCK_EXCLUSIVE);
    if (unique(t))
        held &= context_need(c, thing_origin(t));
    return ending_need_contents(c, t) && held;
}

bool ending_need_contents(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_need_contents()");
    if (!inventory_has(t))
        return true;
    bool held = true;
    for (int list = 0; list < INVENTORY_LISTS; list++)
        inventory_foreach (item, t, (enum inventory_list)list)
            held &= ending_need(c, item);
    return held;
}

// Cancels what the thing was going to do, except that an open lid may still close by itself.
static void call_off(struct thing *t)
{
    static const enum timer_kind kinds[] = {TIMER_CLEANUP, TIMER_ACTION, TIMER_WANDER, TIMER_HEALTH,
                                            TIMER_ROUND};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        timers_cancel(t, kinds[i]);
}

static void go_home(struct context *c, struct thing *t)
{
    struct reset r = {.after = RESET_DEFAULT_MS};
    reset_get(t, &r);
    body_unuse(t);
    call_off(t);
    if (!inventory_bring_home(t, thing_origin(t)))
        inventory_disable(t);
    timers_set(&c->timers, t, TIMER_RESET, context_delay(c, r.after, r.jitter));
}

static bool carried(struct thing *t)
{
    for (struct thing *in = thing_where(t); in; in = thing_where(in))
        if (thing_is_creature(in))
            return true;
    return false;
}

// The contents that remain in a unique thing which goes home were put there by somebody and do not
// belong to the world: they move into `to`, or when there is no room into what contains `to`, and
// at last onto the floor.
static void ending_take_out(struct context *c, struct thing *from, struct thing *to)
{
    inventory_foreach (item, from, INVENTORY_THINGS) {
        struct thing *into = thing_is_creature(item) ? thing_outermost(to) : to;
        while (into && inventory_move(item, into) != INVENTORY_MOVED)
            into = thing_where(into);
        if (into && !carried(item))
            ending_left_lying(c, item);
    }
}

void ending_send_home(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_send_home()");
    inventory_foreach (item, t, INVENTORY_THINGS) {
        // Contents first: a copied bag may hold a unique thing, and the reverse.
        if (inventory_has(item))
            ending_send_home(c, item);
        if (!unique(item))
            continue;
        if (inventory_has(item))
            ending_take_out(c, item, t);
        go_home(c, item);
    }
}

static void ending_end(struct context *c, struct thing *t, struct thing *out);

// Unique things in its disabled list wait there for their reset.
static void end_contents(struct context *c, struct thing *t, struct thing *out)
{
    for (int list = 0; list < INVENTORY_LISTS; list++)
        inventory_foreach (item, t, (enum inventory_list)list)
            if (unique(item) ? inventory_list_of(item) != INVENTORY_DISABLED : !unique(t))
                ending_end(c, item, out);
    if (unique(t))
        ending_take_out(c, t, out);
}

static void ending_end(struct context *c, struct thing *t, struct thing *out)
{
    if (inventory_has(t))
        end_contents(c, t, out);
    if (unique(t)) {
        go_home(c, t);
        return;
    }
    limbo_take(t);
    ending_uncount(c, t);
    limbo_free(t);
}

void ending_junk(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_junk()");
    assert(!thing_is(t, THING_PLAYER));
    ending_end(c, t, thing_where(t));
}

bool ending_leaves_contents(struct thing *t)
{
    if (unique(t) && inventory_has(t))
        inventory_foreach (item, t, INVENTORY_THINGS)
            if (!unique(item))
                return true;
    return false;
}

void ending_uncount(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_uncount()");
    if (inventory_has(t))
        for (int list = 0; list < INVENTORY_LISTS; list++)
            inventory_foreach (item, t, (enum inventory_list)list)
                ending_uncount(c, item);
    zone_gone(t);
}

static void wake_one(struct context *c, struct thing *t)
{
    struct on_action action;
    if (on_action_get(t, &action) && action.count && !timers_pending(t, TIMER_ACTION))
        timers_set(&c->timers, t, TIMER_ACTION, context_delay(c, action.after, action.jitter));
    struct mobile m;
    if (thing_is(t, THING_MOBILE) && mobile_get(t, &m) && m.after &&
        !timers_pending(t, TIMER_WANDER))
        timers_set(&c->timers, t, TIMER_WANDER, context_delay(c, m.after, m.jitter));
}

void wake_location(struct context *c, struct thing *location)
{
    loopguard_check_worker("wake_location()");
    assert(location);
    inventory_foreach (t, location, INVENTORY_THINGS)
        wake_one(c, t);
    inventory_foreach (t, location, INVENTORY_NARRATIVE)
        wake_one(c, t);
    wake_one(c, location);
}

void ending_left_lying(struct context *c, struct thing *t)
{
    loopguard_check_worker("ending_left_lying()");
    assert(!thing_is(t, THING_PLAYER));
    int64_t after, jitter;
    if (!cleanup_get(t, &after, &jitter))
        return;
    for (struct thing *in = thing_where(t); in; in = thing_where(in))
        if (timers_pending(in, TIMER_CLEANUP))
            return;
    timers_set(&c->timers, t, TIMER_CLEANUP, context_delay(c, after, jitter));
}

void ending_picked_up(struct thing *t)
{
    timers_cancel(t, TIMER_CLEANUP);
    if (inventory_has(t))
        inventory_foreach (item, t, INVENTORY_THINGS)
            ending_picked_up(item);
}

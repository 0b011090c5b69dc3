// The state of a fight is in its fighters: each has its opponent (world/attr/fight.h) and one timer
// for its next blow. A blow sets the next timer, and also one for an opponent that has no fight. A
// fight ends by itself: a timer whose opponent is gone, dead or not to be struck any more is not
// followed by another. A mobile that dies leaves what it carried; a player who dies wakes at
// another start and cannot be attacked for a while.
#include "game/fight.h"

#include "command/context.h"
#include "command/report.h"
#include "game/ending.h"
#include "game/recall.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/loopguard.h"
#include "world/attr/body.h"
#include "world/attr/fight.h"
#include "world/attr/health.h"
#include "world/attr/name.h"
#include "world/attr/vetoes.h"
#include "world/inventory.h"
#include "world/player.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>

enum { BLOW = 3, WEAPON = 4, HEAL_EVERY_MS = 30000, HEAL_PARTS = 20 };

// The start where a player who dies wakes: in another place than the striker's, if there is one.
static struct thing *refuge(struct context *c)
{
    for (size_t i = 0; i < world_starts(c->world); i++)
        if (world_start(c->world, i) != c->location)
            return world_start(c->world, i);
    return world_start(c->world, 0);
}

bool fight_need(struct context *c, struct thing *who)
{
    loopguard_check_worker("fight_need()");
    return thing_is(who, THING_PLAYER) ? context_need(c, refuge(c)) : ending_need(c, who);
}

static int seconds(int64_t ms)
{
    return (int)((ms + 999) / 1000);
}

static bool peace_objects(struct context *c, struct thing *who, struct buf *why)
{
    struct fight mine, theirs;
    fight_get(c->actor, &mine);
    fight_get(who, &theirs);
    int64_t left = fight_left(mine.peace, c->now, FIGHT_PEACE_MS);
    if (left)
        buf_addf(why,
                 "You have just come back from death. For another %d seconds nobody can fight you, "
                 "nor you anybody.",
                 seconds(left));
    else if ((left = fight_left(theirs.peace, c->now, FIGHT_PEACE_MS)))
        buf_addf(why,
                 "%s has just come back from death and is left in peace for another %d seconds.",
                 name_get(who), seconds(left));
    return left;
}

static bool players_object(struct context *c, struct thing *who, struct buf *why)
{
    if (!thing_is(who, THING_PLAYER))
        return false;
    const char *name = name_get(who);
    if (!player_outbox(who)) {
        buf_addf(why, "%s has lost the connection and cannot fight back. Leave them be.", name);
        return true;
    }
    if (!thing_is(c->actor, THING_PLAYER) || zone_pvp(thing_zone(c->location)))
        return false;
    bool mine = fight_consent_left(c->actor, thing_ref(who), c->now);
    bool theirs = fight_consent_left(who, thing_ref(c->actor), c->now);
    if (mine && theirs)
        return false;
    if (theirs)
        buf_addf(why, "%s has agreed to fight you. Type CONSENT %s to agree to it too.", name,
                 name);
    else if (mine)
        buf_addf(why,
                 "You may fight %s when they have agreed to it: CONSENT %s is for them to type.",
                 name, name_get(c->actor));
    else
        buf_addf(why, "Players fight only when both agree to it. Type CONSENT %s to offer a fight.",
                 name);
    return true;
}

static bool objects(struct context *c, struct thing *who, struct buf *why)
{
    struct health h;
    const char *veto = vetoes_for(who, "combat", c->actor);
    if (!veto)
        veto = vetoes_for(c->where, "combat", c->actor);
    if (veto)
        buf_adds(why, veto);
    else if (who == c->actor)
        buf_adds(why, "You think better of it.");
    else if (!thing_is_creature(who) || inventory_list_of(who) == INVENTORY_DISABLED ||
             !health_get(who, &h) || !health_get(c->actor, &h))
        buf_adds(why, "That is nothing you could fight.");
    else if (inventory_count(c->where, INVENTORY_PLAYERS) > world_limits(c->world)->crowd)
        buf_adds(why, "It is too crowded in here to start a fight.");
    else
        return players_object(c, who, why) || peace_objects(c, who, why);
    return true;
}

bool fight_may(struct context *c, struct thing *who, bool tell)
{
    loopguard_check_worker("fight_may()");
    assert(who);
    struct buf why = BUF_INIT;
    bool refused = objects(c, who, &why);
    if (refused && tell)
        report_actor(c, "%s", buf_str(&why));
    buf_fini(&why);
    return !refused;
}

// The opponent of `t`, if it is still there.
static struct thing *foe_of(struct context *c, struct thing *t)
{
    struct fight f;
    fight_get(t, &f);
    struct thing *foe = f.fighting ? thing_find(c->world, f.foe) : NULL;
    return foe && thing_where(foe) == c->where ? foe : NULL;
}

static void set_foe(struct thing *t, struct thing *foe)
{
    struct fight f;
    fight_get(t, &f);
    f.fighting = foe;
    f.foe = foe ? thing_ref(foe) : (struct tref){0, 0};
    fight_set(t, &f);
}

bool fight_leave(struct context *c)
{
    loopguard_check_worker("fight_leave()");
    if (!foe_of(c, c->actor))
        return false;
    set_foe(c->actor, NULL);
    return true;
}

static bool armed(struct thing *who)
{
    inventory_foreach (t, who, INVENTORY_THINGS) {
        enum body_use use;
        if (body_used(t, &use) && use == BODY_WIELD)
            return true;
    }
    return false;
}

// Nobody there goes on striking at the dead: they may be back before the next round.
static void fight_forget(struct context *c, struct thing *dead)
{
    static const enum inventory_list lists[] = {INVENTORY_PLAYERS, INVENTORY_THINGS};
    struct fight f;
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, c->where, lists[i]) {
            if (!thing_is_creature(t))
                continue;
            fight_get(t, &f);
            if (fight_is(&f, dead))
                set_foe(t, NULL);
        }
    fight_get(dead, &f);
    if (f.fighting)
        set_foe(dead, NULL);
}

// The consent of two players covers one fight to its end.
static void end_consent(struct context *c, struct thing *t, struct thing *other)
{
    if (fight_consent_left(t, thing_ref(other), c->now))
        fight_consent(t, thing_ref(other), 0);
}

static void player_dies(struct context *c, struct thing *who, struct health *h)
{
    struct thing *to = refuge(c);
    struct fight f;
    fight_get(who, &f);
    f.peace = c->now + FIGHT_PEACE_MS;
    fight_set(who, &f);
    end_consent(c, who, c->actor);
    end_consent(c, c->actor, who);
    h->current = h->maximum / 2 ? h->maximum / 2 : 1;
    health_set(who, h);
    fight_heal_later(c, who);
    inventory_relocate(who, to);
    report_participant(c, who, "You are dead. Then, after all, you are not: you are at %s.",
                       name_get(to));
    report_participant(c, who, "For %d seconds nobody can fight you, nor you anybody.",
                       FIGHT_PEACE_MS / 1000);
    report_observers(c, to, "%s is here, pale as a candle.", name_get(who));
    wake_location(c, to);
}

static void fight_die(struct context *c, struct thing *who, struct health *h)
{
    report_actor(c, "%s falls, and is dead.", name_get(who));
    report_here(c, "%s falls, and is dead.", name_get(who));
    fight_forget(c, who);
    if (thing_is(who, THING_PLAYER)) {
        player_dies(c, who, h);
        return;
    }
    h->current = h->maximum; // a unique mobile comes back with full health
    health_set(who, h);
    inventory_foreach (item, who, INVENTORY_THINGS) {
        body_unuse(item);
        if (inventory_move(item, c->where) == INVENTORY_MOVED)
            ending_left_lying(c, item);
    }
    ending_junk(c, who);
}

// The chances of attack and defence are as their squares: a*a to d*d.
static bool lands(struct context *c, int64_t attack, int64_t defence)
{
    uint64_t a = (uint64_t)(attack * attack), d = (uint64_t)(defence * defence);
    return rng_below(context_rng(c), a + d) < a;
}

static void missed(struct context *c, struct thing *who)
{
    report_actor(c, "You miss %s.", name_get(who));
    report_participant(c, who, "%s misses you.", name_get(c->actor));
    report_here(c, "%s misses %s.", name_get(c->actor), name_get(who));
}

// Takes the damage of a blow; false: it was the last blow.
static bool struck(struct context *c, struct thing *who, struct health *h, int64_t strength)
{
    const char *me = name_get(c->actor), *name = name_get(who);
    int32_t damage = 1 + (int32_t)rng_below(context_rng(c), (uint64_t)strength);
    h->current = h->current > damage ? h->current - damage : 0;
    report_actor(c, MARK_GOOD "You hit %s, for %d." MARK_RESET, name, (int)damage);
    report_participant(c, who, MARK_BAD "%s hits you, for %d." MARK_RESET, me, (int)damage);
    report_here(c, "%s hits %s.", me, name);
    if (!h->current) {
        fight_die(c, who, h);
        return false;
    }
    health_set(who, h);
    fight_heal_later(c, who);
    return true;
}

// The one who is struck fights back, unless it has another fight, which it goes on with.
static void fight_answer(struct context *c, struct thing *who)
{
    struct fight f;
    if (!foe_of(c, who))
        set_foe(who, c->actor);
    fight_get(who, &f);
    if (!timers_pending(who, TIMER_ROUND))
        timers_set(&c->timers, who, TIMER_ROUND, FIGHT_ROUND_MS);
}

static void blow(struct context *c, struct thing *who)
{
    struct health mine = {.current = 1, .maximum = 1}, theirs;
    struct fight f;
    int64_t strength = BLOW + (armed(c->actor) ? WEAPON : 0);
    recall_disturb(c, who);
    recall_disturb(c, c->actor);
    health_get(c->actor, &mine);
    health_get(who, &theirs);
    fight_get(c->actor, &f);
    f.fighting = true;
    f.foe = thing_ref(who);
    f.ready = c->now + FIGHT_ROUND_MS;
    fight_set(c->actor, &f);
    timers_set(&c->timers, c->actor, TIMER_ROUND, FIGHT_ROUND_MS);
    if (!lands(c, strength + mine.current, BLOW + (armed(who) ? WEAPON : 0) + theirs.current))
        missed(c, who);
    else if (!struck(c, who, &theirs, strength))
        return;
    fight_answer(c, who);
}

void fight_turn_on(struct context *c, struct thing *who)
{
    loopguard_check_worker("fight_turn_on()");
    assert(who && who != c->actor);
    struct fight f;
    fight_get(c->actor, &f);
    bool pending = timers_pending(c->actor, TIMER_ROUND);
    int64_t left = pending ? 0 : fight_left(f.ready, c->now, FIGHT_ROUND_MS);
    if (!pending && !left) {
        blow(c, who);
        return;
    }
    if (left)
        timers_set(&c->timers, c->actor, TIMER_ROUND, left);
    if (fight_is(&f, who)) {
        report_actor(c, "You are fighting %s already, a blow every three seconds.", name_get(who));
        return;
    }
    set_foe(c->actor, who);
    report_actor(c, "You turn on %s. Your next blow comes when you are ready for it.",
                 name_get(who));
}

enum command_result fight_round(struct context *c, void (*done)(struct context *c))
{
    loopguard_check_worker("fight_round()");
    assert(done);
    struct thing *who = foe_of(c, c->actor);
    bool linkdead = thing_is(c->actor, THING_PLAYER) && !player_outbox(c->actor);
    if (who && (linkdead || !fight_may(c, who, false)))
        who = NULL;
    if (who && !fight_need(c, who))
        return COMMAND_AGAIN;
    done(c);
    struct fight f;
    fight_get(c->actor, &f);
    if (who) {
        blow(c, who);
    } else if (f.fighting) {
        set_foe(c->actor, NULL);
        report_actor(c, "Your fight is over.");
    }
    return COMMAND_DONE;
}

// How a creature heals. A mobile whose zone file says nothing of it is whole again after ten
// minutes.
static bool heals(struct thing *who, struct health *h)
{
    if (!health_get(who, h) || h->current >= h->maximum)
        return false;
    if (thing_is(who, THING_MOBILE) && (h->restore < 1 || h->every < 1)) {
        h->restore = h->maximum / HEAL_PARTS ? h->maximum / HEAL_PARTS : 1;
        h->every = HEAL_EVERY_MS;
    }
    return h->restore > 0 && h->every > 0;
}

void fight_heal_later(struct context *c, struct thing *who)
{
    loopguard_check_worker("fight_heal_later()");
    assert(who);
    struct health h;
    if (heals(who, &h) && !timers_pending(who, TIMER_HEALTH))
        timers_set(&c->timers, who, TIMER_HEALTH, h.every);
}

void fight_heal(struct context *c)
{
    loopguard_check_worker("fight_heal()");
    struct health h, now;
    struct fight f;
    fight_get(c->actor, &f);
    if (!f.fighting && heals(c->actor, &h)) {
        health_get(c->actor, &now);
        now.current = h.restore < now.maximum - now.current ? now.current + h.restore : now.maximum;
        health_set(c->actor, &now);
    }
    fight_heal_later(c, c->actor);
}

// HIT: fighting, in rounds of three seconds, each a command of its own by whoever strikes. After each
// blow the one who was hit strikes back while both are there. A mobile that dies leaves what it
// carried; a player who dies begins again, hardly alive.
#include "command/commands.h"
#include "command/context.h"
#include "command/ending.h"
#include "command/hit.h"
#include "command/match.h"
#include "command/recall.h"
#include "command/report.h"
#include "output/markup.h"
#include "util/buf.h"
#include "world/body.h"
#include "world/health.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/vetoes.h"
#include "world/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUND_MS = 3000, BLOW = 3, WEAPON = 4 };

// Where a player who dies goes.
static struct thing *refuge(struct context *c)
{
    return world_start(c->world, 0);
}

// Everything that a death may need, asked for before anything is left to chance.
static bool need_death(struct context *c, struct thing *who)
{
    return thing_is(who, THING_PLAYER) ? context_need(c, refuge(c)) : ending_need(c, who);
}

static bool armed(struct thing *who)
{
    inventory_foreach(t, who, INVENTORY_THINGS) {
        enum body_use use;
        if (body_used(t, &use) && use == BODY_WIELD)
            return true;
    }
    return false;
}

void hit_write_blow(struct buf *line, struct tref at)
{
    buf_addf(line, "$strike %u %u", at.index, at.generation);
}

bool hit_read_blow(const char *line, struct tref *at)
{
    return sscanf(line, "$strike %" SCNu32 " %" SCNu32, &at->index, &at->generation) == 2;
}

static void strike_back(struct context *c, struct thing *who, struct thing *at)
{
    struct buf line = BUF_INIT;
    hit_write_blow(&line, thing_ref(at));
    context_script(c, who, ROUND_MS, buf_str(&line));
    buf_fini(&line);
}

static void begin_healing(struct context *c, struct thing *who, const struct health *h)
{
    if (h->every && h->restore && !agenda_pending(who, AGENDA_HEALTH))
        agenda_set(&c->agenda, who, AGENDA_HEALTH, h->every);
}

static void die(struct context *c, struct thing *who, struct health *h)
{
    const char *name = name_get(who);
    report_actor(c, "%s falls, and is dead.", name);
    report_here(c, "%s falls, and is dead.", name);
    if (thing_is(who, THING_PLAYER)) {
        struct thing *to = refuge(c);
        h->current = 1;
        health_set(who, h);
        begin_healing(c, who, h);
        inventory_move(who, to);
        report_participant(c, who, "You are dead. Then, after all, you are not: you are at %s.",
                           name_get(to));
        report_observers(c, to, "%s is here, pale as a candle.", name);
        return;
    }
    inventory_foreach(item, who, INVENTORY_THINGS) {
        body_unuse(item);
        if (inventory_move(item, c->where) == INVENTORY_MOVED)
            ending_left_lying(c, item);
    }
    ending_junk(c, who);
}

// The better one's chance grows with the square: a*a against d*d.
static bool lands(struct context *c, int64_t attack, int64_t defence)
{
    uint64_t a = (uint64_t)(attack * attack), d = (uint64_t)(defence * defence);
    return rng_below(context_rng(c), a + d) < a;
}

static void blow(struct context *c, struct thing *who)
{
    recall_disturb(c, who);
    recall_disturb(c, c->actor);
    struct health mine = {.current = 1, .maximum = 1}, his;
    const char *me = name_get(c->actor), *name = name_get(who);
    int64_t strength = BLOW + (armed(c->actor) ? WEAPON : 0);
    health_get(c->actor, &mine);
    health_get(who, &his);
    if (!lands(c, strength + mine.current, BLOW + (armed(who) ? WEAPON : 0) + his.current)) {
        report_actor(c, "You miss %s.", name);
        report_participant(c, who, "%s misses you.", me);
        report_here(c, "%s misses %s.", me, name);
    } else {
        int32_t damage = 1 + (int32_t)rng_below(context_rng(c), (uint64_t)strength);
        his.current = his.current > damage ? his.current - damage : 0;
        report_actor(c, MARK_GOOD "You hit %s, for %d." MARK_RESET, name, (int)damage);
        report_participant(c, who, MARK_BAD "%s hits you, for %d." MARK_RESET, me, (int)damage);
        report_here(c, "%s hits %s.", me, name);
        if (!his.current) {
            die(c, who, &his);
            return;
        }
        health_set(who, &his);
        begin_healing(c, who, &his);
    }
    strike_back(c, who, c->actor);
}

// Why not, or NULL.
static const char *objection(struct context *c, struct thing *who)
{
    struct health h;
    const char *why = vetoes_get(who, "combat");
    if (!why)
        why = vetoes_get(c->where, "combat");
    if (why)
        return why;
    if (who == c->actor)
        return "You think better of it.";
    if (!thing_is_creature(who) || !health_get(who, &h) || !health_get(c->actor, &h))
        return "That is nothing you could fight.";
    if (inventory_count(c->where, INVENTORY_PLAYERS) > world_limits(c->world)->crowd)
        return "It is too crowded in here to start a fight.";
    return NULL;
}

static enum command_result run_hit(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "Whom do you want to hit?");
        return COMMAND_DONE;
    }
    struct thing *who =
        match_one(c, 1, c->words.count, MATCH_PLAYERS | MATCH_HERE | MATCH_NARRATIVE | MATCH_SELF);
    if (!who)
        return COMMAND_DONE;
    const char *why = objection(c, who);
    if (why) {
        report_actor(c, "%s", why);
        return COMMAND_DONE;
    }
    if (!need_death(c, who))
        return COMMAND_AGAIN;
    blow(c, who);
    return COMMAND_DONE;
}

// "$strike INDEX GENERATION": the other may have gone, or be no more; then it is over.
static enum command_result run_strike(struct context *c)
{
    struct tref ref = {(uint32_t)strtoul(words_at(&c->words, 1), NULL, 10),
                       (uint32_t)strtoul(words_at(&c->words, 2), NULL, 10)};
    struct thing *who = thing_find(c->world, ref);
    if (!who || thing_where(who) != c->where || objection(c, who))
        return COMMAND_DONE;
    if (!need_death(c, who))
        return COMMAND_AGAIN;
    blow(c, who);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"attack", "kill", NULL};

const struct command command_hit = {
    .name = "hit",
    .aliases = aliases,
    .usage = "hit SOMEBODY",
    .summary = "start a fight",
    .help = "A fight goes on by itself, a blow every three seconds, while both are there; walking "
            "away ends it. A weapon that you WIELD helps. Who dies loses nothing but the day.",
    .flags = COMMAND_MOBILE,
    .run = run_hit,
};

const struct command command_strike = {
    .name = "$strike",
    .usage = "$strike INDEX GENERATION",
    .summary = "strike back",
    .flags = COMMAND_SCRIPT,
    .run = run_strike,
};

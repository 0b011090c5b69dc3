// CONSENT: agree to a fight with another player. Players may strike at each other only when both
// have agreed, or in zones that allow it. A consent lasts ten minutes, ends with a death, and can
// be taken back.
#include "command/context.h"
#include "command/match.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/fight.h"
#include "world/attr/name.h"
#include "world/player.h"

#include <assert.h>
#include <string.h>

enum { MINUTES = FIGHT_CONSENT_MS / 60000, AGAIN_MS = 60000 };

static void take_back(struct context *c)
{
    if (fight_consent_none(c->actor))
        report_actor(c, "You take back what you have agreed to. No player may fight you any more.");
    else
        report_actor(c, "You have agreed to fight nobody.");
}

static void agree(struct context *c, struct thing *who)
{
    assert(who != c->actor);
    const char *me = name_get(c->actor), *name = name_get(who);
    int64_t left = fight_consent_left(c->actor, thing_ref(who), c->now);
    bool theirs = fight_consent_left(who, thing_ref(c->actor), c->now);
    // Typing it again and again does not bother the other player.
    if (left > FIGHT_CONSENT_MS - AGAIN_MS) {
        report_actor(c, "You have agreed to fight %s already.", name);
        return;
    }
    fight_consent(c->actor, thing_ref(who), c->now + FIGHT_CONSENT_MS);
    report_actor(c, "You agree to fight %s within the next %d minutes. CONSENT NONE takes it back.",
                 name, MINUTES);
    report_participant(c, who, "%s agrees to fight you within the next %d minutes.", me, MINUTES);
    if (theirs) {
        report_actor(c, "%s has agreed too: HIT %s begins it.", name, name);
        report_participant(c, who, "You have agreed too: HIT %s begins it.", me);
    } else {
        report_actor(c, "Nothing happens before %s agrees too.", name);
        report_participant(c, who, "Nothing happens before you agree too, with CONSENT %s.", me);
    }
}

static enum command_result consent_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "Whom do you agree to fight? CONSENT NAME, or CONSENT NONE.");
        return COMMAND_DONE;
    }
    if (c->words.count == 2 && !strcmp(words_at(&c->words, 1), "none")) {
        take_back(c);
        return COMMAND_DONE;
    }
    struct thing *who = match_one(c, 1, c->words.count, MATCH_PLAYERS | MATCH_SELF);
    if (!who)
        return COMMAND_DONE;
    if (who == c->actor)
        report_actor(c, "You think better of it.");
    else
        agree(c, who);
    return COMMAND_DONE;
}

const struct command command_consent = {
    .name = "consent",
    .usage = "consent NAME | consent none",
    .summary = "agree to a fight with another player",
    .help =
        "Players fight only when both have typed CONSENT with the other's name, or where the zone "
        "lets everybody fight. It lasts ten minutes or until one of them dies; CONSENT NONE takes "
        "back all you have agreed to, and ends such a fight.",
    .run = consent_run,
};

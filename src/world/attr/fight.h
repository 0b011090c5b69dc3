// What a creature knows of its fight: its opponent, when it may strike again, until when it cannot
// be attacked, and which players it has agreed to fight. Its blows come from its one timer of the
// kind TIMER_ROUND.
//
// Times are of the event's clock. A time that is further ahead than possible comes from a clock
// that was set back, and counts as over (fight_left).
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_FIGHT_H
#define WORLD_ATTR_FIGHT_H

#include "util/site.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FIGHT_ROUND_MS = 3000,     // one blow of each creature
    FIGHT_PEACE_MS = 30000,    // after a death
    FIGHT_CONSENT_MS = 600000, // how long one consent lasts
    FIGHT_CONSENTS = 4,        // most of one player's; the oldest makes room
};

struct fight {
    bool fighting; // its opponent is `foe`, which may have left since
    struct tref foe;
    int64_t ready; // no blow before
    int64_t peace; // until then it neither strikes nor is struck
};

void fight_get_at(struct thing *t, struct fight *out, const struct site *at); // all zero: no fight
void fight_set_at(struct thing *t, const struct fight *f, const struct site *at);
#define fight_get(t, out) fight_get_at((t), (out), SITE)
#define fight_set(t, f) fight_set_at((t), (f), SITE)

// For how many ms more t has agreed to fight `who`; 0: not at all.
int64_t fight_consent_left_at(struct thing *t, struct tref who, int64_t now, const struct site *at);
void fight_consent_at(struct thing *t, struct tref who, int64_t until, const struct site *at);
bool fight_consent_none_at(struct thing *t, const struct site *at); // false: there was no consent
#define fight_consent_left(t, who, now) fight_consent_left_at((t), (who), (now), SITE)
#define fight_consent(t, who, until) fight_consent_at((t), (who), (until), SITE)
#define fight_consent_none(t) fight_consent_none_at((t), SITE)

static inline int64_t fight_left(int64_t until, int64_t now, int64_t most)
{
    // The time left until `until`, which may be any number, as it may come from a file.
    return now >= 0 && until > now && until - now <= most ? until - now : 0;
}

static inline bool fight_is(const struct fight *f, const struct thing *who)
{
    struct tref ref = thing_ref(who);
    return f->fighting && f->foe.index == ref.index && f->foe.generation == ref.generation;
}

#endif

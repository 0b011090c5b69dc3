// Finds the listener of TELL, ASK and WHISPER, where nothing separates the name from the text. For
// each creature in the location the number of words that name it is counted; the creature with most
// of them is meant, players first.
#include "command/called.h"
#include "command/context.h"
#include "command/match.h"
#include "command/phrase.h"
#include "util/loopguard.h"
#include "world/inventory.h"

#include <string.h>
#include <strings.h>

struct listening {
    struct context *c;
    struct phrase quantity;
    size_t from, to;
    const char *first;
    struct called called;
    struct thing *best;
    size_t length, nth; // length of the best match; how many creatures match with that length
};

static void consider(struct listening *l, struct thing *t, size_t length)
{
    if (length < l->length || !length)
        return;
    if (length > l->length) {
        l->length = length;
        l->nth = 0;
        l->best = NULL;
    }
    l->nth++;
    bool last = l->quantity.quantity == PHRASE_LAST;
    size_t wanted = l->quantity.quantity == PHRASE_NTH ? l->quantity.nth : 1;
    if (last || l->nth == wanted)
        l->best = t;
}

static void consider_all(struct listening *l)
{
    struct context *c = l->c;
    inventory_foreach (t, c->where, INVENTORY_PLAYERS)
        if (t != c->actor && !strcasecmp(thing_label(t), l->first))
            consider(l, t, 1);
    if (l->best) // a player by the full name goes before all others
        return;
    inventory_foreach (t, c->where, INVENTORY_THINGS) {
        if (t == c->actor || !thing_is(t, THING_MOBILE))
            continue;
        called_read(&l->called, t);
        consider(l, t, called_length(&l->called, &c->words, l->from, l->to, l->first));
    }
}

struct thing *match_listener_quietly(struct context *c, size_t from, size_t *next)
{
    loopguard_check_worker("match_listener_quietly()");
    struct listening l = {.c = c, .to = c->words.count};
    l.from = phrase_begin(&c->words, from, l.to, &l.quantity, &l.first);
    if (l.from < l.to)
        consider_all(&l);
    called_fini(&l.called);
    *next = l.from + l.length;
    return l.best;
}

struct thing *match_listener(struct context *c, size_t from, size_t *next)
{
    loopguard_check_worker("match_listener()");
    static const char *const about[] = {"about", NULL};
    const unsigned scope =
        MATCH_PLAYERS | MATCH_HERE | MATCH_NARRATIVE | MATCH_SELF | MATCH_CREATURES;
    struct thing *who = match_listener_quietly(c, from, next);
    if (who)
        return who;
    // Nobody has that name: take the words up to ABOUT, or one word, and match them as for any
    // thing.
    size_t end = match_split(c, from, about);
    struct phrase p;
    const char *first;
    if (end == from || end == c->words.count)
        end = phrase_begin(&c->words, from, c->words.count, &p, &first) + 1;
    *next = end;
    return match_one(c, from, end, scope);
}

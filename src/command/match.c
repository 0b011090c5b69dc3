// Matches words to things. The scopes are walked once for each way of comparing, the strict ones
// first, until enough is found. Nearly every phrase is found by aliases alone, in one walk that
// reads no names.
#include "command/match.h"

#include "command/called.h"
#include "command/carried.h"
#include "command/command.h"
#include "command/context.h"
#include "command/phrase.h"
#include "command/report.h"
#include "command/scenery.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/attr/aliases.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The ways of comparing: by aliases, then as in called.h.
enum way { BY_ALIAS = -1 };

// A scope for this file alone: only things inside open containers at the actor's location.
enum { ONLY_OPEN = 1 << 30 };

struct search {
    struct context *c;
    const struct phrase *p;
    unsigned scope;
    struct thing *inside;      // the container to look in, or NULL: the scopes
    const struct match *taken; // what earlier phrases of the list have found, not to be found again
    int way;                   // enum way, or enum called_as
    bool creatures;            // only creatures count
    bool looser;               // a looser way of comparing would find something
    struct called called;
    struct match found;
};

void match_init(struct match *m)
{
    *m = (struct match){0};
}

void match_fini(struct match *m)
{
    free(m->list);
    *m = (struct match){0};
}

size_t match_split(struct context *c, size_t from, const char *const *prepositions)
{
    loopguard_check_worker("match_split()");
    assert(prepositions);
    for (size_t i = from; i < c->words.count; i++)
        for (const char *const *p = prepositions; *p; p++)
            if (!strcmp(words_at(&c->words, i), *p))
                return i;
    return c->words.count;
}

size_t match_split_last(struct context *c, size_t from, const char *const *prepositions)
{
    loopguard_check_worker("match_split_last()");
    assert(prepositions);
    size_t at = c->words.count;
    for (size_t i = from; (i = match_split(c, i, prepositions)) < c->words.count; i++)
        at = i;
    return at;
}

size_t match_split_name(struct context *c, size_t from, const char *const *prepositions,
                        unsigned scope)
{
    loopguard_check_worker("match_split_name()");
    size_t at = match_split(c, from, prepositions);
    if (at > from && at < c->words.count && match_quietly(c, from, c->words.count, scope))
        return c->words.count;
    return at;
}

void match_tell_usage(struct context *c, const char *question)
{
    loopguard_check_worker("match_tell_usage()");
    assert(c->command);
    report_actor(c, "%s Type: %s", question, c->command->usage);
}

static bool fits_alias(const struct phrase *p, struct thing *t)
{
    if (!p->count)
        return p->quantity == PHRASE_ALL;
    const char *alias = p->words[p->count - 1];
    if (!aliases_is(t, alias) && !(thing_is(t, THING_PLAYER) && !strcasecmp(thing_label(t), alias)))
        return false;
    for (size_t i = 0; i + 1 < p->count; i++)
        if (!aliases_qualifies(t, p->words[i], alias))
            return false;
    return !p->too_long;
}

static bool match_fits(struct search *s, struct thing *t)
{
    if (s->creatures && !thing_is_creature(t))
        return false;
    if (s->way == BY_ALIAS)
        return fits_alias(s->p, t);
    bool many = phrase_wants_many(s->p);
    called_read(&s->called, t);
    s->looser |= s->way == CALLED_NAMED && called_fits(&s->called, s->p, CALLED_ABBREVIATED, many);
    return called_fits(&s->called, s->p, (enum called_as)s->way, many);
}

static void match_add(struct match *m, struct thing *t)
{
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->list = mem_realloc_array(m->list, m->cap, sizeof(struct thing *));
    }
    m->list[m->count++] = t;
}

static bool match_is_taken(const struct search *s, const struct thing *t)
{
    for (size_t i = 0; i < s->taken->count; i++)
        if (s->taken->list[i] == t)
            return true;
    return false;
}

// Stops at the first match, or at as many as were asked for: the total is not needed.
static bool satisfied(const struct search *s)
{
    size_t n = s->found.count;
    switch (s->p->quantity) {
    case PHRASE_FIRST:
    case PHRASE_ANY:
        return n > 0;
    case PHRASE_NTH:
    case PHRASE_COUNT:
        return n >= s->p->nth;
    case PHRASE_ALL:
    case PHRASE_LAST:
        break;
    }
    return false;
}

static void match_gather(struct search *s, struct thing *in, enum inventory_list list)
{
    if (satisfied(s))
        return;
    inventory_foreach (t, in, list) {
        if (t != s->c->actor && match_fits(s, t) && !match_is_taken(s, t) &&
            !carried_hides(s->c->actor, t))
            match_add(&s->found, t);
        if (satisfied(s))
            return;
    }
}

static bool match_crowded(struct context *c)
{
    return inventory_count(c->where, INVENTORY_PLAYERS) > world_limits(c->world)->crowd;
}

// A name that was typed in full is looked for even in a crowd.
static void match_gather_players(struct search *s)
{
    if (s->scope & MATCH_PLAYERS && ((s->way == BY_ALIAS && s->p->count) || !match_crowded(s->c)))
        match_gather(s, s->c->where, INVENTORY_PLAYERS);
}

static void gather_scopes(struct search *s)
{
    struct context *c = s->c;
    if (s->creatures)
        match_gather_players(s);
    if (s->scope & MATCH_CARRIED && inventory_has(c->actor))
        match_gather(s, c->actor, INVENTORY_THINGS);
    if (s->scope & MATCH_HERE)
        match_gather(s, c->where, INVENTORY_THINGS);
    if (!s->creatures)
        match_gather_players(s);
    if (s->scope & MATCH_NARRATIVE && s->p->count)
        match_gather(s, c->where, INVENTORY_NARRATIVE);
}

static void gather_open(struct search *s, struct thing *in, enum inventory_list list)
{
    inventory_foreach (t, in, list)
        if (carried_is_container(t) && !carried_is_closed(t))
            match_gather(s, t, INVENTORY_THINGS);
}

static void gather_all(struct search *s)
{
    s->found.count = 0;
    if (s->inside) {
        match_gather(s, s->inside, INVENTORY_THINGS);
        return;
    }
    if (!(s->scope & ONLY_OPEN))
        gather_scopes(s);
    if (!(s->scope & MATCH_OPEN) || s->found.count || !s->p->count)
        return;
    if (s->scope & MATCH_CARRIED && inventory_has(s->c->actor))
        gather_open(s, s->c->actor, INVENTORY_THINGS);
    if (!(s->scope & (MATCH_HERE | ONLY_OPEN)))
        return;
    gather_open(s, s->c->where, INVENTORY_THINGS);
    gather_open(s, s->c->where, INVENTORY_NARRATIVE);
}

// Keeps those matches that the quantity asks for; false when there are too few.
static bool match_choose(struct search *s)
{
    struct match *m = &s->found;
    const struct phrase *p = s->p;
    m->all = p->quantity == PHRASE_ALL;
    if (!m->count ||
        ((p->quantity == PHRASE_NTH || p->quantity == PHRASE_COUNT) && m->count < p->nth))
        return false;
    if (m->all)
        return true;
    if (p->quantity == PHRASE_COUNT) {
        m->count = p->nth;
        return true;
    }
    if (p->quantity == PHRASE_NTH)
        m->list[0] = m->list[p->nth - 1];
    else if (p->quantity == PHRASE_LAST)
        m->list[0] = m->list[m->count - 1];
    m->count = 1;
    return true;
}

// A player of exactly that name goes before a thing with that name, such as a doll.
static void prefer_player(struct search *s)
{
    if (!(s->scope & MATCH_NAMES) || s->p->count != 1 || !phrase_wants_one(s->p) || s->p->mine ||
        thing_is_creature(s->found.list[0]) || match_crowded(s->c))
        return;
    inventory_foreach (t, s->c->where, INVENTORY_PLAYERS)
        if (t != s->c->actor && !strcasecmp(thing_label(t), s->p->words[0])) {
            s->found.list[0] = t;
            return;
        }
}

static bool try_way(struct search *s, int way, bool creatures, size_t *most)
{
    s->way = way;
    s->creatures = creatures;
    gather_all(s);
    if (s->found.count > *most)
        *most = s->found.count;
    if (!match_choose(s))
        return false;
    if (way == BY_ALIAS)
        prefer_player(s);
    return true;
}

static bool try_ways(struct search *s, int first, int last, size_t *most)
{
    for (int way = first; s->scope & MATCH_CREATURES && way <= last; way++)
        if (try_way(s, way, true, most))
            return true;
    for (int way = first; way <= last; way++)
        if (try_way(s, way, false, most))
            return true;
    return false;
}

// Tries all ways of comparing, the strict ones first; *most is the greatest number found by any. A
// detail goes before things that are only described or abbreviated.
static bool search(struct search *s, bool strictly, size_t *most)
{
    *most = 0;
    s->looser = false;
    if (try_ways(s, BY_ALIAS, CALLED_NAMED, most))
        return true;
    if (!s->p->count || s->p->too_long)
        return false;
    if (s->scope & MATCH_DETAILS && (s->found.detail = scenery_find(s->c, s->p, false))) {
        s->found.count = 0;
        return true;
    }
    if (s->looser && try_ways(s, CALLED_DESCRIBED, CALLED_DESCRIBED, most))
        return true;
    if (strictly)
        return false;
    if (s->looser && try_ways(s, CALLED_ABBREVIATED, CALLED_ABBREVIATED, most))
        return true;
    s->found.count = 0;
    return s->scope & MATCH_DETAILS && (s->found.detail = scenery_find(s->c, s->p, true));
}

// Tells the actor why a thing was not found in the scope although it exists: the actor carries it,
// it is inside something, it is a player, or it is only mentioned in a description.
static bool tell_where(struct search *s)
{
    struct context *c = s->c;
    size_t most;
    bool looked = s->scope & (MATCH_CARRIED | MATCH_CREATURES);
    s->scope = MATCH_CARRIED;
    if (!looked && search(s, true, &most) && !s->found.all) {
        report_actor(c, "You have %s already.", name_get(s->found.list[0]));
        return true;
    }
    s->scope = ONLY_OPEN | MATCH_OPEN;
    if (search(s, true, &most) && s->found.count == 1) {
        report_actor(c, "%s is in %s.", name_get(s->found.list[0]),
                     name_get(thing_where(s->found.list[0])));
        return true;
    }
    s->scope = MATCH_PLAYERS;
    if (search(s, true, &most) && s->found.count == 1) {
        report_actor(c, "You cannot do that with %s.", name_get(s->found.list[0]));
        return true;
    }
    if (!scenery_find(c, s->p, true))
        return false;
    report_actor(c, "That is only there to be looked at. Type: examine %s",
                 s->p->words[s->p->count - 1]);
    return true;
}

static void match_tell_missing(struct search *s, size_t from, size_t to, size_t most)
{
    struct context *c = s->c;
    const struct phrase *p = s->p;
    const char *what = s->inside ? "in there"
                       : (s->scope & (MATCH_CARRIED | MATCH_HERE)) == MATCH_CARRIED
                           ? "among your things"
                           : "here";
    const char *text = words_rest(&c->words, from), *end = words_rest(&c->words, to);
    size_t n = *end ? (size_t)(end - text) : strlen(text);
    while (n > 1 && strchr(" ,", text[n - 1]))
        n--;
    if (p->self && !s->inside)
        report_actor(c, "You cannot do that with yourself.");
    else if (!p->count && p->quantity != PHRASE_ALL)
        match_tell_usage(c, "Something is missing.");
    else if ((p->quantity == PHRASE_NTH || p->quantity == PHRASE_COUNT) && most)
        report_actor(c, "There %s only %zu of those to be found.", most == 1 ? "is" : "are", most);
    else if (!p->count)
        report_actor(c, "There is nothing %s.", what);
    else if (s->inside || !(s->scope & MATCH_HERE) || !tell_where(s))
        report_actor(c, "You see no '%.*s' %s.", (int)n, text, what);
}

static bool is_own_name(const struct search *s)
{
    return s->scope & MATCH_SELF && s->p->count == 1 && thing_is(s->c->actor, THING_PLAYER) &&
           !strcasecmp(thing_label(s->c->actor), s->p->words[0]);
}

// Finds one phrase and adds the matches to m.
static bool find_phrase(struct search *s, size_t from, size_t to, bool quiet, struct match *m)
{
    struct phrase p;
    size_t most = 0;
    unsigned scope = s->scope;
    phrase_parse(&s->c->words, from, to, &p);
    s->p = &p;
    s->taken = m;
    s->found.count = 0;
    s->found.detail = NULL;
    if (p.mine && !s->inside)
        s->scope &= MATCH_CARRIED | MATCH_SELF;
    bool found;
    if (p.self && s->scope & MATCH_SELF) {
        match_add(&s->found, s->c->actor);
        found = true;
    } else {
        found = search(s, quiet, &most);
        if (!found && is_own_name(s)) {
            s->found.count = 0;
            match_add(&s->found, s->c->actor);
            found = true;
        }
    }
    if (!found && !quiet)
        match_tell_missing(s, from, to, most);
    for (size_t i = 0; found && i < s->found.count; i++)
        match_add(m, s->found.list[i]);
    if (found) {
        m->all |= s->found.all;
        m->detail = s->found.detail;
    }
    s->scope = scope;
    return found;
}

static bool is_and(const char *word)
{
    return !strcmp(word, "and") || !strcmp(word, "&");
}

// The end of the phrase at `from` in a list of phrases; *next is where the next one begins.
static size_t phrase_end(struct context *c, size_t from, size_t to, size_t *next)
{
    for (size_t i = from; i < to; i++) {
        if (is_and(words_at(&c->words, i))) {
            *next = i + 1;
            return i;
        }
        if (words_comma(&c->words, i) && i + 1 < to) {
            *next = i + 1;
            return i + 1;
        }
    }
    *next = to;
    return to;
}

static bool find_all(struct search *s, size_t from, size_t to, struct match *m)
{
    size_t next, end = phrase_end(s->c, from, to, &next);
    m->count = 0;
    m->all = false;
    m->detail = NULL;
    m->words = to - from;
    if (end == to && next == to)
        return find_phrase(s, from, to, false, m);
    // A name may contain the word "and".
    if (find_phrase(s, from, to, true, m))
        return true;
    bool found = false, any = false;
    for (size_t at = from; at < to; at = next) {
        end = phrase_end(s->c, at, to, &next);
        if (end == at)
            continue;
        found |= find_phrase(s, at, end, false, m);
        any = true;
    }
    return any ? found : find_phrase(s, from, to, false, m);
}

static bool run_search(struct search *s, size_t from, size_t to, struct match *m)
{
    bool found = find_all(s, from, to, m);
    called_fini(&s->called);
    match_fini(&s->found);
    return found;
}

bool match_find(struct context *c, size_t from, size_t to, unsigned scope, struct match *m)
{
    loopguard_check_worker("match_find()");
    assert(from <= to && to <= c->words.count);
    struct search s = {.c = c, .scope = scope};
    return run_search(&s, from, to, m);
}

bool match_inside(struct context *c, size_t from, size_t to, struct thing *container,
                  struct match *m)
{
    loopguard_check_worker("match_inside()");
    assert(from <= to && to <= c->words.count && inventory_has(container));
    struct search s = {.c = c, .inside = container};
    return run_search(&s, from, to, m);
}

struct thing *match_one(struct context *c, size_t from, size_t to, unsigned scope)
{
    loopguard_check_worker("match_one()");
    struct match m;
    match_init(&m);
    struct thing *t = NULL;
    if (match_find(c, from, to, scope, &m)) {
        if (m.count == 1)
            t = m.list[0];
        else
            report_actor(c, "One at a time, please.");
    }
    match_fini(&m);
    return t;
}

struct thing *match_quietly(struct context *c, size_t from, size_t to, unsigned scope)
{
    loopguard_check_worker("match_quietly()");
    struct search s = {.c = c, .scope = scope};
    struct match m;
    match_init(&m);
    bool found = find_phrase(&s, from, to, true, &m);
    struct thing *t = found && m.count == 1 ? m.list[0] : NULL;
    match_fini(&m);
    called_fini(&s.called);
    match_fini(&s.found);
    return t;
}

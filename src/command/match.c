// Matching words to things. A phrase is cut into a quantity (ALL, ANY, LAST, 2ND …), qualifiers and
// an alias, the last word; the scopes are walked in order and every thing that fits is counted.
#include "command/match.h"

#include "command/context.h"
#include "command/report.h"
#include "util/mem.h"
#include "world/aliases.h"
#include "world/inventory.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum quantity { QUANTITY_FIRST, QUANTITY_ALL, QUANTITY_ANY, QUANTITY_LAST, QUANTITY_NTH };

struct phrase {
    enum quantity quantity;
    size_t nth; // 1-based, for QUANTITY_NTH
    bool mine;
    const char *alias; // "" with ALL alone: everything
    const char *qualifiers[8];
    size_t qualifier_count;
    bool self;
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

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

size_t match_split(struct context *c, size_t from, const char *const *prepositions)
{
    for (size_t i = from; i < c->words.count; i++)
        if (one_of(words_at(&c->words, i), prepositions))
            return i;
    return c->words.count;
}

static bool is_stop_word(const char *word)
{
    static const char *const words[] = {"a", "an", "the", "some", "of", NULL};
    return one_of(word, words);
}

// "2", "2nd", "3rd", "2." → the number; 0 when it is none.
static size_t ordinal(const char *word)
{
    char *end;
    if (*word < '1' || *word > '9')
        return 0;
    unsigned long n = strtoul(word, &end, 10);
    static const char *const endings[] = {"", ".", "st", "nd", "rd", "th", NULL};
    return n <= 1000000 && one_of(end, endings) ? n : 0;
}

static bool take_quantity(struct phrase *p, const char *word)
{
    static const struct {
        const char *word;
        enum quantity quantity;
    } words[] = {{"all", QUANTITY_ALL}, {"every", QUANTITY_ALL}, {"any", QUANTITY_ANY},
                 {"last", QUANTITY_LAST}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (!strcmp(word, words[i].word)) {
            p->quantity = words[i].quantity;
            return true;
        }
    size_t n = ordinal(word);
    if (!n)
        return false;
    p->quantity = QUANTITY_NTH;
    p->nth = n;
    return true;
}

// "2.lamp" and "all.lamp": the part behind the dot, or the whole word.
static const char *take_dotted(struct phrase *p, const char *word)
{
    const char *dot = strchr(word, '.');
    char head[16];
    size_t n = dot ? (size_t)(dot - word) : 0;
    if (!n || !dot[1] || n >= sizeof(head))
        return word;
    memcpy(head, word, n);
    head[n] = '\0';
    return take_quantity(p, head) ? dot + 1 : word;
}

static void phrase_parse(struct context *c, size_t from, size_t to, struct phrase *p)
{
    *p = (struct phrase){.alias = ""};
    for (size_t i = from; i < to; i++) {
        const char *word = words_at(&c->words, i);
        bool last = i + 1 == to;
        if (!strcmp(word, "my"))
            p->mine = true;
        else if (is_stop_word(word) && !last)
            continue;
        else if ((!last || !strcmp(word, "all")) && !p->qualifier_count && take_quantity(p, word))
            continue;
        else if (last)
            p->alias = take_dotted(p, word);
        else if (p->qualifier_count < 8)
            p->qualifiers[p->qualifier_count++] = take_dotted(p, word);
    }
    p->self = !strcmp(p->alias, "me") || !strcmp(p->alias, "self") || !strcmp(p->alias, "myself");
}

static bool fits(const struct phrase *p, struct thing *t)
{
    if (!*p->alias)
        return p->quantity == QUANTITY_ALL;
    if (!aliases_is(t, p->alias) &&
        !(thing_is(t, THING_PLAYER) && !strcasecmp(thing_label(t), p->alias)))
        return false;
    for (size_t i = 0; i < p->qualifier_count; i++)
        if (!aliases_qualifies(t, p->qualifiers[i], p->alias))
            return false;
    return true;
}

static void add(struct match *m, struct thing *t)
{
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 8;
        m->list = mem_realloc_array(m->list, m->cap, sizeof(struct thing *));
    }
    m->list[m->count++] = t;
}

static void gather(const struct phrase *p, struct thing *in, enum inventory_list list,
                   struct thing *actor, struct match *m)
{
    inventory_foreach(t, in, list) {
        if (t != actor && fits(p, t))
            add(m, t);
        // The first will do: nobody asked how many there are.
        if (m->count && (p->quantity == QUANTITY_FIRST || p->quantity == QUANTITY_ANY))
            return;
        if (p->quantity == QUANTITY_NTH && m->count >= p->nth)
            return;
    }
}

static void tell_missing(struct context *c, size_t from, size_t to, const struct phrase *p,
                         size_t found, const char *what)
{
    const char *text = words_rest(&c->words, from), *end = words_rest(&c->words, to);
    size_t n = *end ? (size_t)(end - text) : strlen(text);
    while (n && text[n - 1] == ' ')
        n--;
    if (p->quantity == QUANTITY_NTH && found)
        report_actor(c, "There %s only %zu of those to be found.", found == 1 ? "is" : "are", found);
    else if (p->quantity == QUANTITY_ALL && !*p->alias)
        report_actor(c, "There is nothing %s.", what);
    else
        report_actor(c, "You see no '%.*s' %s.", (int)n, text, what);
}

// Keeps of what was gathered that which the quantity asks for; false when it is too little.
static bool choose(const struct phrase *p, struct match *m)
{
    m->all = p->quantity == QUANTITY_ALL;
    if (!m->count)
        return false;
    switch (p->quantity) {
    case QUANTITY_ALL:
        return true;
    case QUANTITY_NTH:
        if (m->count < p->nth)
            return false;
        m->list[0] = m->list[p->nth - 1];
        break;
    case QUANTITY_LAST:
        m->list[0] = m->list[m->count - 1];
        break;
    case QUANTITY_FIRST:
    case QUANTITY_ANY:
        break;
    }
    m->count = 1;
    return true;
}

static bool crowded(struct context *c)
{
    return inventory_count(c->where, INVENTORY_PLAYERS) > world_limits(c->world)->crowd;
}

// A name typed in full is looked for even in a crowd.
static bool satisfied(const struct phrase *p, const struct match *m)
{
    return m->count && (p->quantity == QUANTITY_FIRST || p->quantity == QUANTITY_ANY ||
                        (p->quantity == QUANTITY_NTH && m->count >= p->nth));
}

bool match_find(struct context *c, size_t from, size_t to, unsigned scope, struct match *m)
{
    struct phrase p;
    phrase_parse(c, from, to, &p);
    m->count = 0;
    m->words = to - from;
    if (p.self && scope & MATCH_SELF) {
        add(m, c->actor);
        return true;
    }
    if (p.mine)
        scope &= MATCH_CARRIED;
    if (scope & MATCH_CARRIED && inventory_has(c->actor))
        gather(&p, c->actor, INVENTORY_THINGS, c->actor, m);
    if (scope & MATCH_HERE && !satisfied(&p, m))
        gather(&p, c->where, INVENTORY_THINGS, c->actor, m);
    if (scope & MATCH_PLAYERS && !satisfied(&p, m) && (*p.alias || !crowded(c)))
        gather(&p, c->where, INVENTORY_PLAYERS, c->actor, m);
    if (scope & MATCH_NARRATIVE && !satisfied(&p, m) && *p.alias)
        gather(&p, c->where, INVENTORY_NARRATIVE, c->actor, m);
    size_t found = m->count;
    if (choose(&p, m))
        return true;
    bool carried = (scope & ~(unsigned)MATCH_SELF) == MATCH_CARRIED;
    tell_missing(c, from, to, &p, found, carried ? "among your things" : "here");
    return false;
}

bool match_inside(struct context *c, size_t from, size_t to, struct thing *container,
                  struct match *m)
{
    struct phrase p;
    phrase_parse(c, from, to, &p);
    m->count = 0;
    m->words = to - from;
    gather(&p, container, INVENTORY_THINGS, c->actor, m);
    size_t found = m->count;
    if (choose(&p, m))
        return true;
    tell_missing(c, from, to, &p, found, "in there");
    return false;
}

struct thing *match_one(struct context *c, size_t from, size_t to, unsigned scope)
{
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

// One mobile: four texts, a line of flags, three lines of numbers, and for the enhanced kind a
// section of "Keyword: value" lines up to an E. The line of level and hit points differs most
// between code bases and is known by its dice.
#include "tools/import/circle_parse.h"

#include <stdio.h>
#include <string.h>

enum {
    WORDS = 24,     // words in a line of numbers
    LONG_FLAGS = 9, // words from which the bit vectors have four each
    SHORT_FLAGS = 3,
    SEARCHED = 4,    // lines in which the dice are looked for
    LEAST_STATS = 4, // words from which a line without dice may be the one of the level
};

static bool is_kind(const char *word, size_t n)
{
    return n == 1 && *word >= 'A' && *word <= 'Z';
}

// "flags affects alignment S|E", each bit vector of one word or of four. Where there are some words
// more the first three count, if they can be read so, else the last three.
static bool parse_mobile_flags(struct circle_line *l, struct circle_mobile *m, char *kind)
{
    struct circle_line rest = *l;
    const char *word;
    size_t n, words = 0, before = 0;
    *kind = 'S';
    for (; circle_read_word(&rest, &word, &n); words++) {
        if (words < SHORT_FLAGS || !is_kind(word, n))
            continue;
        *kind = *word;
        before = words;
    }
    before = before ? before : words;
    int vector = before >= LONG_FLAGS ? 4 : 1;
    for (size_t skip = 0; before >= SHORT_FLAGS; skip = before - SHORT_FLAGS) {
        rest = *l;
        for (size_t i = 0; i < skip; i++)
            circle_read_word(&rest, &word, &n);
        if (circle_parse_bits(&rest, vector, &m->flags) &&
            circle_parse_bits(&rest, vector, &m->affects) && circle_read_int(&rest, &m->alignment))
            return true;
        if (skip || vector > 1 || before == SHORT_FLAGS)
            return false;
    }
    return false;
}

static bool parse_mobile_missing(struct circle_reader *r, const struct circle_line *l,
                                 const char *what)
{
    if (r->repair) {
        circle_report_note(r->report, circle_read_at(r), "no line of %s here", what);
        return true;
    }
    char expected[60];
    snprintf(expected, sizeof(expected), "line of %s", what);
    return circle_read_fault(r, l, expected);
}

// A line of numbers in words, and which of them are dice.
struct stats {
    struct circle_line words[WORDS];
    size_t count;
    size_t dice[2], dice_count;
};

static bool is_dice(const struct circle_line *word, struct circle_dice *dice)
{
    struct circle_line rest = *word;
    bool has = memchr(word->text, 'd', word->length) || memchr(word->text, 'D', word->length);
    return has && circle_parse_dice(&rest, dice);
}

static void parse_mobile_split(struct circle_line l, struct stats *s)
{
    const char *word;
    size_t n;
    struct circle_dice dice;
    *s = (struct stats){.count = 0};
    while (s->count < WORDS && circle_read_word(&l, &word, &n)) {
        s->words[s->count] = (struct circle_line){word, n, l.line};
        if (s->dice_count < 2 && is_dice(&s->words[s->count], &dice))
            s->dice[s->dice_count++] = s->count;
        s->count++;
    }
}

// Looks for the line with dice among the next lines: returns how many other lines come before it.
// -1: none has dice.
static int find_dice(struct circle_reader *r, struct stats *s)
{
    size_t at = r->at;
    uint32_t line = r->line;
    int found = -1;
    struct circle_line l;
    for (int i = 0; i < SEARCHED && found < 0 && circle_read_data(r, &l); i++) {
        parse_mobile_split(l, s);
        if (s->dice_count)
            found = i;
    }
    r->at = at;
    r->line = line;
    return found;
}

// The level is the first word, in one world with a letter before it.
static bool parse_mobile_take_level(const struct stats *s, struct circle_mobile *m)
{
    struct circle_line word = s->words[0];
    if (!s->count || (s->dice_count && s->dice[0] == 0))
        return false;
    while (word.length > 1 && ((*word.text | 0x20) >= 'a' && (*word.text | 0x20) <= 'z')) {
        word.text++;
        word.length--;
    }
    return circle_read_int(&word, &m->level);
}

static void take_stats(struct circle_reader *r, const struct stats *s, struct circle_mobile *m)
{
    size_t first = s->dice[0], rest = s->dice_count > 1 ? s->dice[1] + 1 : first + 1;
    struct circle_line thac0 = s->words[1], armour = s->words[2];
    is_dice(&s->words[first], &m->hit);
    m->no_level = !parse_mobile_take_level(s, m);
    m->no_damage = s->dice_count < 2 || !is_dice(&s->words[s->dice[1]], &m->damage);
    m->no_defence =
        first != 3 || !circle_read_int(&thac0, &m->thac0) || !circle_read_int(&armour, &m->armour);
    if (m->no_defence && first > 1)
        circle_report_note(r->report, (struct circle_at){r->file, s->words[0].line},
                           "%zu numbers between level and hit points, expected two, thac0 and "
                           "armour; left out",
                           first - 1);
    if (rest < s->count)
        circle_report_note(r->report, (struct circle_at){r->file, s->words[0].line},
                           "\"%.*s\" after the damage left out", (int)s->words[rest].length,
                           s->words[rest].text);
}

// "level thac0 armour hit-points damage"; lines before it that some worlds have are left out.
static bool parse_stats(struct circle_reader *r, struct circle_mobile *m)
{
    struct circle_line l;
    struct stats s;
    int before = find_dice(r, &s);
    if (before < 0) {
        bool there = circle_read_peek_data(r, &l);
        m->no_level = m->no_health = m->no_damage = m->no_defence = true;
        parse_mobile_split(there ? l : (struct circle_line){"", 0, 0}, &s);
        if (!parse_mobile_missing(r, there ? &l : NULL, "level, hit points and damage"))
            return false;
        m->no_level = s.count < LEAST_STATS || !parse_mobile_take_level(&s, m);
        return m->no_level || circle_read_data(r, &l);
    }
    for (; before > 0 && circle_read_data(r, &l); before--)
        circle_report_note(r->report, (struct circle_at){r->file, l.line},
                           "\"%.*s\" before the level left out",
                           (int)(l.length < 40 ? l.length : 40), l.text);
    circle_read_data(r, &l);
    take_stats(r, &s, m);
    return true;
}

// "gold experience", in some worlds the gold as dice and the damage behind.
static bool parse_gold(struct circle_reader *r, struct circle_mobile *m)
{
    struct circle_line l;
    struct stats s;
    struct circle_dice gold;
    bool there = circle_read_peek_data(r, &l);
    parse_mobile_split(there ? l : (struct circle_line){"", 0, 0}, &s);
    struct circle_line first = s.words[0], second = s.words[1];
    if (s.count && is_dice(&s.words[0], &gold))
        m->gold = gold.plus;
    else if (!s.count || !circle_read_int(&first, &m->gold))
        return parse_mobile_missing(r, there ? &l : NULL, "gold and experience");
    if (s.count > 1)
        circle_read_int(&second, &m->experience);
    if (m->no_damage && s.dice_count && s.dice[0] > 0)
        m->no_damage = !is_dice(&s.words[s.dice[0]], &m->damage);
    circle_read_data(r, &l);
    return true;
}

static bool parse_position(struct circle_reader *r, struct circle_mobile *m)
{
    struct circle_line l, whole;
    int64_t values[3] = {8, 8, 0};
    bool there = circle_read_peek_data(r, &l);
    whole = l;
    if (!there || circle_parse_ints(&l, values, 3) < 3) {
        if (!parse_mobile_missing(r, there ? &whole : NULL, "position and sex"))
            return false;
    } else {
        circle_parse_rest(r, &l, "sex");
        circle_read_data(r, &l);
    }
    m->position = values[0];
    m->usual_position = values[1];
    m->sex = values[2];
    return true;
}

static bool parse_trait(struct circle_reader *r, struct circle_world *w, struct circle_mobile *m,
                        const struct circle_line *l)
{
    const char *colon = memchr(l->text, ':', l->length);
    if (!colon || colon == l->text)
        return circle_parse_stray(r, l, "a mobile");
    const char *value = colon + 1, *end = l->text + l->length;
    while (value < end && *value == ' ')
        value++;
    struct circle_extra *e = circle_world_take(w, sizeof(*e));
    e->at = (struct circle_at){r->file, l->line};
    e->keywords = circle_read_keep(r, l->text, (size_t)(colon - l->text));
    e->text = circle_read_keep(r, value, (size_t)(end - value));
    circle_parse_add_extra(&m->traits, e);
    return true;
}

static bool parse_traits(struct circle_reader *r, struct circle_world *w, struct circle_mobile *m)
{
    struct circle_line l;
    while (circle_read_data(r, &l)) {
        if (circle_read_opens(&l, "E"))
            return true;
        if (circle_parse_attached(w, &l, (struct circle_at){r->file, l.line}, &m->triggers))
            continue;
        if (!parse_trait(r, w, m, &l))
            return false;
    }
    circle_report_note(r->report, circle_read_at(r), "'E' missing after mobile %lld",
                       (long long)m->record.vnum);
    return true;
}

bool circle_parse_mobile(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_mobile *m = circle_world_take(w, sizeof(*m));
    struct circle_line l;
    char kind = 'S';
    m->record = id;
    if (circle_read_peek_data(r, &l) && circle_parse_is_keyed(&l)) {
        if (!circle_parse_keyed(r, w, m))
            return false;
        circle_world_add(&w->mobiles, &m->record);
        return true;
    }
    m->aliases = circle_read_text(r, CIRCLE_NAME);
    m->name = circle_read_text(r, CIRCLE_NAME);
    circle_parse_more_texts(r, w, CIRCLE_MOBILE_TEXTS, true);
    m->presence = circle_read_text(r, CIRCLE_TEXT);
    m->description = circle_read_text(r, CIRCLE_TEXT);
    circle_parse_more_texts(r, w, CIRCLE_MOBILE_TEXTS, false);
    bool there = circle_read_peek_data(r, &l);
    if (!there || !parse_mobile_flags(&l, m, &kind)) {
        m->no_flags = true;
        if (!parse_mobile_missing(r, there ? &l : NULL, "flags and alignment"))
            return false;
    } else {
        circle_read_data(r, &l);
        if (kind != 'S' && kind != 'E')
            circle_report_note(r->report, (struct circle_at){r->file, l.line},
                               "mobiles of kind '%c' are read as simple ones", kind);
    }
    if (!parse_stats(r, m) || !parse_gold(r, m) || !parse_position(r, m) ||
        (kind == 'E' && !parse_traits(r, w, m)))
        return false;
    circle_parse_attached_all(r, w, &m->triggers);
    circle_world_add(&w->mobiles, &m->record);
    return true;
}

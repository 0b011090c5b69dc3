// One mobile: four texts, a line of flags, three lines of numbers, and for the enhanced kind a
// section of "Keyword: value" lines up to an E.
#include "tools/circle_parse.h"

#include <string.h>

enum { OLD_WORDS = 4, NEW_WORDS = 10 };

// "flags affects alignment S|E", each bit vector of one word or of four.
static bool parse_flags(struct circle_line *l, struct circle_mobile *m, char *kind)
{
    const char *word;
    size_t n, words = circle_read_words(l);
    int vector = words >= NEW_WORDS ? 4 : 1;
    *kind = 'S';
    if (words < OLD_WORDS - 1 || !circle_parse_bits(l, vector, &m->flags) ||
        !circle_parse_bits(l, vector, &m->affects) || !circle_read_int(l, &m->alignment))
        return false;
    while (circle_read_word(l, &word, &n))
        *kind = *word;
    return true;
}

static bool missing(struct circle_reader *r, const char *what)
{
    if (r->repair)
        circle_report_note(r->report, circle_read_at(r), "no line of %s here", what);
    return r->repair;
}

static bool parse_numbers(struct circle_reader *r, struct circle_mobile *m)
{
    struct circle_line l;
    if (!circle_read_peek_data(r, &l) || !circle_read_int(&l, &m->level) ||
        !circle_read_int(&l, &m->thac0) || !circle_read_int(&l, &m->armour) ||
        !circle_parse_dice(&l, &m->hit) || !circle_parse_dice(&l, &m->damage)) {
        if (!missing(r, "level, hit points and damage"))
            return false;
    } else {
        circle_read_data(r, &l);
    }
    if (!circle_read_peek_data(r, &l) || !circle_read_int(&l, &m->gold)) {
        if (!missing(r, "gold and experience"))
            return false;
    } else {
        circle_read_int(&l, &m->experience);
        circle_read_data(r, &l);
    }
    int64_t values[3] = {8, 8, 0};
    if (!circle_read_peek_data(r, &l) || circle_parse_ints(&l, values, 3) < 3) {
        if (!missing(r, "position and sex"))
            return false;
    } else {
        if (l.length)
            circle_report_note(r->report, circle_read_at(r), "\"%.*s\" after the sex left out",
                               (int)(l.length < 40 ? l.length : 40), l.text);
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
    m->aliases = circle_read_text(r, CIRCLE_NAME);
    m->name = circle_read_text(r, CIRCLE_NAME);
    m->presence = circle_read_text(r, CIRCLE_TEXT);
    m->description = circle_read_text(r, CIRCLE_TEXT);
    if (!circle_read_peek_data(r, &l) || !parse_flags(&l, m, &kind)) {
        if (!missing(r, "flags and alignment"))
            return false;
    } else {
        circle_read_data(r, &l);
        if (kind != 'S' && kind != 'E')
            circle_report_note(r->report, (struct circle_at){r->file, l.line},
                               "mobiles of kind '%c' are read as simple ones", kind);
    }
    if (!parse_numbers(r, m) || (kind == 'E' && !parse_traits(r, w, m)))
        return false;
    circle_parse_attached_all(r, w, &m->triggers);
    circle_world_add(&w->mobiles, &m->record);
    return true;
}

// One object: four texts, three lines of numbers, then sections E (extra description), A (affect)
// and T (trigger) up to the next record.
#include "tools/circle_parse.h"

#include <string.h>

enum { OLD_WORDS = 3, AFFECT_WORDS = 4, NEW_WORDS = 13, WEIGHTS = 5, LEAST_WEIGHTS = 3 };

// "type extra wear", in some worlds with the affects behind, or each bit vector of four words.
static bool parse_flags(struct circle_line *l, struct circle_object *o)
{
    size_t words = circle_read_words(l);
    int vector = words >= NEW_WORDS ? 4 : 1;
    if (words < OLD_WORDS || !circle_read_int(l, &o->type) ||
        !circle_parse_bits(l, vector, &o->extra) || !circle_parse_bits(l, vector, &o->wear))
        return false;
    return words < AFFECT_WORDS || circle_parse_bits(l, vector, &o->affects);
}

static bool parse_values(struct circle_line *l, struct circle_object *o)
{
    const char *word;
    size_t n;
    while (o->value_count < CIRCLE_VALUES && circle_read_word(l, &word, &n)) {
        size_t i = o->value_count;
        o->negative[i] = n > 1 && *word == '-';
        if (!circle_read_bits(word + o->negative[i], n - o->negative[i], &o->values[i]))
            return false;
        o->value_count++;
    }
    return o->value_count >= 2;
}

static bool parse_weights(struct circle_line *l, struct circle_object *o)
{
    int64_t values[WEIGHTS] = {0, 0, 0, 0, 0};
    o->weight_count = circle_parse_ints(l, values, WEIGHTS);
    o->weight = values[0];
    o->cost = values[1];
    o->rent = values[2];
    o->level = values[3];
    o->timer = values[4];
    return o->weight_count >= LEAST_WEIGHTS;
}

static bool parse_line(struct circle_reader *r, struct circle_object *o,
                       bool (*parse)(struct circle_line *, struct circle_object *),
                       const char *what)
{
    struct circle_line l;
    if (circle_read_peek_data(r, &l) && parse(&l, o)) {
        if (l.length)
            circle_report_note(r->report, circle_read_at(r), "\"%.*s\" after the %s left out",
                               (int)(l.length < 40 ? l.length : 40), l.text, what);
        circle_read_data(r, &l);
        return true;
    }
    if (r->repair)
        circle_report_note(r->report, circle_read_at(r), "no line of %s here", what);
    return r->repair;
}

static bool parse_apply(struct circle_reader *r, struct circle_world *w, struct circle_object *o)
{
    struct circle_line l;
    int64_t values[2];
    if (!circle_read_peek_data(r, &l) || circle_parse_ints(&l, values, 2) < 2) {
        if (r->repair)
            circle_report_note(r->report, circle_read_at(r), "an 'A' without its two numbers");
        return r->repair;
    }
    circle_read_data(r, &l);
    struct circle_affect *a = circle_world_take(w, sizeof(*a));
    a->location = values[0];
    a->amount = values[1];
    struct circle_affects *list = &o->applies;
    *(list->last ? &list->last->next : &list->first) = a;
    list->last = a;
    return true;
}

static bool parse_section(struct circle_reader *r, struct circle_world *w, struct circle_object *o,
                          const struct circle_line *l)
{
    struct circle_at at = {r->file, l->line};
    if (circle_read_opens(l, "E")) {
        circle_parse_extra(r, w, at, &o->extras);
        return true;
    }
    if (circle_read_opens(l, "A"))
        return parse_apply(r, w, o);
    if (circle_read_opens(l, "S")) // some editors close objects like rooms
        return true;
    return circle_parse_attached(w, l, at, &o->triggers) || circle_parse_stray(r, l, "an object");
}

bool circle_parse_object(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_object *o = circle_world_take(w, sizeof(*o));
    struct circle_line l;
    o->record = id;
    o->aliases = circle_read_text(r, CIRCLE_NAME);
    o->name = circle_read_text(r, CIRCLE_NAME);
    o->presence = circle_read_text(r, CIRCLE_TEXT);
    o->action = circle_read_text(r, CIRCLE_TEXT);
    if (!parse_line(r, o, parse_flags, "type and flags") ||
        !parse_line(r, o, parse_values, "values") ||
        !parse_line(r, o, parse_weights, "weight and cost"))
        return false;
    while (circle_read_data(r, &l))
        if (!parse_section(r, w, o, &l))
            return false;
    circle_world_add(&w->objects, &o->record);
    for (const struct circle_extra *e = o->extras.first; e; e = e->next)
        r->report->counts[CIRCLE_EXTRA].read++;
    return true;
}

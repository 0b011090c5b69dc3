// One object: four texts, three lines of numbers, then sections E (extra description), A (affect)
// and T (trigger) up to the next record.
#include "tools/import/circle_parse.h"

#include <stdio.h>
#include <string.h>

enum { OLD_WORDS = 3, WEIGHTS = 5, LEAST_WEIGHTS = 2 };

static bool skip_words(struct circle_line *l, int n)
{
    const char *word;
    size_t length;
    while (n-- > 0)
        if (!circle_read_word(l, &word, &length))
            return false;
    return true;
}

// "type extra wear affects", each but the type of one word or of several, by dialect.
static bool parse_object_flags(struct circle_line *l, struct circle_world *w,
                               struct circle_object *o)
{
    size_t words = circle_read_words(l);
    struct circle_object_form f = circle_dialect_object(&w->dialect, words);
    return words >= OLD_WORDS && circle_read_int(l, &o->type) && skip_words(l, f.skip) &&
           circle_parse_bits(l, f.extra, &o->extra) && circle_parse_bits(l, f.wear, &o->wear) &&
           (!f.affects || circle_parse_bits(l, f.affects, &o->affects));
}

static bool parse_values(struct circle_line *l, struct circle_world *w, struct circle_object *o)
{
    const char *word;
    size_t n;
    (void)w;
    while (o->value_count < CIRCLE_VALUES && circle_read_word(l, &word, &n)) {
        size_t i = o->value_count;
        o->negative[i] = n > 1 && *word == '-';
        if (!circle_read_bits(word + o->negative[i], n - o->negative[i], &o->values[i]))
            return false;
        o->value_count++;
    }
    return o->value_count >= 2;
}

// "weight cost rent level timer", of which some worlds have two only, and some write decimals.
static bool parse_weights(struct circle_line *l, struct circle_world *w, struct circle_object *o)
{
    int64_t values[WEIGHTS] = {0, 0, 0, 0, 0};
    (void)w;
    o->weight_count = 0;
    while (o->weight_count < WEIGHTS && circle_read_whole(l, &values[o->weight_count]))
        o->weight_count++;
    o->weight = values[0];
    o->cost = values[1];
    o->rent = values[2];
    o->level = values[3];
    o->timer = values[4];
    return o->weight_count >= LEAST_WEIGHTS;
}

typedef bool line_fn(struct circle_line *l, struct circle_world *w, struct circle_object *o);

// If the next line does not have this form in repair, it is left for the next call, and *lacks
// names what is missing.
static bool parse_line(struct circle_reader *r, struct circle_world *w, struct circle_object *o,
                       line_fn *parse, const char *what, bool *lacks)
{
    struct circle_line l, whole;
    bool there = circle_read_peek_data(r, &l);
    whole = l;
    if (there && parse(&l, w, o)) {
        circle_parse_rest(r, &l, what);
        circle_read_data(r, &l);
        return true;
    }
    if (!r->repair) {
        char expected[40];
        snprintf(expected, sizeof(expected), "line of %s", what);
        return circle_read_fault(r, there ? &whole : NULL, expected);
    }
    circle_report_note(r->report, circle_read_at(r), "no line of %s here", what);
    *lacks = true;
    return true;
}

// Lines of numbers that some worlds have after the three: minimum levels, more affects.
static void skip_numbers(struct circle_reader *r)
{
    struct circle_line l;
    while (circle_read_peek_data(r, &l)) {
        struct circle_line rest = l;
        const char *word;
        size_t n;
        uint64_t bits;
        bool numbers = circle_read_words(&l) > 1;
        while (numbers && circle_read_word(&rest, &word, &n))
            numbers = n <= 16 && circle_read_bits(word + (*word == '-'), n - (*word == '-'), &bits);
        if (!numbers || (l.text[0] >= 'A' && l.text[0] <= 'Z'))
            return;
        circle_report_note(r->report, circle_read_at(r),
                           "\"%.*s\" after the numbers of an object left out",
                           (int)(l.length < 40 ? l.length : 40), l.text);
        circle_read_data(r, &l);
    }
}

static bool parse_apply(struct circle_reader *r, struct circle_world *w, struct circle_object *o)
{
    struct circle_line l;
    int64_t values[2];
    bool there = circle_read_peek_data(r, &l);
    struct circle_line whole = l;
    if (!there || circle_parse_ints(&l, values, 2) < 2) {
        if (!r->repair)
            return circle_read_fault(r, there ? &whole : NULL, "line of two numbers after 'A'");
        circle_report_note(r->report, circle_read_at(r), "an 'A' without its two numbers");
        return true;
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

static bool parse_object_section(struct circle_reader *r, struct circle_world *w,
                                 struct circle_object *o, const struct circle_line *l)
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
    circle_parse_more_texts(r, w, CIRCLE_OBJECT_TEXTS, true);
    o->presence = circle_read_text(r, CIRCLE_TEXT);
    o->action = circle_read_text(r, CIRCLE_TEXT);
    circle_parse_more_texts(r, w, CIRCLE_OBJECT_TEXTS, false);
    if (!parse_line(r, w, o, parse_object_flags, "type and flags", &o->no_flags) ||
        !parse_line(r, w, o, parse_values, "values", &o->no_values) ||
        !parse_line(r, w, o, parse_weights, "weight and cost", &o->no_weight))
        return false;
    skip_numbers(r);
    while (circle_read_data(r, &l))
        if (!parse_object_section(r, w, o, &l))
            return false;
    circle_world_add(&w->objects, &o->record);
    for (const struct circle_extra *e = o->extras.first; e; e = e->next)
        r->report->counts[CIRCLE_EXTRA].read++;
    return true;
}

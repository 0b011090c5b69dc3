// One zone: its name and mostly its builder, lines of numbers, then the reset commands up to an S.
// Which name comes first and what the numbers mean differs: see circle_dialect.h.
#include "tools/import/circle_parse.h"

#include <string.h>

#include "util/mem.h"
#include "util/str.h"

enum { HEADER_WORDS = 10, RANGE_WORDS = 4, NAMES_MOST = 4, HEAD_LINES = 16 };

static size_t args_of(char letter)
{
    switch (letter) {
    case 'G':
    case 'R':
        return 2;
    case 'M':
    case 'O':
    case 'E':
    case 'P':
    case 'D':
    case 'T':
    case 'V':
        return 3;
    default:
        return 0;
    }
}

// "0 99 30 2", "#26 15 0".
static bool parse_zone_is_numbers(const struct circle_line *l)
{
    struct circle_line rest = *l;
    int64_t value;
    if (l->length && l->text[0] == '#') {
        rest.text++;
        rest.length--;
    }
    return l->length && l->text[l->length - 1] != '~' && circle_read_int(&rest, &value) &&
           circle_read_int(&rest, &value);
}

static void take_numbers(struct circle_reader *r, struct circle_zone *z, struct circle_line l,
                         enum circle_zone_form form)
{
    int64_t v[RANGE_WORDS] = {0, 0, 0, 0};
    bool range = form == CIRCLE_ZONE_RANGE;
    size_t words = circle_read_words(&l);
    circle_parse_ints(&l, v, range ? 4 : 3);
    z->bottom = !range ? -1 : v[0] < 0 ? 0 : v[0];
    z->top = v[range];
    z->lifespan = v[1 + range];
    z->mode = v[2 + range];
    z->no_numbers = false;
    struct circle_line more = l;
    if (range && words >= HEADER_WORDS && circle_parse_bits(&more, 4, &z->flags) &&
        circle_read_int(&more, &z->least_level) && circle_read_int(&more, &z->most_level))
        l = more;
    str_trim(&l.text, &l.length);
    if (l.length && (!range || words > RANGE_WORDS))
        circle_report_note(r->report, (struct circle_at){r->file, l.line},
                           "\"%.*s\" after the reset mode of a zone left out",
                           (int)(l.length < 40 ? l.length : 40), l.text);
}

struct head {
    struct circle_line lines[HEAD_LINES];
    size_t count;
};

static bool fits(const struct circle_line *l, enum circle_zone_form form, bool strictly)
{
    struct circle_line rest = *l;
    int64_t v[RANGE_WORDS];
    size_t n = circle_parse_ints(&rest, v, RANGE_WORDS);
    if (strictly)
        return circle_dialect_fits(form, v, n);
    return form == CIRCLE_ZONE_RANGE ? n >= 4 && v[0] <= v[1] : n >= 3;
}

// Chooses the line of numbers: one that fits the form of the world, else the other form; else one
// that nearly fits. -1 when there is none.
static int parse_zone_choose(const struct head *h, enum circle_zone_form *form)
{
    const enum circle_zone_form first = *form,
                                other = (enum circle_zone_form)(CIRCLE_ZONE_FORMS - 1 - first);
    for (int pass = 0; pass < 4; pass++) {
        *form = pass % 2 ? other : first;
        for (size_t i = 0; i < h->count; i++)
            if (fits(&h->lines[i], *form, pass < 2))
                return (int)i;
    }
    return -1;
}

static void read_head(struct circle_reader *r, struct head *h)
{
    struct circle_line l;
    while (circle_read_peek_data(r, &l) && !circle_parse_is_command(&l) &&
           !circle_read_opens(&l, "S") && (parse_zone_is_numbers(&l) || !h->count) &&
           h->count < HEAD_LINES) {
        circle_read_data(r, &l);
        h->lines[h->count++] = l;
    }
}

static bool parse_zone_numbers(struct circle_reader *r, struct circle_world *w,
                               struct circle_zone *z, enum circle_zone_form *form)
{
    struct head h = {.count = 0};
    *form = circle_dialect_zone(&w->dialect);
    read_head(r, &h);
    int chosen = parse_zone_choose(&h, form);
    if (chosen < 0 && !r->repair)
        return circle_read_fault(r, h.count ? &h.lines[0] : NULL,
                                 "line of top, lifespan and reset mode");
    if (chosen >= 0)
        take_numbers(r, z, h.lines[chosen], *form);
    for (size_t i = 0; i < h.count; i++)
        if ((int)i != chosen)
            circle_report_note(r->report, (struct circle_at){r->file, h.lines[i].line},
                               "\"%.*s\" in the head of a zone left out",
                               (int)(h.lines[i].length < 40 ? h.lines[i].length : 40),
                               h.lines[i].text);
    return true;
}

static size_t parse_names(struct circle_reader *r, const char *names[NAMES_MOST])
{
    struct circle_line l;
    size_t n = 0;
    while (n < NAMES_MOST && circle_read_peek_data(r, &l) &&
           (!n || (!parse_zone_is_numbers(&l) && !circle_parse_is_command(&l) &&
                   !circle_read_opens(&l, "S"))))
        names[n++] = circle_read_text(r, CIRCLE_NAME);
    return n;
}

static struct circle_command *add_command(struct circle_world *w, struct circle_zone *z)
{
    if (z->command_count == z->command_cap) {
        size_t cap = z->command_cap ? z->command_cap * 2 : 16;
        struct circle_command *more = circle_world_take(w, cap * sizeof(*more));
        if (z->command_count)
            memcpy(more, z->commands, z->command_count * sizeof(*more));
        z->commands = more;
        z->command_cap = cap;
    }
    return &z->commands[z->command_count++];
}

static void parse_command(struct circle_reader *r, struct circle_world *w, struct circle_zone *z,
                          struct circle_line *l)
{
    struct circle_at at = {r->file, l->line};
    struct circle_command c = {.at = at, .letter = l->text[0]};
    size_t want = args_of(c.letter);
    struct circle_count *count = &r->report->counts[circle_report_reset_kind(c.letter)];
    int shown = (int)(l->length < 60 ? l->length : 60);
    const char *text = l->text;
    l->text++;
    l->length--;
    count->read++;
    if (!want) {
        circle_report_lost(r->report, CIRCLE_RESET_OTHER, at, "unknown reset command \"%.*s\"",
                           shown, text);
        return;
    }
    bool flagless = circle_dialect_flagless(&w->dialect), good = true;
    if (flagless) // what a mobile gets, wears or holds goes with what was loaded before
        c.depends = strchr("GEP", c.letter) != NULL;
    else
        good = circle_read_int(l, &c.depends);
    c.count = good ? circle_parse_ints(l, c.args, want) : 0;
    if (c.count < want) {
        circle_report_lost(r->report, circle_report_reset_kind(c.letter), at,
                           "reset command \"%.*s\" has %zu numbers too few", shown, text,
                           want - c.count + !good);
        return;
    }
    if (c.letter == 'T') // of older scripts: no room, but what was loaded last
        c.count += circle_read_int(l, &c.args[3]);
    str_trim(&l->text, &l->length);
    c.text = circle_read_keep(r, l->text, l->length);
    *add_command(w, z) = c;
}

bool circle_parse_is_command(const struct circle_line *l)
{
    char c = l->length ? l->text[0] : '\0';
    return c >= 'A' && c <= 'Z' && l->length > 1 && l->text[l->length - 1] != '~' &&
           (str_is_space(l->text[1]) || (l->text[1] >= '0' && l->text[1] <= '9'));
}

static void parse_commands(struct circle_reader *r, struct circle_world *w, struct circle_zone *z)
{
    struct circle_line l;
    while (circle_read_data(r, &l)) {
        if (circle_read_opens(&l, "S"))
            return;
        if (circle_parse_is_command(&l))
            parse_command(r, w, z, &l);
        else
            circle_report_note(r->report, (struct circle_at){r->file, l.line},
                               "\"%.*s\" is no reset command; left out",
                               (int)(l.length < 40 ? l.length : 40), l.text);
    }
    circle_report_note(r->report, circle_read_at(r), "'S' missing after zone %lld",
                       (long long)z->record.vnum);
}

bool circle_parse_zone(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_zone *z = circle_world_take(w, sizeof(*z));
    const char *names[NAMES_MOST] = {"", "", "", ""};
    enum circle_zone_form form;
    z->record = id;
    z->bottom = z->least_level = z->most_level = -1;
    z->top = id.vnum < INT32_MAX / 100 ? id.vnum * 100 + 99 : id.vnum;
    z->lifespan = 30;
    z->mode = 2;
    z->no_numbers = true;
    size_t n = parse_names(r, names);
    if (!n || !parse_zone_numbers(r, w, z, &form))
        return n ? false : circle_read_fault(r, NULL, "name");
    bool builder_first = form == CIRCLE_ZONE_RANGE && n > 1;
    z->name = names[builder_first];
    z->builder = n > 1 ? names[!builder_first] : "";
    if (n > 2)
        circle_report_note(r->report, id.at, "a zone with %zu names: the rest is left out", n);
    parse_commands(r, w, z);
    circle_world_add(&w->zones, &z->record);
    return true;
}

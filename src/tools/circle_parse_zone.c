// One zone: in newer files its builder, its name, a line of numbers, then the reset commands up to
// an S.
#include "tools/circle_parse.h"

#include <string.h>

#include "util/mem.h"
#include "util/str.h"

enum { HEADER_WORDS = 10, RANGE_WORDS = 4 };

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

static bool starts_with_number(const struct circle_line *l)
{
    struct circle_line rest = *l;
    int64_t value;
    return circle_read_words(l) >= 3 && circle_read_int(&rest, &value) &&
           circle_read_int(&rest, &value);
}

// "bottom top lifespan mode flags flags flags flags least most", of which old files have the first
// four, and very old ones those but the bottom.
static bool parse_header(struct circle_line *l, struct circle_zone *z)
{
    int64_t v[RANGE_WORDS] = {0, 0, 30, 2};
    struct circle_line rest = *l;
    size_t words = circle_read_words(l), ints = circle_parse_ints(&rest, v, RANGE_WORDS);
    bool bottomless = ints == 3 && words == 3;
    if (ints < RANGE_WORDS && !bottomless)
        return false;
    z->bottom = bottomless ? -1 : v[0] < 0 ? 0 : v[0];
    z->top = v[!bottomless];
    z->lifespan = v[1 + !bottomless];
    z->mode = v[2 + !bottomless];
    z->least_level = z->most_level = -1;
    if (words < HEADER_WORDS)
        return true;
    return circle_parse_bits(&rest, 4, &z->flags) && circle_read_int(&rest, &z->least_level) &&
           circle_read_int(&rest, &z->most_level);
}

static bool parse_names(struct circle_reader *r, struct circle_zone *z)
{
    struct circle_line l;
    z->name = circle_read_text(r, CIRCLE_NAME);
    z->builder = "";
    if (!circle_read_peek_data(r, &l))
        return false;
    if (starts_with_number(&l))
        return true;
    z->builder = z->name;
    z->name = circle_read_text(r, CIRCLE_NAME);
    return true;
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
    bool good = circle_read_int(l, &c.depends);
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

static bool is_command(const struct circle_line *l)
{
    char c = l->length ? l->text[0] : '\0';
    return c >= 'A' && c <= 'Z' && l->length > 1 &&
           (str_is_space(l->text[1]) || (l->text[1] >= '0' && l->text[1] <= '9'));
}

static void parse_commands(struct circle_reader *r, struct circle_world *w, struct circle_zone *z)
{
    struct circle_line l;
    while (circle_read_data(r, &l)) {
        if (circle_read_opens(&l, "S"))
            return;
        if (is_command(&l))
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
    struct circle_line l;
    z->record = id;
    if (!parse_names(r, z) || !circle_read_peek_data(r, &l) || !parse_header(&l, z))
        return false;
    circle_read_data(r, &l);
    parse_commands(r, w, z);
    circle_world_add(&w->zones, &z->record);
    return true;
}

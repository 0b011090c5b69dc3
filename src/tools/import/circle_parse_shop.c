// One shop. In files of CircleMUD 3 the lists of wares, types and rooms are of any length and end
// with -1; before they had five, five and one.
#include "tools/import/circle_parse.h"

#include <stdlib.h>
#include <string.h>

#include "util/str.h"

enum { OLD_WARES = 5, LIST_MOST = 1000 };

static bool parse_int(struct circle_reader *r, int64_t *value)
{
    struct circle_line l;
    if (!circle_read_peek_data(r, &l) || !circle_read_int(&l, value))
        return false;
    circle_read_data(r, &l);
    return true;
}

// Flags may be letters, too.
static bool parse_shop_flags(struct circle_reader *r, int64_t *value)
{
    struct circle_line l;
    const char *word;
    size_t n;
    uint64_t bits;
    if (parse_int(r, value))
        return true;
    if (!circle_read_peek_data(r, &l) || !circle_read_word(&l, &word, &n) ||
        !circle_read_bits(word, n, &bits))
        return false;
    *value = (int64_t)bits;
    return circle_read_data(r, &l);
}

static bool parse_list(struct circle_reader *r, struct circle_world *w, size_t old_count,
                       struct circle_numbers *list)
{
    for (size_t i = 0; r->modern ? i < LIST_MOST : i < old_count; i++) {
        struct circle_at at = circle_read_at(r);
        int64_t value;
        if (!parse_int(r, &value))
            return false;
        if (value < 0 && r->modern)
            return true;
        if (value >= 0)
            circle_parse_number(w, list, at, value);
    }
    return !r->modern;
}

static bool parse_rate(struct circle_reader *r, double *value)
{
    struct circle_line l;
    const char *word;
    size_t n;
    char text[32], *end;
    if (!circle_read_peek_data(r, &l) || !circle_read_word(&l, &word, &n) || n >= sizeof(text))
        return false;
    memcpy(text, word, n);
    text[n] = '\0';
    if (strspn(text, "0123456789.+-") != n)
        return false;
    *value = strtod(text, &end);
    return !*end && circle_read_data(r, &l);
}

// "5", "WEAPON", or either with words that the thing must have: "5 sword|axe".
static bool parse_type(struct circle_reader *r, struct circle_world *w, struct circle_extras *list,
                       bool *last)
{
    struct circle_line l;
    const char *word;
    size_t n;
    if (!circle_read_data(r, &l))
        return false;
    struct circle_at at = {r->file, l.line};
    circle_read_word(&l, &word, &n);
    *last = n == 2 && word[0] == '-' && word[1] == '1';
    if (*last || (*word == '-' && !r->modern))
        return true;
    str_trim(&l.text, &l.length);
    const char *comment = memchr(l.text, ';', l.length);
    if (comment)
        l.length = (size_t)(comment - l.text);
    struct circle_extra *e = circle_world_take(w, sizeof(*e));
    e->at = at;
    e->keywords = circle_read_keep(r, word, n);
    e->text = circle_read_keep(r, l.text, l.length);
    circle_parse_add_extra(list, e);
    return true;
}

static bool parse_types(struct circle_reader *r, struct circle_world *w, struct circle_shop *s)
{
    for (size_t i = 0; r->modern ? i < LIST_MOST : i < OLD_WARES; i++) {
        bool last;
        if (!parse_type(r, w, &s->types, &last))
            return false;
        if (last && r->modern)
            return true;
    }
    return !r->modern;
}

bool circle_parse_shop(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_shop *s = circle_world_take(w, sizeof(*s));
    s->record = id;
    if (!parse_list(r, w, OLD_WARES, &s->products) || !parse_rate(r, &s->buy) ||
        !parse_rate(r, &s->sell) || !parse_types(r, w, s))
        return false;
    for (size_t i = 0; i < sizeof(s->messages) / sizeof(s->messages[0]); i++)
        s->messages[i] = circle_read_text(r, CIRCLE_NAME);
    if (!parse_int(r, &s->temper) || !parse_shop_flags(r, &s->bits) || !parse_int(r, &s->keeper) ||
        !parse_shop_flags(r, &s->refuses) || !parse_list(r, w, 1, &s->rooms))
        return false;
    for (size_t i = 0; i < sizeof(s->hours) / sizeof(s->hours[0]); i++)
        if (!parse_int(r, &s->hours[i]))
            return false;
    circle_world_add(&w->shops, &s->record);
    return true;
}

// Walks through the records of one file and reads each twice if need be. Keeps nothing itself.
#include "tools/import/circle_parse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tools/import/circle_encoding.h"
#include "util/buf.h"
#include "util/str.h"

typedef bool parse_fn(struct circle_reader *r, struct circle_world *w, struct circle_record id);

static const struct {
    const char *suffix;
    const char *noun;
    parse_fn *parse;
    enum circle_kind counts;
} kinds[CIRCLE_FILES] = {
    [CIRCLE_WLD] = {"wld", "room", circle_parse_room, CIRCLE_ROOM},
    [CIRCLE_MOB] = {"mob", "mobile", circle_parse_mobile, CIRCLE_MOBILE},
    [CIRCLE_OBJ] = {"obj", "object", circle_parse_object, CIRCLE_OBJECT},
    [CIRCLE_ZON] = {"zon", "zone", circle_parse_zone, CIRCLE_ZONE},
    [CIRCLE_SHP] = {"shp", "shop", circle_parse_shop, CIRCLE_SHOP},
    [CIRCLE_TRG] = {"trg", "trigger", circle_parse_trigger, CIRCLE_TRIGGER},
    [CIRCLE_QST] = {"qst", "quest", circle_parse_quest, CIRCLE_QUEST},
};

const char *circle_parse_suffix(enum circle_file kind)
{
    assert(kind < CIRCLE_FILES);
    return kinds[kind].suffix;
}

static void parse_record(struct circle_reader *r, struct circle_world *w, enum circle_file kind,
                         struct circle_record id)
{
    assert(kind < CIRCLE_FILES);
    struct circle_mark mark = circle_report_mark(w->report);
    size_t at = r->at;
    uint32_t line = r->line;
    r->repair = false;
    r->fault = NULL;
    if (kinds[kind].parse(r, w, id))
        return;
    struct circle_line l;
    char expected[40];
    snprintf(expected, sizeof(expected), "part of a %s where it stands", kinds[kind].noun);
    circle_read_fault(r, circle_read_peek_data(r, &l) ? &l : NULL, expected);
    circle_report_rewind(w->report, mark);
    r->at = at;
    r->line = line;
    r->repair = true;
    if (kinds[kind].parse(r, w, id)) {
        circle_report_note(w->report, id.at, "this %s was put right: %s", kinds[kind].noun,
                           r->fault);
        return;
    }
    circle_report_bad(w->report, id.at, "this %s cannot be read: %s", kinds[kind].noun, r->fault);
    w->report->counts[kinds[kind].counts].lost++;
}

static void parse_all(struct circle_world *w, struct circle_reader *r, enum circle_file kind)
{
    struct circle_record id = {.vnum = 0};
    // The shop files of CircleMUD 3 say so in their first line.
    struct circle_line first;
    if (kind == CIRCLE_SHP && circle_read_peek(r, &first) && first.length > 6 &&
        first.text[0] != '#' && first.text[0] != '$') {
        r->modern = memmem(first.text, first.length, "v3", 2) != NULL;
        circle_read_line(r, &first);
    }
    while (circle_read_record(r, &id.vnum, &id.at)) {
        w->report->counts[kinds[kind].counts].read++;
        if (id.vnum > INT32_MAX) {
            circle_report_lost(w->report, kinds[kind].counts, id.at,
                               "%lld is too high a number for a %s", (long long)id.vnum,
                               kinds[kind].noun);
            continue;
        }
        parse_record(r, w, kind, id);
    }
}

void circle_parse(struct circle_world *w, enum circle_file kind, const char *name,
                  const char *bytes, size_t n)
{
    assert(kind < CIRCLE_FILES && name && (bytes || !n));
    struct circle_reader r;
    struct circle_dialect world = w->dialect;
    struct buf text = BUF_INIT;
    if (!world.decided) {
        circle_encoding_decode(&text, NULL, bytes, n);
        bytes = buf_str(&text);
        n = text.len;
        circle_dialect_survey(&w->dialect, (int)kind, bytes, n);
        circle_dialect_decide(&w->dialect);
    }
    circle_read_borrow(&r, w->report, bytes, n);
    r.arena = &w->arena;
    r.file = circle_read_keep(&r, name, strlen(name));
    r.colours = &w->dialect.colours;
    parse_all(w, &r, kind);
    circle_read_fini(&r);
    w->dialect = world;
    buf_fini(&text);
}

size_t circle_parse_ints(struct circle_line *l, int64_t *values, size_t most)
{
    assert(values || !most);
    size_t n = 0;
    while (n < most && circle_read_int(l, &values[n]))
        n++;
    return n;
}

bool circle_parse_bits(struct circle_line *l, int words, struct circle_bits *out)
{
    assert(words >= 0 && words <= 4);
    *out = (struct circle_bits){.words = words};
    bool good = true;
    for (int i = 0; i < words; i++) {
        const char *word;
        size_t n;
        good &= circle_read_word(l, &word, &n) && circle_read_bits(word, n, &out->word[i]);
        if (words > 1)
            out->word[i] &= UINT32_MAX;
    }
    return good;
}

// "5d6+30"; the last part may be missing or negative.
bool circle_parse_dice(struct circle_line *l, struct circle_dice *out)
{
    const char *word;
    size_t n;
    *out = (struct circle_dice){0, 0, 0};
    if (!circle_read_word(l, &word, &n))
        return false;
    int64_t *const parts[] = {&out->number, &out->size, &out->plus};
    size_t at = 0;
    for (int i = 0; i < 3 && at < n; i++) {
        size_t end = at + (i == 2); // its sign belongs to the number
        while (end < n && word[end] >= '0' && word[end] <= '9')
            end++;
        struct circle_line part = {word + at, end - at, l->line};
        if (!circle_read_int(&part, parts[i]))
            return false;
        at = end;
        if (i == 0 && at < n && word[at] != 'd' && word[at] != 'D')
            return false;
        at += i == 0;
    }
    return at >= n;
}

void circle_parse_rest(struct circle_reader *r, const struct circle_line *l, const char *after)
{
    struct circle_line rest = *l;
    str_trim(&rest.text, &rest.length);
    if (rest.length)
        circle_report_note(r->report, (struct circle_at){r->file, rest.line},
                           "\"%.*s\" after the %s left out",
                           (int)(rest.length < 40 ? rest.length : 40), rest.text, after);
}

void circle_parse_more_texts(struct circle_reader *r, struct circle_world *w,
                             enum circle_texts kind, bool after_name)
{
    assert(kind < CIRCLE_TEXT_KINDS);
    bool forms;
    size_t n = circle_dialect_more(&w->dialect, kind, &forms);
    struct circle_at at = circle_read_at(r);
    if (!n || forms != after_name)
        return;
    for (size_t i = 0; i < n; i++)
        circle_read_text(r, CIRCLE_NAME);
    circle_report_note(r->report, at,
                       forms ? "%zu forms of the name by case are left out"
                             : "%zu texts after the description are left out",
                       n);
}

void circle_parse_add_extra(struct circle_extras *list, struct circle_extra *e)
{
    assert(e && !e->next);
    *(list->last ? &list->last->next : &list->first) = e;
    list->last = e;
}

void circle_parse_extra(struct circle_reader *r, struct circle_world *w, struct circle_at at,
                        struct circle_extras *list)
{
    struct circle_extra *e = circle_world_take(w, sizeof(*e));
    e->at = at;
    e->keywords = circle_read_text(r, CIRCLE_NAME);
    e->text = circle_read_text(r, CIRCLE_TEXT);
    circle_parse_add_extra(list, e);
}

void circle_parse_number(struct circle_world *w, struct circle_numbers *list, struct circle_at at,
                         int64_t value)
{
    assert(!list->first == !list->last);
    struct circle_number *one = circle_world_take(w, sizeof(*one));
    one->at = at;
    one->value = value;
    *(list->last ? &list->last->next : &list->first) = one;
    list->last = one;
}

bool circle_parse_attached(struct circle_world *w, const struct circle_line *l, struct circle_at at,
                           struct circle_numbers *list)
{
    struct circle_line rest = *l;
    int64_t vnum;
    if (rest.length < 3 || *rest.text != 'T' || rest.text[1] != ' ')
        return false;
    rest.text++;
    rest.length--;
    if (!circle_read_int(&rest, &vnum))
        return false;
    circle_parse_number(w, list, at, vnum);
    return true;
}

void circle_parse_attached_all(struct circle_reader *r, struct circle_world *w,
                               struct circle_numbers *list)
{
    struct circle_line l;
    while (circle_read_peek_data(r, &l) &&
           circle_parse_attached(w, &l, (struct circle_at){r->file, l.line}, list))
        circle_read_line(r, &l);
}

bool circle_parse_stray(struct circle_reader *r, const struct circle_line *l, const char *where)
{
    assert(where);
    if (!r->repair) {
        char expected[40];
        snprintf(expected, sizeof(expected), "part of %s", where);
        return circle_read_fault(r, l, expected);
    }
    circle_report_note(r->report, (struct circle_at){r->file, l->line},
                       "\"%.*s\" does not belong into %s; left out",
                       (int)(l->length < 40 ? l->length : 40), l->text, where);
    return true;
}

// Keeps the counts and warnings of one import and prints the table at its end. Decides nothing.
#include "tools/import/circle_report.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/utf8.h"

static const char *const labels[CIRCLE_KINDS] = {
    [CIRCLE_ROOM] = "rooms",
    [CIRCLE_EXIT] = "exits",
    [CIRCLE_DOOR] = "door sides",
    [CIRCLE_EXTRA] = "extra descriptions",
    [CIRCLE_MOBILE] = "mobiles",
    [CIRCLE_OBJECT] = "objects",
    [CIRCLE_ZONE] = "zones",
    [CIRCLE_RESET_M] = "reset commands M",
    [CIRCLE_RESET_O] = "reset commands O",
    [CIRCLE_RESET_G] = "reset commands G",
    [CIRCLE_RESET_E] = "reset commands E",
    [CIRCLE_RESET_P] = "reset commands P",
    [CIRCLE_RESET_D] = "reset commands D",
    [CIRCLE_RESET_R] = "reset commands R",
    [CIRCLE_RESET_T] = "reset commands T",
    [CIRCLE_RESET_V] = "reset commands V",
    [CIRCLE_RESET_OTHER] = "reset commands, other",
    [CIRCLE_SHOP] = "shops",
    [CIRCLE_TRIGGER] = "triggers",
    [CIRCLE_QUEST] = "quests",
};

static const char reset_letters[] = "MOGEPDRTV";

void circle_report_fini(struct circle_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->list[i].text);
    free(r->list);
    *r = (struct circle_report)CIRCLE_REPORT_INIT;
}

// Warnings quote files from strangers, cut off anywhere, and are shown on a terminal: replace what
// a terminal must not get.
static char *printable(struct buf *text)
{
    struct buf clean = BUF_INIT;
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->data[i] < ' ' || text->data[i] == '\x7f')
            text->data[i] = '?';
    utf8_clean(&clean, buf_str(text), text->len);
    return buf_take(&clean);
}

enum {
    SHOWN_MOST = 4, // warnings shown of one kind, when not all are requested
    LONG_LIST = 40,
    ENOUGH = 20, // with fewer records a share says nothing
    TAKE_SHARE = 10,
};

__attribute__((format(printf, 4, 0))) static void
complain(struct circle_report *r, bool bad, struct circle_at at, const char *fmt, va_list ap)
{
    assert(fmt && at.file);
    r->bad += bad;
    if (r->count >= CIRCLE_REPORT_MOST) {
        r->dropped++;
        return;
    }
    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->list = mem_realloc_array(r->list, r->cap, sizeof(*r->list));
    }
    struct buf text = BUF_INIT;
    buf_vaddf(&text, fmt, ap);
    r->list[r->count++] = (struct circle_complaint){at, bad, false, fmt, printable(&text)};
    buf_fini(&text);
}

void circle_report_lost(struct circle_report *r, enum circle_kind kind, struct circle_at at,
                        const char *fmt, ...)
{
    assert(kind < CIRCLE_KINDS);
    va_list ap;
    va_start(ap, fmt);
    complain(r, false, at, fmt, ap);
    va_end(ap);
    r->counts[kind].lost++;
}

void circle_report_note(struct circle_report *r, struct circle_at at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(r, false, at, fmt, ap);
    va_end(ap);
}

void circle_report_minor(struct circle_report *r, enum circle_minor what, struct circle_at at,
                         const char *fmt, ...)
{
    assert(what < CIRCLE_MINORS);
    va_list ap;
    va_start(ap, fmt);
    complain(r, false, at, fmt, ap);
    va_end(ap);
    if (r->count && !r->dropped)
        r->list[r->count - 1].minor = true;
    r->minor[what]++;
}

void circle_report_bad(struct circle_report *r, struct circle_at at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(r, true, at, fmt, ap);
    va_end(ap);
}

struct circle_mark circle_report_mark(const struct circle_report *r)
{
    return (struct circle_mark){r->count, r->dropped, r->bad, r->colours, r->colours_kept};
}

void circle_report_rewind(struct circle_report *r, struct circle_mark mark)
{
    assert(mark.count <= r->count && mark.bad <= r->bad);
    for (size_t i = mark.count; i < r->count; i++)
        free(r->list[i].text);
    r->count = mark.count;
    r->dropped = mark.dropped;
    r->bad = mark.bad;
    r->colours = mark.colours;
    r->colours_kept = mark.colours_kept;
}

enum circle_kind circle_report_reset_kind(char letter)
{
    const char *at = letter ? strchr(reset_letters, letter) : NULL;
    return at ? (enum circle_kind)(CIRCLE_RESET_M + (at - reset_letters)) : CIRCLE_RESET_OTHER;
}

size_t circle_report_lost_count(const struct circle_report *r)
{
    size_t n = 0;
    for (int i = 0; i < CIRCLE_KINDS; i++)
        n += r->counts[i].lost;
    return n;
}

void circle_report_field(struct circle_report *r, enum circle_field field, bool has)
{
    assert(field < CIRCLE_FIELDS);
    r->fields[field].of++;
    r->fields[field].have += has;
}

void circle_report_part(struct circle_report *r, enum circle_kind kind)
{
    assert(kind < CIRCLE_KINDS);
    r->counts[kind].part++;
}

static int by_place(const void *left, const void *right)
{
    const struct circle_complaint *a = left, *b = right;
    int order = strcmp(a->at.file, b->at.file);
    if (!order)
        order = (a->at.line > b->at.line) - (a->at.line < b->at.line);
    return order ? order : strcmp(a->text, b->text);
}

static int by_kind(const void *left, const void *right)
{
    const struct circle_complaint *a = *(const struct circle_complaint *const *)left,
                                  *b = *(const struct circle_complaint *const *)right;
    int order = strcmp(a->kind, b->kind);
    return order ? order : (a > b) - (a < b);
}

static void put_place(struct buf *out, const struct circle_complaint *c)
{
    buf_adds(out, c->at.file);
    if (c->at.line)
        buf_addf(out, ":%u", (unsigned)c->at.line);
}

static void put_complaint(struct buf *out, const struct circle_complaint *c)
{
    put_place(out, c);
    buf_addf(out, ": %s: %s\n", c->bad ? "error" : "warning", c->text);
}

// Sorts kinds by their first warning.
static int by_first_line(const void *left, const void *right)
{
    const struct circle_complaint *a = **(const struct circle_complaint *const *const *)left,
                                  *b = **(const struct circle_complaint *const *const *)right;
    return (a > b) - (a < b);
}

// Sorts errors first, for a long list.
static int by_weight(const void *left, const void *right)
{
    const struct circle_complaint *a = **(const struct circle_complaint *const *const *)left,
                                  *b = **(const struct circle_complaint *const *const *)right;
    return a->bad != b->bad ? b->bad - a->bad : by_first_line(left, right);
}

static void put_kind(struct buf *out, const struct circle_complaint *const *first, size_t n)
{
    assert(n);
    size_t shown = n > SHOWN_MOST + 1 ? SHOWN_MOST : n;
    for (size_t i = 0; i < shown; i++)
        put_complaint(out, first[i]);
    if (shown == n)
        return;
    buf_addf(out, "    and %zu more of this kind, the last at ", n - shown);
    put_place(out, first[n - 1]);
    buf_addc(out, '\n');
}

static void list_folded(const struct circle_report *r, struct buf *out)
{
    const struct circle_complaint **all = mem_calloc(r->count + 1, sizeof(*all));
    const struct circle_complaint *const **kinds = mem_calloc(r->count + 1, sizeof(*kinds));
    size_t kind_count = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++)
        if (!r->list[i].minor)
            all[n++] = &r->list[i];
    if (n)
        qsort(all, n, sizeof(*all), by_kind);
    for (size_t i = 0; i < n; i++)
        if (!i || strcmp(all[i]->kind, all[i - 1]->kind))
            kinds[kind_count++] = all + i;
    if (kind_count)
        qsort(kinds, kind_count, sizeof(*kinds), r->count > LONG_LIST ? by_weight : by_first_line);
    for (size_t i = 0; i < kind_count; i++) {
        const struct circle_complaint *const *first = kinds[i];
        size_t like = 1, left = n - (size_t)(first - all);
        while (like < left && !strcmp(first[like]->kind, first[0]->kind))
            like++;
        put_kind(out, first, like);
    }
    free(kinds);
    free(all);
}

void circle_report_list(struct circle_report *r, struct buf *out)
{
    assert(out);
    if (r->count)
        qsort(r->list, r->count, sizeof(*r->list), by_place);
    if (!r->all)
        list_folded(r, out);
    for (size_t i = 0; r->all && i < r->count; i++)
        put_complaint(out, &r->list[i]);
    if (r->dropped)
        buf_addf(out, "... and %zu more complaints\n", r->dropped);
}

static void table_row(struct buf *out, const char *label, const struct circle_count *c)
{
    buf_addf(out, "%-24s %8zu %8zu %8zu %12zu %8zu\n", label, c->read, c->written, c->data, c->lost,
             c->part);
}

static void put_fields(const struct circle_report *r, struct buf *out)
{
    static const struct {
        const char *of;
        enum circle_field first, last;
        const char *have[4];
    } lines[] = {
        {"rooms", CIRCLE_HAS_SECTOR, CIRCLE_HAS_SECTOR, {"flags and sector"}},
        {"mobiles",
         CIRCLE_HAS_LEVEL,
         CIRCLE_HAS_DEFENCE,
         {"level", "hit points", "damage", "thac0 and armour"}},
        {"objects",
         CIRCLE_HAS_FLAGS,
         CIRCLE_HAS_TAKE,
         {"type and flags", "values", "weight and cost", "can be taken"}},
        {"zones", CIRCLE_HAS_LIFESPAN, CIRCLE_HAS_LIFESPAN, {"lifespan and mode"}},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        buf_addf(out, "of %zu %s:", r->fields[lines[i].first].of, lines[i].of);
        for (int f = (int)lines[i].first; f <= (int)lines[i].last; f++)
            buf_addf(out, "%s %zu %s", f > (int)lines[i].first ? "," : "", r->fields[f].have,
                     lines[i].have[f - (int)lines[i].first]);
        buf_addc(out, '\n');
    }
}

void circle_report_table(const struct circle_report *r, struct buf *out)
{
    struct circle_count resets = {0, 0, 0, 0, 0};
    buf_addf(out, "%-24s %8s %8s %8s %12s %8s\n", "", "read", "written", "as data", "not carried",
             "in part");
    for (int i = 0; i < CIRCLE_KINDS; i++) {
        const struct circle_count *c = &r->counts[i];
        table_row(out, labels[i], c);
        if (i < CIRCLE_RESET_M || i > CIRCLE_RESET_OTHER)
            continue;
        resets.read += c->read;
        resets.written += c->written;
        resets.data += c->data;
        resets.lost += c->lost;
        if (i == CIRCLE_RESET_OTHER)
            table_row(out, "reset commands, all", &resets);
    }
    put_fields(r, out);
    buf_addf(out, "%-24s %8zu\n", "colour codes removed", r->colours);
    if (r->colours_kept)
        buf_addf(out, "%-24s %8zu\n", "look like such, kept", r->colours_kept);
    if (r->minor[CIRCLE_MINOR_KEY])
        buf_addf(out, "%zu doors have a key on one side in the source, and on both here\n",
                 r->minor[CIRCLE_MINOR_KEY]);
    if (r->minor[CIRCLE_MINOR_CONDITION])
        buf_addf(out, "%zu reset commands depend on an R or D in the source, and on nothing here\n",
                 r->minor[CIRCLE_MINOR_CONDITION]);
}

// Adds a line if more than half of the records lack the field.
static bool doubt_field(const struct circle_report *r, enum circle_field f, const char *records,
                        const char *what, struct buf *out)
{
    assert(f < CIRCLE_FIELDS && r->fields[f].have <= r->fields[f].of);
    size_t of = r->fields[f].of, lack = of - r->fields[f].have;
    if (lack * 2 <= of)
        return false;
    buf_addf(out, "%zu of %zu %s have no %s: is this a CircleMUD world?\n", lack, of, records,
             what);
    return true;
}

static void doubt_resets(const struct circle_report *r, struct buf *out)
{
    size_t read = 0, lost = 0;
    for (int i = CIRCLE_RESET_M; i <= CIRCLE_RESET_OTHER; i++) {
        read += r->counts[i].read;
        lost += r->counts[i].lost;
    }
    if (lost * 2 > read)
        buf_addf(out, "%zu of %zu reset commands are not carried over\n", lost, read);
}

bool circle_report_doubts(const struct circle_report *r, struct buf *out)
{
    static const struct {
        enum circle_field field;
        const char *records, *what;
    } needed[] = {
        {CIRCLE_HAS_SECTOR, "rooms", "line of flags and sector"},
        {CIRCLE_HAS_LEVEL, "mobiles", "level"},
        {CIRCLE_HAS_HEALTH, "mobiles", "hit points"},
        {CIRCLE_HAS_DAMAGE, "mobiles", "damage"},
        {CIRCLE_HAS_FLAGS, "objects", "type and flags"},
        {CIRCLE_HAS_VALUES, "objects", "values"},
        {CIRCLE_HAS_WEIGHT, "objects", "weight and cost"},
        {CIRCLE_HAS_LIFESPAN, "zones", "lifespan and mode"},
    };
    bool doubtful = false;
    const struct circle_field_count *take = &r->fields[CIRCLE_HAS_TAKE];
    doubt_field(r, CIRCLE_HAS_DEFENCE, "mobiles", "thac0 and armour", out);
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        doubtful |= doubt_field(r, needed[i].field, needed[i].records, needed[i].what, out);
    if (take->of >= ENOUGH && take->have < take->of / TAKE_SHARE) {
        buf_addf(out, "only %zu of %zu objects can be taken: is this a CircleMUD world?\n",
                 take->have, take->of);
        doubtful = true;
    }
    static const enum circle_kind parts[] = {CIRCLE_ROOM, CIRCLE_MOBILE, CIRCLE_OBJECT,
                                             CIRCLE_ZONE};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const struct circle_count *c = &r->counts[parts[i]];
        if (c->part)
            buf_addf(out, "%zu of %zu %s are read in part\n", c->part, c->written,
                     labels[parts[i]]);
    }
    doubt_resets(r, out);
    return doubtful;
}

// Keeps the counts and complaints of one import and prints the table at its end. Decides nothing.
#include "tools/circle_report.h"

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

// Complaints quote files from strangers, cut off anywhere, and end on somebody's terminal.
static char *printable(struct buf *text)
{
    struct buf clean = BUF_INIT;
    for (size_t i = 0; i < text->len; i++)
        if ((unsigned char)text->data[i] < ' ' || text->data[i] == '\x7f')
            text->data[i] = '?';
    utf8_clean(&clean, buf_str(text), text->len);
    return buf_take(&clean);
}

__attribute__((format(printf, 4, 0))) static void
complain(struct circle_report *r, bool bad, struct circle_at at, const char *fmt, va_list ap)
{
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
    r->list[r->count++] = (struct circle_complaint){at, bad, printable(&text)};
    buf_fini(&text);
}

void circle_report_lost(struct circle_report *r, enum circle_kind kind, struct circle_at at,
                        const char *fmt, ...)
{
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

void circle_report_bad(struct circle_report *r, struct circle_at at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(r, true, at, fmt, ap);
    va_end(ap);
}

struct circle_mark circle_report_mark(const struct circle_report *r)
{
    return (struct circle_mark){r->count, r->dropped, r->bad, r->colours};
}

void circle_report_rewind(struct circle_report *r, struct circle_mark mark)
{
    for (size_t i = mark.count; i < r->count; i++)
        free(r->list[i].text);
    r->count = mark.count;
    r->dropped = mark.dropped;
    r->bad = mark.bad;
    r->colours = mark.colours;
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

static int by_place(const void *left, const void *right)
{
    const struct circle_complaint *a = left, *b = right;
    int order = strcmp(a->at.file, b->at.file);
    if (!order)
        order = (a->at.line > b->at.line) - (a->at.line < b->at.line);
    return order ? order : strcmp(a->text, b->text);
}

void circle_report_list(struct circle_report *r, struct buf *out)
{
    if (r->count)
        qsort(r->list, r->count, sizeof(*r->list), by_place);
    for (size_t i = 0; i < r->count; i++) {
        const struct circle_complaint *c = &r->list[i];
        buf_adds(out, c->at.file);
        if (c->at.line)
            buf_addf(out, ":%u", (unsigned)c->at.line);
        buf_addf(out, ": %s: %s\n", c->bad ? "error" : "warning", c->text);
    }
    if (r->dropped)
        buf_addf(out, "... and %zu more complaints\n", r->dropped);
}

static void table_row(struct buf *out, const char *label, const struct circle_count *c)
{
    buf_addf(out, "%-24s %8zu %8zu %8zu %12zu\n", label, c->read, c->written, c->data, c->lost);
}

void circle_report_table(const struct circle_report *r, struct buf *out)
{
    struct circle_count resets = {0, 0, 0, 0};
    buf_addf(out, "%-24s %8s %8s %8s %12s\n", "", "read", "written", "as data", "not carried");
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
    buf_addf(out, "%-24s %8zu\n", "colour codes removed", r->colours);
}

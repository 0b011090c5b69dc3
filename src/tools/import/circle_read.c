// Keeps the text of one file and a position in it. Knows the form of records, texts and lines of
// numbers, not their meaning.
#include "tools/import/circle_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tools/import/circle_colour.h"
#include "tools/import/circle_encoding.h"
#include "util/arena.h"
#include "util/str.h"

enum {
    PLANE_BITS = 30,
    END_MARKER = 99999,  // "#99999" closes a file of old worlds
    TEXT_MOST = 1 << 18, // several times what any CircleMUD can hold
};

#define INT_MOST (INT64_C(1) << 53)

void circle_read_init(struct circle_reader *r, struct circle_report *report, struct arena *arena,
                      const char *file, const char *bytes, size_t n)
{
    assert(report && arena && file && (bytes || !n));
    *r = (struct circle_reader){.report = report, .arena = arena, .line = 1};
    circle_encoding_decode(&r->text, NULL, bytes, n);
    r->file = circle_read_keep(r, file, strlen(file));
}

void circle_read_borrow(struct circle_reader *r, struct circle_report *report, const char *text,
                        size_t n)
{
    assert(report && (text || !n));
    *r = (struct circle_reader){.report = report, .file = "", .line = 1, .borrowed = true};
    r->text = (struct buf){.data = (char *)(uintptr_t)text, .len = n}; // read only
}

void circle_read_fini(struct circle_reader *r)
{
    if (!r->borrowed)
        buf_fini(&r->text);
}

bool circle_read_fault(struct circle_reader *r, const struct circle_line *l, const char *expected)
{
    assert(expected);
    struct buf text = BUF_INIT;
    if (r->fault)
        return false;
    if (l)
        buf_addf(&text, "line %u, \"%.*s\", is no %s", (unsigned)l->line,
                 (int)(l->length < 50 ? l->length : 50), l->text, expected);
    else
        buf_addf(&text, "there is no %s", expected);
    r->fault = circle_read_keep(r, buf_str(&text), text.len);
    buf_fini(&text);
    return false;
}

char *circle_read_keep(struct circle_reader *r, const char *s, size_t n)
{
    assert(r->arena && (s || !n));
    char *copy = arena_take(r->arena, n + 1, 1);
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

struct circle_at circle_read_at(const struct circle_reader *r)
{
    return (struct circle_at){r->file, r->line};
}

static size_t line_at(const struct circle_reader *r, size_t at, struct circle_line *out)
{
    assert(at <= r->text.len);
    const char *s = buf_str(&r->text) + at;
    const char *end = memchr(s, '\n', r->text.len - at);
    size_t n = end ? (size_t)(end - s) : r->text.len - at;
    size_t next = at + n + (end ? 1 : 0);
    while (n && str_is_space(s[n - 1]))
        n--;
    out->text = s;
    out->length = n;
    return next;
}

bool circle_read_peek(const struct circle_reader *r, struct circle_line *out)
{
    if (r->at >= r->text.len)
        return false;
    line_at(r, r->at, out);
    out->line = r->line;
    return true;
}

bool circle_read_line(struct circle_reader *r, struct circle_line *out)
{
    if (r->at >= r->text.len)
        return false;
    r->at = line_at(r, r->at, out);
    out->line = r->line++;
    return true;
}

static size_t digits(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] >= '0' && s[i] <= '9')
        i++;
    return i;
}

// "#12" begins a record; some editors write more after it. "#12 30 0" is a line of numbers.
static bool is_record(const struct circle_line *l)
{
    struct circle_line rest = *l;
    int64_t value;
    size_t n = l->length > 1 && l->text[0] == '#' ? digits(l->text + 1, l->length - 1) : 0;
    rest.text += 1 + n;
    rest.length -= n ? 1 + n : 0;
    return n && !circle_read_int(&rest, &value);
}

static bool read_is_end(const struct circle_line *l)
{
    return circle_read_is(l, "$") || circle_read_is(l, "$~");
}

bool circle_read_peek_data(struct circle_reader *r, struct circle_line *out)
{
    while (circle_read_peek(r, out)) {
        if (is_record(out) || read_is_end(out))
            return false;
        if (out->length && out->text[0] != '*')
            return true;
        circle_read_line(r, out);
    }
    return false;
}

bool circle_read_data(struct circle_reader *r, struct circle_line *out)
{
    return circle_read_peek_data(r, out) && circle_read_line(r, out);
}

// The number 99999 may be a real room. It is the end marker only when nothing but "$" follows.
static bool is_marker(const struct circle_reader *r, int64_t vnum)
{
    struct circle_line l;
    if (vnum != END_MARKER)
        return false;
    for (size_t at = r->at; at < r->text.len;) {
        at = line_at(r, at, &l);
        if (l.length && !read_is_end(&l))
            return false;
    }
    return true;
}

bool circle_read_record(struct circle_reader *r, int64_t *vnum, struct circle_at *at)
{
    assert(vnum && at);
    struct circle_line l;
    size_t skipped = 0;
    struct circle_at first = circle_read_at(r);
    bool found = false;
    while (!found && circle_read_line(r, &l)) {
        if (read_is_end(&l))
            break;
        found = is_record(&l);
        if (!found && l.length && l.text[0] != '*' && !skipped++)
            first.line = l.line;
    }
    if (skipped)
        circle_report_note(r->report, first, "lines that belong to no record left out: %zu",
                           skipped);
    if (!found)
        return false;
    *at = (struct circle_at){r->file, l.line};
    l.text++;
    l.length = digits(l.text, l.length - 1);
    return circle_read_int(&l, vnum) && !is_marker(r, *vnum);
}

bool circle_read_word(struct circle_line *l, const char **word, size_t *n)
{
    assert(word && n);
    while (l->length && str_is_space(*l->text)) {
        l->text++;
        l->length--;
    }
    *word = l->text;
    *n = 0;
    while (l->length && !str_is_space(*l->text)) {
        l->text++;
        l->length--;
        ++*n;
    }
    return *n > 0;
}

static bool read_number(const char *s, size_t n, int64_t *value)
{
    bool minus = n && *s == '-';
    size_t i = minus || (n && *s == '+');
    int64_t v = 0;
    if (i == n || digits(s + i, n - i) != n - i)
        return false;
    for (; i < n; i++)
        v = v > INT_MOST / 10 ? INT_MOST : v * 10 + (s[i] - '0');
    v = v > INT_MOST ? INT_MOST : v;
    *value = minus ? -v : v;
    return true;
}

bool circle_read_int(struct circle_line *l, int64_t *value)
{
    struct circle_line rest = *l;
    const char *word;
    size_t n;
    if (!circle_read_word(&rest, &word, &n) || !read_number(word, n, value))
        return false;
    *l = rest;
    return true;
}

bool circle_read_whole(struct circle_line *l, int64_t *value)
{
    struct circle_line rest = *l;
    const char *word;
    size_t n;
    if (!circle_read_word(&rest, &word, &n))
        return false;
    const char *dot = memchr(word, '.', n);
    size_t whole = dot ? (size_t)(dot - word) : n;
    if (!read_number(word, whole, value) ||
        (dot && digits(dot + 1, n - whole - 1) != n - whole - 1))
        return false;
    *l = rest;
    return true;
}

size_t circle_read_words(const struct circle_line *l)
{
    struct circle_line rest = *l;
    const char *word;
    size_t n, count = 0;
    while (circle_read_word(&rest, &word, &n))
        count++;
    return count;
}

bool circle_read_is(const struct circle_line *l, const char *word)
{
    return l->length == strlen(word) && !memcmp(l->text, word, l->length);
}

bool circle_read_opens(const struct circle_line *l, const char *word)
{
    size_t n = strlen(word);
    return l->length >= n && !memcmp(l->text, word, n) &&
           (l->length == n || str_is_space(l->text[n]));
}

bool circle_read_bits(const char *word, size_t n, uint64_t *bits)
{
    int64_t value;
    *bits = 0;
    if (read_number(word, n, &value)) {
        *bits = (uint64_t)(value < 0 ? 0 : value);
        return value >= 0;
    }
    bool planes = n > 1 && (word[1] == '0' || (n > 3 && word[1] >= '1' && word[1] <= '9'));
    for (size_t i = 0; i < n; i += 1 + planes) {
        unsigned bit;
        if (word[i] >= 'a' && word[i] <= 'z')
            bit = (unsigned)(word[i] - 'a');
        else if (word[i] >= 'A' && word[i] <= 'Z')
            bit = (unsigned)(26 + word[i] - 'A');
        else
            return false;
        if (planes && (i + 1 >= n || word[i + 1] < '0' || word[i + 1] > '9'))
            return false;
        if (planes)
            bit += PLANE_BITS * (unsigned)(word[i + 1] - '0');
        if (bit < 64)
            *bits |= UINT64_C(1) << bit;
    }
    return n > 0;
}

// True when the text runs into the next record, so its end is missing. "#12" may also be a line of
// prose, so the line after it must look like part of a record too.
static bool runs_out(const struct circle_reader *r, const struct circle_line *l)
{
    struct circle_line below;
    if (read_is_end(l)) {
        for (size_t at = line_at(r, r->at, &below); at < r->text.len;) {
            at = line_at(r, at, &below);
            if (below.length)
                return false;
        }
        return true;
    }
    if (!is_record(l) || digits(l->text + 1, l->length - 1) != l->length - 1)
        return false;
    size_t next = line_at(r, r->at, &below);
    if (next >= r->text.len)
        return true;
    line_at(r, next, &below);
    return below.length && below.text[below.length - 1] == '~';
}

static bool is_bits_word(const char *s, size_t n)
{
    uint64_t bits;
    return n <= 12 && circle_read_bits(s, n, &bits);
}

// Does the line look like one that follows texts: three numbers or more, or a section's letter?
static bool looks_like_data(const struct circle_line *l)
{
    struct circle_line rest = *l;
    int64_t value;
    const char *word;
    size_t n;
    if (circle_read_is(l, "S") || circle_read_is(l, "E"))
        return true;
    if (l->length == 2 && l->text[0] == 'D' && digits(l->text + 1, 1))
        return true;
    if (circle_read_words(l) < 3 || !circle_read_int(&rest, &value))
        return false;
    size_t numbers = 1, words = 1;
    for (; circle_read_word(&rest, &word, &n); words++) {
        if (!is_bits_word(word, n))
            return false;
        numbers += read_number(word, n, &value);
    }
    return numbers >= 2 && numbers * 2 >= words;
}

static const char *finish_text(struct circle_reader *r, struct buf *raw, enum circle_text_kind kind)
{
    assert(kind <= CIRCLE_CODE);
    struct buf clean = BUF_INIT;
    const char *text;
    if (kind == CIRCLE_CODE) {
        text = circle_read_keep(r, buf_str(raw), raw->len);
    } else {
        struct circle_stripped done = circle_colour_strip(&clean, r->colours, buf_str(raw));
        r->report->colours += done.removed;
        r->report->colours_kept += done.kept;
        text = circle_read_keep(r, buf_str(&clean), clean.len);
    }
    buf_fini(&clean);
    buf_fini(raw);
    return text;
}

bool circle_read_skip(struct circle_reader *r)
{
    struct circle_line l;
    while (circle_read_peek(r, &l) && !runs_out(r, &l)) {
        circle_read_line(r, &l);
        if (l.length && l.text[l.length - 1] == '~')
            return true;
    }
    return false;
}

const char *circle_read_clean(struct circle_reader *r, const char *s, size_t n)
{
    struct buf raw = BUF_INIT;
    buf_add(&raw, s, n);
    return finish_text(r, &raw, CIRCLE_NAME);
}

// In repair a name is its first line, whether that ends it or not.
static bool name_is_over(struct circle_reader *r, struct buf *raw)
{
    struct circle_line l;
    if (circle_read_peek(r, &l) && circle_read_is(&l, "~")) {
        circle_read_line(r, &l);
        return true;
    }
    circle_report_note(r->report, (struct circle_at){r->file, r->line - 1},
                       "'~' missing after \"%.40s\"", buf_str(raw));
    return true;
}

const char *circle_read_text(struct circle_reader *r, enum circle_text_kind kind)
{
    assert(kind <= CIRCLE_CODE);
    struct buf raw = BUF_INIT;
    struct circle_line l;
    struct circle_at start = circle_read_at(r);
    for (bool first = true;; first = false) {
        if (!circle_read_peek(r, &l) || runs_out(r, &l) || raw.len > TEXT_MOST ||
            (r->repair && kind == CIRCLE_TEXT && looks_like_data(&l))) {
            circle_report_note(r->report, start, "'~' missing at the end of this text");
            break;
        }
        circle_read_line(r, &l);
        if (!first)
            buf_addc(&raw, '\n');
        if (l.length && l.text[l.length - 1] == '~') {
            buf_add(&raw, l.text, l.length - 1);
            break;
        }
        buf_add(&raw, l.text, l.length);
        if (r->repair && kind == CIRCLE_NAME && name_is_over(r, &raw))
            break;
    }
    return finish_text(r, &raw, kind);
}

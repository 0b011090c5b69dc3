// Distinguishes prose from pictures by the look of a line, and a wrapped line from one broken on
// purpose by whether the next word would still have fitted and may begin something. Works block by
// block, a block being the lines between empty ones; keeps nothing.
#include "tools/import/circle_flow.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"
#include "util/str.h"
#include "util/utf8.h"

enum {
    // A line that would be no longer than this with the next line's first word was broken on
    // purpose, as prose is not wrapped so narrowly.
    SHORT_LINE = 56,
    DEEP_INDENT = 8, // further in than any paragraph begins
    PARAGRAPH_INDENT = 2,
};

struct flow_line {
    const char *text;
    size_t length;
    size_t indent;
    bool drawn; // looks like part of a picture, a map or a table
};

struct flow {
    struct flow_line *lines;
    size_t count;
};

static bool is_plain(unsigned char c)
{
    return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Are there wide gaps between words inside the line? Up to three blanks after a full stop are
// accepted.
static bool has_gap(const char *s, size_t n)
{
    size_t run = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] != ' ') {
            run = 0;
            continue;
        }
        run++;
        bool sentence = i >= run && strchr(".?!:\"'", s[i - run]);
        if (run > (sentence ? 3 : 2))
            return true;
    }
    return false;
}

static bool looks_drawn(const struct flow_line *l)
{
    assert(l->indent <= l->length);
    const char *s = l->text + l->indent;
    size_t n = l->length - l->indent, strokes = 0, plain = 0, ink = 0;
    if (!n)
        return false;
    if (l->indent > DEEP_INDENT || has_gap(s, n))
        return true;
    for (size_t i = 0; i < n; i++) {
        strokes += strchr("|/\\_#=+*^<>~[]{}", s[i]) != NULL;
        plain += is_plain((unsigned char)s[i]);
        ink += s[i] != ' ';
    }
    return (strokes >= 3 && strokes * 10 >= ink * 3) || (!plain && ink >= 3);
}

static struct flow flow_split(const char *s)
{
    struct flow f = {NULL, 0};
    size_t cap = 0;
    while (*s) {
        const char *end = strchr(s, '\n');
        size_t n = end ? (size_t)(end - s) : strlen(s);
        const char *next = end ? end + 1 : s + n;
        while (n && str_is_space(s[n - 1]))
            n--;
        if (f.count == cap) {
            cap = cap ? cap * 2 : 16;
            f.lines = mem_realloc_array(f.lines, cap, sizeof(*f.lines));
        }
        struct flow_line *l = &f.lines[f.count++];
        *l = (struct flow_line){.text = s, .length = n};
        while (l->indent < n && s[l->indent] == ' ')
            l->indent++;
        l->drawn = looks_drawn(l);
        s = next;
    }
    return f;
}

static void add_picture(struct buf *out, const struct flow_line *lines, size_t n)
{
    bool indented = true;
    for (size_t i = 0; i < n; i++)
        indented &= !lines[i].length || lines[i].indent > 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(out, '\n');
        if (!indented || !lines[i].length)
            buf_addc(out, ' ');
        buf_add(out, lines[i].text, lines[i].length);
    }
}

static bool broken_on_purpose(const struct flow_line *l, const struct flow_line *next)
{
    const char *word = next->text + next->indent;
    size_t n = 0;
    if (*word >= 'a' && *word <= 'z') // goes on in the middle of a sentence
        return false;
    while (word + n < next->text + next->length && word[n] != ' ')
        n++;
    return utf8_count(l->text, l->length) + 1 + utf8_count(word, n) <= SHORT_LINE;
}

static void add_words(struct buf *out, const struct flow_line *l)
{
    const char *s = l->text, *end = l->text + l->length;
    for (bool first = true; s < end; first = false) {
        while (s < end && *s == ' ')
            s++;
        const char *word = s;
        while (s < end && *s != ' ')
            s++;
        if (s > word && !first)
            buf_addc(out, ' ');
        buf_add(out, word, (size_t)(s - word));
    }
}

static void add_prose(struct buf *out, const struct flow_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i && lines[i].indent >= PARAGRAPH_INDENT && lines[i - 1].indent < lines[i].indent)
            buf_adds(out, "\n\n");
        else if (i && broken_on_purpose(&lines[i - 1], &lines[i]))
            buf_addc(out, '\n');
        else if (i)
            buf_addc(out, ' ');
        add_words(out, &lines[i]);
    }
}

// A text a third of which is drawn is a picture as a whole, its captions and empty lines included.
static bool mostly_drawn(const struct flow *f)
{
    size_t drawn = 0, full = 0;
    for (size_t i = 0; i < f->count; i++) {
        drawn += f->lines[i].drawn;
        full += f->lines[i].length > 0;
    }
    return drawn && drawn * 3 >= full;
}

static void add_block(struct buf *out, const struct flow_line *lines, size_t n)
{
    bool drawn = false;
    for (size_t i = 0; i < n; i++)
        drawn |= lines[i].drawn;
    if (drawn)
        add_picture(out, lines, n);
    else
        add_prose(out, lines, n);
}

void circle_flow(struct buf *out, const char *s)
{
    assert(out && s);
    struct flow f = flow_split(s);
    size_t first = 0, end = f.count;
    while (first < end && !f.lines[first].length)
        first++;
    while (end > first && !f.lines[end - 1].length)
        end--;
    if (mostly_drawn(&f)) {
        add_picture(out, f.lines + first, end - first);
        first = end;
    }
    for (size_t at = first; at < end;) {
        size_t n = 0;
        while (at + n < end && f.lines[at + n].length)
            n++;
        if (at > first)
            buf_adds(out, "\n\n");
        add_block(out, f.lines + at, n);
        at += n;
        while (at < end && !f.lines[at].length)
            at++;
    }
    free(f.lines);
}

// Folding. Works a grapheme cluster at a time, so that an emoji of several code points or a letter
// with its accents is never cut in two; plain ASCII takes a short way through the same loop.
#include "output/fold.h"

#include "output/markup.h"
#include "util/buf.h"

#include <stdlib.h>
#include <utf8proc.h>

struct cluster {
    size_t bytes;
    unsigned columns;
};

static bool is_mark(unsigned char c)
{
    return c && c <= MARK_LAST;
}

static unsigned columns_of(utf8proc_int32_t c)
{
    int w = utf8proc_charwidth(c);
    return w > 0 ? (unsigned)w : 0;
}

// The cluster at text; bytes that are no UTF-8 count as one column each.
static struct cluster cluster_at(const char *text, size_t n)
{
    if (!(text[0] & 0x80) && (n == 1 || !(text[1] & 0x80)))
        return (struct cluster){1, (unsigned char)text[0] >= 0x20 && text[0] != 0x7f};
    utf8proc_int32_t c, next, state = 0;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)n, &c);
    if (used <= 0)
        return (struct cluster){1, 1};
    struct cluster k = {(size_t)used, columns_of(c)};
    while (k.bytes < n) {
        used = utf8proc_iterate((const utf8proc_uint8_t *)text + k.bytes,
                                (utf8proc_ssize_t)(n - k.bytes), &next);
        if (used <= 0 || utf8proc_grapheme_break_stateful(c, next, &state))
            break;
        unsigned wide = columns_of(next);
        if (wide > k.columns)
            k.columns = wide;
        k.bytes += (size_t)used;
        c = next;
    }
    return k;
}

// Columns of n bytes without a line end. Bytes of plain ASCII are counted as they come.
static size_t columns_in(const char *text, size_t n, bool *ascii)
{
    size_t columns = 0;
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x80 && (i + 1 == n || !(text[i + 1] & 0x80))) {
            columns += c >= 0x20 && c != 0x7f;
            i++;
            continue;
        }
        *ascii = false;
        struct cluster k = cluster_at(text + i, n - i);
        columns += k.columns;
        i += k.bytes;
    }
    return columns;
}

size_t fold_widest(const char *text, size_t n, bool *ascii)
{
    size_t widest = 0;
    const char *end = text + n;
    *ascii = true;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop ? stop : end) - text);
        size_t columns = columns_in(text, line, ascii);
        widest = columns > widest ? columns : widest;
        text += line + 1;
    }
    return widest;
}

static const char *plain_sign(utf8proc_int32_t c)
{
    switch (c) {
    case 0x2018:
    case 0x2019:
        return "'";
    case 0x201c:
    case 0x201d:
        return "\"";
    case 0x2013:
    case 0x2014:
        return "-";
    case 0x2026:
        return "...";
    case 0x00a0:
        return " ";
    case 0x00df:
        return "ss";
    case 0x00e6:
        return "ae";
    case 0x0153:
        return "oe";
    case 0x00f8:
        return "o";
    default:
        return NULL;
    }
}

// One code point in ASCII: its sign, its base letter, or a question mark.
static void add_plain(utf8proc_int32_t c, struct buf *out)
{
    const char *sign = plain_sign(c);
    if (sign) {
        buf_adds(out, sign);
        return;
    }
    utf8proc_int32_t parts[8];
    int last = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        c, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK, &last);
    bool any = false;
    for (utf8proc_ssize_t i = 0; i < n && i < 8; i++)
        if (parts[i] >= 0x20 && parts[i] < 0x7f) {
            buf_addc(out, (char)parts[i]);
            any = true;
        }
    if (!any && columns_of(c))
        buf_addc(out, '?');
}

static void add_cluster(const char *text, size_t n, const struct style *style, struct buf *out)
{
    if (is_mark((unsigned char)text[0])) {
        if (style->colours)
            buf_adds(out, markup_ansi((unsigned char)text[0]));
        return;
    }
    if (style->utf8 || !(text[0] & 0x80)) {
        buf_add(out, text, n);
        return;
    }
    utf8proc_int32_t c;
    utf8proc_ssize_t used;
    for (size_t i = 0; i < n; i += (size_t)used) {
        used = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(n - i), &c);
        if (used <= 0)
            return;
        add_plain(c, out);
    }
}

// Bytes that go out as they are, in one piece; marks and what has to be put otherwise one by one.
static void add_run(const char *text, size_t n, const struct style *style, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && !is_mark((unsigned char)text[i]) && (style->utf8 || !(text[i] & 0x80)))
            i++;
        buf_add(out, text + from, i - from);
        if (i == n)
            return;
        struct cluster k = cluster_at(text + i, n - i);
        add_cluster(text + i, k.bytes, style, out);
        i += k.bytes;
    }
}

// Bytes of the word at text and its columns.
static size_t word_at(const char *text, size_t n, size_t *columns)
{
    const char *space = memchr(text, ' ', n);
    size_t bytes = space ? (size_t)(space - text) : n;
    bool ascii;
    *columns = columns_in(text, bytes, &ascii);
    return bytes;
}

// A word, or a preformatted line, that does not fit a line of its own.
static unsigned add_cut(const char *text, size_t n, unsigned at, const struct style *style,
                        struct buf *out)
{
    for (size_t i = 0; i < n;) {
        struct cluster k = cluster_at(text + i, n - i);
        if (at + k.columns > style->width && at) {
            buf_add(out, "\r\n", 2);
            at = 0;
        }
        add_cluster(text + i, k.bytes, style, out);
        at += k.columns;
        i += k.bytes;
    }
    return at;
}

// Breaks at spaces. What stands between two breaks goes out in one piece.
static void fold_words(const char *text, size_t n, const struct style *style, struct buf *out)
{
    size_t at = 0, from = 0, columns;
    for (size_t i = 0; i < n;) {
        size_t spaces = 0;
        while (i + spaces < n && text[i + spaces] == ' ')
            spaces++;
        size_t bytes = word_at(text + i + spaces, n - i - spaces, &columns);
        if (at && at + spaces + columns > style->width && columns) {
            add_run(text + from, i - from, style, out);
            buf_add(out, "\r\n", 2);
            from = i + spaces;
            at = 0;
        } else {
            at += spaces;
        }
        if (columns > style->width) {
            add_run(text + from, i + spaces - from, style, out);
            at = add_cut(text + i + spaces, bytes, (unsigned)at, style, out);
            from = i + spaces + bytes;
        } else {
            at += columns;
        }
        i += spaces + bytes;
    }
    add_run(text + from, n - from, style, out);
}

static void fold_line(const char *text, size_t n, const struct style *style, struct buf *out)
{
    bool ascii;
    if (!style->width || columns_in(text, n, &ascii) <= style->width)
        add_run(text, n, style, out);
    else if (text[0] == ' ')
        add_cut(text, n, 0, style, out);
    else
        fold_words(text, n, style, out);
}

void fold_text(const char *text, size_t n, const struct style *style, struct buf *out)
{
    const char *end = text + n;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop ? stop : end) - text);
        fold_line(text, line, style, out);
        if (!stop)
            return;
        buf_add(out, "\r\n", 2);
        text = stop + 1;
    }
}

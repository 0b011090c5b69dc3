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

size_t fold_widest(const char *text, size_t n, bool *ascii)
{
    size_t widest = 0, line = 0;
    *ascii = true;
    for (size_t i = 0; i < n;) {
        if (text[i] == '\n') {
            widest = line > widest ? line : widest;
            line = 0;
            i++;
            continue;
        }
        if (text[i] & 0x80)
            *ascii = false;
        struct cluster k = cluster_at(text + i, n - i);
        line += k.columns;
        i += k.bytes;
    }
    return line > widest ? line : widest;
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

static void add_run(const char *text, size_t n, const struct style *style, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        struct cluster k = cluster_at(text + i, n - i);
        add_cluster(text + i, k.bytes, style, out);
        i += k.bytes;
    }
}

// Bytes of the word at text and its columns.
static size_t word_at(const char *text, size_t n, unsigned *columns)
{
    size_t i = 0;
    *columns = 0;
    while (i < n && text[i] != ' ') {
        struct cluster k = cluster_at(text + i, n - i);
        *columns += k.columns;
        i += k.bytes;
    }
    return i;
}

// A word, or a preformatted line, that does not fit a line of its own.
static unsigned add_cut(const char *text, size_t n, unsigned at, const struct style *style,
                        struct buf *out)
{
    for (size_t i = 0; i < n;) {
        struct cluster k = cluster_at(text + i, n - i);
        if (at + k.columns > style->width && at) {
            buf_adds(out, "\r\n");
            at = 0;
        }
        add_cluster(text + i, k.bytes, style, out);
        at += k.columns;
        i += k.bytes;
    }
    return at;
}

static void fold_line(const char *text, size_t n, const struct style *style, struct buf *out)
{
    if (n && text[0] == ' ') {
        add_cut(text, n, 0, style, out);
        return;
    }
    unsigned at = 0, columns;
    for (size_t i = 0; i < n;) {
        size_t spaces = 0;
        while (i + spaces < n && text[i + spaces] == ' ')
            spaces++;
        size_t bytes = word_at(text + i + spaces, n - i - spaces, &columns);
        if (at && at + spaces + columns > style->width && columns) {
            buf_adds(out, "\r\n");
            at = 0;
        } else {
            buf_add(out, text + i, spaces);
            at += (unsigned)spaces;
        }
        if (columns > style->width) {
            at = add_cut(text + i + spaces, bytes, at, style, out);
        } else {
            add_run(text + i + spaces, bytes, style, out);
            at += columns;
        }
        i += spaces + bytes;
    }
}

void fold_text(const char *text, size_t n, const struct style *style, struct buf *out)
{
    const char *end = text + n;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop ? stop : end) - text);
        if (style->width)
            fold_line(text, line, style, out);
        else
            add_run(text, line, style, out);
        if (!stop)
            return;
        buf_adds(out, "\r\n");
        text = stop + 1;
    }
}

// Folding. Works a grapheme cluster at a time, so that an emoji of several code points or a letter
// with its accents is never cut in two; plain ASCII takes a short way through the same loop.
#include "output/fold.h"

#include "output/markup.h"
#include "util/buf.h"
#include "util/screen.h"

#include <assert.h>
#include <endian.h>
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

// A flag is two letters that are nothing alone; a sign followed by the selector of its picture is
// as wide as a picture.
static bool widens(utf8proc_int32_t c, utf8proc_int32_t next)
{
    if (next == 0xfe0f)
        return utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    return next >= 0x1f1e6 && next <= 0x1f1ff && c >= 0x1f1e6 && c <= 0x1f1ff;
}

// The cluster at text; bytes that are no UTF-8 count as one column each.
static struct cluster cluster_at(const char *text, size_t n)
{
    assert(n);
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
        unsigned wide = widens(c, next) ? 2 : columns_of(next);
        if (wide > k.columns)
            k.columns = wide;
        k.bytes += (size_t)used;
        c = next;
    }
    return k;
}

// Columns of n bytes without a line end. Bytes of plain ASCII are counted as they come, but for the
// last before others, which may be the letter of a cluster.
static size_t columns_in(const char *text, size_t n, bool *ascii)
{
    size_t columns = 0;
    for (size_t i = 0; i < n;) {
        size_t plain = screen_ascii(text + i, n - i);
        if (plain > 1) {
            plain -= i + plain < n;
            columns += plain;
            i += plain;
            continue;
        }
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

// Columns of a line, which adds what it is to what is known of its text.
static size_t line_columns(const char *text, size_t n, struct fold_extent *e)
{
    struct screen_survey survey = screen_survey(text, n, MARK_LAST);
    e->clean &= survey.clean;
    if (survey.ascii) {
        if (survey.silent && n > e->silent)
            e->silent = n;
        return n - survey.silent;
    }
    return columns_in(text, n, &e->ascii);
}

struct fold_extent fold_extent(const char *text, size_t n)
{
    struct fold_extent e = {.ascii = true, .clean = true};
    if (!n)
        return e; // the text may be NULL
    if (is_mark((unsigned char)text[n - 1]) && n > 1 && text[n - 2] == '\n') {
        e.silent = 1; // a line of one mark, as behind a list
        n--;
    }
    const char *end = text + n;
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop ? stop : end) - text);
        size_t columns = line_columns(text, line, &e);
        e.widest = columns > e.widest ? columns : e.widest;
        text += line + 1;
    }
    return e;
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
static void fold_add_plain(utf8proc_int32_t c, struct buf *out)
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

// The text in ASCII, marks and line ends as they were; bytes that are no UTF-8 are left out.
static void add_ascii(const char *text, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t c;
        if (!(text[i] & 0x80)) {
            buf_addc(out, text[i++]);
            continue;
        }
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(n - i), &c);
        if (used > 0)
            fold_add_plain(c, out);
        i += used > 0 ? (size_t)used : 1;
    }
}

// The top bits of bytes that may be marks, the first of them exactly: taking away the first number
// that is no mark borrows from the top bit of a lower byte.
static uint64_t marks_among(const char *eight)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t bytes;
    memcpy(&bytes, eight, sizeof(bytes));
    bytes = le64toh(bytes);
    return (bytes - ones * (MARK_LAST + 1)) & ~bytes & ones << 7;
}

// How many bytes come before the next mark. Where fewer than eight are left, some are looked at
// once more: no mark was among them.
static size_t before_mark(const char *text, size_t n)
{
    size_t i = 0;
    uint64_t marks = 0;
    for (; n - i >= sizeof(marks); i += sizeof(marks))
        if ((marks = marks_among(text + i)))
            break;
    if (!marks && i && i < n) {
        size_t again = sizeof(marks) - (n - i);
        marks = marks_among(text + n - sizeof(marks)) >> 8 * again;
        if (!marks)
            return n;
    }
    if (marks)
        i += (size_t)__builtin_ctzll(marks) / 8;
    while (i < n && !is_mark((unsigned char)text[i])) // it may be a NUL too
        i++;
    return i;
}

// Bytes that go out as they are, in one piece; marks one by one.
static void fold_add_run(const char *text, size_t n, const struct style *style, struct buf *out)
{
    for (const char *end = text + n; text < end;) {
        if (is_mark((unsigned char)*text)) {
            if (style->colours)
                buf_adds(out, markup_ansi((unsigned char)*text));
            text++;
            continue;
        }
        size_t run = before_mark(text, (size_t)(end - text));
        buf_add(out, text, run);
        text += run;
    }
}

// Adds what stands in a gap that became a break: all but its spaces.
static void add_gap(const char *text, size_t n, const struct style *style, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] != ' ')
            fold_add_run(text + i, 1, style, out);
}

// Bytes of the word at text and its columns; `even`: each byte is known to take one.
static size_t word_at(const char *text, size_t n, bool even, size_t *columns)
{
    const char *space = memchr(text, ' ', n);
    size_t bytes = space ? (size_t)(space - text) : n;
    bool ascii;
    *columns = even ? bytes : columns_in(text, bytes, &ascii);
    return bytes;
}

// A word, or a preformatted line, that does not fit a line of its own.
static unsigned add_cut(const char *text, size_t n, unsigned at, const struct style *style,
                        struct buf *out)
{
    assert(style->width);
    for (size_t i = 0; i < n;) {
        struct cluster k = cluster_at(text + i, n - i);
        if (at + k.columns > style->width && at) {
            buf_add(out, "\r\n", 2);
            at = 0;
        }
        fold_add_run(text + i, k.bytes, style, out);
        at += k.columns;
        i += k.bytes;
    }
    return at;
}

// Breaks at spaces. What stands between two breaks goes out in one piece. A gap is all that has no
// width between two words, marks too; one that would reach over the edge is not shown.
static void fold_words(const char *text, size_t n, const struct style *style, struct buf *out)
{
    assert(style->width);
    bool even = screen_ascii(text, n) == n;
    size_t at = 0, from = 0, end = 0, gap = 0, columns;
    for (size_t i = 0; i < n;) {
        size_t word = i;
        while (word < n && text[word] == ' ')
            word++;
        gap += word - i;
        size_t bytes = word_at(text + word, n - word, even, &columns);
        i = word + bytes;
        if (!columns)
            continue;
        if (at && at + gap + columns > style->width) {
            fold_add_run(text + from, end - from, style, out);
            add_gap(text + end, word - end, style, out);
            buf_add(out, "\r\n", 2);
            from = word;
            at = 0;
        } else {
            at += gap;
        }
        if (columns > style->width) {
            fold_add_run(text + from, word - from, style, out);
            at = add_cut(text + word, bytes, (unsigned)at, style, out);
            from = i;
        } else {
            at += columns;
        }
        gap = 0;
        end = i;
    }
    fold_add_run(text + from, end - from, style, out);
    if (at + gap > style->width)
        add_gap(text + end, n - end, style, out);
    else
        fold_add_run(text + end, n - end, style, out);
}

// fold_words for a line in which every byte takes one column: from edge to edge. False when a word
// is too wide for the window: nothing has been added then.
static bool fold_even(const char *text, size_t n, const struct style *style, struct buf *out)
{
    assert(style->width);
    size_t width = style->width, before = out->len, from = 0, end, next;
    while (n - from > width) {
        end = from + width; // one past the last word that fits
        if (text[end] != ' ')
            while (end > from && text[end - 1] != ' ')
                end--;
        for (next = end; end > from && text[end - 1] == ' ';)
            end--;
        if (end == from) {
            buf_truncate(out, before);
            return false;
        }
        while (next < n && text[next] == ' ')
            next++;
        buf_add(out, text + from, end - from);
        if (next == n)
            return true; // spaces that would reach over the edge are not shown
        buf_add(out, "\r\n", 2);
        from = next;
    }
    buf_add(out, text + from, n - from);
    return true;
}

static bool preformatted(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && is_mark((unsigned char)text[i]))
        i++;
    return i < n && text[i] == ' ';
}

// Prose that is only set in, not a picture: words with one space between them.
static bool only_set_in(const char *text, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (text[i] == ' ' && text[i + 1] == ' ')
            return false;
    return true;
}

// A preformatted line that is too wide: set in less far, then broken at spaces like any other; only
// what seems to be drawn is cut.
static void fold_preformatted(const char *text, size_t n, size_t columns, const struct style *style,
                              struct buf *out)
{
    assert(columns > style->width); // else it is not too wide
    size_t marks = 0, from;
    while (marks < n && is_mark((unsigned char)text[marks]))
        marks++;
    for (from = marks; from < n && text[from] == ' ';)
        from++;
    size_t wide = columns - (from - marks);
    if (wide > style->width && !only_set_in(text + from, n - from)) {
        add_cut(text, n, 0, style, out);
        return;
    }
    fold_add_run(text, marks, style, out);
    if (wide <= style->width) {
        size_t indent = style->width - wide;
        fold_add_run(text + from - indent, n - from + indent, style, out);
    } else {
        fold_words(text + from, n - from, style, out);
    }
}

// A line of a text with that extent. A line of no more bytes than the window has columns fits.
static void fold_line(const char *text, size_t n, const struct fold_extent *e,
                      const struct style *style, struct buf *out)
{
    bool fits = !style->width || e->widest <= style->width || n <= style->width;
    bool even = e->ascii && n > e->silent;
    if (fits && even) {
        buf_add(out, text, n);
        return;
    }
    size_t columns = n;
    if (!fits && !even) {
        struct fold_extent line = *e;
        columns = line_columns(text, n, &line);
        even = e->ascii && columns == n;
    }
    if (fits || columns <= style->width)
        fold_add_run(text, n, style, out);
    else if (preformatted(text, n))
        fold_preformatted(text, n, columns, style, out);
    else if (!even || !fold_even(text, n, style, out))
        fold_words(text, n, style, out);
}

void fold_known(const char *text, size_t n, const struct fold_extent *extent,
                const struct style *style, struct buf *out)
{
    assert(style && out && (text || !n));
    const char *end = text + n;
    while (text < end) {
        bool last = end - text == 1 && *text != '\n';
        const char *stop = last ? NULL : memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((stop ? stop : end) - text);
        fold_line(text, line, extent, style, out);
        if (!stop)
            return;
        buf_add(out, "\r\n", 2);
        text = stop + 1;
    }
}

static void fold_lines(const char *text, size_t n, const struct style *style, struct buf *out)
{
    struct fold_extent extent = fold_extent(text, n);
    fold_known(text, n, &extent, style, out);
}

// ASCII comes before folding: a sign may take more columns when it is written out.
void fold_text(const char *text, size_t n, const struct style *style, struct buf *out)
{
    assert(style && out && (text || !n));
    if (style->utf8) {
        fold_lines(text, n, style, out);
        return;
    }
    struct buf ascii = BUF_INIT;
    add_ascii(text, n, &ascii);
    fold_lines(buf_str(&ascii), ascii.len, style, out);
    buf_fini(&ascii);
}

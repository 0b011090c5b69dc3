// Keeps nothing. UTF-8 is tried first, since text of another encoding is next to never valid UTF-8;
// all other encodings are left to iconv.
#include "tools/import/circle_encoding.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "util/buf.h"
#include "util/utf8.h"

enum {
    NAME_MOST = 40, // of iconv's names
    // if more than one letter in so many is beyond ASCII, the text is hardly in a Latin script
    FOREIGN_SHARE = 6,
};

static uint32_t latin(unsigned char c)
{
    assert(c >= 0x80);
    static const uint16_t windows[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
    };
    return c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;
}

static iconv_t open_as(const char *name)
{
    assert(name);
    size_t n = strlen(name);
    bool plain =
        n && n <= NAME_MOST &&
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:") == n;
    return plain ? iconv_open("UTF-8", name) : (iconv_t)-1;
}

bool circle_encoding_known(const char *name)
{
    iconv_t cd = open_as(name);
    if (cd == (iconv_t)-1)
        return false;
    iconv_close(cd);
    return true;
}

struct counts {
    size_t good;  // valid characters beyond ASCII
    size_t bad;   // bytes beyond ASCII that belong to no character
    size_t plain; // letters of ASCII
    size_t first; // offset of the first bad byte
};

static struct counts encoding_count(const char *s, size_t n)
{
    struct counts c = {0, 0, 0, n};
    for (size_t i = 0; i < n;) {
        unsigned char byte = (unsigned char)s[i];
        uint32_t codepoint;
        size_t step = byte < 0x80 ? 1 : utf8_decode(s + i, n - i, &codepoint);
        if (byte < 0x80)
            c.plain += (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        else if (step)
            c.good++;
        else if (!c.bad++)
            c.first = i;
        i += step ? step : 1;
    }
    return c;
}

static size_t encoding_line_of(const char *s, size_t offset)
{
    size_t line = 1;
    for (const char *p = s; (p = memchr(p, '\n', offset - (size_t)(p - s))); p++)
        line++;
    return line;
}

static void add_codepoint(struct buf *out, uint32_t c)
{
    char bytes[4];
    buf_add(out, bytes, utf8_encode(c, bytes));
}

// With `mend` valid UTF-8 is kept and other bytes are converted; without it every byte is
// converted.
static void convert_latin(struct buf *out, const char *s, size_t n, bool mend)
{
    for (size_t i = 0; i < n;) {
        uint32_t codepoint;
        unsigned char byte = (unsigned char)s[i];
        size_t step = byte < 0x80 ? 1 : mend ? utf8_decode(s + i, n - i, &codepoint) : 0;
        if (step)
            buf_add(out, s + i, step);
        else
            add_codepoint(out, latin(byte));
        i += step ? step : 1;
    }
}

static void convert_named(struct buf *out, iconv_t cd, const char *s, size_t n,
                          struct circle_encoded *e)
{
    assert(cd != (iconv_t)-1 && e);
    char *in = (char *)(uintptr_t)s; // iconv does not write to it
    size_t left = n;
    while (left) {
        char room[4096], *to = room;
        size_t space = sizeof(room);
        size_t r = iconv(cd, &in, &left, &to, &space);
        buf_add(out, room, (size_t)(to - room));
        if (r != (size_t)-1 || errno == E2BIG)
            continue;
        if (!e->bad++)
            e->first = encoding_line_of(s, n - left);
        add_codepoint(out, UTF8_REPLACEMENT);
        in++;
        left--;
        iconv(cd, NULL, NULL, NULL, NULL);
    }
}

// Drops NULs and makes every kind of line end one.
static void settle_lines(struct buf *out, size_t start)
{
    assert(start <= out->len);
    if (out->len == start)
        return;
    char *s = out->data + start;
    size_t n = out->len - start, to = 0;
    if (!memchr(s, '\r', n) && !memchr(s, '\0', n))
        return;
    char before = '\0';
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool half =
            c == '\r' && ((i + 1 < n && (s[i + 1] == '\n' || s[i + 1] == '\r')) || before == '\n');
        before = c;
        if (c && !half)
            s[to++] = c == '\r' ? '\n' : c;
    }
    buf_truncate(out, start + to);
}

static const char *encoding_marked(const char *s, size_t n)
{
    if (n >= 2 && !memcmp(s, "\xff\xfe", 2))
        return "UTF-16LE";
    return n >= 2 && !memcmp(s, "\xfe\xff", 2) ? "UTF-16BE" : NULL;
}

static void convert(struct buf *out, const char *name, const char *s, size_t n,
                    struct circle_encoded *e)
{
    struct counts c = encoding_count(s, n);
    if (!c.bad) {
        buf_add(out, s, n);
        return;
    }
    iconv_t cd = name ? open_as(name) : (iconv_t)-1;
    if (cd != (iconv_t)-1) {
        e->as = CIRCLE_IS_NAMED;
        convert_named(out, cd, s, n, e);
        iconv_close(cd);
        return;
    }
    e->bad = c.bad;
    e->first = encoding_line_of(s, c.first);
    // Of other encodings hardly one character in ten happens to be one of UTF-8, too.
    e->as = c.good >= c.bad ? CIRCLE_IS_MENDED : CIRCLE_IS_LATIN;
    e->foreign = c.bad > (c.plain + c.bad) / FOREIGN_SHARE;
    convert_latin(out, s, n, e->as == CIRCLE_IS_MENDED);
}

struct circle_encoded circle_encoding_decode(struct buf *out, const char *name, const char *s,
                                             size_t n)
{
    assert(out && (s || !n));
    struct circle_encoded e = {CIRCLE_IS_UTF8, 0, 0, false};
    const char *mark = encoding_marked(s, n);
    size_t start = out->len, skip = mark ? 2 : n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0;
    if (n > skip) {
        iconv_t cd = mark ? open_as(mark) : (iconv_t)-1;
        if (cd != (iconv_t)-1) {
            convert_named(out, cd, s + skip, n - skip, &e);
            iconv_close(cd);
        } else {
            convert(out, name, s + skip, n - skip, &e);
        }
    }
    settle_lines(out, start);
    return e;
}

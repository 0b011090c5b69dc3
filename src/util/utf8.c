// Checked decoding of UTF-8, byte by byte with no tables. Keeps nothing; any thread.
#include "util/utf8.h"

#include "util/buf.h"

#include <assert.h>

static bool tail(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *codepoint)
{
    assert(n);
    if (!n)
        return 0;
    unsigned char first = (unsigned char)s[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xc2 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                    : first < 0xf5 ? 4
                                   : 0;
    if (!length || length > n)
        return 0;
    uint32_t c = length == 1 ? first : first & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if (!tail(s[i]))
            return 0;
        c = c << 6 | ((unsigned char)s[i] & 0x3fU);
    }
    if ((length == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) ||
        (length == 4 && (c < 0x10000 || c > 0x10ffff)))
        return 0;
    *codepoint = c;
    return length;
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        c = UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)((0xf0U << (4 - length) & 0xff) | c);
    return length;
}

bool utf8_is_unseen(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

bool utf8_valid(const char *s, size_t n)
{
    uint32_t c;
    for (size_t i = 0, step; i < n; i += step) {
        step = utf8_decode(s + i, n - i, &c);
        if (!step)
            return false;
    }
    return true;
}

size_t utf8_count(const char *s, size_t n)
{
    uint32_t c;
    size_t count = 0;
    for (size_t i = 0; i < n; count++) {
        size_t step = utf8_decode(s + i, n - i, &c);
        i += step ? step : 1;
    }
    return count;
}

size_t utf8_cut(const char *s, size_t n, size_t max)
{
    if (n <= max)
        return n;
    size_t cut = max;
    while (cut > 0 && max - cut < 3 && tail(s[cut]))
        cut--;
    return tail(s[cut]) ? max : cut;
}

void utf8_clean(struct buf *out, const char *s, size_t n)
{
    uint32_t c;
    size_t good = 0; // start of the run not yet appended
    for (size_t i = 0; i < n;) {
        size_t step = utf8_decode(s + i, n - i, &c);
        if (step) {
            i += step;
            continue;
        }
        buf_add(out, s + good, i - good);
        buf_adds(out, "\xef\xbf\xbd");
        good = ++i;
    }
    buf_add(out, s + good, n - good);
}

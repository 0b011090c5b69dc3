// ASCII is folded byte by byte; all else by utf8proc, in memory that is ours.
#include "util/caseless.h"

#include "util/buf.h"
#include "util/mem.h"
#include "util/str.h"
#include "util/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static utf8proc_int32_t keyboard(utf8proc_int32_t c, void *arg)
{
    (void)arg;
    switch (c) {
    case 0x2018: // quotes and what is taken for them
    case 0x2019:
    case 0x201b:
    case 0x02bc:
    case 0x2032:
    case 0x00b4:
    case '`':
        return '\'';
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x00ab:
    case 0x00bb:
        return '"';
    case 0x2010: // hyphens and dashes
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return '-';
    case 0x0130: // I with a dot, and i without
    case 0x0131:
        return 'i';
    default:
        return c;
    }
}

// The dot that İ has in a normal form of two characters, as the one of one character has none here.
static utf8proc_ssize_t drop_dots(utf8proc_int32_t *codes, utf8proc_ssize_t n)
{
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < n; i++)
        if (codes[i] != 0x0307 || !kept || codes[kept - 1] != 'i')
            codes[kept++] = codes[i];
    return kept;
}

static bool add_folded(struct buf *out, const char *s, size_t n)
{
    const utf8proc_option_t how =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)s;
    utf8proc_ssize_t room = (utf8proc_ssize_t)n * 2 + 16, used;
    utf8proc_int32_t *codes = mem_calloc((size_t)room + 1, sizeof(*codes));
    used = utf8proc_decompose_custom(from, (utf8proc_ssize_t)n, codes, room, how, keyboard, NULL);
    if (used > room) {
        room = used;
        codes = mem_realloc_array(codes, (size_t)room + 1, sizeof(*codes));
        used =
            utf8proc_decompose_custom(from, (utf8proc_ssize_t)n, codes, room, how, keyboard, NULL);
    }
    if (used >= 0)
        used = utf8proc_reencode(codes, drop_dots(codes, used), how);
    if (used >= 0)
        buf_add(out, codes, (size_t)used);
    free(codes);
    return used >= 0;
}

void caseless_add(struct buf *out, const char *s, size_t n)
{
    assert(s || !n);
    size_t plain = 0;
    while (plain < n && !(s[plain] & 0x80))
        plain++;
    if (plain < n && add_folded(out, s, n))
        return;
    buf_reserve(out, n);
    for (size_t i = 0; i < n; i++)
        buf_addc(out, s[i] == '`' ? '\'' : str_lower_char(s[i]));
}

void caseless_capital(struct buf *b, size_t at)
{
    assert(at <= b->len);
    if (at < b->len && !(b->data[at] & 0x80)) {
        if (b->data[at] >= 'a' && b->data[at] <= 'z')
            b->data[at] = (char)(b->data[at] - ('a' - 'A'));
        return;
    }
    uint32_t c;
    size_t size = at < b->len ? utf8_decode(b->data + at, b->len - at, &c) : 0;
    if (!size)
        return;
    uint32_t capital = (uint32_t)utf8proc_totitle((utf8proc_int32_t)c);
    if (capital == c)
        return;
    char bytes[4];
    size_t n = utf8_encode(capital, bytes), rest = b->len - at - size;
    if (n > size)
        buf_reserve(b, n - size);
    memmove(b->data + at + n, b->data + at + size, rest + 1);
    memcpy(b->data + at, bytes, n);
    b->len += n;
    b->len -= size;
}

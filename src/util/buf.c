// Growing byte buffer. Doubles its memory; keeps a trailing NUL so that it can be read as a string.
#include "util/buf.h"

#include "util/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

void buf_fini(struct buf *b)
{
    free(b->data);
    *b = (struct buf)BUF_INIT;
}

void buf_trim(struct buf *b, size_t keep)
{
    assert(keep);
    if (b->cap > keep)
        buf_fini(b);
    else
        buf_clear(b);
}

void buf_reserve(struct buf *b, size_t more)
{
    size_t want = b->len + more + 1;
    if (want <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < want)
        cap *= 2;
    b->data = mem_realloc(b->data, cap);
    b->cap = cap;
    b->data[b->len] = '\0';
}

void buf_add_slow(struct buf *b, const void *p, size_t n)
{
    if (!n)
        return;
    buf_reserve(b, n);
    memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_addu(struct buf *b, uint64_t n)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_addu_grouped(struct buf *b, uint64_t n)
{
    char digits[26];
    size_t at = sizeof(digits), written = 0;
    do {
        if (written && written % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
        written++;
    } while (n);
    buf_add(b, digits + at, sizeof(digits) - at);
}

static void add_signed(struct buf *b, int n)
{
    if (n < 0)
        buf_addc(b, '-');
    buf_addu(b, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

// Most texts need no more than these conversions, for which printf takes a long way. False at any
// other; then what has been added is to be taken back.
__attribute__((format(printf, 2, 0))) static bool add_simple(struct buf *b, const char *fmt,
                                                             va_list ap)
{
    for (const char *percent; *(percent = strchrnul(fmt, '%')); fmt = percent + 2) {
        buf_add(b, fmt, (size_t)(percent - fmt));
        if (percent[1] == 's') {
            const char *s = va_arg(ap, const char *);
            if (!s)
                return false;
            buf_adds(b, s);
        } else if (percent[1] == 'd') {
            add_signed(b, va_arg(ap, int));
        } else if (percent[1] == 'u') {
            buf_addu(b, va_arg(ap, unsigned));
        } else if (percent[1] == 'z' && percent[2] == 'u') {
            buf_addu(b, va_arg(ap, size_t));
            percent++;
        } else {
            return false;
        }
    }
    buf_adds(b, fmt);
    return true;
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
    assert(fmt);
    size_t from = b->len;
    va_list again, third;
    va_copy(again, ap);
    va_copy(third, ap);
    buf_reserve(b, 64);
    if (!add_simple(b, fmt, ap)) {
        buf_truncate(b, from);
        int n = vsnprintf(b->data + b->len, b->cap - b->len, fmt, again);
        if (n > 0 && (size_t)n >= b->cap - b->len) {
            buf_reserve(b, (size_t)n);
            vsnprintf(b->data + b->len, b->cap - b->len, fmt, third);
        }
        b->len += n > 0 ? (size_t)n : 0;
        b->data[b->len] = '\0';
    }
    va_end(third);
    va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(b, fmt, ap);
    va_end(ap);
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->len);
    if (n >= b->len) {
        buf_clear(b);
        return;
    }
    memmove(b->data, b->data + n, b->len - n);
    buf_truncate(b, b->len - n);
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *buf_take(struct buf *b)
{
    char *s = b->data ? b->data : mem_strdup("");
    *b = (struct buf)BUF_INIT;
    return s;
}

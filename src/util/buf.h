// A growing byte buffer, always followed by a NUL that is not counted.
// Threads: one owner at a time.  Locks: none.
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    char *data; // NULL until the first byte; else data[len] == '\0'
    size_t len;
    size_t cap;
};

#define BUF_INIT                                                                                   \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

void buf_fini(struct buf *b);
void buf_trim(struct buf *b, size_t keep);        // clears; gives the memory back when cap > keep
void buf_reserve(struct buf *b, size_t more);     // room for `more` bytes beyond len
void buf_addu(struct buf *b, uint64_t n);         // decimal
void buf_addu_grouped(struct buf *b, uint64_t n); // with a comma before each three digits: 1,954
__attribute__((format(printf, 2, 3))) void buf_addf(struct buf *b, const char *fmt, ...);
__attribute__((format(printf, 2, 0))) void buf_vaddf(struct buf *b, const char *fmt, va_list ap);
void buf_consume(struct buf *b, size_t n); // drops the first n bytes
const char *buf_str(const struct buf *b);  // borrowed; "" when empty
char *buf_take(struct buf *b);             // the caller frees; b is empty afterwards

// Keeps the first `len` bytes, of which there are as many, and the memory.
static inline void buf_truncate(struct buf *b, size_t len)
{
    assert(len <= b->len);
    b->len = len;
    if (b->data)
        b->data[len] = '\0';
}

static inline void buf_clear(struct buf *b) // keeps the memory
{
    buf_truncate(b, 0);
}

// For buf_add, where n is 0 or there is too little room.
void buf_add_slow(struct buf *b, const void *p, size_t n);

// Most texts are put together from pieces of a few bytes that the compiler knows: where there is
// room, these are inline.
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!n || n >= b->cap - b->len) {
        buf_add_slow(b, p, n);
        return;
    }
    memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

static inline void buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

static inline void buf_adds(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

#endif

// Words are few, so each is looked for in the other text.
#include "tools/explore/order.h"

#include "util/buf.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '-';
}

// The next word from `at` on that begins with the prefix, and its length; NULL: there is none.
static const char *order_next(const char *at, const char *text, const char *prefix, size_t *n)
{
    while ((at = strstr(at, prefix))) {
        for (*n = strlen(prefix); in_word(at[*n]);)
            ++*n;
        if (at == text || !in_word(at[-1]))
            return at;
        at += *n;
    }
    return NULL;
}

// Where that word first is from `at` on; NULL: nowhere.
static const char *order_find(const char *at, const char *text, const char *prefix,
                              const char *word, size_t n)
{
    size_t m;
    for (; (at = order_next(at, text, prefix, &m)); at += m)
        if (m == n && !memcmp(at, word, n))
            return at;
    return NULL;
}

bool order_is_one(const char *a, const char *b, const char *prefix, struct buf *why)
{
    assert(*prefix);
    const char *last = NULL, *last_word = NULL;
    size_t n, last_n = 0;
    for (const char *w = a; (w = order_next(w, a, prefix, &n)); w += n) {
        if (order_find(w + n, a, prefix, w, n)) {
            buf_addf(why, "%.*s twice", (int)n, w);
            return false;
        }
        const char *there = order_find(b, b, prefix, w, n);
        if (there && last && there < last) {
            buf_addf(why, "%.*s before %.*s, and in the other order", (int)last_n, last_word,
                     (int)n, w);
            return false;
        }
        if (there) {
            last = there;
            last_word = w;
            last_n = n;
        }
    }
    return true;
}

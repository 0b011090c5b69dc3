// Shared text values. Bytes that must not reach a screen are dropped when a document is read: a
// zone's text can neither forge marks or escape sequences nor reverse or hide text.
#include "world/attr/text.h"

#include "util/buf.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/screen.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct text {
    struct attr_shared shared;
    char bytes[];
};

void *text_new(const char *s)
{
    assert(s);
    size_t n = strlen(s);
    hooks_text_leaves(s, n, "store a text got before AGAIN, of", SITE);
    struct buf clean = BUF_INIT;
    if (!screen_is_clean(s, n, 0)) {
        screen_clean(&clean, s, n, 0);
        s = buf_str(&clean);
        n = clean.len;
    }
    while (n && s[n - 1] == '\n')
        n--;
    struct text *t = attr_shared_new(sizeof(*t) + n + 1);
    memcpy(t->bytes, s, n);
    t->bytes[n] = '\0';
    buf_fini(&clean);
    return t;
}

const char *text_peek(const void *value)
{
    return value ? ((const struct text *)value)->bytes : NULL;
}

const char *text_get_at(struct thing *t, enum attr_id id, const struct site *at)
{
    return hooks_text(text_peek(attr_read_at(t, id, at)), thing_place(t), id, at);
}

void text_free(void *value)
{
    if (attr_shared_last(value))
        free(value);
}

void *text_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    const char *s;
    return doc_want_string(d->problems, d->doc, n, &s) ? text_new(s) : NULL;
}

struct doc_node *text_encode(const void *value, struct doc *out)
{
    return doc_string(out, text_peek(value));
}

uint64_t text_digest(const void *value)
{
    return hash_text(text_peek(value), 0);
}

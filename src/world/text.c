// Shared text values. Control bytes other than line ends are dropped when a document is read: zone
// text cannot forge marks or escape sequences.
#include "world/text.h"

#include "util/buf.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"

#include <stdlib.h>

struct text {
    struct attr_shared shared;
    char bytes[];
};

void *text_new(const char *s)
{
    size_t n = strlen(s);
    struct text *t = attr_shared_new(sizeof(*t) + n + 1);
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x20 ? s[i] != 0x7f : s[i] == '\n')
            t->bytes[at++] = s[i];
    while (at && t->bytes[at - 1] == '\n')
        at--;
    t->bytes[at] = '\0';
    return t;
}

const char *text_peek(const void *value)
{
    return value ? ((const struct text *)value)->bytes : NULL;
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

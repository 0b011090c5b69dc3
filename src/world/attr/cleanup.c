// CLEANUP: when a thing left lying is taken away. Under the lock rules.
#include "world/attr/cleanup.h"

#include "util/doc.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"

#include <stdlib.h>

struct value {
    struct attr_shared shared;
    int64_t after, jitter;
};

bool cleanup_get_at(struct thing *t, int64_t *after, int64_t *jitter, const struct site *at)
{
    const struct value *v = attr_get_at(t, ATTR_CLEANUP, at);
    if (v) {
        *after = v->after;
        *jitter = v->jitter;
    }
    return v;
}

static void cleanup_value_free(void *value)
{
    if (attr_shared_last(value))
        free(value);
}

static void *cleanup_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"after", "jitter", "comment", NULL};
    int64_t after = 600000, jitter = 0;
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    decode_duration(d, n, "after", &after);
    decode_duration(d, n, "jitter", &jitter);
    struct value *v = attr_shared_new(sizeof(*v));
    v->after = after;
    v->jitter = jitter;
    return v;
}

static struct doc_node *cleanup_encode(const void *value, struct doc *out)
{
    const struct value *v = value;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "after", encode_duration(out, v->after));
    doc_put(out, n, "jitter", encode_duration(out, v->jitter));
    return n;
}

const struct attr_kind cleanup_attr = {
    .copy = attr_shared_copy,
    .free = cleanup_value_free,
    .decode = cleanup_decode,
    .encode = cleanup_encode,
};

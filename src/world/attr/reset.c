// RESET: how a thing comes back. Under the lock rules.
#include "world/attr/reset.h"

#include "util/doc.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"

#include <stdlib.h>

struct value {
    struct attr_shared shared;
    struct reset reset;
};

bool reset_get_at(struct thing *t, struct reset *out, const struct site *at)
{
    const struct value *v = attr_get_at(t, ATTR_RESET, at);
    if (v)
        *out = v->reset;
    return v;
}

static void reset_value_free(void *value)
{
    if (attr_shared_last(value))
        free(value);
}

static void *reset_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"after", "jitter",  "spawn", "each",
                                        "wait",  "comment", NULL};
    struct reset r = {.after = 60000};
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    decode_duration(d, n, "after", &r.after);
    decode_duration(d, n, "jitter", &r.jitter);
    decode_bool(d, n, "spawn", &r.spawn);
    decode_bool(d, n, "each", &r.each);
    decode_bool(d, n, "wait", &r.wait);
    r.spawn |= r.each;
    struct value *v = attr_shared_new(sizeof(*v));
    v->reset = r;
    return v;
}

static struct doc_node *reset_encode(const void *value, struct doc *out)
{
    const struct reset *r = &((const struct value *)value)->reset;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "after", encode_duration(out, r->after));
    doc_put(out, n, "jitter", encode_duration(out, r->jitter));
    doc_put(out, n, "spawn", doc_bool(out, r->spawn));
    if (r->each) // else as programs before this one wrote it, whose digests are compared
        doc_put(out, n, "each", doc_bool(out, true));
    doc_put(out, n, "wait", doc_bool(out, r->wait));
    return n;
}

const struct attr_kind reset_attr = {
    .copy = attr_shared_copy,
    .free = reset_value_free,
    .decode = reset_decode,
    .encode = reset_encode,
};

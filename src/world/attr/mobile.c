// MOBILE: how a mobile wanders. Under the lock rules.
#include "world/attr/mobile.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"

#include <stdlib.h>

struct value {
    struct attr_shared shared;
    struct mobile mobile;
};

bool mobile_get_at(struct thing *t, struct mobile *out, const struct site *at)
{
    const struct value *v = attr_get_at(t, ATTR_MOBILE, at);
    if (v)
        *out = v->mobile;
    return v;
}

static void mobile_value_free(void *value)
{
    if (attr_shared_last(value))
        free(value);
}

static void *mobile_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"wander", "stay", "comment", NULL};
    static const char *const wander_known[] = {"after", "jitter", NULL};
    struct mobile m = {.stay = true};
    bool yes = true;
    (void)t;
    if (n->kind == DOC_OBJECT) {
        decode_object(d, n, known);
        decode_bool(d, n, "stay", &m.stay);
        const struct doc_node *wander = doc_get(n, "wander");
        if (wander && decode_object(d, wander, wander_known)) {
            m.after = 60000;
            decode_duration(d, wander, "after", &m.after);
            decode_duration(d, wander, "jitter", &m.jitter);
        }
    } else if (!doc_want_bool(d->problems, d->doc, n, &yes) || !yes) {
        return NULL;
    }
    struct value *v = attr_shared_new(sizeof(*v));
    v->mobile = m;
    return v;
}

static struct doc_node *mobile_encode(const void *value, struct doc *out)
{
    const struct mobile *m = &((const struct value *)value)->mobile;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "stay", doc_bool(out, m->stay));
    if (!m->after)
        return n;
    struct doc_node *wander = doc_object(out);
    doc_put(out, wander, "after", encode_duration(out, m->after));
    doc_put(out, wander, "jitter", encode_duration(out, m->jitter));
    doc_put(out, n, "wander", wander);
    return n;
}

const struct attr_kind mobile_attr = {
    .copy = attr_shared_copy,
    .free = mobile_value_free,
    .decode = mobile_decode,
    .encode = mobile_encode,
};

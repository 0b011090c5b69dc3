// HEALTH: each thing has its own. Under the lock rules.
#include "world/attr/health.h"

#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"

#include <assert.h>
#include <stdlib.h>

enum { POINTS_MAX = 1000000 };

bool health_get_at(struct thing *t, struct health *out, const struct site *at)
{
    const struct health *h = attr_get_at(t, ATTR_HEALTH, at);
    if (h)
        *out = *h;
    return h;
}

void health_set_at(struct thing *t, const struct health *h, const struct site *at)
{
    assert(h->maximum >= 0);
    struct health *mine = attr_mutable_at(t, ATTR_HEALTH, at);
    if (mine)
        *mine = *h;
    else
        attr_set_at(t, ATTR_HEALTH, mem_dup(h, sizeof(*h)), at);
}

static void *health_copy(const void *value, struct thing *to)
{
    (void)to;
    return mem_dup(value, sizeof(struct health));
}

static void *health_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"current", "maximum", "restore", "every", "comment", NULL};
    int64_t current = -1, maximum = 0, restore = 0, every = 0;
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    if (!doc_get(n, "maximum")) {
        doc_error(d->problems, d->doc, n, "health needs \"maximum\", a number of points");
        return NULL;
    }
    decode_int(d, n, "maximum", 1, POINTS_MAX, &maximum);
    decode_int(d, n, "current", 0, POINTS_MAX, &current);
    decode_int(d, n, "restore", 0, POINTS_MAX, &restore);
    decode_duration(d, n, "every", &every);
    struct health *h = mem_new(struct health);
    *h = (struct health){(int32_t)(current < 0 || current > maximum ? maximum : current),
                         (int32_t)maximum, (int32_t)restore, every};
    return h;
}

static struct doc_node *health_encode(const void *value, struct doc *out)
{
    const struct health *h = value;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "current", doc_int(out, h->current));
    doc_put(out, n, "maximum", doc_int(out, h->maximum));
    doc_put(out, n, "restore", doc_int(out, h->restore));
    doc_put(out, n, "every", encode_duration(out, h->every));
    return n;
}

static uint64_t health_digest(const void *value)
{
    const struct health *h = value;
    uint64_t points = hash_word((uint32_t)h->current, (uint32_t)h->maximum);
    return hash_word(hash_word(points, (uint32_t)h->restore), (uint64_t)h->every);
}

const struct attr_kind health_attr = {
    .copy = health_copy,
    .free = free,
    .decode = health_decode,
    .encode = health_encode,
    .digest = health_digest,
};

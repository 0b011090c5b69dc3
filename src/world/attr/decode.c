// Small helpers for decoders; complaints name what was expected and the nearest known member.
#include "world/attr/decode.h"

#include "util/buf.h"
#include "util/doc.h"
#include "util/duration.h"

#include <assert.h>

bool decode_object(struct attr_decode *d, const struct doc_node *n, const char *const *known)
{
    assert(known);
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return false;
    doc_want_known(d->problems, d->doc, n, known, NULL);
    return true;
}

bool decode_duration(struct attr_decode *d, const struct doc_node *n, const char *key, int64_t *ms)
{
    const struct doc_node *member = doc_get(n, key);
    return !member || doc_want_duration(d->problems, d->doc, member, ms);
}

bool decode_bool(struct attr_decode *d, const struct doc_node *n, const char *key, bool *out)
{
    const struct doc_node *member = doc_get(n, key);
    return !member || doc_want_bool(d->problems, d->doc, member, out);
}

bool decode_int(struct attr_decode *d, const struct doc_node *n, const char *key, int64_t min,
                int64_t max, int64_t *out)
{
    assert(min <= max);
    const struct doc_node *member = doc_get(n, key);
    return !member || doc_want_int(d->problems, d->doc, member, min, max, out);
}

struct doc_node *encode_duration(struct doc *out, int64_t ms)
{
    assert(ms >= 0);
    struct buf b = BUF_INIT;
    duration_write(&b, ms);
    struct doc_node *n = doc_string(out, buf_str(&b));
    buf_fini(&b);
    return n;
}

// The refs of prototypes and of marks in rules. They are kept as names, because a rule may be saved
// with a character and read in another run.
#include "world/attr/refs.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/mark.h"
#include "world/thing.h"

#include <stdlib.h>
#include <string.h>

const char *refs_thing(struct attr_decode *d, const struct doc_node *n)
{
    struct thing *t = d->resolve(d, n);
    if (t && thing_is(t, THING_LOCATION)) {
        doc_error(d->problems, d->doc, n, "\"%s\" is a location, expected the ref of a thing",
                  n->string.text);
        return NULL;
    }
    return t ? thing_refname(t) : NULL;
}

const char *refs_mark(struct attr_decode *d, const struct doc_node *n, bool granting)
{
    const char *text;
    if (!doc_want_string(d->problems, d->doc, n, &text))
        return NULL;
    char *full =
        strchr(text, ':') || !d->zone ? mem_strdup(text) : mem_printf("%s:%s", d->zone, text);
    const struct mark *m = mark_find(d->world, full);
    free(full);
    if (!m)
        doc_error(d->problems, d->doc, n, "no mark \"%s\", expected one of the \"marks\" of a zone",
                  text);
    else if (granting)
        mark_granted(d->world, m);
    return m ? m->ref : NULL;
}

struct refs *refs_decode(struct attr_decode *d, const struct doc_node *n, bool marks)
{
    bool one = n->kind == DOC_STRING;
    if (!one && !doc_want_kind(d->problems, d->doc, n, DOC_ARRAY))
        return NULL;
    size_t most = one ? 1 : n->list.count;
    struct refs *r = mem_zalloc(sizeof(*r) + most * sizeof(r->list[0]));
    const struct doc_node *item = one ? n : n->list.first;
    bool good = true;
    for (size_t i = 0; i < most; i++, item = item->next) {
        const char *ref = marks ? refs_mark(d, item, false) : refs_thing(d, item);
        if (ref)
            r->list[r->count++] = ref;
        good &= ref != NULL;
    }
    if (good)
        return r;
    free(r);
    return NULL;
}

struct doc_node *refs_encode(const struct refs *r, struct doc *out)
{
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < r->count; i++)
        doc_append(n, doc_string(out, r->list[i]));
    return n;
}

bool refs_have(const struct refs *r, const char *ref)
{
    for (size_t i = 0; r && i < r->count; i++)
        if (!strcmp(r->list[i], ref))
            return true;
    return false;
}

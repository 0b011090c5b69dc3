// Conditions: four lists of refs, all of which must hold.
#include "world/attr/condition.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/decode.h"
#include "world/attr/marks.h"
#include "world/attr/refs.h"
#include "world/inventory.h"
#include "world/thing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HAS_MARKS, NO_MARKS, CARRIES, LACKS, TESTS };

static const char *const tests[TESTS + 2] = {"marks", "no_marks", "carries",
                                             "lacks", "comment",  NULL};

struct condition {
    struct refs *lists[TESTS]; // NULL: no such condition
};

void condition_free(struct condition *c)
{
    for (int i = 0; c && i < TESTS; i++)
        free(c->lists[i]);
    free(c);
}

struct condition *condition_decode(struct attr_decode *d, const struct doc_node *n)
{
    if (!decode_object(d, n, tests))
        return NULL;
    struct condition *c = mem_new(struct condition);
    for (int i = 0; i < TESTS; i++) {
        const struct doc_node *list = doc_get(n, tests[i]);
        if (!list)
            continue;
        c->lists[i] = refs_decode(d, list, i == HAS_MARKS || i == NO_MARKS);
        if (c->lists[i])
            continue;
        condition_free(c);
        return NULL;
    }
    return c;
}

struct doc_node *condition_encode(const struct condition *c, struct doc *out)
{
    struct doc_node *n = doc_object(out);
    for (int i = 0; i < TESTS; i++)
        if (c->lists[i])
            doc_put(out, n, tests[i], refs_encode(c->lists[i], out));
    return n;
}

bool condition_carries_at(struct thing *t, const char *ref, const struct site *at)
{
    assert(ref);
    if (!inventory_has(t))
        return false;
    for (struct thing *item = inventory_first_at(t, INVENTORY_THINGS, at); item;
         item = inventory_next_at(item, at))
        if (!strcmp(thing_refname(item), ref) || condition_carries_at(item, ref, at))
            return true;
    return false;
}

static bool test(struct thing *t, int which, const char *ref, const struct site *at)
{
    bool mark = which == HAS_MARKS || which == NO_MARKS;
    bool has = mark ? marks_has_at(t, ref, at) : condition_carries_at(t, ref, at);
    return has == (which == HAS_MARKS || which == CARRIES);
}

bool condition_holds_at(const struct condition *c, struct thing *t, const struct site *at)
{
    for (int which = 0; c && which < TESTS; which++)
        for (size_t i = 0; c->lists[which] && i < c->lists[which]->count; i++)
            if (!test(t, which, c->lists[which]->list[i], at))
                return false;
    return true;
}

// WORN: how a carried thing is in use; one more than the use, in the value itself.
#include "util/doc.h"
#include "util/hash.h"
#include "world/attr/attr_rows.h"
#include "world/attr/body.h"

#include <stdint.h>
#include <string.h>

static const char *const names[BODY_USES] = {"hold", "wear", "wield"};

static void *worn_copy(const void *value, struct thing *to)
{
    (void)value;
    (void)to;
    return NULL; // a copy is not in use
}

static void worn_nothing(void *value)
{
    (void)value;
}

static void *worn_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    const char *name;
    (void)t;
    if (!doc_want_string(d->problems, d->doc, n, &name))
        return NULL;
    for (uintptr_t use = 0; use < BODY_USES; use++)
        if (!strcmp(names[use], name))
            return (void *)(use + 1);
    return NULL;
}

static struct doc_node *worn_encode(const void *value, struct doc *out)
{
    return doc_string(out, names[(uintptr_t)value - 1]);
}

static uint64_t worn_digest(const void *value)
{
    return hash_word(0, (uintptr_t)value);
}

const struct attr_kind worn_attr = {
    .copy = worn_copy,
    .free = worn_nothing,
    .decode = worn_decode,
    .encode = worn_encode,
    .digest = worn_digest,
};

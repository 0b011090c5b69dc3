// GENDER: the value is the number plus one in place of a pointer, so that none is NULL. Under the
// lock rules.
#include "world/attr/gender.h"

#include "util/doc.h"
#include "util/hash.h"
#include "world/attr/attr_rows.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *name, *subject, *object, *possessive;
} table[] = {
    [GENDER_NEUTER] = {"neuter", "it", "it", "its"},
    [GENDER_MALE] = {"male", "he", "him", "his"},
    [GENDER_FEMALE] = {"female", "she", "her", "her"},
    [GENDER_PLURAL] = {"plural", "they", "them", "their"},
};

static void *gender_value_of(enum gender g)
{
    return (void *)((uintptr_t)g + 1);
}

enum gender gender_get_at(struct thing *t, const struct site *at)
{
    const void *value = attr_get_at(t, ATTR_GENDER, at);
    return value ? (enum gender)((uintptr_t)value - 1) : GENDER_NEUTER;
}

void gender_set_at(struct thing *t, enum gender g, const struct site *at)
{
    assert((unsigned)g <= GENDER_PLURAL);
    attr_set_at(t, ATTR_GENDER, gender_value_of(g), at);
}

bool gender_by_name(const char *name, enum gender *out)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (!strcmp(table[i].name, name)) {
            *out = (enum gender)i;
            return true;
        }
    return false;
}

const char *gender_subject(enum gender g)
{
    return table[g].subject;
}

const char *gender_object(enum gender g)
{
    return table[g].object;
}

const char *gender_possessive(enum gender g)
{
    return table[g].possessive;
}

static void *gender_copy(const void *value, struct thing *to)
{
    (void)to;
    return (void *)value;
}

static void gender_nothing(void *value)
{
    (void)value;
}

static void *gender_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    const char *name;
    enum gender g;
    (void)t;
    if (!doc_want_string(d->problems, d->doc, n, &name))
        return NULL;
    if (gender_by_name(name, &g))
        return gender_value_of(g);
    doc_error(d->problems, d->doc, n,
              "bad gender \"%s\", expected \"male\", \"female\", \"neuter\" or \"plural\"", name);
    return NULL;
}

static struct doc_node *gender_encode(const void *value, struct doc *out)
{
    return doc_string(out, table[(uintptr_t)value - 1].name);
}

static uint64_t gender_digest(const void *value)
{
    return hash_word(0, (uintptr_t)value);
}

const struct attr_kind gender_attr = {
    .copy = gender_copy,
    .free = gender_nothing,
    .decode = gender_decode,
    .encode = gender_encode,
    .digest = gender_digest,
};

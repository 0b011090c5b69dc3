// EXITS: the destination of each direction and the text that is seen that way. Under the lock
// rules.
#include "world/attr/exits.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"
#include "world/attr/text.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct exits {
    struct thing *to[DIRECTIONS];
    unsigned ways;       // a bit for each that is not NULL
    void **descriptions; // DIRECTIONS of them, or NULL when none has one
};

struct thing *exits_to_at(struct thing *t, enum direction d, const struct site *at)
{
    assert((unsigned)d < DIRECTIONS);
    const struct exits *e = attr_read_at(t, ATTR_EXITS, at);
    return e ? e->to[d] : NULL;
}

unsigned exits_ways_at(struct thing *t, const struct site *at)
{
    const struct exits *e = attr_read_at(t, ATTR_EXITS, at);
    return e ? e->ways : 0;
}

const char *exits_description_at(struct thing *t, enum direction d, const struct site *at)
{
    const struct exits *e = attr_read_at(t, ATTR_EXITS, at);
    return hooks_text(e && e->descriptions ? text_peek(e->descriptions[d]) : NULL, thing_place(t),
                      ATTR_EXITS, at);
}

static void lead(struct exits *e, enum direction d, struct thing *to)
{
    e->to[d] = to;
    e->ways = to ? e->ways | 1U << d : e->ways & ~(1U << d);
}

static void describe(struct exits *e, enum direction d, void *text)
{
    if (!e->descriptions)
        e->descriptions = mem_calloc(DIRECTIONS, sizeof(void *));
    if (e->descriptions[d])
        text_free(e->descriptions[d]);
    e->descriptions[d] = text;
}

void exits_set_at(struct thing *t, enum direction d, struct thing *to, const char *description,
                  const struct site *at)
{
    assert((unsigned)d < DIRECTIONS);
    struct exits *e = attr_mutable_at(t, ATTR_EXITS, at);
    if (!e) {
        e = mem_new(struct exits);
        attr_set_at(t, ATTR_EXITS, e, at);
    }
    lead(e, d, to);
    if (description)
        describe(e, d, text_new(description));
}

static void exits_free(void *value)
{
    struct exits *e = value;
    for (int d = 0; e->descriptions && d < DIRECTIONS; d++)
        if (e->descriptions[d])
            text_free(e->descriptions[d]);
    free(e->descriptions);
    free(e);
}

static void *exits_copy(const void *value, struct thing *to)
{
    const struct exits *of = value;
    struct exits *e = mem_dup(of, sizeof(*of));
    e->descriptions = NULL;
    for (int d = 0; of->descriptions && d < DIRECTIONS; d++)
        if (of->descriptions[d])
            describe(e, (enum direction)d, attr_shared_copy(of->descriptions[d], to));
    return e;
}

static void exits_decode_one(struct attr_decode *d, const struct doc_node *n, struct exits *e)
{
    static const char *const known[] = {"to", "description", "one_way", "comment", NULL};
    int direction = direction_by_name(n->key);
    if (direction < 0) {
        const char *near = direction_guess(n->key);
        doc_error_key(d->problems, d->doc, n, "bad direction \"%s\", %s%s%s", n->key,
                      near ? "did you mean \""
                           : "expected north, northeast, east, southeast, south, "
                             "southwest, west, northwest, up or down",
                      near ? near : "", near ? "\"?" : "");
        return;
    }
    const struct doc_node *to = n, *description = NULL;
    if (n->kind == DOC_OBJECT) {
        decode_object(d, n, known);
        to = doc_get(n, "to");
        description = doc_get(n, "description");
        bool one_way = false; // for `latchkey check`: the missing way back is intended
        decode_bool(d, n, "one_way", &one_way);
        if (!to) {
            doc_error(d->problems, d->doc, n, "an exit needs \"to\", the ref of a location");
            return;
        }
    }
    struct thing *location = d->resolve(d, to);
    if (location && !thing_is(location, THING_LOCATION))
        doc_error(d->problems, d->doc, to, "\"%s\" is not a location", to->string.text);
    else if (location)
        lead(e, (enum direction)direction, location);
    if (description) {
        void *text = text_decode(d, NULL, description);
        if (text)
            describe(e, (enum direction)direction, text);
    }
}

static void *exits_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    struct exits *e = mem_new(struct exits);
    doc_foreach (exit, n)
        exits_decode_one(d, exit, e);
    return e;
}

// An exit without a description is written as its ref alone, as earlier programs wrote all of them.
static struct doc_node *encode_one(const struct exits *e, int d, struct doc *out)
{
    struct doc_node *to = doc_string(out, thing_refname(e->to[d]));
    if (!e->descriptions || !e->descriptions[d])
        return to;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "to", to);
    doc_put(out, n, "description", text_encode(e->descriptions[d], out));
    return n;
}

static struct doc_node *exits_encode(const void *value, struct doc *out)
{
    const struct exits *e = value;
    struct doc_node *n = doc_object(out);
    for (int d = 0; d < DIRECTIONS; d++)
        if (e->to[d])
            doc_put(out, n, direction_name((enum direction)d), encode_one(e, d, out));
    return n;
}

const struct attr_kind exits_attr = {
    .copy = exits_copy,
    .free = exits_free,
    .decode = exits_decode,
    .encode = exits_encode,
};

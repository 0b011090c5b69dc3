// DOOR: both sides of a door point to one shared state, which is written with the locks of both
// held. Under the lock rules.
#include "world/attr/door.h"

#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"
#include "world/direction.h"
#include "world/inventory.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct door_state {
    _Atomic uint32_t refs;
    bool open, locked;
};

struct door {
    struct door_state *state;
    int exit;
    struct thing *far; // the other side; set while building, never changed
    struct thing *key;
    bool first_open, first_locked;
    bool latch; // applies to this side only
    int64_t close_after, jitter;
};

static struct door_state *state_new(bool open, bool locked)
{
    struct door_state *s = mem_new(struct door_state);
    atomic_init(&s->refs, 1);
    s->open = open;
    s->locked = locked;
    return s;
}

static void state_unref(struct door_state *s)
{
    if (atomic_fetch_sub(&s->refs, 1) == 1)
        free(s);
}

static struct door *door_new(const struct door_spec *spec)
{
    struct door *d = mem_new(struct door);
    *d = (struct door){.state = state_new(spec->open, spec->locked),
                       .exit = spec->exit,
                       .key = spec->key,
                       .latch = spec->latch,
                       .first_open = spec->open,
                       .first_locked = spec->locked,
                       .close_after = spec->close_after,
                       .jitter = spec->jitter};
    return d;
}

void door_give(struct thing *t, const struct door_spec *spec)
{
    assert(spec->close_after >= 0 && spec->jitter >= 0);
    thing_attr_store(t, ATTR_DOOR, door_new(spec));
}

void door_join(struct thing *t, struct thing *far)
{
    assert(t != far);
    struct door *near_door = thing_attr(t, ATTR_DOOR), *far_door = thing_attr(far, ATTR_DOOR);
    int exit = far_door->exit;
    bool latch = far_door->latch;
    state_unref(far_door->state);
    *far_door = *near_door;
    far_door->exit = exit;
    far_door->latch = latch;
    atomic_fetch_add(&near_door->state->refs, 1);
    near_door->far = far;
    far_door->far = t;
}

static const struct door *door_get(struct thing *t, const struct site *at)
{
    return attr_get_at(t, ATTR_DOOR, at);
}

bool door_is_at(struct thing *t, const struct site *at)
{
    return door_get(t, at);
}

bool door_is_open_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return !d || d->state->open;
}

bool door_is_locked_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return d && d->state->locked;
}

int door_exit_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return d ? d->exit : -1;
}

struct thing *door_far_at(struct thing *t, const struct site *at)
{
    hooks_field(&t->place, false, "ask for the other side of", at);
    const struct door *d = thing_attr(t, ATTR_DOOR);
    return d ? d->far : NULL;
}

struct thing *door_key_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return d ? d->key : NULL;
}

bool door_latch_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return d && d->latch;
}

void door_change_at(struct thing *t, bool open, bool locked, const struct site *at)
{
    struct door *d = attr_mutable_at(t, ATTR_DOOR, at);
    if (!d)
        return;
    if (d->far)
        attr_mutable_at(d->far, ATTR_DOOR, at);
    d->state->open = open;
    d->state->locked = locked;
}

bool door_is_first_at(struct thing *t, const struct site *at)
{
    const struct door *d = door_get(t, at);
    return !d || (d->state->open == d->first_open && d->state->locked == d->first_locked);
}

void door_first_at(struct thing *t, bool *open, bool *locked, int64_t *after, int64_t *jitter,
                   const struct site *at)
{
    const struct door *d = door_get(t, at);
    *open = d ? d->first_open : true;
    *locked = d && d->first_locked;
    *after = d ? d->close_after : 0;
    *jitter = d ? d->jitter : 0;
}

struct thing *door_closing_at(struct thing *location, int direction, const struct site *at)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    for (size_t i = 0; i < 2; i++)
        for (struct thing *t = inventory_first_at(location, lists[i], at); t;
             t = inventory_next(t)) {
            const struct door *d = door_get(t, at);
            if (d && d->exit == direction && !d->state->open)
                return t;
        }
    return NULL;
}

static void door_free(void *value)
{
    struct door *d = value;
    state_unref(d->state);
    free(d);
}

// A copy has a state of its own, in its initial form, and no other side.
static void *door_copy(const void *value, struct thing *to)
{
    (void)to;
    struct door *d = mem_dup(value, sizeof(*d));
    d->state = state_new(d->first_open, d->first_locked);
    d->far = NULL;
    return d;
}

static void *door_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"exit",        "open",    "locked", "key",
                                        "close_after", "jitter",  "far",    "now",
                                        "latch",       "comment", NULL};
    struct door_spec spec = {.exit = -1};
    const char *text;
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    const struct doc_node *exit = doc_get(n, "exit"), *key = doc_get(n, "key");
    if (exit && doc_want_string(d->problems, d->doc, exit, &text)) {
        spec.exit = direction_by_name(text);
        if (spec.exit < 0)
            direction_complain(d->problems, d->doc, exit, text);
    }
    decode_bool(d, n, "open", &spec.open);
    decode_bool(d, n, "locked", &spec.locked);
    decode_bool(d, n, "latch", &spec.latch);
    decode_duration(d, n, "close_after", &spec.close_after);
    decode_duration(d, n, "jitter", &spec.jitter);
    if (key)
        spec.key = d->resolve(d, key);
    if (spec.open && spec.locked)
        doc_error(d->problems, d->doc, n, "a door cannot be open and locked at once");
    struct door *door = door_new(&spec);
    const struct doc_node *now = doc_get(n, "now");
    if (now && doc_want_string(d->problems, d->doc, now, &text)) {
        door->state->open = !strcmp(text, "open");
        door->state->locked = !strcmp(text, "locked");
    }
    return door;
}

static struct doc_node *door_encode(const void *value, struct doc *out)
{
    const struct door *d = value;
    struct doc_node *n = doc_object(out);
    if (d->exit >= 0)
        doc_put(out, n, "exit", doc_string(out, direction_name((enum direction)d->exit)));
    doc_put(out, n, "open", doc_bool(out, d->first_open));
    doc_put(out, n, "locked", doc_bool(out, d->first_locked));
    if (d->latch)
        doc_put(out, n, "latch", doc_bool(out, true));
    if (d->key)
        doc_put(out, n, "key", doc_string(out, thing_refname(d->key)));
    if (d->close_after)
        doc_put(out, n, "close_after", encode_duration(out, d->close_after));
    if (d->jitter)
        doc_put(out, n, "jitter", encode_duration(out, d->jitter));
    doc_put(out, n, "now",
            doc_string(out, d->state->open     ? "open"
                            : d->state->locked ? "locked"
                                               : "closed"));
    return n;
}

// A door that exists already keeps its other side and the state that both share.
static void door_restore(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    struct door *mine = thing_attr(t, ATTR_DOOR), *then = door_decode(d, t, n);
    if (!mine || !then) {
        thing_attr_store(t, ATTR_DOOR, then);
        return;
    }
    mine->state->open = then->state->open;
    mine->state->locked = then->state->locked;
    door_free(then);
}

// Only this part of the state changes.
static uint64_t door_digest(const void *value)
{
    const struct door *d = value;
    return hash_word((uint64_t)d->exit, (uint64_t)d->state->open | (uint64_t)d->state->locked << 1);
}

const struct attr_kind door_attr = {
    .copy = door_copy,
    .free = door_free,
    .decode = door_decode,
    .encode = door_encode,
    .restore = door_restore,
    .digest = door_digest,
};

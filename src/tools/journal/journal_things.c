// Keeps the world of one epoch, as its zone files make it, the things that are searched for in it,
// and the names of possible holders, by the digest that a record has for "inside this one".
#include "tools/journal/journal_things.h"

#include "journal/record.h"
#include "lock/write_set.h"
#include "serve/world_files.h"
#include "tools/journal/journal_text.h"
#include "tools/locks/locks_text.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/attr.h"
#include "world/inventory.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The zone files to try for an epoch that has kept none.
#define ZONES "data/zones"
#define PLAYER "data/player.json"

struct journal_things {
    const char *text;
    struct world *world;
    struct map *wanted;  // identity → name of the thing, owned
    struct map *holders; // digest of "inside this one" → name of that one, owned
    size_t count;
};

static void things_forget(struct map *m)
{
    struct map_iter at = {0};
    for (void *value; map_next(m, &at, NULL, &value);)
        free(value);
    map_clear(m);
}

struct journal_things *journal_things_new(const char *text)
{
    assert(text);
    struct journal_things *t = mem_new(struct journal_things);
    t->text = text;
    t->wanted = map_new();
    t->holders = map_new();
    return t;
}

void journal_things_free(struct journal_things *t)
{
    if (!t)
        return;
    things_forget(t->wanted);
    things_forget(t->holders);
    map_free(t->wanted);
    map_free(t->holders);
    world_free(t->world);
    free(t);
}

static const char *things_key_of(char key[9], uint32_t n)
{
    snprintf(key, 9, "%08" PRIx32, n);
    return key;
}

static bool things_keep(struct map *m, uint32_t n, const char *name)
{
    char key[9];
    if (map_has(m, things_key_of(key, n)))
        return false;
    map_put(m, key, mem_strdup(name));
    return true;
}

// Visits all things of the world. Copies have the names of their prototypes, so every possible name
// is there at the start.
static void look_through(struct journal_things *t)
{
    assert(t->world);
    for (uint32_t i = 1; i < world_slots(t->world); i++) {
        struct thing *one = world_slot(t->world, i);
        if (place_kind(place_peek(thing_place(one))) == PLACE_DEAD)
            continue;
        uint16_t identity = write_set_digest_identity(one);
        if (inventory_has(one) && !thing_is(one, THING_LOCATION))
            things_keep(t->holders, write_set_digest_inside(identity, INVENTORY_THINGS),
                        thing_label(one));
        if (!thing_is(one, THING_LOCATION) &&
            (!strcmp(thing_refname(one), t->text) || journal_text_find(thing_label(one), t->text)))
            t->count += things_keep(t->wanted, identity, thing_label(one));
    }
}

bool journal_things_epoch(struct journal_things *t, const char *path, uint64_t world,
                          struct error *why)
{
    assert(path && why);
    struct world_files f;
    things_forget(t->wanted);
    things_forget(t->holders);
    world_free(t->world);
    t->world = NULL;
    if (!world_files_find(&f, world, ZONES, PLAYER, path, why))
        return false;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    t->world = world_files_load(&f, &p);
    if (t->world)
        look_through(t);
    else
        error_set(why, -EINVAL, "its zone files cannot be loaded: %s",
                  p.count ? p.list[0].text : "");
    doc_problems_fini(&p);
    world_files_fini(&f);
    return t->world;
}

size_t journal_things_count(const struct journal_things *t)
{
    return t->count;
}

void journal_things_note(struct journal_things *t, const struct record *r)
{
    if (*r->name)
        things_keep(
            t->holders,
            write_set_digest_inside(write_set_digest_identity_of(r->name, ""), INVENTORY_THINGS),
            r->name);
}

// Is the value "inside a location"? The event held the lock of that location.
static bool in_location(const struct journal_things *t, const struct record *r, uint32_t value,
                        struct buf *out)
{
    assert(t->world);
    for (size_t i = 0; i < r->lock_count; i++) {
        uint32_t index = r->locks[i] & ~(UINT32_C(1) << 31);
        struct thing *at = index < world_slots(t->world) ? world_slot(t->world, index) : NULL;
        if (!at || !thing_is(at, THING_LOCATION))
            continue;
        for (int list = 0; list < INVENTORY_LISTS; list++)
            if (write_set_digest_inside(write_set_digest_identity(at), (enum inventory_list)list) ==
                value) {
                buf_addf(out, "is %s%s", list == INVENTORY_DISABLED ? "out of play in " : "in ",
                         thing_label(at));
                return true;
            }
    }
    return false;
}

static void write_where(const struct journal_things *t, const struct record *r, uint32_t value,
                        struct buf *out)
{
    char key[9];
    const char *holder = map_get(t->holders, things_key_of(key, value));
    // The event's player is tried before others whose names give the same digest.
    if (*r->name && value == write_set_digest_inside(write_set_digest_identity_of(r->name, ""),
                                                     INVENTORY_THINGS))
        buf_addf(out, "is with %s", r->name);
    else if (!in_location(t, r, value, out))
        buf_addf(out, holder ? "is with %s" : "is elsewhere", holder);
}

static void write_change(const struct journal_things *t, const struct record *r,
                         const struct record_change *c, struct buf *out)
{
    if (c->what == WRITE_SET_MOVED)
        write_where(t, r, c->value, out);
    else if (c->what == WRITE_SET_LISTED)
        buf_adds(out, "comes into play or leaves it");
    else if (c->what == WRITE_SET_ENDED)
        buf_adds(out, "is no more");
    else
        buf_addf(out, "changes its %s", write_set_digest_name(c->what));
}

static bool things_write_all(struct journal_things *t, const struct record *r, struct buf *out,
                             void (*one)(struct buf *out, bool first, const char *name,
                                         const char *what))
{
    assert(one && out);
    struct buf what = BUF_INIT;
    bool any = false;
    for (size_t i = 0; i < r->change_count; i++) {
        char key[9];
        struct record_change c = record_change_at(r, i);
        const char *name = map_get(t->wanted, things_key_of(key, c.identity));
        if (!name || c.what == ATTR_TIMERS) // when a timer is due does not interest a reader
            continue;
        buf_clear(&what);
        write_change(t, r, &c, &what);
        one(out, !any, name, buf_str(&what));
        any = true;
    }
    buf_fini(&what);
    return any;
}

static void as_words(struct buf *out, bool first, const char *name, const char *what)
{
    buf_addf(out, "%s%s %s", first ? "  " : ", ", name, what);
}

static void as_json(struct buf *out, bool first, const char *name, const char *what)
{
    buf_addf(out, "%s{\"name\":", first ? ",\"things\":[" : ",");
    locks_text_json(out, name);
    buf_adds(out, ",\"what\":");
    locks_text_json(out, what);
    buf_addc(out, '}');
}

bool journal_things_line(struct journal_things *t, const struct record *r, struct buf *out)
{
    return things_write_all(t, r, out, as_words);
}

bool journal_things_json(struct journal_things *t, const struct record *r, struct buf *out)
{
    bool any = things_write_all(t, r, out, as_json);
    if (any)
        buf_addc(out, ']');
    return any;
}

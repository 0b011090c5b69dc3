// Inventories: four intrusive lists, the lock that protects all that is inside, and for locations
// the packed outboxes of the players there. Workers only, under the outermost lock.
#include "world/inventory.h"

#include "lock/raw.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/player_priv.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct list {
    struct thing *first, *last;
    uint32_t count;
};

struct inventory {
    struct lock lock;
    struct list lists[INVENTORY_LISTS];
    uint32_t capacity; // 0: no limit
    uint32_t audience_cap;
    struct audience *audience; // one entry a player; each player knows its slot
};

static struct inventory *contents(const struct thing *t)
{
    return thing_attr(t, ATTR_INVENTORY);
}

bool inventory_has(const struct thing *t)
{
    return thing_lock(t);
}

void inventory_give(struct thing *t, uint32_t capacity)
{
    struct inventory *inv = mem_new(struct inventory);
    lock_init(&inv->lock, &t->place, NULL);
    inv->capacity = capacity;
    thing_attr_store(t, ATTR_INVENTORY, inv);
    atomic_store_explicit(&t->place.lock, &inv->lock, memory_order_release);
}

static enum inventory_list list_for(const struct thing *t)
{
    if (t->flags & THING_PLAYER)
        return INVENTORY_PLAYERS;
    return t->flags & THING_NARRATIVE ? INVENTORY_NARRATIVE : INVENTORY_THINGS;
}

static void link_last(struct inventory *inv, struct thing *t, enum inventory_list which)
{
    struct list *l = &inv->lists[which];
    t->list = (uint8_t)which;
    t->next = NULL;
    t->prev = l->last;
    if (l->last)
        l->last->next = t;
    else
        l->first = t;
    l->last = t;
    l->count++;
}

static void unlink_from(struct inventory *inv, struct thing *t)
{
    struct list *l = &inv->lists[t->list];
    if (t->prev)
        t->prev->next = t->next;
    else
        l->first = t->next;
    if (t->next)
        t->next->prev = t->prev;
    else
        l->last = t->prev;
    l->count--;
    t->next = t->prev = NULL;
    t->list = INVENTORY_LISTS;
}

static void audience_add(struct thing *in, struct inventory *inv, struct thing *player)
{
    uint32_t slot = inv->lists[INVENTORY_PLAYERS].count - 1; // already linked
    if (slot == inv->audience_cap) {
        inv->audience_cap = slot ? slot * 2 : 4;
        raw_range_remove(inv->audience, &in->place);
        inv->audience = mem_realloc_array(inv->audience, inv->audience_cap, sizeof(*inv->audience));
        raw_range_add(inv->audience, 0, &in->place);
    }
    struct player *p = thing_attr(player, ATTR_PLAYER);
    p->audience_slot = slot;
    inv->audience[slot] = (struct audience){player, p->outbox};
}

// The last entry moves into the gap of the player who leaves.
static void audience_remove(struct inventory *inv, struct thing *player)
{
    struct player *p = thing_attr(player, ATTR_PLAYER);
    struct audience last = inv->audience[inv->lists[INVENTORY_PLAYERS].count]; // already unlinked
    struct player *moved = thing_attr(last.player, ATTR_PLAYER);
    moved->audience_slot = p->audience_slot;
    inv->audience[p->audience_slot] = last;
}

void inventory_audience_update(struct thing *player, uint32_t outbox)
{
    struct thing *in = thing_where_at(player, NULL);
    if (!in || player->list != INVENTORY_PLAYERS)
        return;
    struct player *p = thing_attr(player, ATTR_PLAYER);
    raw_own(1); // the outbox is not part of the location's state
    contents(in)->audience[p->audience_slot].outbox = outbox;
    raw_own(-1);
}

static void inventory_link_in(struct thing *in, struct thing *t, enum inventory_list which)
{
    struct inventory *inv = contents(in);
    hooks_listed(&t->place, &in->place, NULL);
    raw_own(1); // neighbours in the list are written without their accessors
    link_last(inv, t, which);
    if (which == INVENTORY_PLAYERS)
        audience_add(in, inv, t);
    raw_own(-1);
}

static void inventory_unlink(struct thing *in, struct thing *t)
{
    struct inventory *inv = contents(in);
    bool player = t->list == INVENTORY_PLAYERS;
    hooks_unlisted(&t->place);
    raw_own(1);
    unlink_from(inv, t);
    if (player)
        audience_remove(inv, t);
    raw_own(-1);
}

struct thing *inventory_first_at(struct thing *in, enum inventory_list list, const struct site *at)
{
    assert((unsigned)list < INVENTORY_LISTS);
    hooks_list(&in->place, false, at);
    struct inventory *inv = contents(in);
    struct thing *first = inv ? inv->lists[list].first : NULL;
    if (first)
        hooks_met(&first->place, &in->place, list);
    return first;
}

struct thing *inventory_next_at(struct thing *item, const struct site *at)
{
    raw_own(1); // the checker sees the access before the outcome is known
    hooks_next(&item->place, item->list, at);
    raw_own(-1);
    struct thing *next = item->next;
    if (next)
        hooks_met(&next->place, place_container(place_peek(&item->place)), item->list);
    return next;
}

size_t inventory_count_at(struct thing *in, enum inventory_list list, const struct site *at)
{
    assert((unsigned)list < INVENTORY_LISTS);
    hooks_list(&in->place, false, at);
    struct inventory *inv = contents(in);
    return inv ? inv->lists[list].count : 0;
}

size_t inventory_capacity_at(struct thing *in, const struct site *at)
{
    hooks_access(&in->place, ATTR_INVENTORY, false, at);
    struct inventory *inv = contents(in);
    return inv ? inv->capacity : 0;
}

enum inventory_list inventory_list_of_at(struct thing *item, const struct site *at)
{
    hooks_field(&item->place, false, "ask which list has", at);
    return (enum inventory_list)item->list;
}

// The depth of nesting in t.
static int height(const struct thing *t)
{
    const struct inventory *inv = contents(t);
    int most = 0;
    for (int list = 0; inv && list < INVENTORY_LISTS; list++)
        for (const struct thing *inner = inv->lists[list].first; inner; inner = inner->next) {
            int h = 1 + height(inner);
            most = h > most ? h : most;
        }
    return most;
}

static bool inventory_too_deep(struct thing *to, const struct thing *item)
{
    int depth = 1;
    for (struct place *p = &to->place; depth <= INVENTORY_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            break;
        p = place_container(where);
    }
    raw_own(1); // everything inside is read without asking where it is
    depth += height(item);
    raw_own(-1);
    return depth > INVENTORY_DEPTH_MAX;
}

static bool full(struct thing *in, const struct thing *item)
{
    const struct inventory *inv = contents(in);
    return (inv->capacity && list_for(item) == INVENTORY_THINGS &&
            inv->lists[INVENTORY_THINGS].count >= inv->capacity) ||
           inventory_too_deep(in, item);
}

enum inventory_outcome inventory_move_at(struct thing *item, struct thing *to,
                                         const struct site *at)
{
    assert(to);
    hooks_move(&item->place, &to->place, at);
    if (place_kind(place_peek(&item->place)) != PLACE_PLACED)
        return INVENTORY_CYCLE; // out of play: there is no inventory to take it from
    struct thing *from = (struct thing *)place_container(place_peek(&item->place));
    if (thing_inside(to, item))
        return INVENTORY_CYCLE;
    if (to != from && full(to, item))
        return INVENTORY_FULL;
    inventory_unlink(from, item);
    place_store_at(&item->place, place_word_in(&to->place), at);
    inventory_link_in(to, item, list_for(item));
    return INVENTORY_MOVED;
}

void inventory_relocate_at(struct thing *item, struct thing *location, const struct site *at)
{
    assert(thing_is(location, THING_LOCATION));
    // A thing out of play stays where it is; the checker has reported that.
    enum inventory_outcome outcome = inventory_move_at(item, location, at);
    (void)outcome;
}

bool inventory_bring_home_at(struct thing *item, struct thing *to, const struct site *at)
{
    assert(to);
    hooks_move(&item->place, &to->place, at);
    if (place_kind(place_peek(&item->place)) != PLACE_PLACED || thing_inside(to, item))
        return false;
    inventory_unlink((struct thing *)place_container(place_peek(&item->place)), item);
    place_store_at(&item->place, place_word_in(&to->place), at);
    inventory_link_in(to, item, INVENTORY_DISABLED);
    return true;
}

static void relist(struct thing *item, enum inventory_list which, const struct site *at)
{
    struct thing *in = (struct thing *)place_container(place_peek(&item->place));
    hooks_list(&in->place, true, at);
    lockset_changed(&item->place, WRITE_SET_LISTED);
    inventory_unlink(in, item);
    inventory_link_in(in, item, which);
}

void inventory_disable_at(struct thing *item, const struct site *at)
{
    relist(item, INVENTORY_DISABLED, at);
}

void inventory_enable_at(struct thing *item, const struct site *at)
{
    relist(item, list_for(item), at);
}

const struct audience *inventory_audience_at(struct thing *in, size_t *count, const struct site *at)
{
    hooks_list(&in->place, false, at);
    struct inventory *inv = contents(in);
    *count = inv ? inv->lists[INVENTORY_PLAYERS].count : 0;
    return inv ? inv->audience : NULL;
}

bool inventory_is_full(struct thing *in, struct thing *t)
{
    return full(in, t);
}

void inventory_enter(struct thing *in, struct thing *t)
{
    assert(inventory_has(in));
    place_store_at(&t->place, place_word_in(&in->place), NULL);
    inventory_link_in(in, t, list_for(t));
}

void inventory_list_restore(struct thing *in, struct thing *t, enum inventory_list list)
{
    assert((unsigned)list < INVENTORY_LISTS);
    place_store_at(&t->place, place_word_in(&in->place), NULL);
    inventory_link_in(in, t, list);
}

struct thing *inventory_audience_peek(struct thing *in, size_t slot)
{
    struct inventory *inv = contents(in);
    return inv && slot < inv->lists[INVENTORY_PLAYERS].count ? inv->audience[slot].player : NULL;
}

void inventory_audience_restore(struct thing *in, size_t slot, struct thing *player)
{
    struct inventory *inv = contents(in);
    struct player *p = thing_attr(player, ATTR_PLAYER), *other;
    struct audience mine = inv->audience[p->audience_slot];
    other = thing_attr(inv->audience[slot].player, ATTR_PLAYER);
    inv->audience[p->audience_slot] = inv->audience[slot];
    other->audience_slot = p->audience_slot;
    inv->audience[slot] = mine;
    p->audience_slot = (uint32_t)slot;
}

void inventory_leave(struct thing *t)
{
    inventory_unlink((struct thing *)place_container(place_peek(&t->place)), t);
}

struct thing *inventory_any(struct thing *in)
{
    struct inventory *inv = contents(in);
    for (int i = 0; inv && i < INVENTORY_LISTS; i++)
        if (inv->lists[i].first)
            return inv->lists[i].first;
    return NULL;
}

struct thing *inventory_peek(struct thing *in, enum inventory_list list)
{
    assert((unsigned)list < INVENTORY_LISTS);
    struct inventory *inv = contents(in);
    return inv ? inv->lists[list].first : NULL;
}

// A copy has the same capacity and starts empty, with a new lock.
static void *inventory_copy(const void *value, struct thing *to)
{
    const struct inventory *of = value;
    inventory_give(to, of->capacity);
    return NULL; // stored already
}

static void inventory_free(void *value)
{
    struct inventory *inv = value;
    raw_range_remove(inv->audience, inv->lock.place);
    lock_fini(&inv->lock);
    free(inv->audience);
    free(inv);
}

static void *inventory_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    int64_t capacity = 0;
    bool yes = true;
    if (n->kind == DOC_OBJECT) {
        doc_foreach (member, n) {
            if (strcmp(member->key, "capacity"))
                doc_error_key(d->problems, d->doc, member,
                              "unknown member \"%s\", expected \"capacity\"", member->key);
            else
                doc_want_int(d->problems, d->doc, member, 0, 100000, &capacity);
        }
    } else if (!doc_want_bool(d->problems, d->doc, n, &yes)) {
        return NULL;
    }
    if (!yes || inventory_has(t)) {
        if (inventory_has(t))
            contents(t)->capacity = (uint32_t)capacity;
        return NULL;
    }
    inventory_give(t, (uint32_t)capacity);
    return NULL;
}

static struct doc_node *inventory_encode(const void *value, struct doc *out)
{
    const struct inventory *inv = value;
    if (!inv->capacity)
        return doc_bool(out, true);
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "capacity", doc_int(out, inv->capacity));
    return n;
}

const struct attr_kind inventory_attr = {
    .copy = inventory_copy,
    .free = inventory_free,
    .decode = inventory_decode,
    .encode = inventory_encode,
};

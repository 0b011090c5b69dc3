// The roster of players in the world, in the order of their names, so that a name and all names
// with the same beginning are found by halving. Needs the lock of its anchor: shared to read,
// exclusive to add and remove. An addition or a removal moves the entries behind it: ten thousand
// are 240 kB.
#include "world/roster.h"

#include "lock/raw.h"
#include "util/mem.h"
#include "world/lock_anchor.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct roster {
    struct thing *anchor;
    // Under the anchor's lock.
    _Alignas(16) struct roster_entry *list;
    size_t count, cap;
};

static void guard(struct roster *r)
{
    raw_guard_add(r->list, r->cap * sizeof(*r->list), thing_place(r->anchor));
}

static void leave_unguarded(struct roster *r)
{
    raw_guard_remove(r->list, thing_place(r->anchor));
}

struct roster *roster_new(struct world *w)
{
    struct roster *r = mem_new(struct roster);
    r->anchor = lock_anchor_new(w, "the roster");
    raw_guard_add(&r->list, sizeof(*r) - offsetof(struct roster, list), thing_place(r->anchor));
    return r;
}

void roster_free(struct roster *r)
{
    if (!r)
        return;
    raw_own(1);
    for (size_t i = 0; i < r->count; i++)
        free((char *)r->list[i].name);
    leave_unguarded(r);
    raw_guard_remove(&r->list, thing_place(r->anchor));
    free(r->list);
    free(r);
    raw_own(-1);
}

const struct roster_entry *roster_peek(const struct roster *r, size_t *count)
{
    raw_own(1);
    *count = r->count;
    const struct roster_entry *list = r->list;
    raw_own(-1);
    return list;
}

size_t world_roster_count_at(struct world *w, const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, false, at);
    return r->count;
}

// How many entries come before all those whose names begin like `name` in its first `n` letters;
// with `behind`, before all that come after those.
static size_t roster_rank(const struct roster *r, const char *name, size_t n, bool behind)
{
    size_t from = 0, to = r->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strncasecmp(r->list[middle].name, name, n);
        if (order < 0 || (behind && !order))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

// Where the player is in the list; its length when it is not there.
static size_t roster_index(const struct roster *r, const struct thing *player)
{
    size_t i = 0;
    while (i < r->count && r->list[i].player != player)
        i++;
    return i;
}

static void roster_insert(struct roster *r, struct roster_entry e)
{
    assert(r->count < r->cap);
    size_t at = roster_rank(r, e.name, strlen(e.name) + 1, true);
    memmove(&r->list[at + 1], &r->list[at], (r->count - at) * sizeof(*r->list));
    r->list[at] = e;
    r->count++;
}

static void roster_take_out(struct roster *r, size_t at)
{
    assert(at < r->count);
    free((char *)r->list[at].name);
    memmove(&r->list[at], &r->list[at + 1], (r->count - at - 1) * sizeof(*r->list));
    r->count--;
}

void world_roster_rename(struct world *w, struct thing *player, const char *name)
{
    assert(name);
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, SITE);
    size_t at = roster_index(r, player);
    if (at == r->count)
        return;
    struct roster_entry e = r->list[at];
    e.name = mem_strdup(name);
    roster_take_out(r, at);
    roster_insert(r, e);
}

void world_roster_entitle_at(struct world *w, struct thing *player, const char *title,
                             const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, at);
    size_t i = roster_index(r, player);
    if (i < r->count)
        r->list[i].title = title;
}

struct lock *world_roster_lock(struct world *w)
{
    return thing_lock(world_roster_peek(w)->anchor);
}

void world_roster_add_at(struct world *w, struct thing *player, const char *name,
                         const struct site *at)
{
    assert(player && name);
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, at);
    if (r->count == r->cap) {
        leave_unguarded(r);
        r->cap = r->cap ? r->cap * 2 : 16;
        r->list = mem_realloc_array(r->list, r->cap, sizeof(*r->list));
        guard(r);
    }
    roster_insert(r, (struct roster_entry){player, mem_strdup(name), NULL});
    place_pin(&player->place);
}

void world_roster_remove_at(struct world *w, struct thing *player, const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, at);
    size_t i = roster_index(r, player);
    if (i == r->count)
        return;
    roster_take_out(r, i);
    place_unpin(&player->place);
}

const struct roster_entry *world_roster_at(struct world *w, size_t *count, const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, false, at);
    *count = r->count;
    return r->list;
}

struct thing *world_roster_find_at(struct world *w, const char *name, const struct site *at)
{
    assert(name);
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, false, at);
    size_t i = roster_rank(r, name, strlen(name) + 1, false);
    bool found = i < r->count && !strcasecmp(r->list[i].name, name);
    return found ? r->list[i].player : NULL;
}

const struct roster_entry *world_roster_beginning_at(struct world *w, const char *beginning,
                                                     size_t *count, const struct site *at)
{
    assert(beginning && count);
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, false, at);
    size_t n = strlen(beginning);
    size_t first = roster_rank(r, beginning, n, false);
    *count = roster_rank(r, beginning, n, true) - first;
    return *count ? r->list + first : NULL;
}

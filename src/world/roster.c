// The roster of players in the world, in order of arrival. Needs the lock of its anchor: shared to
// read, exclusive to add and remove.
#include "world/roster.h"

#include "lock/raw.h"
#include "util/mem.h"
#include "world/lock_anchor.h"
#include "world/world_priv.h"

#include <assert.h>
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

void world_roster_rename(struct world *w, struct thing *player, const char *name)
{
    assert(name);
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, SITE);
    for (size_t i = 0; i < r->count; i++) {
        if (r->list[i].player != player)
            continue;
        free((char *)r->list[i].name);
        r->list[i].name = mem_strdup(name);
    }
}

void world_roster_entitle_at(struct world *w, struct thing *player, const char *title,
                             const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, at);
    for (size_t i = 0; i < r->count; i++)
        if (r->list[i].player == player)
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
    r->list[r->count++] = (struct roster_entry){player, mem_strdup(name), NULL};
    place_pin(&player->place);
}

void world_roster_remove_at(struct world *w, struct thing *player, const struct site *at)
{
    struct roster *r = world_roster_peek(w);
    lock_anchor_touch(r->anchor, true, at);
    for (size_t i = 0; i < r->count; i++) {
        if (r->list[i].player != player)
            continue;
        free((char *)r->list[i].name);
        place_unpin(&player->place);
        memmove(&r->list[i], &r->list[i + 1], (r->count - i - 1) * sizeof(*r->list));
        r->count--;
        return;
    }
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
    size_t n;
    const struct roster_entry *list = world_roster_at(w, &n, at);
    for (size_t i = 0; i < n; i++)
        if (!strcasecmp(list[i].name, name))
            return list[i].player;
    return NULL;
}

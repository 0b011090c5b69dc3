// The list of the players' tasks of a loop, in order of arrival, and what follows from their
// outcomes. The loop's thread only.
#include "engine/players.h"

#include "command/outcome.h"
#include "engine/player_task_priv.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <stdlib.h>

struct players {
    struct player_task *first, *last;
    size_t count;
    struct map *by_name; // name in lower case → the task
    _Atomic size_t *all;
};

struct players *players_new(_Atomic size_t *all)
{
    assert(all);
    struct players *p = mem_new(struct players);
    p->by_name = map_new();
    p->all = all;
    return p;
}

// The key of a name, the same in upper and lower case; the caller frees it.
static char *players_key(const char *name)
{
    char *key = mem_strdup(name);
    str_lower(key);
    return key;
}

// Removes the task from the list, so that it is not found any more.
static void unlist(struct players *p, struct player_task *a)
{
    assert(p->count);
    char *key = players_key(a->entry.name);
    struct player_task *removed = map_remove(p->by_name, key);
    assert(removed == a);
    (void)removed;
    free(key);
    if (a->previous_player)
        a->previous_player->next_player = a->next_player;
    else
        p->first = a->next_player;
    if (a->next_player)
        a->next_player->previous_player = a->previous_player;
    else
        p->last = a->previous_player;
    p->count--;
    atomic_fetch_sub_explicit(p->all, 1, memory_order_relaxed);
}

// Frees the player task; if a piece of its work is under way, when its outcome has come back.
static void players_end(struct player_task *a)
{
    assert(!a->gone);
    if (a->under_way)
        a->gone = true;
    else
        player_task_free(a);
}

static void players_forget(struct players *p, struct player_task *a)
{
    unlist(p, a);
    players_end(a);
}

void players_free(struct players *p)
{
    if (!p)
        return;
    while (p->first)
        players_forget(p, p->first);
    map_free(p->by_name);
    free(p);
}

void players_add(struct players *p, struct player_task *a)
{
    loopguard_check("players_add()");
    assert(a && !a->previous_player && !a->next_player && p->first != a); // not listed yet
    a->previous_player = p->last;
    a->next_player = NULL;
    if (p->last)
        p->last->next_player = a;
    else
        p->first = a;
    p->last = a;
    p->count++;
    char *key = players_key(a->entry.name);
    void *other = map_put(p->by_name, key, a);
    assert(!other); // nobody is in the world twice
    (void)other;
    free(key);
    atomic_fetch_add_explicit(p->all, 1, memory_order_relaxed);
}

struct player_task *players_find(const struct players *p, const char *name)
{
    loopguard_check("players_find()");
    assert(name);
    char *key = players_key(name);
    struct player_task *found = map_get(p->by_name, key);
    free(key);
    return found;
}

size_t players_count(const struct players *p)
{
    loopguard_check("players_count()");
    return p->count;
}

void players_each(struct players *p, void (*fn)(struct player_task *, void *), void *arg)
{
    loopguard_check("players_each()");
    assert(fn);
    for (struct player_task *a = p->first, *next; a; a = next) {
        next = a->next_player;
        fn(a, arg);
    }
}

static struct doc *take_saved(struct outcome *o)
{
    struct doc *saved = o->saved;
    o->saved = NULL;
    return saved;
}

// The task of the player whom an outcome belongs to. A player who is made to leave by a timer has
// no work of its own under way, so it is found by its thing.
static struct player_task *whose(struct players *p, const struct outcome *o)
{
    if (o->source)
        return o->source;
    if (o->session == CONTEXT_STAY || !o->actor.index)
        return NULL;
    for (struct player_task *a = p->first; a; a = a->next_player)
        if (a->known.index == o->actor.index && a->known.generation == o->actor.generation)
            return a;
    return NULL;
}

void players_outcome(struct players *p, struct outcome *o, const struct dispatch_ops *ops)
{
    loopguard_check("players_outcome()");
    assert(o && ops);
    struct player_task *a = whose(p, o);
    if (!a)
        return;
    if (o->permitted && ops->permitted && !a->gone)
        ops->permitted(a, o->permitted, a->current->line);
    int kind = o->source ? (int)player_task_returned(a) : -1;
    if (a->gone) {
        player_task_free(a);
        return;
    }
    if (kind == RECORD_ENTER)
        a->known = o->actor;
    if (o->session == CONTEXT_LEAVE) {
        // removed first: a session that waits for this player to leave must not find it
        unlist(p, a);
        ops->left(a, take_saved(o));
        players_end(a);
        return;
    }
    if (o->session == CONTEXT_SAVE && o->saved)
        ops->save(a, take_saved(o));
    if (kind == RECORD_ENTER && a->session)
        ops->entered(a->session, a);
    if (kind == RECORD_LINE && a->session)
        ops->answered(a->session);
    player_task_next(a);
}

// The players of a replay: which are in the world after which event, and which have left it, with
// the character that is to be saved.
// Events note both under the replay's mutex, on any thread. Of those who left only the ones that no
// snapshot followed are kept: the others have been saved.
#include "engine/player_task_priv.h"
#include "engine/players.h"
#include "engine/replay/replay_priv.h"

#include "command/outcome.h"
#include "journal/record.h"
#include "output/outbox.h"
#include "util/doc.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/player.h"
#include "world/world.h"

#include <stdlib.h>

// A player who is in the world.
struct present {
    struct tref thing;
};

void replay_players_init(struct replay *r)
{
    r->players = map_new();
    r->saved = map_new();
}

static void free_left(struct replay *r)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->saved, &at, NULL, &value);)
        doc_free(value);
    map_free(r->saved);
}

void replay_players_fini(struct replay *r)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->players, &at, NULL, &value);)
        free(value);
    map_free(r->players);
    free_left(r);
}

struct tref replay_players_find(struct replay *r, const char *name)
{
    pthread_mutex_lock(&r->mutex);
    struct present *p = map_get(r->players, name);
    struct tref ref = p ? p->thing : (struct tref){0, 0};
    pthread_mutex_unlock(&r->mutex);
    return ref;
}

static void forget_saved(struct replay *r, const char *name)
{
    doc_free(map_remove(r->saved, name));
}

static void note_leaving(struct replay *r, struct outcome *o)
{
    struct map_iter at = {0};
    const char *key;
    for (void *value; map_next(r->players, &at, &key, &value);) {
        struct present *p = value;
        if (p->thing.index != o->actor.index || p->thing.generation != o->actor.generation)
            continue;
        char *name = mem_strdup(key);
        forget_saved(r, name);
        map_put(r->saved, name, o->saved);
        o->saved = NULL;
        free(map_remove(r->players, name));
        free(name);
        return;
    }
}

void replay_players_note(struct replay *r, const struct record *e, struct execution *execution)
{
    struct context *c = &execution->context;
    struct outcome *o = execution->outcome;
    pthread_mutex_lock(&r->mutex);
    if (e->kind == RECORD_ENTER && c->actor) {
        struct present *p = mem_new(struct present);
        p->thing = thing_ref(c->actor);
        free(map_remove(r->players, e->name));
        map_put(r->players, e->name, p);
        forget_saved(r, e->name);
    } else if (o->session == CONTEXT_LEAVE) {
        note_leaving(r, o);
    }
    pthread_mutex_unlock(&r->mutex);
}

void replay_players_brought_back(struct replay *r)
{
    size_t n;
    const struct roster_entry *list = world_roster(r->dispatch->world, &n);
    for (size_t i = 0; i < n; i++) {
        struct present *p = mem_new(struct present);
        p->thing = thing_ref(list[i].player);
        free(map_remove(r->players, list[i].name));
        map_put(r->players, list[i].name, p);
    }
}

int replay_players_write_left(struct replay *r)
{
    const struct replay_config *c = &r->config;
    struct map_iter at = {0};
    const char *name;
    int error = 0;
    for (void *value; !error && c->left && map_next(r->saved, &at, &name, &value);)
        error = value ? c->left(c->arg, name, value) : 0;
    return error;
}

void replay_players_forget_left(struct replay *r)
{
    free_left(r);
    r->saved = map_new();
}

void replay_players_go_on(struct replay *r)
{
    struct dispatch *d = r->dispatch;
    struct map_iter at = {0};
    const char *name;
    for (void *value; map_next(r->players, &at, &name, &value);) {
        struct present *p = value;
        struct thing *player = thing_find(d->world, p->thing);
        if (!player)
            continue;
        for (unsigned i = 0; i < d->loop_count; i++)
            outboxes_avoid(d->loops[i]->outboxes, player_outbox(player));
        struct player_task *a = player_task_restore(d, name, player, d->owner);
        players_add(d->loops[a->loop]->players, a);
        dispatch_linkdead(a);
    }
}

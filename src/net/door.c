// The places of connections that have not logged in ("strangers"), counted by address and by block
// of addresses. Keeps a list of them, in no order.
#include "net/door.h"

#include "util/loopguard.h"
#include "util/map.h"
#include "util/settings.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static size_t count_of(const struct map *m, const char *key)
{
    return (size_t)(uintptr_t)map_get(m, key);
}

static void count_up(struct map *m, const char *key)
{
    map_put(m, key, (void *)(count_of(m, key) + 1));
}

static void count_down(struct map *m, const char *key)
{
    size_t n = count_of(m, key);
    assert(n);
    if (n > 1)
        map_put(m, key, (void *)(n - 1));
    else
        map_remove(m, key);
}

void door_init(struct door *d, const struct settings *settings, uint64_t seed)
{
    loopguard_check("door_init()");
    *d = (struct door){.settings = settings};
    d->addresses = map_new();
    d->keys = map_new();
    d->blocks = map_new();
    rng_seed(&d->rng, seed);
}

void door_fini(struct door *d)
{
    loopguard_check("door_fini()");
    map_free(d->addresses);
    map_free(d->keys);
    map_free(d->blocks);
}

static void add_stranger(struct door *d, struct door_guest *g)
{
    assert(!g->stranger && *g->key && *g->block);
    g->stranger = true;
    g->link = &d->strangers;
    g->next = d->strangers;
    if (g->next)
        g->next->link = &g->next;
    d->strangers = g;
    d->stranger_count++;
    count_up(d->keys, g->key);
    count_up(d->blocks, g->block);
}

void door_known(struct door *d, struct door_guest *g)
{
    loopguard_check("door_known()");
    if (!g->stranger)
        return;
    g->stranger = false;
    assert(d->stranger_count && *g->link == g);
    *g->link = g->next;
    if (g->next)
        g->next->link = g->link;
    d->stranger_count--;
    count_down(d->keys, g->key);
    count_down(d->blocks, g->block);
}

void door_left(struct door *d, struct door_guest *g)
{
    loopguard_check("door_left()");
    door_known(d, g);
    count_down(d->addresses, g->key);
}

// Must one stranger be dropped because of the newest one?
static bool must_drop(struct door *d, size_t heaviest)
{
    size_t n = d->stranger_count, full = (size_t)d->settings->limits_connections_before_login;
    size_t from = (size_t)d->settings->limits_early_drop_from;
    if (n > full)
        return true;
    if (n <= from || heaviest <= full / map_count(d->blocks))
        return false;
    uint64_t rate = (uint64_t)d->settings->limits_early_drop_rate;
    uint64_t percent = rate + (100 - rate) * (n - from) / (full - from);
    return rng_below(&d->rng, 100) < percent;
}

struct weight {
    size_t block, key;
    bool silent;
};

static int door_compare(const struct weight *a, const struct weight *b)
{
    if (a->block != b->block)
        return a->block > b->block ? 1 : -1;
    if (a->key != b->key)
        return a->key > b->key ? 1 : -1;
    return (int)a->silent - (int)b->silent;
}

static struct weight weigh(const struct door *d, const struct door_guest *g)
{
    return (struct weight){count_of(d->blocks, g->block), count_of(d->keys, g->key), !g->spoke};
}

// Chooses a stranger of the heaviest block, in it of the heaviest address, there one that has typed
// nothing; by lot when there are several. The newcomer is chosen only if all others weigh less.
static struct door_guest *heaviest_guest(struct door *d, struct door_guest *newcomer)
{
    assert(newcomer->stranger);
    struct door_guest *found = newcomer;
    struct weight most = weigh(d, newcomer);
    // a newcomer that is alone at its address is not preferred to one that has typed something
    most.silent = most.key > 1;
    uint64_t equals = 0;
    for (struct door_guest *g = d->strangers; g; g = g->next) {
        if (g == newcomer)
            continue;
        struct weight w = weigh(d, g);
        int c = door_compare(&w, &most);
        if (c > 0) {
            most = w;
            equals = 0;
        }
        if (c >= 0 && rng_below(&d->rng, ++equals) == 0)
            found = g;
    }
    return found;
}

enum door_verdict door_knock(struct door *d, struct door_guest *g, const char *address,
                             struct door_guest **evicted)
{
    loopguard_check("door_knock()");
    *evicted = NULL;
    address_key(address, g->key);
    address_block(address, g->block);
    if ((int64_t)count_of(d->addresses, g->key) >= d->settings->limits_connections_per_address)
        return DOOR_ADDRESS;
    add_stranger(d, g);
    // Nobody has to go, as nearly always: else each newcomer would be compared with all strangers.
    if (d->stranger_count <= (size_t)d->settings->limits_early_drop_from &&
        d->stranger_count <= (size_t)d->settings->limits_connections_before_login) {
        count_up(d->addresses, g->key);
        return DOOR_OPEN;
    }
    struct door_guest *heaviest = heaviest_guest(d, g);
    if (must_drop(d, count_of(d->blocks, heaviest->block))) {
        door_known(d, heaviest);
        if (heaviest == g)
            return DOOR_STRANGERS;
        *evicted = heaviest;
    }
    count_up(d->addresses, g->key);
    return DOOR_OPEN;
}

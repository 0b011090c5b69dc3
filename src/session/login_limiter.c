// Leaky counters in a fixed table: a key has one cell in each row, its count is the least of them
// (a "count-min sketch"), so a count is never too low. Cells leak at the rate at which tries are
// allowed.
#include "session/login_limiter.h"

#include "util/address.h"
#include "util/hash.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    ROWS = 4,
    CELLS = 4096,
    KNOWN_SETS = 4096,
    KNOWN_WAYS = 4,
    MINUTE_MS = 60000,
    HOUR_MS = 3600000,
    FIRST_DELAY_MS = 1000,
    BEYOND_MOST = 8, // a count does not rise higher over what is allowed, so that it is over soon
    KEY_SIZE = 160,
};

struct cell {
    double level;
    int64_t at;
};

struct sketch {
    struct cell cells[ROWS][CELLS];
};

// Allowed: so many in so long.
struct rate {
    double most, window;
};

struct known {
    uint64_t pair;
    int64_t at;
};

struct login_limiter {
    pthread_mutex_t mutex; // held in each call
    uint64_t seed;
    struct sketch accounts, blocks, pairs, makers;
    struct cell made;                           // accounts, by all
    struct known known[KNOWN_SETS][KNOWN_WAYS]; // who has logged in from where
};

struct login_limiter *login_limiter_new(void)
{
    loopguard_check("login_limiter_new()");
    struct login_limiter *g = mem_new(struct login_limiter);
    if (getrandom(&g->seed, sizeof(g->seed), 0) != (ssize_t)sizeof(g->seed))
        abort();
    pthread_mutex_init(&g->mutex, NULL);
    return g;
}

void login_limiter_free(struct login_limiter *g)
{
    loopguard_check("login_limiter_free()");
    if (g)
        pthread_mutex_destroy(&g->mutex);
    free(g);
}

static double leaked(const struct cell *c, const struct rate *r, int64_t now)
{
    assert(r->most > 0 && r->window > 0);
    double left = c->level - (double)(now - c->at) * r->most / r->window;
    return left > 0 ? left : 0;
}

static void login_limiter_add(struct cell *c, const struct rate *r, double n, int64_t now)
{
    double level = leaked(c, r, now) + n, most = r->most + BEYOND_MOST;
    c->level = level < 0 ? 0 : level > most ? most : level;
    c->at = now;
}

static struct cell *cell_of(const struct login_limiter *g, struct sketch *s, const char *key,
                            unsigned row)
{
    assert(row < ROWS && *key);
    uint64_t h = hash_text(key, g->seed + row * UINT64_C(0x9e3779b97f4a7c15));
    return &s->cells[row][h % CELLS];
}

// Adds to what there is of a key, and says how much that is then.
static double login_limiter_count(struct login_limiter *g, struct sketch *s, const char *key,
                                  const struct rate *r, double n, int64_t now)
{
    double least = 0;
    for (unsigned row = 0; row < ROWS; row++) {
        struct cell *c = cell_of(g, s, key, row);
        login_limiter_add(c, r, n, now);
        if (!row || c->level < least)
            least = c->level;
    }
    return least;
}

static struct rate per_account(const struct settings *set)
{
    return (struct rate){(double)set->login_attempts_per_account,
                         (double)set->login_account_window};
}

static struct rate per_address(const struct settings *set)
{
    return (struct rate){(double)set->login_attempts_per_address, MINUTE_MS};
}

static int64_t delay_of(double level, const struct rate *r, const struct settings *set)
{
    int64_t delay = FIRST_DELAY_MS;
    if (level <= r->most)
        return 0;
    for (double over = level - r->most; over > 1 && delay < set->login_delay; over--)
        delay *= 2;
    return delay < set->login_delay ? delay : set->login_delay;
}

static void login_limiter_pair_of(const char *account, const char *address, char out[KEY_SIZE])
{
    char block[ADDRESS_SIZE];
    address_key(address, block);
    snprintf(out, KEY_SIZE, "%.64s %s", account, block);
}

static struct known *find_known(struct login_limiter *g, const char *pair)
{
    uint64_t h = hash_text(pair, g->seed);
    struct known *set = g->known[h % KNOWN_SETS];
    for (int i = 0; i < KNOWN_WAYS; i++)
        if (set[i].at && set[i].pair == h)
            return &set[i];
    return NULL;
}

static void make_known(struct login_limiter *g, const char *pair, int64_t now)
{
    uint64_t h = hash_text(pair, g->seed);
    struct known *set = g->known[h % KNOWN_SETS], *to = find_known(g, pair);
    for (int i = 0; !to && i < KNOWN_WAYS; i++)
        if (!set[i].at)
            to = &set[i];
    for (int i = 0; i < KNOWN_WAYS && !to; i++) {
        bool oldest = true;
        for (int k = 0; k < KNOWN_WAYS; k++)
            oldest &= set[i].at <= set[k].at;
        if (oldest)
            to = &set[i];
    }
    *to = (struct known){h, now ? now : 1};
}

static int64_t count_try(struct login_limiter *g, const struct settings *set, const char *account,
                         const char *address, double n, int64_t now)
{
    char pair[KEY_SIZE], block[ADDRESS_SIZE];
    struct rate by_account = per_account(set), by_address = per_address(set);
    login_limiter_pair_of(account, address, pair);
    address_key(address, block);
    if (find_known(g, pair))
        return delay_of(login_limiter_count(g, &g->pairs, pair, &by_account, n, now), &by_account,
                        set);
    int64_t delay = delay_of(login_limiter_count(g, &g->accounts, account, &by_account, n, now),
                             &by_account, set);
    int64_t here =
        delay_of(login_limiter_count(g, &g->blocks, block, &by_address, n, now), &by_address, set);
    return here > delay ? here : delay;
}

int64_t login_limiter_allow(struct login_limiter *g, const struct settings *set,
                            const char *account, const char *address, int64_t now)
{
    loopguard_check("login_limiter_allow()");
    pthread_mutex_lock(&g->mutex);
    int64_t delay = count_try(g, set, account, address, 1, now);
    pthread_mutex_unlock(&g->mutex);
    return delay;
}

void login_limiter_forget(struct login_limiter *g, const struct settings *set, const char *account,
                          const char *address, int64_t now)
{
    loopguard_check("login_limiter_forget()");
    pthread_mutex_lock(&g->mutex);
    count_try(g, set, account, address, -1, now);
    pthread_mutex_unlock(&g->mutex);
}

void login_limiter_succeeded(struct login_limiter *g, const struct settings *set,
                             const char *account, const char *address, int64_t now)
{
    loopguard_check("login_limiter_succeeded()");
    char pair[KEY_SIZE];
    login_limiter_pair_of(account, address, pair);
    pthread_mutex_lock(&g->mutex);
    count_try(g, set, account, address, -1, now);
    make_known(g, pair, now);
    pthread_mutex_unlock(&g->mutex);
}

int64_t login_limiter_ask(struct login_limiter *g, const struct settings *set, const char *address,
                          int64_t now)
{
    loopguard_check("login_limiter_ask()");
    char block[ADDRESS_SIZE];
    struct rate by_address = per_address(set);
    address_key(address, block);
    pthread_mutex_lock(&g->mutex);
    double level = login_limiter_count(g, &g->blocks, block, &by_address, 1, now);
    pthread_mutex_unlock(&g->mutex);
    return delay_of(level, &by_address, set);
}

static int64_t until_free(double level, const struct rate *r)
{
    int64_t wait = (int64_t)((level + 1 - r->most) * r->window / r->most);
    return wait > 0 ? wait : 0;
}

bool login_limiter_may_create(struct login_limiter *g, const struct settings *set,
                              const char *address, int64_t now, bool make, int64_t *wait)
{
    loopguard_check("login_limiter_may_create()");
    char block[ADDRESS_SIZE];
    struct rate here = {(double)set->account_new_per_address, HOUR_MS};
    struct rate all = {(double)set->account_new_in_all, HOUR_MS};
    address_key(address, block);
    pthread_mutex_lock(&g->mutex);
    int64_t for_block = until_free(login_limiter_count(g, &g->makers, block, &here, 0, now), &here);
    int64_t for_all = until_free(leaked(&g->made, &all, now), &all);
    *wait = for_block > for_all ? for_block : for_all;
    if (!*wait && make) {
        login_limiter_count(g, &g->makers, block, &here, 1, now);
        login_limiter_add(&g->made, &all, 1, now);
    }
    pthread_mutex_unlock(&g->mutex);
    return !*wait;
}

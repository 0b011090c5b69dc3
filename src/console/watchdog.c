// Sweeps over all locks. Reads atomics, and queues under their latches; takes no world lock. What
// it remembers from one sweep to the next is in the locks themselves and in a small table of
// tokens, under `mutex`.
#include "console/watchdog_priv.h"

#include "check/check_report_priv.h"
#include "console/lost_wake.h"
#include "console/sleepers.h"
#include "console/waits.h"
#include "util/mem.h"
#include "util/paged.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { TOKENS_MAX = 1024 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // everything below
static struct watchdog_things things;
static int64_t wait_limit = 5000, hold_limit = 5000, last_sweep;
static struct watchdog_token tokens[TOKENS_MAX];
static size_t token_count;
static struct paged locks; // struct watchdog_lock by slot
static bool lost;          // a task sleeps for ever: other tasks may wait long because of it

void watchdog_set_things(const struct watchdog_things *t)
{
    pthread_mutex_lock(&mutex);
    things = t ? *t : (struct watchdog_things){0};
    token_count = 0;
    pthread_mutex_unlock(&mutex);
}

void watchdog_set_limits(int64_t wait, int64_t hold)
{
    assert(wait >= 0 && hold >= 0);
    pthread_mutex_lock(&mutex);
    wait_limit = wait;
    hold_limit = hold;
    pthread_mutex_unlock(&mutex);
}

static void first_waiter(const struct lock_waiter *w, void *arg)
{
    uint32_t *first = arg;
    if (!*first)
        *first = w->owner;
}

static void over_limit(struct lock *l, enum check_code code, int64_t ms, const char *what)
{
    assert(code == L024_LONG_WAIT || code == L025_LONG_HOLD);
    static char cause[80];
    snprintf(cause, sizeof(cause), "%s for %lld ms or more", what, (long long)ms);
    check_report(&(struct violation){.code = code,
                                     .lock = l,
                                     .attr = -1,
                                     .act = code == L025_LONG_HOLD ? "hold" : "wait for",
                                     .cause = cause,
                                     .site = atomic_load(&check_lock(l)->site)});
}

// The command that last held the lock has ended, as the checker's own count of holders shows, and
// yet the lock is marked as held.
static void never_released(struct lock *l)
{
    static char object[120];
    const char *what = atomic_load(&check_lock(l)->what);
    snprintf(object, sizeof(object), "a lock whose holder (%.60s) has ended:", what ? what : "?");
    check_report(
        &(struct violation){.code = L011_DEADLOCK,
                            .lock = l,
                            .attr = -1,
                            .act = "leave locked for ever",
                            .object = object,
                            .cause = "it was never released: tasks that want it wait for ever",
                            .site = atomic_load(&check_lock(l)->site)});
}

static void lost_wakeup(struct lock *l, uint32_t waiter)
{
    assert(waiter);
    static char object[80];
    snprintf(object, sizeof(object), "task %u waits for a lock that nobody holds:", waiter);
    check_report(&(struct violation){.code = L011_DEADLOCK,
                                     .lock = l,
                                     .attr = -1,
                                     .act = "wait for ever:",
                                     .object = object,
                                     .cause = "it was released without being handed on"});
}

static struct watchdog_lock *lock_seen(const struct lock *l)
{
    struct watchdog_lock *seen = paged_at(&locks, l->slot, sizeof(*seen));
    if (seen->id != l->id) // the slot was another lock's, which is gone
        *seen = (struct watchdog_lock){.id = l->id};
    return seen;
}

// `arg`: the time, made negative when the sweep itself came late and must report nothing.
static void watch(struct lock *l, void *arg)
{
    int64_t now = *(int64_t *)arg;
    struct watchdog_lock *seen = lock_seen(l);
    bool late = now < 0;
    now = late ? -now : now;
    uint64_t ticket = atomic_load(&l->ticket);
    uint32_t waiter = 0;
    lock_visit(l, first_waiter, &waiter);
    bool idle = !lock_held(l) && !waiter;
    if (idle || ticket != seen->ticket || late) {
        seen->ticket = ticket;
        seen->since = now;
        seen->told = false;
    }
    if (waiter != seen->waiter || late) {
        seen->waiter = waiter;
        seen->waiting = now;
    }
    if (seen->told)
        return;
    // The lock was not granted for so long, also counted from the first look: between two holders a
    // lock is free for a moment too.
    if (waiter && !lock_held(l) && now - seen->waiting > 2000 && now - seen->since > 2000 &&
        atomic_load(&l->ticket) == ticket) {
        lost_wakeup(l, waiter);
        seen->told = true;
        return;
    }
    if (!lock_held(l))
        return;
    uint64_t shadow = atomic_load(&check_lock(l)->shadow);
    if (shadow == (uint64_t)atomic_load(&check_epoch) << 32 && now - seen->since > 2000) {
        never_released(l);
        seen->told = true;
        return;
    }
    if (lost)
        return;
    if (hold_limit && now - seen->since > hold_limit) {
        over_limit(l, L025_LONG_HOLD, now - seen->since, "held");
        seen->told = true;
    } else if (wait_limit && waiter && now - seen->waiting > wait_limit) {
        over_limit(l, L024_LONG_WAIT, now - seen->waiting, "waited for");
        seen->told = true;
    }
}

static void watch_tokens(int64_t now)
{
    assert(token_count <= TOKENS_MAX);
    struct watchdog_token old[TOKENS_MAX];
    size_t old_count = token_count;
    memcpy(old, tokens, old_count * sizeof(*old));
    token_count = 0;
    uint32_t end = things.end ? things.end(things.arg) : 0;
    for (uint32_t i = 1; i < end && token_count < TOKENS_MAX; i++) {
        struct place *p = things.at(things.arg, i);
        uint64_t where = p ? place_peek(p) : 0;
        if (!p || place_kind(where) != PLACE_LIMBO)
            continue;
        struct watchdog_token t = {i, where, now};
        for (size_t k = 0; k < old_count; k++)
            if (old[k].index == i && old[k].where == where)
                t.since = old[k].since;
        tokens[token_count++] = t;
    }
}

static void sweep(int64_t now)
{
    int64_t time = last_sweep && now - last_sweep > 3000 ? -now : now;
    last_sweep = now;
    lost = lost_wake_sweep(now, time < 0);
    lock_each(watch, &time);
    watch_tokens(now);
    waits_find_deadlocks();
}

void watchdog_sweep(int64_t now_ms)
{
    pthread_mutex_lock(&mutex);
    sweep(now_ms);
    pthread_mutex_unlock(&mutex);
}

void watchdog_enter(int64_t now_ms)
{
    pthread_mutex_lock(&mutex);
    if (!last_sweep || now_ms - last_sweep > 100)
        sweep(now_ms);
}

void watchdog_leave(void)
{
    pthread_mutex_unlock(&mutex);
}

struct place *watchdog_thing(uint32_t index)
{
    return things.at && index ? things.at(things.arg, index) : NULL;
}

const struct watchdog_token *watchdog_tokens(size_t *count)
{
    assert(count);
    *count = token_count;
    return tokens;
}

const struct watchdog_lock *watchdog_lock(const struct lock *l)
{
    return lock_seen(l);
}

void watchdog_begin(void)
{
    sleepers_watch();
}

// A world lock for tasks: taken by compare-and-swap when nobody waits, else through a first-in
// first-out queue in which the releasing task hands the lock to the first waiter. Runs on any
// worker; never blocks, and runs no other code while the latch is held.
#include "lock/lock.h"

#include "lock/hooks.h"
#include "lock/lockset.h"
#include "lock/wait_hooks.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/mem.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

enum { LATCH = 1, WAITERS = 2, EXCLUSIVE = 4, SHARED_ONE = 8 };

static _Atomic uint32_t next_id = 1;
static struct lock big;
static bool use_big;
static _Atomic bool abandoned;

// All locks by their slot, for the console and the watchdog; slots of locks that are gone, to be
// used again.
static pthread_mutex_t all_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct lock **all;
static uint32_t *unused;
static size_t all_count, all_cap, unused_count;

// Gives the lock a slot. From then on lock_each finds it, so all else of it is there before.
static void slot_take(struct lock *l)
{
    pthread_mutex_lock(&all_mutex);
    hooks_guarded(&all_mutex, "the list of locks");
    if (all_count == all_cap) {
        all_cap = all_cap ? all_cap * 2 : 64;
        all = mem_realloc_array(all, all_cap, sizeof(*all));
        unused = mem_realloc_array(unused, all_cap, sizeof(*unused));
    }
    l->slot = unused_count ? unused[--unused_count] : (uint32_t)all_count++;
    all[l->slot] = l;
    pthread_mutex_unlock(&all_mutex);
}

void lock_init(struct lock *l, struct place *place, const char *label)
{
    *l = (struct lock){.place = place, .label = label};
    l->id = atomic_fetch_add_explicit(&next_id, 1, memory_order_relaxed);
    slot_take(l);
}

void lock_fini_at(struct lock *l, const struct site *at)
{
    hooks_lock_gone(l, at);
    assert(hooks_on() || atomic_load(&abandoned) || !atomic_load(&l->state));
    pthread_mutex_lock(&all_mutex);
    hooks_guarded(&all_mutex, "the list of locks");
    assert(l->slot < all_count && all[l->slot] == l && unused_count < all_cap);
    all[l->slot] = NULL;
    unused[unused_count++] = l->slot;
    pthread_mutex_unlock(&all_mutex);
}

void lock_abandon(void)
{
    atomic_store(&abandoned, true);
}

void lock_each(void (*fn)(struct lock *l, void *arg), void *arg)
{
    assert(fn);
    pthread_mutex_lock(&all_mutex);
    for (size_t i = 0; i < all_count; i++)
        if (all[i])
            fn(all[i], arg);
    pthread_mutex_unlock(&all_mutex);
}

void lock_use_big(void)
{
    lock_init(&big, NULL, "the world");
    use_big = true;
}

struct lock *lock_effective(struct lock *l)
{
    return use_big ? &big : l;
}

static void next_ticket(struct lock *l)
{
    atomic_fetch_add_explicit(&l->ticket, 1, memory_order_relaxed);
}

static void own(struct lock *l, struct lock_waiter *w)
{
    hooks_given(l, w);
    // An exclusive holder is alone, so a plain store is enough; shared holders count their tickets
    // atomically.
    if (w->mode == LOCK_EXCLUSIVE) {
        uint64_t t = atomic_load_explicit(&l->ticket, memory_order_relaxed);
        atomic_store_explicit(&l->ticket, t + 1, memory_order_relaxed);
        atomic_store_explicit(&l->holder, w->owner, memory_order_relaxed);
    } else {
        next_ticket(l);
    }
}

static bool try_fast(struct lock *l, enum lock_mode mode)
{
    uint32_t s = 0;
    if (mode == LOCK_EXCLUSIVE)
        return atomic_compare_exchange_strong_explicit(&l->state, &s, EXCLUSIVE,
                                                       memory_order_acquire, memory_order_relaxed);
    s = atomic_load_explicit(&l->state, memory_order_relaxed);
    while (!(s & (LATCH | WAITERS | EXCLUSIVE)))
        if (atomic_compare_exchange_weak_explicit(&l->state, &s, s + SHARED_ONE,
                                                  memory_order_acquire, memory_order_relaxed))
            return true;
    return false;
}

// Returns the state without the latch bit; it cannot change until unlatch stores the next one.
static uint32_t latch(struct lock *l)
{
    for (unsigned spins = 0;; spins++) {
        uint32_t s = atomic_load_explicit(&l->state, memory_order_relaxed);
        if (!(s & LATCH) &&
            atomic_compare_exchange_weak_explicit(&l->state, &s, s | LATCH, memory_order_acquire,
                                                  memory_order_relaxed))
            return s;
        if (spins > 64)
            sched_yield(); // its holder may have lost its processor
    }
}

static void unlatch(struct lock *l, uint32_t state)
{
    atomic_store_explicit(&l->state, state, memory_order_release);
}

enum lock_outcome lock_acquire(struct lock *l, struct lock_waiter *w)
{
    if (try_fast(l, w->mode)) {
        own(l, w);
        return LOCK_HELD;
    }
    uint32_t s = latch(l);
    bool open = w->mode == LOCK_EXCLUSIVE ? s == 0 : !(s & (WAITERS | EXCLUSIVE));
    if (open) {
        own(l, w);
        unlatch(l, w->mode == LOCK_EXCLUSIVE ? EXCLUSIVE : s + SHARED_ONE);
        return LOCK_HELD;
    }
    w->next = NULL;
    atomic_store_explicit(&w->granted, false, memory_order_relaxed);
    if (l->last)
        l->last->next = w;
    else
        l->first = w;
    l->last = w;
    wait_hooks_queued(l, w);
    unlatch(l, s | WAITERS);
    return LOCK_PARKED;
}

// Removes from the queue all waiters that may have the lock now; returns the lock's state with them
// as holders.
static uint32_t grant(struct lock *l, struct lock_waiter **granted, const struct site *at)
{
    struct lock_waiter *w = l->first, **tail = granted;
    uint32_t state = 0;
    *granted = NULL;
    while (w && (state == 0 || (w->mode == LOCK_SHARED && !(state & EXCLUSIVE)))) {
        state += w->mode == LOCK_EXCLUSIVE ? EXCLUSIVE : SHARED_ONE;
        own(l, w);
        wait_hooks_handed(l, w, lockset_current(), at);
        l->first = w->next;
        w->next = NULL;
        *tail = w;
        tail = &w->next;
        w = l->first;
    }
    if (!l->first)
        l->last = NULL;
    return state | (l->first ? WAITERS : 0);
}

static void resume(struct lock_waiter *w)
{
    assert(!w || w->task); // a set without a task never waits
    while (w) {
        struct lock_waiter *next = w->next;
        struct task *task = w->task;
        // Once `granted` is set the waiter may cease to exist: its task can run for another reason.
        task_ref(task);
        atomic_store_explicit(&w->granted, true, memory_order_release);
        sched_wake_next(task->sched, task);
        task_unref(task);
        w = next;
    }
}

void lock_release_at(struct lock *l, enum lock_mode mode, const struct site *at)
{
    if (!hooks_released(l, mode))
        return;
    if (mode == LOCK_EXCLUSIVE) {
        atomic_store_explicit(&l->holder, 0, memory_order_relaxed);
        uint32_t s = EXCLUSIVE;
        if (atomic_compare_exchange_strong_explicit(&l->state, &s, 0, memory_order_release,
                                                    memory_order_relaxed))
            return;
    } else {
        uint32_t s = atomic_load_explicit(&l->state, memory_order_relaxed);
        while (!(s & (LATCH | WAITERS)))
            if (atomic_compare_exchange_weak_explicit(&l->state, &s, s - SHARED_ONE,
                                                      memory_order_release, memory_order_relaxed))
                return;
    }
    uint32_t s = latch(l);
    s -= mode == LOCK_EXCLUSIVE ? EXCLUSIVE : SHARED_ONE;
    struct lock_waiter *granted = NULL;
    if (!(s & ~(uint32_t)WAITERS))
        s = grant(l, &granted, at);
    unlatch(l, s);
    resume(granted);
}

bool lock_held(const struct lock *l)
{
    return atomic_load(&l->state) & ~(uint32_t)(LATCH | WAITERS);
}

void lock_visit(struct lock *l, void (*fn)(const struct lock_waiter *w, void *arg), void *arg)
{
    assert(fn);
    if (!(atomic_load_explicit(&l->state, memory_order_relaxed) & WAITERS))
        return;
    uint32_t s = latch(l);
    for (struct lock_waiter *w = l->first; w; w = w->next)
        fn(w, arg);
    unlatch(l, s);
}

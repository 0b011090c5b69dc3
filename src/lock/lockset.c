// Lock sets: sorted gathering, ascending acquisition with parking, release in reverse. Reports
// every step to the checker. Keeps, for each thread, the set whose task it steps.
#include "lock/lockset.h"

#include "lock/hooks.h"
#include "lock/wait_hooks.h"
#include "runtime/schedule_point.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Thread_local struct lockset *lockset_current_here;

void lockset_init(struct lockset *ls, uint32_t id, struct task *task)
{
    assert(id);
    memset(ls, 0, offsetof(struct lockset, inline_entries)); // entries past `count` mean nothing
    ls->id = id;
    ls->task = task;
    ls->cap = LOCKSET_INLINE;
    ls->entries = ls->inline_entries;
    ls->waiter.task = task;
    ls->waiter.owner = id;
    ls->waiter.waiting_set = ls;
}

void lockset_fini(struct lockset *ls)
{
    assert(!ls->waiting);
    lockset_release(ls);
    if (ls->entries != ls->inline_entries)
        free(ls->entries);
    ls->entries = NULL;
    hooks_gone(ls);
}

void lockset_begin(struct lockset *ls, const char *what, const char *actor)
{
    assert(!ls->held && !ls->waiting);
    ls->count = 0;
    ls->waits = 0;
    ls->dirty = false;
    if (ls->write_set)
        write_set_clear(ls->write_set);
    ls->what = what;
    ls->actor = actor;
    hooks_begin(ls);
}

void lockset_name(struct lockset *ls, const char *what)
{
    ls->what = what;
    hooks_named(ls);
}

static size_t find(const struct lockset *ls, const struct lock *l)
{
    size_t i = 0;
    while (i < ls->count && ls->entries[i].lock->id < l->id)
        i++;
    return i;
}

static void insert(struct lockset *ls, size_t at, struct lockset_entry e)
{
    assert(at <= ls->count && ls->count <= ls->cap);
    if (ls->count == ls->cap) {
        size_t cap = ls->cap * 2;
        bool inlined = ls->entries == ls->inline_entries;
        struct lockset_entry *grown =
            mem_realloc_array(inlined ? NULL : ls->entries, cap, sizeof(*grown));
        if (inlined)
            memcpy(grown, ls->inline_entries, sizeof(ls->inline_entries));
        ls->entries = grown;
        ls->cap = cap;
    }
    for (size_t i = ls->count; i > at; i--)
        ls->entries[i] = ls->entries[i - 1];
    ls->entries[at] = e;
    ls->count++;
}

static struct lockset_entry *entry_of(const struct lockset *ls, const struct lock *l)
{
    size_t i = find(ls, l);
    return i < ls->count && ls->entries[i].lock == l ? &ls->entries[i] : NULL;
}

static bool entry_satisfied(const struct lockset_entry *e)
{
    return e->held && e->held_mode >= e->mode;
}

bool lockset_need_at(struct lockset *ls, struct lock *l, enum lock_mode mode, const struct site *at)
{
    l = lock_effective(l);
    struct lockset_entry *e = entry_of(ls, l);
    if (!e) {
        insert(ls, find(ls, l), (struct lockset_entry){.lock = l, .mode = mode, .site = at});
        return false;
    }
    if (e->mode < mode)
        e->mode = mode;
    return entry_satisfied(e);
}

bool lockset_holds(const struct lockset *ls, const struct lock *l, enum lock_mode mode)
{
    struct lockset_entry *e = entry_of(ls, lock_effective((struct lock *)l));
    return e && e->held && e->held_mode >= mode;
}

bool lockset_complete(const struct lockset *ls)
{
    for (size_t i = 0; i < ls->count; i++)
        if (!entry_satisfied(&ls->entries[i]))
            return false;
    return true;
}

static void granted(struct lockset *ls, struct lockset_entry *e, bool contended)
{
    e->ticket = atomic_load_explicit(&e->lock->ticket, memory_order_relaxed);
    e->held = true;
    e->held_mode = e->mode;
    ls->held++;
    hooks_locked(ls, e, contended);
}

// True when taking what is missing would go below, or strengthen, something held.
static bool must_restart(const struct lockset *ls)
{
    bool missing = false;
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (e->held && (missing || e->held_mode < e->mode))
            return true;
        missing |= !e->held;
    }
    return false;
}

static bool resume_waiting(struct lockset *ls)
{
    if (!atomic_load_explicit(&ls->waiter.granted, memory_order_acquire))
        return false;
    struct lockset_entry *e = entry_of(ls, ls->waiting);
    assert(e && !e->held);
    wait_hooks_runs(ls->waiting, &ls->waiter);
    ls->waiting = NULL;
    hooks_resumed(ls);
    granted(ls, e, true);
    return true;
}

enum lockset_outcome lockset_acquire(struct lockset *ls)
{
    if (ls->waiting) {
        if (!resume_waiting(ls))
            return LOCKSET_PARKED;
    } else if (ls->held && must_restart(ls)) {
        lockset_release(ls);
    }
    for (size_t i = 0; i < ls->count; i++) {
        struct lockset_entry *e = &ls->entries[i];
        if (e->held)
            continue;
        hooks_want(ls, e);
        schedule_point(SCHEDULE_POINT_LOCK, e->lock->id);
        ls->waiter.mode = e->mode;
        ls->waiter.site = e->site;
        ls->waiting = e->lock;
        if (lock_acquire(e->lock, &ls->waiter) == LOCK_PARKED) {
            ls->waits++;
            hooks_parked(ls, e);
            return LOCKSET_PARKED;
        }
        ls->waiting = NULL;
        granted(ls, e, false);
    }
    return LOCKSET_HELD;
}

static void drop(struct lockset *ls, struct lockset_entry *e, const struct site *at)
{
    assert(e->held && ls->held);
    uint32_t id = e->lock->id;
    hooks_unlock(ls, e);
    e->held = false;
    ls->held--;
    lock_release_at(e->lock, e->held_mode, at);
    schedule_point(SCHEDULE_POINT_UNLOCK, id);
}

void lockset_release_at(struct lockset *ls, const struct site *at)
{
    for (size_t i = ls->count; i-- > 0 && ls->held;)
        if (ls->entries[i].held)
            drop(ls, &ls->entries[i], at);
}

void lockset_clear_at(struct lockset *ls, const struct site *at)
{
    assert(!ls->waiting);
    lockset_release_at(ls, at);
    ls->count = 0;
}

void lockset_take_raw_at(struct lockset *ls, struct lock *l, const struct site *at)
{
    l = lock_effective(l);
    struct lockset_entry e = {.lock = l, .mode = LOCK_EXCLUSIVE, .site = at};
    hooks_want(ls, &e);
    if (entry_of(ls, l))
        return; // the checker has reported that this would wait for itself
    ls->waiter.mode = LOCK_EXCLUSIVE;
    ls->waiter.site = at;
    enum lock_outcome outcome = lock_acquire(l, &ls->waiter);
    assert(outcome == LOCK_HELD);
    (void)outcome;
    insert(ls, find(ls, l), e);
    granted(ls, entry_of(ls, l), false);
}

void lockset_drop_raw_at(struct lockset *ls, struct lock *l, const struct site *at)
{
    l = lock_effective(l);
    struct lockset_entry *e = entry_of(ls, l);
    if (!e || !e->held) {
        hooks_foreign_unlock(ls, l, at);
        return;
    }
    drop(ls, e, at);
    memmove(e, e + 1, (size_t)(&ls->entries[ls->count] - e - 1) * sizeof(*e));
    ls->count--;
}

void lockset_enter(struct lockset *ls)
{
    assert(!lockset_current_here);
    assert(ls);
    lockset_current_here = ls;
    loopguard_step(1);
    hooks_entered(ls);
}

void lockset_leave(struct lockset *ls)
{
    assert(lockset_current_here == ls);
    hooks_left(ls);
    loopguard_step(-1);
    lockset_current_here = NULL;
}

void lockset_end(struct lockset *ls)
{
    hooks_end(ls);
    lockset_clear(ls);
}

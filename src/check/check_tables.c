// What the checker knows of tasks and of locks, in tables of its own. A task is found by the
// address of its lock set, in buckets with a latch each; a lock by its slot. An unused struct
// check_task keeps its arrays and is never freed, so a stale pointer to one may be followed: its
// `set` shows that it is stale. If the checker is off when a lock set ceases to exist, the entry
// stays until a set at the same address begins.
#include "check/check_priv.h"
#include "check/check_text.h"
#include "check/check_values.h"
#include "util/mem.h"
#include "util/paged.h"

#include <assert.h>

enum { BUCKETS = 1 << 12 };

static struct bucket {
    atomic_flag latch;
    struct check_task *first;
} buckets[BUCKETS];
static struct bucket left_behind; // unused entries of threads that have ended
static struct paged locks;
static atomic_flag renewing = ATOMIC_FLAG_INIT;

static void enter(atomic_flag *latch)
{
    while (atomic_flag_test_and_set_explicit(latch, memory_order_acquire))
        ;
}

static void leave(atomic_flag *latch)
{
    atomic_flag_clear_explicit(latch, memory_order_release);
}

static struct bucket *bucket_of(const struct lockset *ls)
{
    return &buckets[((uintptr_t)ls >> 4) * UINT64_C(11400714819323198485) >> 52];
}

static bool is_of(const struct check_task *t, const struct lockset *ls)
{
    return atomic_load_explicit(&t->set, memory_order_relaxed) == ls;
}

static struct check_task *search(struct bucket *b, const struct lockset *ls)
{
    struct check_task *t = b->first;
    while (t && !is_of(t, ls))
        t = t->next;
    return t;
}

struct check_task *check_task_find(const struct lockset *ls)
{
    struct bucket *b = bucket_of(ls);
    enter(&b->latch);
    struct check_task *t = search(b, ls);
    leave(&b->latch);
    return t;
}

static struct check_task *unused_task(void)
{
    struct checker *c = checker_self();
    struct check_task *t = c->spare;
    if (t) {
        c->spare = t->next;
        return t;
    }
    enter(&left_behind.latch);
    t = left_behind.first;
    if (t)
        left_behind.first = t->next;
    leave(&left_behind.latch);
    return t ? t : mem_new(struct check_task);
}

struct check_task *check_task_make(const struct lockset *ls)
{
    assert(ls);
    struct check_task *t = check_task(ls);
    if (t)
        return t;
    t = unused_task();
    assert(!atomic_load_explicit(&t->set, memory_order_relaxed));
    t->next = NULL;
    struct bucket *b = bucket_of(ls);
    enter(&b->latch);
    struct check_task *there = search(b, ls); // another thread may step it too, by mistake
    if (!there) {
        atomic_store_explicit(&t->set, ls, memory_order_relaxed);
        t->next = b->first;
        b->first = t;
    }
    leave(&b->latch);
    if (there)
        check_tasks_leave(t);
    return there ? there : t;
}

// Empties all but the arrays.
static void clear(struct check_task *t)
{
    assert(t->read_before <= t->read_count && t->grant_count <= t->grant_cap);
    check_text_free(t);
    check_values_forget(t);
    t->epoch = t->group = 0;
    t->flow = t->given = t->given_twice = t->numbered = false;
    t->grant_count = t->met_count = t->read_count = t->read_before = 0;
    atomic_store_explicit(&t->stepped, 0, memory_order_relaxed);
}

void check_task_drop(const struct lockset *ls)
{
    assert(ls);
    struct bucket *b = bucket_of(ls);
    struct check_task *t = NULL;
    enter(&b->latch);
    for (struct check_task **at = &b->first; *at && !t; at = &(*at)->next)
        if (is_of(*at, ls)) {
            t = *at;
            *at = t->next;
            break;
        }
    leave(&b->latch);
    if (!t)
        return;
    clear(t);
    atomic_store_explicit(&t->set, NULL, memory_order_relaxed);
    struct checker *c = checker_self();
    if (c->task == t)
        c->task = NULL;
    t->next = c->spare;
    c->spare = t;
}

void check_tasks_leave(struct check_task *spare)
{
    enter(&left_behind.latch);
    while (spare) {
        struct check_task *next = spare->next;
        spare->next = left_behind.first;
        left_behind.first = spare;
        spare = next;
    }
    leave(&left_behind.latch);
}

// Empties an entry whose slot had another lock before. Two threads that share the new lock may call
// this at the same time.
static struct check_lock *renew(struct check_lock *c, uint32_t id)
{
    assert(id);
    enter(&renewing);
    if (atomic_load_explicit(&c->id, memory_order_relaxed) != id) {
        atomic_store_explicit(&c->traced, 0, memory_order_relaxed);
        atomic_store_explicit(&c->what, NULL, memory_order_relaxed);
        atomic_store_explicit(&c->actor, NULL, memory_order_relaxed);
        atomic_store_explicit(&c->site, NULL, memory_order_relaxed);
        atomic_store_explicit(&c->shadow, 0, memory_order_relaxed);
        atomic_store_explicit(&c->number_alone, 0, memory_order_relaxed);
        atomic_store_explicit(&c->number_any, 0, memory_order_relaxed);
        atomic_store_explicit(&c->number_epoch, 0, memory_order_relaxed);
        atomic_store_explicit(&c->id, id, memory_order_release);
    }
    leave(&renewing);
    return c;
}

struct check_lock *check_lock(const struct lock *l)
{
    struct check_lock *c = paged_at(&locks, l->slot, sizeof(*c));
    if (__builtin_expect(atomic_load_explicit(&c->id, memory_order_acquire) != l->id, 0))
        return renew(c, l->id);
    return c;
}

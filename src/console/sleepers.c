// A list for each lock, found by the lock's slot, in the order in which tasks were queued: that is
// also the order in which they are given the lock and, as a rule, run, so a search ends early.
// Hooks take the latch of a list inside the latch of the lock's queue; sleepers_visit therefore
// never takes them in the other order.
#include "console/sleepers.h"

#include "lock/lockset.h"
#include "lock/wait_hooks.h"
#include "util/mem.h"
#include "util/paged.h"

#include <assert.h>
#include <sched.h>
#include <stdlib.h>

// Of one lock. `id` is that of the lock: a slot is used again.
struct list {
    atomic_flag latch; // everything below
    uint32_t id;
    struct sleeper *first, *last;
    uint64_t made; // how many sleepers there were
    struct sleepers_counts counts;
};

static struct paged lists;
static atomic_flag spare_latch = ATOMIC_FLAG_INIT;
static struct sleeper *spare; // unused, for all locks

static void enter(atomic_flag *latch)
{
    for (unsigned spins = 0; atomic_flag_test_and_set_explicit(latch, memory_order_acquire);
         spins++)
        if (spins > 64)
            sched_yield(); // its holder may have lost its processor
}

static void leave(atomic_flag *latch)
{
    atomic_flag_clear_explicit(latch, memory_order_release);
}

static struct sleeper *sleeper_make(void)
{
    enter(&spare_latch);
    struct sleeper *s = spare;
    if (s)
        spare = s->next;
    leave(&spare_latch);
    return s ? s : mem_alloc(sizeof(*s));
}

static void sleepers_drop(struct sleeper *first, struct sleeper *last)
{
    assert(first && last);
    enter(&spare_latch);
    last->next = spare;
    spare = first;
    leave(&spare_latch);
}

// The list of the lock, with its latch taken.
static struct list *list_enter(const struct lock *l)
{
    struct list *list = paged_at(&lists, l->slot, sizeof(*list));
    enter(&list->latch);
    if (list->id != l->id) { // the slot was another lock's, which is gone
        if (list->first)
            sleepers_drop(list->first, list->last);
        list->first = list->last = NULL;
        list->counts = (struct sleepers_counts){0};
        list->id = l->id;
    }
    return list;
}

static struct sleeper *search(const struct list *list, const struct lock_waiter *w,
                              struct sleeper **before)
{
    *before = NULL;
    for (struct sleeper *s = list->first; s; *before = s, s = s->next)
        if (s->waiter == w)
            return s;
    return NULL;
}

static void take_out(struct list *list, struct sleeper *s, struct sleeper *before)
{
    assert(before ? before->next == s : list->first == s);
    if (before)
        before->next = s->next;
    else
        list->first = s->next;
    if (list->last == s)
        list->last = before;
    sleepers_drop(s, s);
}

static void on_queued(struct lock *l, struct lock_waiter *w)
{
    assert(w);
    struct sleeper *s = sleeper_make();
    *s = (struct sleeper){.waiter = w};
    struct list *list = list_enter(l);
    if (list->last)
        list->last->next = s;
    else
        list->first = s;
    list->last = s;
    s->number = list->made++;
    list->counts.waits++;
    leave(&list->latch);
}

static void on_handed(struct lock *l, struct lock_waiter *w, const struct lockset *giver,
                      const struct site *at)
{
    struct sleeper *before;
    struct list *list = list_enter(l);
    struct sleeper *s = search(list, w, &before);
    if (s) {
        s->handed = true;
        s->gift = giver ? (struct sleepers_gift){giver->id, giver->what, giver->actor, at}
                        : (struct sleepers_gift){.site = at};
    }
    list->counts.handoffs++;
    leave(&list->latch);
}

static void on_runs(struct lock *l, struct lock_waiter *w)
{
    struct sleeper *before;
    struct list *list = list_enter(l);
    struct sleeper *s = search(list, w, &before);
    if (s)
        take_out(list, s, before);
    leave(&list->latch);
}

static void on_retried(const struct lockset *ls)
{
    for (size_t i = 0; i < ls->count; i++) {
        struct list *list = list_enter(ls->entries[i].lock);
        list->counts.retries++;
        leave(&list->latch);
    }
}

static const struct lock_wait_hooks hooks = {
    .queued = on_queued, .handed = on_handed, .runs = on_runs, .retried = on_retried};

void sleepers_watch(void)
{
    lock_wait_hooks_set(&hooks);
}

struct sleepers_counts sleepers_counts(const struct lock *l)
{
    struct list *list = list_enter(l);
    struct sleepers_counts counts = list->counts;
    leave(&list->latch);
    return counts;
}

// The waiters in the queue, in order.
struct queue {
    const struct lock_waiter **list;
    size_t count, cap;
};

static void add_queued(const struct lock_waiter *w, void *arg)
{
    struct queue *q = arg;
    if (q->count == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 64;
        q->list = mem_realloc_array(q->list, q->cap, sizeof(*q->list));
    }
    q->list[q->count++] = w;
}

// `at`: where to look first, as both are in the same order.
static bool is_queued(const struct queue *q, const struct lock_waiter *w, size_t *at)
{
    for (size_t i = 0; i < q->count; i++) {
        size_t k = (*at + i) % q->count;
        if (q->list[k] == w) {
            *at = k + 1;
            return true;
        }
    }
    return false;
}

// The queue is copied first. A sleeper that is queued after that is not in the copy, and counts as
// queued. A sleeper from before is in the copy, or was marked as handed before it left the queue.
void sleepers_visit(struct lock *l, void (*fn)(struct sleeper *s, bool queued, void *arg),
                    void *arg)
{
    assert(fn);
    struct list *list = list_enter(l);
    bool none = !list->first;
    uint64_t known = list->made;
    leave(&list->latch);
    if (none)
        return;
    struct queue q = {0};
    size_t at = 0;
    lock_visit(l, add_queued, &q);
    list = list_enter(l);
    for (struct sleeper *s = list->first; s; s = s->next)
        fn(s, !s->handed && (s->number >= known || is_queued(&q, s->waiter, &at)), arg);
    leave(&list->latch);
    free(q.list);
}

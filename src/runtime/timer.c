// Binary heap of timers that are embedded in their owners: setting and clearing never allocate once
// the heap has grown. Keeps no clock and takes no lock.
#include "runtime/timer.h"

#include "util/mem.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

void timer_heap_fini(struct timer_heap *h)
{
    for (size_t i = 0; i < h->count; i++)
        h->heap[i]->slot = 0;
    free(h->heap);
    *h = (struct timer_heap)TIMER_HEAP_INIT;
}

static bool before(const struct timer *a, const struct timer *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void timer_put(struct timer_heap *h, size_t at, struct timer *t)
{
    h->heap[at] = t;
    t->slot = at + 1;
}

static void sift_up(struct timer_heap *h, size_t at)
{
    struct timer *t = h->heap[at];
    while (at) {
        size_t parent = (at - 1) / 2;
        if (!before(t, h->heap[parent]))
            break;
        timer_put(h, at, h->heap[parent]);
        at = parent;
    }
    timer_put(h, at, t);
}

static void sift_down(struct timer_heap *h, size_t at)
{
    struct timer *t = h->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= h->count)
            break;
        if (child + 1 < h->count && before(h->heap[child + 1], h->heap[child]))
            child++;
        if (!before(h->heap[child], t))
            break;
        timer_put(h, at, h->heap[child]);
        at = child;
    }
    timer_put(h, at, t);
}

void timer_set(struct timer_heap *h, struct timer *t, int64_t due)
{
    assert(t->slot <= h->count);
    timer_clear(h, t);
    if (h->count == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 64;
        h->heap = mem_realloc_array(h->heap, h->cap, sizeof(*h->heap));
    }
    t->due = due;
    t->order = h->order++;
    timer_put(h, h->count++, t);
    sift_up(h, h->count - 1);
}

void timer_clear(struct timer_heap *h, struct timer *t)
{
    assert(t->slot <= h->count);
    if (!t->slot)
        return;
    size_t at = t->slot - 1;
    struct timer *last = h->heap[--h->count];
    t->slot = 0;
    if (last == t)
        return;
    timer_put(h, at, last);
    sift_up(h, at);
    sift_down(h, last->slot - 1);
}

struct timer *timer_first(const struct timer_heap *h)
{
    return h->count ? h->heap[0] : NULL;
}

struct timer *timer_pop_due(struct timer_heap *h, int64_t now)
{
    struct timer *t = timer_first(h);
    if (!t || t->due > now)
        return NULL;
    timer_clear(h, t);
    return t;
}

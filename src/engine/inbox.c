// Two arrays that are exchanged when the loop takes what has come, so neither is ever copied and
// nothing is allocated once they are large enough.
#include "engine/inbox.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { INBOX_FIRST = 64 };

void inbox_init(struct inbox *b)
{
    *b = (struct inbox){.coming = NULL};
    pthread_mutex_init(&b->mutex, NULL);
}

void inbox_fini(struct inbox *b)
{
    free(b->coming);
    free(b->going);
    pthread_mutex_destroy(&b->mutex);
}

void inbox_add(struct inbox *b, struct outcome *o)
{
    assert(o);
    pthread_mutex_lock(&b->mutex);
    size_t n = atomic_load_explicit(&b->count, memory_order_relaxed);
    if (n == b->coming_cap) {
        b->coming_cap = n ? 2 * n : INBOX_FIRST;
        b->coming = mem_realloc_array(b->coming, b->coming_cap, sizeof(struct outcome *));
    }
    b->coming[n] = o;
    atomic_store_explicit(&b->count, n + 1, memory_order_release);
    atomic_fetch_add_explicit(&b->added, 1, memory_order_relaxed);
    pthread_mutex_unlock(&b->mutex);
}

struct outcome *const *inbox_take(struct inbox *b, size_t *n)
{
    *n = 0;
    if (inbox_is_empty(b))
        return NULL;
    pthread_mutex_lock(&b->mutex);
    struct outcome **taken = b->coming;
    size_t cap = b->coming_cap;
    *n = atomic_load_explicit(&b->count, memory_order_relaxed);
    b->coming = b->going;
    b->coming_cap = b->going_cap;
    atomic_store_explicit(&b->count, 0, memory_order_relaxed);
    pthread_mutex_unlock(&b->mutex);
    b->going = taken;
    b->going_cap = cap;
    return taken;
}

void inbox_done(struct inbox *b, size_t n)
{
    atomic_fetch_add_explicit(&b->done, n, memory_order_release);
    assert(atomic_load_explicit(&b->done, memory_order_relaxed) <=
           atomic_load_explicit(&b->added, memory_order_relaxed));
}

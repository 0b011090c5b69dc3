// The outcomes that a loop has yet to deliver, in the order in which they were passed to it.
//
// Threads: inbox_add on any thread, one at a time (the router's); inbox_take on the loop's thread.
// A mutex is held for as long as a pointer is stored or two are exchanged.
#ifndef ENGINE_INBOX_H
#define ENGINE_INBOX_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outcome;

struct inbox {
    pthread_mutex_t mutex;
    struct outcome **coming; // what was added since the last inbox_take
    size_t coming_cap;
    struct outcome **going; // what inbox_take has returned
    size_t going_cap;
    _Atomic size_t count;         // of `coming`
    _Atomic uint64_t added, done; // since the start; done: counted by inbox_done
};

void inbox_init(struct inbox *b);
void inbox_fini(struct inbox *b); // outcomes that are still in it are not freed
void inbox_add(struct inbox *b, struct outcome *o);
// All that was added: *n outcomes in an array that is the inbox's until the next call.
struct outcome *const *inbox_take(struct inbox *b, size_t *n);
// `n` of the outcomes that were taken have been delivered, with all that follows from them.
void inbox_done(struct inbox *b, size_t n);

static inline bool inbox_is_empty(const struct inbox *b)
{
    return !atomic_load_explicit(&b->count, memory_order_acquire);
}

#endif

// All connections of a run and the one epoll set they are in.
// Threads: one.  Locks: none.
#ifndef BENCH_LOADGEN_POOL_H
#define BENCH_LOADGEN_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "loadgen_options.h"
#include "loadgen_player.h"
#include "loadgen_setup.h"

enum { LOADGEN_READ_SIZE = 64 * 1024 };

struct loadgen_pool;

// What the pool tells its owner; `context` is the owner's.
struct loadgen_pool_calls {
    void (*answered)(void *context, struct loadgen_player *p);
    void (*ready)(void *context, struct loadgen_player *p);
    void (*lost)(void *context, struct loadgen_player *p, bool while_setting_up);
    void *context;
};

struct loadgen_pool *loadgen_pool_new(const struct loadgen_options *o,
                                      const struct loadgen_pool_calls *calls);
void loadgen_pool_free(struct loadgen_pool *pool);

unsigned loadgen_pool_count(const struct loadgen_pool *pool);
// Players come first, in the order of their numbers; then deaf, flood, silent and drip.
struct loadgen_player *loadgen_pool_at(struct loadgen_pool *pool, unsigned index);
struct loadgen_tally *loadgen_pool_tally(struct loadgen_pool *pool);

// Connects one; it walks once logged in. A failure to connect is counted like a lost connection.
void loadgen_pool_start(struct loadgen_pool *pool, struct loadgen_player *p,
                        struct loadgen_walk walk);
// Players and other roles between connecting and their first own prompt.
unsigned loadgen_pool_logging_in(const struct loadgen_pool *pool);
// From now on losses are expected and not complained about.
void loadgen_pool_hush(struct loadgen_pool *pool);
// Closes a connection and tells the owner.
void loadgen_pool_lose(struct loadgen_pool *pool, struct loadgen_player *p);
// Stops or resumes reading what the server sends to this one.
void loadgen_pool_listen(struct loadgen_pool *pool, struct loadgen_player *p, bool on);
// Waits for at most `timeout_ns` and serves every connection that has something to read. Returns
// how many there were.
unsigned loadgen_pool_serve(struct loadgen_pool *pool, uint64_t timeout_ns);

#endif

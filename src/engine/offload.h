// Work that blocks (password hashes, files) on threads of its own, away from the loop and from the
// workers. At most as many at once as there are threads; the queue is bounded.
//
// Threads: offload_submit and offload_finish on the threads of loops; `work` runs on a thread of
// the pool, and `done` on the loop that has submitted the work.
#ifndef ENGINE_OFFLOAD_H
#define ENGINE_OFFLOAD_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>

struct offload;

// `wake` is called from the pool's threads when work has to be finished on that loop.
struct offload *offload_new(unsigned threads, size_t queue_max,
                            void (*wake)(void *arg, unsigned loop), void *arg);
// Waits for all that is queued, and finishes it; no other thread acts for a loop any more.
void offload_free(struct offload *o);

// Runs `work(arg)` off the loop, then `done(arg)` on the loop, in offload_finish. False when the
// queue is full; with `must` the work is always taken (a save must not be refused).
LOOP_ONLY bool offload_submit(struct offload *o, void (*work)(void *arg), void (*done)(void *arg),
                              void *arg, bool must);
LOOP_ONLY void offload_finish(struct offload *o);
// At the end, when no other thread acts for a loop: for all loops, until nothing is left to do.
LOOP_ONLY void offload_finish_all(struct offload *o);
size_t offload_pending(struct offload *o); // how much work was submitted and not finished
void offload_drain(struct offload *o);     // waits until all work is done; call offload_finish then

#endif

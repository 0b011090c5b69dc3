// Work that blocks (password hashes, files) on threads of its own, away from the loop and from the
// workers. At most as many at once as there are threads; the queue is bounded.
//
// Threads: offload_submit and offload_finish on the loop thread; `work` runs on a thread of the
// pool.
#ifndef ENGINE_OFFLOAD_H
#define ENGINE_OFFLOAD_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>

struct offload;

// `wake` is called from the pool's threads when work has to be finished.
struct offload *offload_new(unsigned threads, size_t queue_max, void (*wake)(void *), void *arg);
void offload_free(struct offload *o); // waits for all that is queued; call offload_finish after

// Runs `work(arg)` off the loop, then `done(arg)` on the loop, in offload_finish. False when the
// queue is full; with `must` the work is always taken (a save must not be refused).
LOOP_ONLY bool offload_submit(struct offload *o, void (*work)(void *arg), void (*done)(void *arg),
                              void *arg, bool must);
LOOP_ONLY void offload_finish(struct offload *o);
size_t offload_pending(struct offload *o); // how much work was submitted and not finished
void offload_drain(struct offload *o);     // waits until all work is done; call offload_finish then

#endif

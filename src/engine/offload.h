// Work that blocks (password hashes, files) on threads of its own, away from the loop and from the
// workers. At most as many at once as there are threads; the queue is bounded.
//
// Threads: offload_submit and offload_finish on the loop thread; `work` runs on one of ours.
#ifndef ENGINE_OFFLOAD_H
#define ENGINE_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>

struct offload;

// `wake` is called from our threads when there is something to finish.
struct offload *offload_new(unsigned threads, size_t queue_max, void (*wake)(void *), void *arg);
void offload_free(struct offload *o); // waits for all that is queued; call offload_finish after

// `work(arg)` off the loop, then `done(arg)` on the loop from offload_finish. False when the queue
// is full; `must` is for what may not be refused (a save): it is always taken.
bool offload_submit(struct offload *o, void (*work)(void *arg), void (*done)(void *arg), void *arg,
                    bool must);
void offload_finish(struct offload *o);
size_t offload_pending(struct offload *o); // submitted and not finished
void offload_drain(struct offload *o);     // waits until all work is done; then finish it

#endif

// Snapshots of a running world: the workers are paused for an instant, the process forks, and the
// child writes the world while the parent goes on. See docs/journal.md.
//
// Threads: loop thread, unless said otherwise. Locks: none.
#ifndef ENGINE_REPLAY_CHECKPOINT_H
#define ENGINE_REPLAY_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct checkpoint;
struct dispatch;
struct error;
struct journal;
struct replay;
struct snapshot_head;

// Writes everything that a start needs as bytes into `out`, and fills in the header. To be called
// while no task runs.
void checkpoint_compose(struct dispatch *d, struct snapshot_head *head, struct buf *out);
enum checkpoint_outcome {
    // The snapshot did not match its digest and was renamed. The world is unusable now; in a new
    // world the snapshot before it will be used.
    CHECKPOINT_AGAIN = 1,
};

// Loads the newest usable snapshot of the epoch that is not later than `to` (0: any); `from` is the
// event that it was taken after, 0 when there is none to use and none is needed. 0,
// CHECKPOINT_AGAIN, or negative and `why` when the epoch needs one and has none. `full`: loads the
// one that the epoch begins with, if any. Pending requests go to r.
int checkpoint_restore(struct dispatch *d, struct journal *j, struct replay *r, uint64_t to,
                       bool full, uint64_t *from, struct error *why);
// Writes a snapshot on this thread, while no task runs, into the folder of an epoch: 0, or a
// negative errno.
int checkpoint_write(struct dispatch *d, struct journal *j, const char *epoch, uint64_t number);

// Begins a snapshot. NULL when that cannot be done, which is logged.
struct checkpoint *checkpoint_begin(struct dispatch *d, struct journal *j);
// Lets the child finish: all earlier outcomes are durable, and the players who left are saved.
void checkpoint_allow(struct checkpoint *c);
uint64_t checkpoint_number(const struct checkpoint *c); // the last event in it
uint64_t checkpoint_seq(const struct checkpoint *c);    // the last outcome before it
bool checkpoint_over(const struct checkpoint *c);
// Waits for the child, or with `stop` kills it; logs the result; frees c. True when the snapshot is
// written and has its name.
bool checkpoint_end(struct checkpoint *c, bool stop);

#endif

// Snapshots of a running world: the workers are paused for an instant, the process forks, and the
// child writes down what it finds while everything goes on. See docs/journal.md.
//
// Threads: loop thread, but where said otherwise. Locks: none.
#ifndef ENGINE_REPLAY_CHECKPOINT_H
#define ENGINE_REPLAY_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct checkpoint;
struct dispatch;
struct journal;
struct replay;
struct snapshot_head;

// Everything that a start needs, as bytes; in the head what is to be known of it before. Nothing runs.
void checkpoint_compose(struct dispatch *d, struct snapshot_head *head, struct buf *out);
enum checkpoint_outcome {
    CHECKPOINT_RESTORED = 1, // also when there was none to be used
    // It gave another world than it was made of, and has been put aside. What was built is of no use
    // any more: in a new world the one before it will be used.
    CHECKPOINT_AGAIN = 2,
};

// The newest snapshot of the epoch that can be used and is not later than `to` (0: any) becomes true;
// in `from` the event that it comes after, 0 for none. -1 and why when the epoch cannot do without.
// `full`: the one that the epoch begins with, if any. What was to happen later goes to r.
int checkpoint_restore(struct dispatch *d, struct journal *j, struct replay *r, uint64_t to,
                       bool full, uint64_t *from, char *why, size_t size);
// Writes one here and now, as nothing runs, into the folder of an epoch: 0, or a negative errno.
int checkpoint_write(struct dispatch *d, struct journal *j, const char *epoch, uint64_t number);

// Begins one. NULL, and it is said in the log, when that cannot be done.
struct checkpoint *checkpoint_begin(struct dispatch *d, struct journal *j);
// All that had come out before is durable and has been written down by those who had to.
void checkpoint_allow(struct checkpoint *c);
uint64_t checkpoint_number(const struct checkpoint *c); // the last event in it
uint64_t checkpoint_place(const struct checkpoint *c);  // the last outcome before it
bool checkpoint_over(const struct checkpoint *c);
// Waits for it, or with `stop` ends it unfinished; says in the log what came of it; frees it. True when
// it has been written and has its name.
bool checkpoint_end(struct checkpoint *c, bool stop);

#endif

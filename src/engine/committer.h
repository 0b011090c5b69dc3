// Between the workers, which make records, and the journal: puts records in order of their event
// numbers, and has a thread of its own, the committer, write all that have gathered at once.
// Workers add records themselves, so writing begins while the loop is still busy with earlier
// outcomes. See docs/journal.md.
//
// Threads: any, with no world lock; committer_start and committer_stop that of main, with no worker
// running. Failure: a write that is refused is tried again every second; a sync that fails ends the
// process at once with status 74, as nothing may be shown that is not on the disk.
#ifndef ENGINE_COMMITTER_H
#define ENGINE_COMMITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;
struct committer;

struct committer_config {
    int64_t interval; // ms between syncs; 0: every batch is synced before it counts as durable
    uint64_t reserve; // bytes: with less room than this changes are refused
    // counter that grows with each batch that was refused first and written later; may be NULL
    _Atomic uint64_t *resumed;
    void (*wake)(void *arg); // called on any thread when more is durable or the state has changed
    void *arg;
};

// The journal is the committer's until committer_stop.
struct committer *committer_start(struct journal *j, const struct committer_config *config);
void committer_stop(struct committer *l); // writes everything added so far; accepts NULL

// Copies the record of event `number`. It may come before those of smaller numbers.
void committer_add(struct committer *l, uint64_t number, const char *record, size_t size);
void committer_flush(struct committer *l); // wakes the committer for what this thread has added
// replies that depend on events up to this one may be sent
uint64_t committer_durable(const struct committer *l);
// The number of an event: it and all before it are synced to the disk.
uint64_t committer_kept(const struct committer *l);
// waits until it is durable; at start and end only
void committer_wait(struct committer *l, uint64_t number);
// Does the disk refuse a write, or has it nearly no room?
bool committer_disk_full(const struct committer *l);
// neither the log nor the table can be written: pending replies wait
bool committer_stalled(const struct committer *l);

struct committer_stats {
    uint64_t events, batches, bytes;
};
void committer_stats(const struct committer *l, struct committer_stats *out);

#endif

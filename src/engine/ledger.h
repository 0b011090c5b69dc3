// Between who makes records and the journal: puts them in order of numbers, and has a thread of its own,
// the committer, write whatever has gathered at once. Workers hand records over themselves: they are on their
// way to the disk while the loop is still busy with what went before. See docs/journal.md.
//
// Threads: any, with no world lock; ledger_start and ledger_stop that of main, with no worker running.
// Failure: a write that is refused is tried again every second; a sync that fails ends the process at
// once with status 74, as nothing may be shown that is not on the disk.
#ifndef ENGINE_LEDGER_H
#define ENGINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;
struct ledger;

struct ledger_config {
    int64_t interval; // ms between syncs; 0: every batch is synced before it counts as durable
    uint64_t reserve; // bytes: with less room than this changes are refused
    _Atomic uint64_t *resumed; // batches that were refused first and written later are added; may be NULL
    void (*wake)(void *arg); // more has become durable, or the state has changed; any thread
    void *arg;
};

// The journal is the committer's until ledger_stop.
struct ledger *ledger_start(struct journal *j, const struct ledger_config *config);
void ledger_stop(struct ledger *l); // writes what there is; accepts NULL

// The record of event `number`; taken over. It may come before those of smaller numbers.
void ledger_add(struct ledger *l, uint64_t number, char *record, size_t size);
void ledger_flush(struct ledger *l); // wakes the committer for what this thread has added
uint64_t ledger_durable(const struct ledger *l); // every event up to this one may be shown
uint64_t ledger_kept(const struct ledger *l);    // every event up to this one is on the disk
void ledger_wait(struct ledger *l, uint64_t number); // until it is durable; at start and end only
bool ledger_full(const struct ledger *l); // the disk refuses a write, or has nearly no room
bool ledger_stuck(const struct ledger *l); // what is under way cannot be written, nor be shown

struct ledger_stats {
    uint64_t events, batches, bytes;
};
void ledger_stats(const struct ledger *l, struct ledger_stats *out);

#endif

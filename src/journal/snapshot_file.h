// Snapshots as files of an epoch: a header that says which world after which event, the bytes of
// the world, a checksum. Written under another name, synced, renamed. Two are kept, and the one
// that the epoch begins with.
// Format: docs/journal.md.
//
// Threads: any; one writer of an epoch's snapshots at a time.
#ifndef JOURNAL_SNAPSHOT_FILE_H
#define JOURNAL_SNAPSHOT_FILE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;

enum { SNAPSHOTS_MAX = 64, SNAPSHOT_HEAD = 48 };

#define SNAPSHOT_NAME "snapshot-%012" PRIu64

struct snapshot_head {
    uint64_t number;  // the last event in it
    uint64_t world;   // digest of the zone files
    uint64_t digest;  // digest of the world after it
    uint64_t players; // number of players in it
};

// Lists the numbers of the existing snapshots, the newest first, at most `most`.
size_t snapshot_file_list(const char *epoch, uint64_t *numbers, size_t most);
bool snapshot_file_is_there(const char *epoch, uint64_t number);
// True: `all` is the whole file, with the body from SNAPSHOT_HEAD to `end`; else `why` says what is
// wrong with it.
bool snapshot_file_read(const char *epoch, uint64_t number, struct snapshot_head *head,
                        struct buf *all, size_t *end, struct error *why);
// Writes it under another name and syncs it: 0, or a negative errno.
int snapshot_file_prepare(const char *epoch, const struct snapshot_head *head,
                          const struct buf *body);
// Renames it to its final name.
int snapshot_file_finish(const char *epoch, uint64_t number);
// Removes all but the newest two and the one of event `parent`, which the epoch may begin with.
void snapshot_file_prune(const char *epoch, uint64_t parent);
// Removes snapshots of events after `last`, as other events will get these numbers.
void snapshot_file_drop_later(const char *epoch, uint64_t last);
void snapshot_file_remove(const char *epoch, uint64_t number);
// Renames it to snapshot-N.wrong, which is kept for diagnosis and never read: 0, or a negative
// errno.
int snapshot_file_quarantine(const char *epoch, uint64_t number);
// Copies it into another epoch, synced. 0, or a negative errno.
int snapshot_file_copy(const char *from, const char *to, uint64_t number);
// Removes incomplete files. To be called while no snapshot is being written.
void snapshot_file_sweep(const char *epoch);

#endif

// Snapshots as files of an epoch: a head that says which world after which event, the world's bytes,
// a checksum. Written beside, synced, renamed; two are kept, and the one that its epoch begins with.
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

enum { SNAPSHOTS_MAX = 64, SNAPSHOT_HEAD = 48 };

#define SNAPSHOT_NAME "snapshot-%012" PRIu64

struct snapshot_head {
    uint64_t number; // the last event in it
    uint64_t world;  // digest of the zone files
    uint64_t digest; // of the world then
    uint64_t players; // who were in it
};

// The numbers of those that are there, the newest first; of more than `most` the newest.
size_t snapshot_file_list(const char *epoch, uint64_t *numbers, size_t most);
bool snapshot_file_is_there(const char *epoch, uint64_t number);
// True, and `all` is the whole file with the body from SNAPSHOT_HEAD to `end`; else why says what is
// wrong with it.
bool snapshot_file_read(const char *epoch, uint64_t number, struct snapshot_head *head,
                        struct buf *all, size_t *end, char *why, size_t size);
// Writes it under another name and syncs it: 0, or a negative errno.
int snapshot_file_prepare(const char *epoch, const struct snapshot_head *head,
                          const struct buf *body);
// Gives it its name.
int snapshot_file_finish(const char *epoch, uint64_t number);
// Removes all but the newest two, and that of `parent`, which the epoch may begin with.
void snapshot_file_prune(const char *epoch, uint64_t parent);
// Removes those of events after `last`, as other events will have their numbers.
void snapshot_file_drop_later(const char *epoch, uint64_t last);
void snapshot_file_remove(const char *epoch, uint64_t number);
// Kept for whoever wants to know why, under a name that nobody reads: 0, or a negative errno.
int snapshot_file_put_aside(const char *epoch, uint64_t number);
// The same file in another epoch, synced, or negative.
int snapshot_file_copy(const char *from, const char *to, uint64_t number);
// Removes what was prepared and never finished. Nobody is preparing.
void snapshot_file_sweep(const char *epoch);

#endif

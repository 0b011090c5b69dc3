// The journal on disk: epochs as folders, each an LMDB environment with events by number. See
// docs/journal.md.
//
// Threads: one writer (the committer); readers with cursors of their own, any thread, one a cursor.
// Errors: negative is an errno and fatal, 0 is done, positive an outcome that the caller handles;
// the reason of what is fatal, JOURNAL_NO_SPACE or JOURNAL_BAD is in journal_why.
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include "journal/manifest.h"
#include "journal/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// 1: without base and settings. 2: without a write-ahead log. Both can be read, and
// continued as they are.
enum { JOURNAL_FORMAT = 3, JOURNAL_FORMAT_WAL = 3 };

// The file with the zone files that an epoch has kept, in its folder; serve/world_files knows its
// format.
#define JOURNAL_WORLD_FILES "world-files"

struct error;
struct journal;
struct journal_cursor;

enum journal_outcome {
    JOURNAL_NO_SPACE = 1, // a write was refused, nothing of the batch was kept; try again later
    JOURNAL_END,          // there are no more events
    JOURNAL_BAD, // damaged, or written by another epoch or program; journal_why has the reason
};

struct journal_config {
    const char *folder; // DATA/journal
    bool read_only;
    uint64_t world; // digest of the zone files
    // for epochs that are made: settings that outcomes depend on
    uint64_t settings[MANIFEST_SETTINGS];
    size_t map; // size of the map at first, in bytes; 0: 64 MiB
    bool sync;  // each batch is on the disk when journal_write returns,
    bool wal; // use a write-ahead log where the epoch has one; then journal_settle is to be called
    uint64_t epoch; // with read_only: this one; UINT64_MAX: the newest
};

// Opens the newest valid epoch or makes the first. Folders without a manifest were left by a crash
// while an epoch was made: they are renamed, and logged. NULL: `why` says what is wrong; if
// file_error_is_outside knows its code, the system refused and nothing is damaged.
struct journal *journal_open(const struct journal_config *config, struct error *why);
void journal_close(struct journal *j);

uint64_t journal_first(const struct journal *j); // of this epoch; last + 1 when it is empty
uint64_t journal_last(const struct journal *j);  // 0: there was never an event
uint64_t journal_epoch(const struct journal *j); // its number: the last event before it
uint64_t journal_world(const struct journal *j); // digest of its zone files
// the settings of the epoch; all 0: unknown
const uint64_t *journal_settings(const struct journal *j);
const char *journal_path(const struct journal *j); // the folder of this epoch
// Does it begin with a snapshot of event journal_epoch(j)? Else with the world as it is built.
bool journal_based(const struct journal *j);
// it does, and the snapshot was carried over from other zone files
bool journal_carried(const struct journal *j);
bool journal_reads_only(const struct journal *j);     // it was opened with read_only
const char *journal_program(const struct journal *j); // the version that wrote it
const char *journal_why(const struct journal *j);

// One batch, one transaction. Numbers must continue the last one. `bytes` holds the records one
// after the other, `lengths` how long each is. 0 or JOURNAL_NO_SPACE; negative: fatal.
int journal_write(struct journal *j, uint64_t first, const char *bytes, const size_t *lengths,
                  size_t count);
// Why batches bypass the write-ahead log, which is slower: a write to it fails, or did a moment
// ago. NULL: they do not. For the writer.
const char *journal_wal_bypassed(const struct journal *j);
// With a write-ahead log, batches come into the table later. Moves what has been written into the
// table; a cursor of the same process sees it once it is committed: with `all`, or when the log is
// nearly full. Outcomes as above; if a write was refused, everything is still in the log. LMDB
// wants one thread to do all the writing until it has called this with `all` for the last time.
int journal_settle(struct journal *j, bool all);
// Checks whether the files still have their names; if not, what is written is lost. NULL when they
// have, also when a file was removed from its folder and is made again here; else the reason.
// Cheap; for the writer.
const char *journal_nameless(struct journal *j);
// Bytes that the disk, or a limit on the size of files, has left for the journal, besides a reserve
// for events that are under way. For the writer.
uint64_t journal_space(struct journal *j);
// for configurations without sync; also does journal_settle with all
int journal_sync(struct journal *j);
// Begins a new epoch after the last event. The old one is closed and kept. `based`: the new one
// begins with the old one's snapshot of that event, which must exist, and with the zone files that
// the old one has kept; else with a new world. An epoch without events becomes the new one, and
// continues from its own snapshot if it has one and `based` is set. A snapshot that is copied
// unchanged counts as written by its own program, and so does the epoch that begins with it.
int journal_roll(struct journal *j, uint64_t world, bool based);
// The same with a snapshot of the last event that this program has written.
int journal_roll_own(struct journal *j, uint64_t world);
// The same with the snapshot and the zone files in `folder`: the world after the last event,
// carried over to the zone files with digest `world`.
int journal_roll_carried(struct journal *j, uint64_t world, const char *folder);
// The numbers of the epochs in a folder, ascending; valid or not.
size_t journal_epochs(const char *folder, uint64_t *list, size_t most);

// Reading from `number` on. The record points into the map and stays until the next call.
struct journal_cursor *journal_cursor_open(struct journal *j, uint64_t number);
// 0: there is one. JOURNAL_END, JOURNAL_BAD, or negative.
int journal_cursor_next(struct journal_cursor *c, struct record *r, uint32_t *locks);
void journal_cursor_close(struct journal_cursor *c);

#endif

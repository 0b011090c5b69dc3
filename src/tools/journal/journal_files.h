// The files in an epoch's folder besides its table: snapshots, and the zone files that it has kept.
// Threads: the one of main.
#ifndef TOOLS_JOURNAL_JOURNAL_FILES_H
#define TOOLS_JOURNAL_JOURNAL_FILES_H

#include "journal/manifest.h"
#include "util/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_snapshot {
    uint64_t number, bytes, players;
    bool is_base;     // the epoch begins with it
    struct error why; // what is wrong with it, if anything
};

bool journal_files_usable(const struct journal_snapshot *s); // nothing is wrong with it

// Lists the snapshots, the newest first, and the one that the epoch begins with even when it is
// missing. `last`: the last event that can be read. `list` has room for SNAPSHOTS_MAX + 1.
size_t journal_files_snapshots(const char *epoch, const struct manifest *m, uint64_t last,
                               struct journal_snapshot *list);

enum journal_files_kept {
    JOURNAL_FILES_KEPT = 1,
    JOURNAL_FILES_NONE = 2,
    JOURNAL_FILES_BAD = 3, // `why` has the reason
};

enum journal_files_kept journal_files_kept(const char *epoch, const struct manifest *m,
                                           struct error *why);

// Rebuilds a lost manifest as far as these files show its contents: the world, and whether the
// epoch begins with a snapshot. The settings stay unknown.
void journal_files_guess(const char *epoch, uint64_t parent, struct manifest *m);

// Calls `fault` for each fault of these files.
void journal_files_check(const char *epoch, const struct manifest *m, uint64_t last,
                         void (*fault)(void *arg, const char *why), void *arg);

// Copies the usable files into another folder, which exists: the base, the kept zone files and the
// newest snapshots up to event `last`. 0, or a negative errno.
int journal_files_copy(const char *from, const char *to, const struct manifest *m, uint64_t last);

#endif

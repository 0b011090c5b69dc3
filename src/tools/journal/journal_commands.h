// The commands of `latchkey journal`: their options, and what they share in reading epochs.
// Threads: the one of main.
#ifndef TOOLS_JOURNAL_JOURNAL_COMMANDS_H
#define TOOLS_JOURNAL_JOURNAL_COMMANDS_H

#include "journal/manifest.h"
#include "journal/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct journal_options {
    const char *data;
    char *folder;         // DATA/journal
    const char *argument; // TEXT, FILE, DIR or NAME
    const char *player;
    uint64_t from, to, epoch, keep, at;
    int64_t since, until;  // ms; `until` is exclusive
    enum record_kind kind; // 0: any
    bool has_epoch, has_at, json, repair, restore, anew;
};

// Each returns the exit status; errors have been printed to standard error.
int journal_info(const struct journal_options *o);
int journal_show(const struct journal_options *o);
int journal_grep(const struct journal_options *o);
int journal_thing(const struct journal_options *o);
int journal_export(const struct journal_options *o);
int journal_import(const struct journal_options *o);
int journal_begin_epoch(const struct journal_options *o); // roll
int journal_chop(const struct journal_options *o);
int journal_pack_newest(const struct journal_options *o);
int journal_backup_all(const struct journal_options *o);
int journal_fsck(const struct journal_options *o);
int journal_character(const struct journal_options *o);

// Lists all epochs, ascending; the caller frees the list. Without any: NULL, and a message is
// printed.
uint64_t *journal_list(const struct journal_options *o, size_t *count);
char *journal_epoch_path(const struct journal_options *o, uint64_t epoch);
// Takes the lock of the data folder. -1 when a server runs; a message is printed.
int journal_lock(const struct journal_options *o);

// What the reader of an epoch is called with. Events that are passed on have valid checksums.
struct journal_scan {
    const struct journal_options *options;
    uint64_t epoch;
    bool (*event)(void *arg, const struct record *r); // returns false to stop
    // NULL: faults are printed to standard error
    void (*fault)(void *arg, uint64_t number, const char *why);
    void *arg;
    bool pages; // also check whether all pages are in order, those too that no event needs
    bool files; // also check the snapshots and the kept zone files
    // Results. A fault with number 0 concerns the whole epoch.
    struct manifest manifest;
    bool has_manifest, unfinished, stopped;
    // the system does not let the epoch be read, so nothing is known of it; a message was printed
    bool refused;
    uint64_t events, faults, first_fault, last; // last: of the events read, or the parent
    char doubt[200];                            // a remark on what may be a fault, or ""
};

void journal_scan(struct journal_scan *s, uint64_t from);
// Why the event cannot be replayed at its position; NULL: it can. `m` is its epoch's manifest.
const char *journal_judge(const struct manifest *m, uint64_t number, const struct record *r);
// The newest epoch that was finished; its index in the list, -1: none.
int64_t journal_newest(const struct journal_options *o, const uint64_t *list, size_t count);

#endif

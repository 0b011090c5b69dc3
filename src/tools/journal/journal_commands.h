// The commands of `latchkey journal`: what each is given, and what they share in reading epochs.
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
    int64_t since, until;  // ms, the second one exclusive
    enum record_kind kind; // 0: any
    bool has_epoch, has_at, json, repair, restore, anew;
};

// Each returns the exit status; what went wrong has been told on standard error.
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

// All epochs, ascending; the caller frees the list. Without any: NULL, told.
uint64_t *journal_list(const struct journal_options *o, size_t *count);
char *journal_epoch_path(const struct journal_options *o, uint64_t epoch);
// The lock of the data folder, or -1, told: a server runs.
int journal_lock(const struct journal_options *o);

// What is told while an epoch is read. Events that are read are whole by their checksum.
struct journal_scan {
    const struct journal_options *options;
    uint64_t epoch;
    bool (*event)(void *arg, const struct record *r);           // false: enough
    void (*fault)(void *arg, uint64_t number, const char *why); // NULL: told on standard error
    void *arg;
    bool pages; // also whether all pages are in order, those too that no event needs
    bool files; // also the snapshots and the zone files that were kept
    // Results. A fault with number 0 is one of the whole epoch.
    struct manifest manifest;
    bool has_manifest, unfinished, stopped;
    bool refused; // told: the system does not let it be read, so nothing is known of it
    uint64_t events, faults, first_fault, last; // last: of those read, or the parent
    char doubt[200]; // what is no fault for certain, or nothing
};

void journal_scan(struct journal_scan *s, uint64_t from);
// Why the event cannot be replayed where it stands; NULL: it can. `m` is that of its epoch.
const char *journal_judge(const struct manifest *m, uint64_t number, const struct record *r);
// From the newest backwards, the first that was finished; its place in the list, -1: none.
int64_t journal_newest(const struct journal_options *o, const uint64_t *list, size_t count);

#endif

// Epochs made from events that are there already: what repair and import write. They are made in a
// folder of their own and moved to their place when they are whole.
// Threads: the one of main.
#ifndef SERVE_JOURNAL_WRITER_H
#define SERVE_JOURNAL_WRITER_H

#include "journal/manifest.h"
#include "journal/record.h"

#include <stdbool.h>

struct journal_writer;

// Makes an epoch with that manifest in `folder`, which holds none that is newer. NULL: failed, and
// reported.
struct journal_writer *journal_writer_new(const char *folder, const struct manifest *m);
bool journal_writer_add(struct journal_writer *w,
                        const struct record *r); // false: failed, and reported at the end
// Writes what is left and syncs. 0, or the exit status.
int journal_writer_end(struct journal_writer *w);

// Removes a folder of epochs that were made so.
void journal_writer_discard(const char *folder);
// The files of an epoch and its folder; the manifest first, as without it it is no epoch. 0, or a
// negative errno.
int journal_writer_remove(const char *epoch);

#endif

// Ending an epoch whose zone files are no longer the present ones.
// Threads: main's, before anything runs.
#ifndef SERVE_CLOSE_EPOCH_H
#define SERVE_CLOSE_EPOCH_H

#include <stddef.h>

struct begin;
struct journal;

enum close_epoch {
    CLOSE_EPOCH_CLOSED = 1, // nobody was in its world any more
    CLOSE_EPOCH_SAVED = 2,  // those who were have left it, and are written down as they were
    CLOSE_EPOCH_FAILED = 3, // why says what is in the way
};

// The journal is open for writing. Its world is made again from the zone files that the epoch has
// kept, and everybody in it leaves: these are its last events.
enum close_epoch close_epoch(struct journal *j, const struct begin *b, const char *reason,
                             char *why, size_t size);

#endif

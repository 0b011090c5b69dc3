// Ending an epoch whose zone files are no longer the present ones.
// Threads: main's, before anything runs.
#ifndef SERVE_CLOSE_EPOCH_H
#define SERVE_CLOSE_EPOCH_H

struct recovery;
struct error;
struct journal;

enum close_epoch_outcome {
    CLOSE_EPOCH_EMPTY = 1, // nobody was in its world any more: nothing was written
};

// The journal is open for writing. Its world is made again from the zone files that the epoch has
// kept, and everybody in it leaves: these are its last events. 0: they
// are saved as they were. CLOSE_EPOCH_EMPTY, or negative, and why says what is in the way.
int close_epoch(struct journal *j, const struct recovery *b, const char *reason, struct error *why);

#endif

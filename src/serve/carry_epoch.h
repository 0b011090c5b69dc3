// The world of an epoch goes on with other zone files.
// Threads: main's, before anything runs.
#ifndef SERVE_CARRY_EPOCH_H
#define SERVE_CARRY_EPOCH_H

#include <stdint.h>

struct recovery;
struct error;
struct journal;

// The journal is open for writing, nobody is in its world, and its last event has a snapshot.
// Afterwards its newest epoch is one of the present zone files, with digest `world`, that begins
// with the old world carried over. What is no more, and what had to move, is logged. 0, an outcome,
// or negative when the new epoch cannot be written; what is not 0 has changed nothing, and `why`
// has the reason.
enum carry_epoch_outcome {
    CARRY_EPOCH_IMPOSSIBLE =
        1, // one of the worlds cannot be loaded, or the old one not be carried over
};
int carry_epoch(const struct recovery *b, struct journal *j, uint64_t world, struct error *why);

#endif

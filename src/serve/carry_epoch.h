// The world of an epoch goes on with other zone files.
// Threads: main's, before anything runs.
#ifndef SERVE_CARRY_EPOCH_H
#define SERVE_CARRY_EPOCH_H

#include <stdint.h>

struct recovery;
struct journal;

// The journal is open for writing, nobody is in its world, and its last event has a snapshot.
// Afterwards its newest epoch is one of the present zone files, with digest `world`, that begins
// with the old world carried over. What is no more, and what had to move, is logged. 0, or an exit
// status (told): nothing was changed.
int carry_epoch(const struct recovery *b, struct journal *j, uint64_t world);

#endif

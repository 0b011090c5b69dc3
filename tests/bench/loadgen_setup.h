// Takes a player from the first byte of its connection to its place in the world: login, menu,
// prompt, the walk away from the start room, and a step out and back that is known to work.
// Threads: the generator's only thread.  Locks: none.
#ifndef BENCH_LOADGEN_SETUP_H
#define BENCH_LOADGEN_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen_player.h"

struct loadgen_setup;

// How far to walk before settling: so many steps to the east, then so many to the south, then so
// many anywhere.
struct loadgen_walk {
    unsigned east, south, any;
};

// To the place of the n-th player, so that every location has one before any has two.
struct loadgen_walk loadgen_setup_grid(unsigned n, unsigned width, unsigned height);

struct loadgen_setup *loadgen_setup_new(struct loadgen_walk walk);
// The player goes to this place first; borrowed.
void loadgen_setup_go(struct loadgen_setup *s, const char *place);
void loadgen_setup_free(struct loadgen_setup *s);

// True while the player has not yet come as far as a prompt of its own.
bool loadgen_setup_logging_in(const struct loadgen_setup *s);
// Where the set-up stands and the end of the text received there, for complaints.
const char *loadgen_setup_stage(const struct loadgen_setup *s);
const char *loadgen_setup_text(const struct loadgen_setup *s, size_t *length);

// Takes received bytes (LOADGEN_CARRY bytes before them are writable scratch space) and answers the
// server as needed. LOADGEN_READY: the player plays, its set-up is freed. LOADGEN_GONE: the server
// would not have it.
enum loadgen_outcome loadgen_setup_input(struct loadgen_player *p, uint8_t *bytes, size_t length,
                                         struct loadgen_tally *tally);

#endif

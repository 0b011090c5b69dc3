// How many loops the run of a seed has, and whether these run commands too: `--loops 1,2,4` and
// `--guests`. Threads: main's.
#ifndef TOOLS_EXPLORE_LOOP_TURNS_H
#define TOOLS_EXPLORE_LOOP_TURNS_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct explore_config;

enum { LOOP_TURNS_MAX = 8 };

struct loop_turns {
    unsigned count, loops[LOOP_TURNS_MAX]; // 0 numbers: every seed has one loop
    bool guests;
};

// The numbers in a text like 1,2,4. False: `why` says what was expected.
bool loop_turns_parse(struct loop_turns *t, const char *text, struct buf *why);
unsigned loop_turns_most(const struct loop_turns *t);
// Seeds take the numbers by turns, so that each number meets each strategy; with `guests` the loops
// of every second round of turns run commands.
void loop_turns_choose(const struct loop_turns *t, struct explore_config *config);
// " --loops 1,2 --guests" as far as that was asked for: what to add to a command that repeats it.
void loop_turns_tell(const struct loop_turns *t, struct buf *out);

#endif

// The operator's commands about locks, from the console's socket and from @locks in the world.
// Takes no world lock, so it answers while all workers are stuck.
//
// Threads: any; one command runs at a time.
#ifndef CONSOLE_LOCKS_COMMAND_H
#define CONSOLE_LOCKS_COMMAND_H

#include <stdbool.h>

struct buf;

// Runs what follows "@locks": "", "top", "wait", "hold", "thing N", "task N", "limbo", "graph",
// "viol [CODE]", "level [LEVEL]", "dump", "help". Text is added to `out`; false when it was not
// understood (the possible commands are added then).
bool locks_command(const char *line, struct buf *out);

#endif

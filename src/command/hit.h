// The blows of a fight as earlier programs asked for them, by a line that names whom they are for by
// reference, and as their snapshots hold them: what
// keeps such lines longer than a run of the program must give them that thing's new reference.
// Threads: any.
#ifndef COMMAND_HIT_H
#define COMMAND_HIT_H

#include "world/thing.h"

#include <stdbool.h>

struct buf;

void hit_write_blow(struct buf *line, struct tref at);
bool hit_read_blow(const char *line, struct tref *at); // false: it is another command

#endif

// The blows of a fight, which are asked for by a line and name whom they are for by reference: what
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

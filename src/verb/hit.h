// The blows of a fight as earlier programs asked for them: a line that names by reference the one
// who is to be struck. Snapshots of such programs may hold it; in another run, or a world that was
// carried over, things have other references, and the line must get the new one.
// Threads: any.
#ifndef VERB_HIT_H
#define VERB_HIT_H

#include "world/thing.h"

#include <stdbool.h>

struct buf;

void hit_write_blow(struct buf *line, struct tref at);
bool hit_read_blow(const char *line, struct tref *at); // false: it is another command

#endif

// The command $strike: a blow of a fight as earlier programs asked for it. Its line names the
// target by reference, and snapshots of such programs may hold it. In another run, or in a world
// that was carried over, things have other references, so the line must be rewritten with the new
// one. Threads: any.
#ifndef VERB_STRIKE_H
#define VERB_STRIKE_H

#include "world/thing.h"

#include <stdbool.h>

struct buf;

void strike_write(struct buf *line, struct tref at);
bool strike_read(const char *line, struct tref *at); // false: the line is another command

#endif

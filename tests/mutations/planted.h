// What the line that is wrong may call in a planted bug, so that a run which never came there is
// not counted as one that missed it. scripts/lock-score compiles every file with this one included
// first and links planted.c; it is no part of what ships.
#ifndef PLANTED_H
#define PLANTED_H

void planted_ran(void);

#endif

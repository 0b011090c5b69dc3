// Building a world is a task like any other: what it makes is in limbo under a token of its own
// until it is published. For the one thread that builds, before any worker runs.
#ifndef WORLD_BUILDING_H
#define WORLD_BUILDING_H

void building_run(void (*work)(void *arg), void *arg);

#endif

// Building a world is a task like any other: the things that it makes are in limbo under its token
// until they are published. For the one thread that builds, before any worker runs.
#ifndef WORLD_BUILDING_H
#define WORLD_BUILDING_H

void building_run(void (*work)(void *arg), void *arg);

#endif

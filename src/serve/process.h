// Brings what a process inherits from its parent into the state that the server relies on:
// descriptors, signals, limits, rights. A shell, a supervisor or a container may leave any of them
// otherwise. Threads: the first, before there are others.
#ifndef SERVE_PROCESS_H
#define SERVE_PROCESS_H

#include <stdbool.h>

// For every subcommand, first of all: descriptors 0 to 2 are open, no signal is blocked, children
// can be waited for, and a write beyond a limit on file sizes is an error like any other.
void process_begin(void);

// For a server: as many descriptors as allowed, stacks of a known size, files that nobody else can
// write, no death by a signal that has no meaning here, and no memory (passwords are in it) for
// core dumps and debuggers unless `dumps`. 0, or an exit status when a limit is too low, which is
// said.
int process_serve(bool dumps);

#endif

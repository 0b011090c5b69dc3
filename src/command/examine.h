// Looking closely; for LOOK too.
#ifndef COMMAND_EXAMINE_H
#define COMMAND_EXAMINE_H

#include "command/command.h"

#include <stddef.h>

struct context;

// words[first…] is "THING", "in CONTAINER" or "THING in CONTAINER".
enum command_result examine_phrase(struct context *c, size_t first);

#endif

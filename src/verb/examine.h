// EXAMINE, which LOOK AT uses too.
// Locks: the actor's location.
#ifndef VERB_EXAMINE_H
#define VERB_EXAMINE_H

#include "command/command.h"
#include "command/match.h"

#include <stddef.h>

struct context;

enum {
    EXAMINE_SCOPE = MATCH_SELF | MATCH_CARRIED | MATCH_HERE | MATCH_PLAYERS | MATCH_NARRATIVE |
                    MATCH_NAMES | MATCH_OPEN,
};

// Examines what words[first…] name: "THING", "in CONTAINER" or "THING in CONTAINER".
enum command_result examine_phrase(struct context *c, size_t first);

#endif

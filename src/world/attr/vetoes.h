// Commands that a thing refuses, each with its message.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_ATTR_VETOES_H
#define WORLD_ATTR_VETOES_H

#include "util/site.h"

struct thing;

// The message of the veto, or NULL when there is none: vetoes_for for the player `by`, vetoes_get
// for everybody (vetoes without a condition only).
const char *vetoes_for_at(struct thing *t, const char *command, struct thing *by,
                          const struct site *at);
const char *vetoes_get_at(struct thing *t, const char *command, const struct site *at);
#define vetoes_for(t, command, by) vetoes_for_at((t), (command), (by), SITE)
#define vetoes_get(t, command) vetoes_get_at((t), (command), SITE)

#endif

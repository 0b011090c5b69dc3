// Commands that a thing refuses, each with its message.
// Locks: the outermost inventory of the thing.
#ifndef WORLD_VETOES_H
#define WORLD_VETOES_H

#include "lock/site.h"

struct thing;

const char *vetoes_get_at(struct thing *t, const char *command, const struct site *at); // or NULL
void vetoes_set_at(struct thing *t, const char *command, const char *message,
                   const struct site *at);
#define vetoes_get(t, command) vetoes_get_at((t), (command), SITE)
#define vetoes_set(t, command, message) vetoes_set_at((t), (command), (message), SITE)

#endif

// HELP, and what COMMANDS needs of it.
#ifndef VERB_HELP_H
#define VERB_HELP_H

#include <stdbool.h>

struct command;
struct context;
struct map;

// Sets the topics (lower case) and their texts; they are borrowed for as long as the server runs.
// Call it before any worker runs.
void help_set_topics(const struct map *texts);
// Is this a command that the actor may type? Not one for scripts, nor one that is not permitted to
// it.
bool help_may_use(struct context *c, const struct command *command);

#endif

// The console's view of the locks, which @LOCKS shows; the console is above this room.
#ifndef VERB_LOCKS_H
#define VERB_LOCKS_H

#include <stdbool.h>

struct buf;

// `command` answers what follows "@locks" (console/locks_command.h). Before any worker runs.
// Without it there is nothing to show.
void locks_set_answer(bool (*command)(const char *line, struct buf *out));

#endif

// The lines that a player typed last: HISTORY lists it, ! and !! repeat the last line, !3 the
// third, !ge the latest that begins with "ge". Loop thread.
#ifndef SESSION_HISTORY_H
#define SESSION_HISTORY_H

#include "util/loopguard.h"

#include <stdbool.h>

struct buf;
struct session;

enum { HISTORY_LINES = 20, HISTORY_LINE_MAX = 200 };

bool history_is_command(const char *line);
LOOP_ONLY void history_list(const struct session *s, struct buf *out);
// "!…" as typed.
LOOP_ONLY bool history_recall(const struct session *s, const char *line, struct buf *out);
// Long and empty lines are not kept.
LOOP_ONLY void history_add(struct session *s, const char *line);
LOOP_ONLY void history_free(struct session *s);

#endif

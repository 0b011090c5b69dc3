// What a player typed lately: HISTORY lists it, ! and !! repeat the last line, !3 the third, !ge
// the latest that begins with "ge". Loop thread.
#ifndef SESSION_HISTORY_H
#define SESSION_HISTORY_H

#include <stdbool.h>

struct buf;
struct session;

enum { HISTORY_LINES = 20, HISTORY_LINE_MAX = 200 };

bool history_is_command(const char *line);
void history_list(const struct session *s, struct buf *out);
bool history_recall(const struct session *s, const char *line, struct buf *out); // "!…" as typed
void history_add(struct session *s, const char *line); // long and empty lines are not kept
void history_free(struct session *s);

#endif

// How `latchkey journal` says what an event is: a line for people, an object for programs.
// Threads: any.
#ifndef TOOLS_JOURNAL_JOURNAL_TEXT_H
#define TOOLS_JOURNAL_JOURNAL_TEXT_H

#include "journal/record.h"

#include <stdbool.h>
#include <stdint.h>

struct buf;

// When, who and what. `look_for`, which may be NULL, is what of a character is shown.
void journal_text_event(struct buf *b, const struct record *r, const char *look_for);
// The same with what it changed, and its end.
void journal_text_line(struct buf *b, const struct record *r, const char *look_for);
// An object without its end, "}\n".
void journal_text_json(struct buf *b, uint64_t epoch, const struct record *r);
// "member":"…" in JSON's way; what is no UTF-8 as "member-hex":"…", so that nothing is lost.
void journal_text_member(struct buf *b, const char *member, const char *text);
// Where `what` begins in `text`, any case; NULL: nowhere.
const char *journal_text_find(const char *text, const char *what);

// "2026-11-17", "2026-11-17T20:15[:30[.250]][Z]" (UTC), or a duration: so long ago.
bool journal_text_time(const char *text, int64_t *ms);

#endif

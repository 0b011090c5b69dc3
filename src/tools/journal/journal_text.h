// How `latchkey journal` prints an event: a line for people, an object for programs.
// Threads: any.
#ifndef TOOLS_JOURNAL_JOURNAL_TEXT_H
#define TOOLS_JOURNAL_JOURNAL_TEXT_H

#include "journal/record.h"

#include <stdbool.h>
#include <stdint.h>

struct buf;

// Writes when, who and what. A character's document is shown in part only: around the text
// `look_for` (may be NULL).
// searched; the part around it is shown.
void journal_text_event(struct buf *b, const struct record *r, const char *look_for);
// The same, with what the event changed, and the end of the line.
void journal_text_line(struct buf *b, const struct record *r, const char *look_for);
// Writes an object without its end, "}\n".
void journal_text_json(struct buf *b, uint64_t epoch, const struct record *r);
// Writes "member":"…" in JSON's way; bytes that are not UTF-8 as "member-hex":"…", so that nothing
// is lost.
void journal_text_member(struct buf *b, const char *member, const char *text);
// Where `what` begins in `text`, in any case; NULL: nowhere.
const char *journal_text_find(const char *text, const char *what);

// Parses "2026-11-17", "2026-11-17T20:15[:30[.250]][Z]" (UTC), or a duration, which means so long
// ago.
bool journal_text_time(const char *text, int64_t *ms);

#endif

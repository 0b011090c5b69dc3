// How the commands of `latchkey locks` print things: an event's object, its site, a task, a time.
// Threads: one owner at a time.  Locks: none.
#ifndef TOOLS_LOCKS_LOCKS_TEXT_H
#define TOOLS_LOCKS_LOCKS_TEXT_H

#include "trace/reader_merge.h"

struct buf;

enum locks_object {
    LOCKS_OBJECT_NONE,
    LOCKS_OBJECT_THING,
    LOCKS_OBJECT_LOCK,
    LOCKS_OBJECT_WHAT,
    LOCKS_OBJECT_TASK
};

enum locks_object locks_text_object_kind(const struct trace_event *e);
bool locks_text_arg_is_thing(const struct trace_event *e);

void locks_text_thing(struct buf *b, const struct reader_trace *t, uint32_t thing); // #18 "a door"
void locks_text_lock(struct buf *b, const struct reader_trace *t, uint32_t lock);   // lock 7 "Hall"
void locks_text_object(struct buf *b, const struct reader_trace *t, const struct reader_event *e);
void locks_text_arg(struct buf *b, const struct reader_trace *t, const struct reader_event *e);
void locks_text_what(struct buf *b, const struct reader_trace *t, uint32_t run); // unlock(Ann)
void locks_text_run(struct buf *b, const struct reader_trace *t,
                    uint32_t run);               // task 3 unlock(Ann)
void locks_text_ms(struct buf *b, int64_t ns);   // 12.345
void locks_text_span(struct buf *b, int64_t ns); // 12.3 us, with the unit that fits
// game/door_act.c:80 door_act(); with `brief` without the folder. Nothing when it is unknown.
void locks_text_site(struct buf *b, const struct reader_trace *t, unsigned site, bool brief);
void locks_text_id(struct buf *b, const struct reader_trace *t, uint32_t position); // worker-1:304
void locks_text_line(struct buf *b, const struct reader_trace *t,
                     uint32_t position); // the whole event

const char *locks_text_code(unsigned code);         // "wrong-lock"; "unknown" when there is none
void locks_text_json(struct buf *b, const char *s); // in quotes, escaped; bad UTF-8 becomes '?'
// Blanks up to the column, counted from byte `from` of the buffer; at least one.
void locks_text_pad(struct buf *b, size_t from, size_t column);
// The text cut to at most `width` characters, the last one then '~'.
void locks_text_cut(struct buf *b, const char *s, size_t width);

#endif

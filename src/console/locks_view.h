// What an operator sees of the locks: which task holds what, which waits for which, what is in
// limbo, what a thing or a task did last. Each adds text to `out`; `rest` is what was typed after
// the word, and `now` the monotonic clock in ms. False: `rest` was not understood, and the text
// says why.
//
// Threads: between watchdog_enter and watchdog_leave. Takes no world lock.
#ifndef CONSOLE_LOCKS_VIEW_H
#define CONSOLE_LOCKS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

bool locks_view_held(struct buf *out, const char *rest, int64_t now);
bool locks_view_top(struct buf *out, const char *rest, int64_t now);
bool locks_view_hold(struct buf *out, const char *rest, int64_t now);
bool locks_view_wait(struct buf *out, const char *rest, int64_t now); // looks for circles, too
bool locks_view_thing(struct buf *out, const char *rest, int64_t now);
bool locks_view_task(struct buf *out, const char *rest, int64_t now);
bool locks_view_limbo(struct buf *out, const char *rest, int64_t now);
bool locks_view_graph(struct buf *out, const char *rest, int64_t now);

#endif

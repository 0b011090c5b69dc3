// Assembles a player's input lines from data runs of any size, through the filter of net/utf8in.
// Backspace and delete remove the last character. A line longer than the limit is dropped whole, up
// to and including its end, and reported once, when the limit is passed.
// Threads: one owner at a time (the loop thread).  Locks: none.
// Memory: none between lines; up to limit + 1 bytes while a line is half typed, wiped when freed,
// because it may be a password.
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/utf8in.h"

enum { LINE_LIMIT_DEFAULT = 4096, LINE_LIMIT_MAX = 32768 };

enum line_event {
    LINE_DONE,     // text: the line without its end, valid UTF-8, NUL-ended
    LINE_TOO_LONG, // text is ""
};

// `line` returns false to stop. Text is borrowed for the call. From inside it line_erase_char,
// line_erase and line_pending may be called; not line_feed, not line_fini.
struct line_sink {
    bool (*line)(void *arg, enum line_event event, const char *text, size_t n);
    void *arg;
};

struct line {
    char *text;
    uint16_t len, limit; // bytes
    struct utf8in utf8;
    bool dropping; // within an over-long line
};

void line_init(struct line *l, size_t limit); // bytes in a line: 1..LINE_LIMIT_MAX, else clipped
void line_fini(struct line *l);

// Returns false when the sink stopped; the bytes behind that line were not looked at.
bool line_feed(struct line *l, const char *bytes, size_t n, const struct line_sink *sink);

void line_erase_char(struct line *l);    // telnet's EC
void line_erase(struct line *l);         // telnet's EL, and an interrupt
bool line_pending(const struct line *l); // a line has been begun

#endif

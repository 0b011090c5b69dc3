// A line of input cut into words. The words are copies in the form for comparing (util/caseless.h),
// without the commas behind them and without the full stop that ends a line; `text` of each points
// into the line as it was typed.
// Threads: one owner.
#ifndef COMMAND_WORDS_H
#define COMMAND_WORDS_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum { WORDS_MAX = 64 };

struct word {
    size_t at;        // in `lower`
    const char *text; // from here to the end of the line, as typed
    bool comma;       // a comma follows
};

struct words {
    struct buf line;  // the line as typed, trimmed
    struct buf lower; // the words, each with a NUL; what is between them has no meaning
    struct word list[WORDS_MAX];
    size_t count; // words past WORDS_MAX are only in the text of the words before them
};

void words_init(struct words *w);
void words_fini(struct words *w);
void words_set(struct words *w, const char *line);
// Moves the words to where there are none; `from` is as after words_init then.
void words_move(struct words *to, struct words *from);
// The n-th word in the form for comparing, "" past the end; the text from the n-th word on, "" past
// the end.
const char *words_at(const struct words *w, size_t n);
const char *words_rest(const struct words *w, size_t n);
bool words_comma(const struct words *w, size_t n); // does a comma follow the n-th word?

#endif

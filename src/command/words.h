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
    bool comma;       // one follows
};

struct words {
    struct buf line;  // as typed, trimmed
    struct buf lower; // the words, each with a NUL
    struct word list[WORDS_MAX];
    size_t count; // what is past WORDS_MAX stays in the text of the last ones only
};

void words_init(struct words *w);
void words_fini(struct words *w);
void words_set(struct words *w, const char *line);
// The n-th word for comparing, "" past the end; the text from the n-th word on, "" past the end.
const char *words_at(const struct words *w, size_t n);
const char *words_rest(const struct words *w, size_t n);
bool words_comma(const struct words *w, size_t n); // does one follow the n-th word?

#endif

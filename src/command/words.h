// A line of input cut into words. The words are lower-cased (ASCII) copies for comparing; `text` of
// each points into the line as it was typed.
// Threads: one owner.
#ifndef COMMAND_WORDS_H
#define COMMAND_WORDS_H

#include "util/buf.h"

#include <stddef.h>

enum { WORDS_MAX = 64 };

struct word {
    const char *lower; // NUL-terminated
    const char *text;  // from here to the end of the line, as typed
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
// The n-th word in lower case, "" past the end; the text from the n-th word on, "" past the end.
const char *words_at(const struct words *w, size_t n);
const char *words_rest(const struct words *w, size_t n);

#endif

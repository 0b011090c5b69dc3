// The shortest part of a history that cannot be, for people to read.
#ifndef HISTORY_PIECE_H
#define HISTORY_PIECE_H

#include "search.h"

// Of a contradiction that was found. Returns how many lines of the history it has.
size_t piece_print(const struct history *h, const struct search_result *found, size_t limit,
                   FILE *out);

#endif

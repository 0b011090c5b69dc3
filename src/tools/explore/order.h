// Whether players saw the same words in one order. Threads: main's.
#ifndef TOOLS_EXPLORE_ORDER_H
#define TOOLS_EXPLORE_ORDER_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

// Of two players' texts: words that begin with `prefix` and are in both come in the same order, and
// none comes twice in one text. False: `why` names the words.
bool order_is_one(const char *a, const char *b, const char *prefix, struct buf *why);

#endif

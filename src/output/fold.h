// Game text into what goes over the wire: lines folded to a window's width in display columns,
// marks into colours, line ends into CR LF, and ASCII for those who can show nothing else. Widths
// and graphemes: Unicode by utf8proc (UAX #29). Any thread; no state.
#ifndef OUTPUT_FOLD_H
#define OUTPUT_FOLD_H

#include "output/style.h"

#include <stddef.h>

struct buf;

// Columns of the widest line; *ascii is set to whether all of it is ASCII.
size_t fold_widest(const char *text, size_t n, bool *ascii);
// A line that begins with a space is preformatted: where it is too wide it is set in less far, and
// broken at spaces if that is not enough; one with wider gaps in it is drawn, and cut. Others are
// broken at spaces, and inside a word only where that alone is too wide. Marks take no room.
void fold_text(const char *text, size_t n, const struct style *style, struct buf *out);

#endif

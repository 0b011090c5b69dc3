// Game text into what goes over the wire: lines folded to a window's width in display columns,
// marks into colours, line ends into CR LF, and ASCII for those who can show nothing else. Widths
// and graphemes: Unicode by utf8proc (UAX #29). Any thread; no state.
#ifndef OUTPUT_FOLD_H
#define OUTPUT_FOLD_H

#include "output/style.h"

#include <stddef.h>

struct buf;

// Facts about a text that folding needs for any window.
struct fold_extent {
    size_t widest; // columns of the widest line
    bool ascii;    // all of it is ASCII
    bool clean;    // it is ASCII that screen_clean would leave as it is; false for all other text
    // Bytes of the longest line with some that take no column, 0 when there is none; of no use
    // unless ASCII. In a longer line each byte takes one.
    size_t silent;
};

struct fold_extent fold_extent(const char *text, size_t n);
// A line that begins with a space is preformatted: where it is too wide it is set in less far, and
// broken at spaces if that is not enough; one with wider gaps in it is drawn, and cut. Others are
// broken at spaces, and inside a word only where that alone is too wide. Marks take no room.
void fold_text(const char *text, size_t n, const struct style *style, struct buf *out);
// The same for a text whose extent is known, so that it is not measured again.
void fold_known(const char *text, size_t n, const struct fold_extent *extent,
                const struct style *style, struct buf *out);

#endif

// Which characters may reach a screen: one rule for what players type, what zone files, help and
// the greeting hold, and for everything else that is shown. Kept back are controls (C0 and C1, ESC
// among them), what reverses or hides text, characters that nobody sees, line and paragraph
// separators, noncharacters, and marks beyond SCREEN_MARKS on one letter. Threads: any.  Locks:
// none.  Source: Unicode 15; UAX #9; UAX #31 (default ignorable).
#ifndef UTIL_SCREEN_H
#define UTIL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

// More than any script stacks on one letter; a tower of them covers the lines above.
enum { SCREEN_MARKS = 8 };

// What came before. Zeroed = at the start of a text.
struct screen {
    bool foreign;  // what marks would stand on is no ASCII
    uint8_t marks; // that stand on it already
};

// May this character come next? A line feed may; what a tab becomes is the caller's business.
bool screen_takes(struct screen *s, uint32_t c);
// Appends a text for a screen: a tab and the separators of lines and paragraphs become a space,
// what is no UTF-8 becomes U+FFFD, what may not be shown is left out. With `marks`, the bytes up to
// it (output/markup.h) stay; 0: none do.
void screen_clean(struct buf *out, const char *s, size_t n, unsigned char marks);
// How many bytes of printable ASCII the text begins with; each takes one column.
size_t screen_ascii(const char *s, size_t n);
// Would screen_clean leave every byte as it is? Quick for plain ASCII; may say no without need.
bool screen_is_clean(const char *s, size_t n, unsigned char marks);
// What the bytes of a text are, found in one pass.
struct screen_survey {
    bool ascii;    // none is above 0x7f
    bool clean;    // it is ASCII, and screen_clean with the same `marks` would leave every byte
    size_t silent; // how many bytes of ASCII take no column: marks, line feeds and other controls
};
struct screen_survey screen_survey(const char *s, size_t n, unsigned char marks);
// The most bytes, up to `max`, that end where a letter ends with all its marks.
size_t screen_cut(const char *s, size_t n, size_t max);
// Ends the text with a mark of punctuation or a picture, after which a full stop would be too much?
bool screen_ends_sentence(const char *s);

#endif

// Filters what players type, byte by byte: only well-formed UTF-8 that is safe to show to others
// passes. Removed are overlong forms, surrogates, everything beyond U+10FFFF (and so every byte
// 255), and all that util/screen.h withholds. A tab becomes a space. Line feed, backspace and
// delete pass, for the line assembler. A broken sequence is dropped; the byte that broke it is read
// as the start of the next.
// Threads: one owner at a time.  Locks: none.  Source: Unicode 15, table 3-7; UAX #9.
#ifndef NET_UTF8IN_H
#define NET_UTF8IN_H

#include "util/screen.h"

#include <stdint.h>

// All zero: at the start of a character.
struct utf8in {
    uint8_t bytes[4];
    uint8_t have; // bytes of the unfinished character so far
    uint8_t need; // bytes that it will have
    struct screen screen;
};

// Takes one byte; writes what passes to `out`. Returns how many bytes that is: 0 to 4, always a
// whole character.
unsigned utf8in_next(struct utf8in *u, uint8_t byte, char out[4]);

#endif

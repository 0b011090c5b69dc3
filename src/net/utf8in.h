// What players type, byte by byte: only well-formed UTF-8 that is safe to show to others passes.
// Gone are overlong forms, surrogates, what lies beyond U+10FFFF (and every byte 255 with them), and
// all that util/screen.h keeps back. A tab becomes a space. Line feed, backspace and delete pass, for the line
// assembler. A broken sequence vanishes; the byte that broke it is read afresh.
// Threads: one owner at a time.  Locks: none.  Source: Unicode 15, table 3-7; UAX #9.
#ifndef NET_UTF8IN_H
#define NET_UTF8IN_H

#include "util/screen.h"

#include <stdint.h>

// Zeroed = at the start of a character.
struct utf8in {
    uint8_t bytes[4];
    uint8_t have; // bytes of an unfinished character
    uint8_t need; // bytes that it has when finished
    struct screen screen;
};

// Takes one byte; writes what is let through to `out`. Returns how many bytes: 0 to 4, always a
// whole character.
unsigned utf8in_next(struct utf8in *u, uint8_t byte, char out[4]);

#endif

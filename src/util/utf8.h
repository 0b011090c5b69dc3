// UTF-8 as RFC 3629 defines it: no surrogates, no overlong forms, nothing above U+10FFFF.
// Threads: any.  Locks: none.  Widths and graphemes are the business of output.
#ifndef UTIL_UTF8_H
#define UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

#define UTF8_REPLACEMENT UINT32_C(0xfffd)

// Bytes of the character at `s` (1 to 4) and its number; 0 when the bytes there are none.
size_t utf8_decode(const char *s, size_t n, uint32_t *codepoint);
// Writes 1 to 4 bytes; what is no character is written as U+FFFD.
size_t utf8_encode(uint32_t codepoint, char out[4]);
// Characters that would steer a terminal, hide, or turn the direction of the text.
bool utf8_is_unseen(uint32_t codepoint);
bool utf8_valid(const char *s, size_t n);
size_t utf8_count(const char *s, size_t n); // characters; a bad byte counts as one
// The most bytes, up to `max`, that end where a character ends.
size_t utf8_cut(const char *s, size_t n, size_t max);
// Appends s with every byte that is no UTF-8 replaced by U+FFFD.
void utf8_clean(struct buf *out, const char *s, size_t n);

#endif

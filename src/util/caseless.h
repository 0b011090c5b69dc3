// Text for comparing: the same for every case and every normal form of a word, in any script (NFKC
// with full case folding: "ÉPÉE", "épée" with combining accents, "Straße" and "STRASSE", both small
// sigmas). Quotes and hyphens as typography has them count as those on a keyboard. A dotless or a
// dotted I is an i: who types without Turkish letters means those too.
// Threads: any.  Locks: none.
#ifndef UTIL_CASELESS_H
#define UTIL_CASELESS_H

#include <stddef.h>

struct buf;

// Appends the form of s[0, n) for comparing. Bytes that are no UTF-8 stay as they are.
void caseless_add(struct buf *out, const char *s, size_t n);

// The letter at b->data[at] becomes a capital, if it has one.
void caseless_capital(struct buf *b, size_t at);

#endif

// Converts texts of CircleMUD worlds for zone files: encoding, colour codes, wrapped prose,
// keywords.
// Threads: any.  Locks: none.  Everything is appended to buffers of the caller.
#ifndef TOOLS_IMPORT_CIRCLE_TEXT_H
#define TOOLS_IMPORT_CIRCLE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

// For a single text, when nothing is known of its world (see circle_encoding, circle_colour).
void circle_text_decode(struct buf *out, const char *s, size_t n);
size_t circle_text_strip(struct buf *out, const char *s); // returns how many codes were removed

// Makes one line: every run of white space becomes one blank, none at the ends.
void circle_text_line(struct buf *out, const char *s);

// Puts the next keyword of *at, in lower case, into `word` (cleared first). Quotes and leading
// signs that have a meaning in aliases of zone files are dropped. False at the end.
bool circle_text_keyword(const char **at, struct buf *word);
// Is `word` (lower case) among the keywords of `list`?
bool circle_text_has_keyword(const char *list, const char *word);

#endif

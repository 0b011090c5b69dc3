// Lists of short strings as values: immutable, shared, one piece of memory. For world/ only.
#ifndef WORLD_ATTR_WORDLIST_H
#define WORLD_ATTR_WORDLIST_H

#include "world/attr.h"

#include <stdbool.h>
#include <stddef.h>

struct wordlist {
    struct attr_shared shared;
    size_t count;
    const char *words[]; // NULL after the last; the text follows
};

// `lower`: in the form for comparing (util/caseless.h).
struct wordlist *wordlist_new(const char *const *words, size_t n, bool lower);
// A list of strings from a document, each checked by `valid` (NULL: any); NULL after a complaint.
struct wordlist *wordlist_decode(struct attr_decode *d, const struct doc_node *n, bool lower,
                                 bool (*valid)(const char *), const char *expected);
struct doc_node *wordlist_encode(const struct wordlist *l, struct doc *out);
void wordlist_free(void *value);
bool wordlist_has(const struct wordlist *l, const char *word);

#endif

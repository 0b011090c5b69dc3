// What a player calls a thing: a quantity, MY, and words of which the last is the chief one.
//
//   phrase = [ "all" | "any" | "last" | N | "Nth" | "N." ] [ "my" | "the" | "a" ... ] word* word
//          | "all" | "me" | "self"
// "2.lamp" and "all.lamp" are understood too. A bare number asks for so many ("2 coins"). Articles
// and the like (a an the some of please) are skipped wherever they stand.
#ifndef COMMAND_PHRASE_H
#define COMMAND_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

struct words;

enum phrase_quantity {
    PHRASE_FIRST,
    PHRASE_ALL,
    PHRASE_ANY,
    PHRASE_LAST,
    PHRASE_NTH,   // the nth
    PHRASE_COUNT, // that many things
};

enum { PHRASE_WORDS = 12 };

struct phrase {
    enum phrase_quantity quantity;
    size_t nth; // from 1, for PHRASE_NTH and PHRASE_COUNT
    bool mine;
    bool self;                       // "me", "self", "myself"
    const char *words[PHRASE_WORDS]; // in the form for comparing; borrowed from the command's words
    size_t count;
    bool too_long; // there were more words, so it matches nothing
};

void phrase_parse(const struct words *words, size_t from, size_t to, struct phrase *p);
bool phrase_is_stop_word(const char *word);
// Reads only the beginning of a phrase: stop words and a quantity. Returns the index of the first
// word that names something; *first is that word without "2." before it.
size_t phrase_begin(const struct words *words, size_t from, size_t to, struct phrase *p,
                    const char **first);
bool phrase_wants_one(const struct phrase *p); // is one thing wanted (FIRST, ANY)?
// May several things be meant? Then a plural matches too.
bool phrase_wants_many(const struct phrase *p);

#endif

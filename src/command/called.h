// The words by which a thing may be called: those of the name that is shown, its aliases, and the
// qualifiers that may stand before them. Used when the aliases alone do not show which thing was
// meant.
// Locks: the outermost inventory of the thing.
#ifndef COMMAND_CALLED_H
#define COMMAND_CALLED_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct phrase;
struct thing;
struct words;

enum { CALLED_WORDS = 40, CALLED_ANYWHERE = 0 };

struct called_word {
    uint32_t at;      // in `text`, in the form for comparing
    bool noun;        // a noun, which may stand last; other words describe
    uint8_t position; // in the name, from 1; CALLED_ANYWHERE for an alias or a qualifier
};

struct called {
    struct buf text;
    struct called_word list[CALLED_WORDS];
    size_t count;
};

// How well words match a thing, best first. Each includes the ones before it.
enum called_as {
    // The last word is a noun of the thing, the others are words of it: "notice board".
    CALLED_NAMED,
    CALLED_DESCRIBED,   // all words are words of the thing: "bronze"
    CALLED_ABBREVIATED, // all words are beginnings of its words: "fount"
};

void called_read(struct called *c, struct thing *t);
void called_fini(struct called *c);
// With `many` the plural of a word matches too: "2 keys".
bool called_fits(const struct called *c, const struct phrase *p, enum called_as as, bool many);
// The number of words from words[from] on that name the thing, in the order of its name, up to and
// including a noun; 0: they do not name it. `first` stands for words[from].
size_t called_length(const struct called *c, const struct words *words, size_t from, size_t to,
                     const char *first);
// Is `word` a beginning of `whole` that is long enough to stand for it?
bool called_begins(const char *whole, const char *word);

#endif

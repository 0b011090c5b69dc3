// The words by which a thing may be called: those of the name that is shown, its aliases, and the
// qualifiers that may stand before them. For when the aliases alone do not say what was meant.
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
    bool noun;        // may stand last; the others describe
    uint8_t position; // in the name, from 1; CALLED_ANYWHERE for an alias or a qualifier
};

struct called {
    struct buf text;
    struct called_word list[CALLED_WORDS];
    size_t count;
};

// How near words come to what a thing is called. Each includes the ones before it.
enum called_as {
    CALLED_NAMED,       // the last word is a noun of it, the others belong to it: "notice board"
    CALLED_DESCRIBED,   // all words belong to it: "bronze"
    CALLED_ABBREVIATED, // all words begin words of it: "fount"
};

void called_read(struct called *c, struct thing *t);
void called_fini(struct called *c);
// With `many` the plural of a word will do: "2 keys".
bool called_fits(const struct called *c, const struct phrase *p, enum called_as as, bool many);
// How many words from words[from] on name it, in the order of its name, up to and with a noun; 0:
// they do not. `first` stands for words[from].
size_t called_length(const struct called *c, const struct words *words, size_t from, size_t to,
                     const char *first);
// Is `word` the beginning of `whole`, and long enough to say so?
bool called_begins(const char *whole, const char *word);

#endif

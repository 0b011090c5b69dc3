// Finds things by what a player types (phrase.h): by alias and qualifiers first, then by the name
// that is shown, then by a word that only describes, last by the beginning of a word. A better
// match goes before a nearer thing.
//
// Several things may be asked for at once: "loaf and bun", "loaf, bun". Locks: the location of the
// actor, where all candidates are.
#ifndef COMMAND_MATCH_H
#define COMMAND_MATCH_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>

struct context;
struct phrase;
struct thing;

enum match_scope {
    MATCH_CARRIED = 1 << 0,   // what the actor carries (searched first)
    MATCH_HERE = 1 << 1,      // things and mobiles in the same inventory
    MATCH_PLAYERS = 1 << 2,   // players there; in a crowd by their full name only
    MATCH_NARRATIVE = 1 << 3, // scenery there
    MATCH_SELF = 1 << 4,      // "me", "self"
    MATCH_CREATURES = 1 << 5, // creatures go before things, players first
    MATCH_NAMES = 1 << 6,     // a player of exactly that name goes before a thing
    MATCH_OPEN = 1 << 7,      // also things in open containers, when nothing else matches
    MATCH_DETAILS = 1 << 8,   // details of descriptions too
};

struct match {
    struct thing **list; // in the order found
    size_t count, cap;
    size_t words; // how many words of the phrase were used
    bool all;     // ALL was asked for
    // With MATCH_DETAILS: the text of the detail that was found instead of a thing.
    const char *detail;
};

void match_init(struct match *m);
void match_fini(struct match *m);

// Finds the end of a phrase in the command's words: the first of the prepositions (NULL-terminated)
// at or after `from`; words.count when there is none.
WORKER_ONLY size_t match_split(struct context *c, size_t from, const char *const *prepositions);

// The same, but it returns words.count when all of words[from...) is the name of something in the
// scope: in "a walker in green" the "in" is no preposition then.
WORKER_ONLY size_t match_split_name(struct context *c, size_t from, const char *const *prepositions,
                                    unsigned scope);
// The last of the prepositions at or after `from`.
WORKER_ONLY size_t match_split_last(struct context *c, size_t from,
                                    const char *const *prepositions);

// Looks for the phrase words[from, to) in the scopes. On failure it tells the actor why ("You see
// no 'red ball' here.", "There are only 2 of those to be found.") and returns false.
WORKER_ONLY bool match_find(struct context *c, size_t from, size_t to, unsigned scope,
                            struct match *m);
// The same inside one container, or anything else with an inventory.
WORKER_ONLY bool match_inside(struct context *c, size_t from, size_t to, struct thing *container,
                              struct match *m);
// For commands that take one thing only: when the phrase means several, tells the actor so and
// returns NULL.
WORKER_ONLY struct thing *match_one(struct context *c, size_t from, size_t to, unsigned scope);
// The same, without a message when there is none.
WORKER_ONLY struct thing *match_quietly(struct context *c, size_t from, size_t to, unsigned scope);

// The creature whose name words[from...) begin with ("the old guard bridge"); the longest name
// counts. *next is the index of the first word behind it. NULL when there is none, after a message
// that says why.
WORKER_ONLY struct thing *match_listener(struct context *c, size_t from, size_t *next);
// The same without a message.
WORKER_ONLY struct thing *match_listener_quietly(struct context *c, size_t from, size_t *next);

// For a command that was typed without what it needs: asks `question` and shows the usage.
WORKER_ONLY void match_tell_usage(struct context *c, const char *question);

#endif

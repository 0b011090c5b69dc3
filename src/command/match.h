// Finding things by what a player types (phrase.h): by alias and qualifiers first, then by the name
// as it is shown, then by a word that only describes, last by the beginning of a word. What comes
// nearer to the words goes before what lies nearer.
//
// Several things may be asked for at once: "loaf and bun", "loaf, bun".
// Locks: everything looked at is in the actor's location.
#ifndef COMMAND_MATCH_H
#define COMMAND_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct phrase;
struct thing;

enum match_scope {
    MATCH_CARRIED = 1 << 0,   // what the actor carries (searched first)
    MATCH_HERE = 1 << 1,      // things and mobiles where it is
    MATCH_PLAYERS = 1 << 2,   // players there; by their full name only in a crowd
    MATCH_NARRATIVE = 1 << 3, // scenery there
    MATCH_SELF = 1 << 4,      // "me", "self"
    MATCH_CREATURES = 1 << 5, // a creature is meant: those before things, players first
    MATCH_NAMES = 1 << 6,     // a player of exactly that name before a thing
    MATCH_OPEN = 1 << 7,      // also in open containers, when nothing else is called so
    MATCH_DETAILS = 1 << 8,   // details of descriptions too
};

struct match {
    struct thing **list; // in the order found
    size_t count, cap;
    size_t words;       // how many words of the phrase were used
    bool all;           // ALL was asked for
    const char *detail; // with MATCH_DETAILS: the text of one was found, and no thing
};

void match_init(struct match *m);
void match_fini(struct match *m);

// Where a phrase stands in the command's words: [from, to). match_split looks for the first of the
// prepositions (NULL-terminated) at or after `from`; words_count when there is none.
size_t match_split(struct context *c, size_t from, const char *const *prepositions);

// The same, unless all of words[from...) is the name of something in the scope ("a walker in
// green").
size_t match_split_name(struct context *c, size_t from, const char *const *prepositions,
                        unsigned scope);
// The last of the prepositions, at or after `from`.
size_t match_split_last(struct context *c, size_t from, const char *const *prepositions);

// Looks for the phrase words[from, to) in the scopes. On failure tells the actor why, narrowly
// ("You see no 'red ball' here.", "There are only 2 of those to be found."), and returns false.
bool match_find(struct context *c, size_t from, size_t to, unsigned scope, struct match *m);
// The same inside one container (or anything with an inventory).
bool match_inside(struct context *c, size_t from, size_t to, struct thing *container,
                  struct match *m);
// For commands that take just one thing: with ALL or several, complains and returns NULL.
struct thing *match_one(struct context *c, size_t from, size_t to, unsigned scope);
// The same, but without a word when there is none.
struct thing *match_quietly(struct context *c, size_t from, size_t to, unsigned scope);

// The creature that words[from...) begin with ("the old guard bridge"), by the longest name; *next
// is where what comes after it begins. Says why and returns NULL when there is none.
struct thing *match_listener(struct context *c, size_t from, size_t *next);
// The same without a word.
struct thing *match_listener_quietly(struct context *c, size_t from, size_t *next);

// For a command that lacks something: what to type.
void match_tell_usage(struct context *c, const char *question);

#endif

// Finding things by what a player types: ALL, ANY, LAST, 2ND or 2., MY, qualifiers, and the
// containers behind "from" and "in".
//
//   phrase   = [ "all" | "any" | "last" | N | "Nth" | "N." ] [ "my" | "the" | "a" … ] qualifier* alias
//            | "all" | "me" | "self"
//   "2.lamp" and "all.lamp" are understood too.
// Stop words (a an the some of) are skipped. Locks: everything looked at is in the actor's location.
#ifndef COMMAND_MATCH_H
#define COMMAND_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct context;
struct thing;

enum match_scope {
    MATCH_CARRIED = 1 << 0,   // what the actor carries (searched first)
    MATCH_HERE = 1 << 1,      // things and mobiles where he is
    MATCH_PLAYERS = 1 << 2,   // players there, unless it is a crowd
    MATCH_NARRATIVE = 1 << 3, // scenery there
    MATCH_SELF = 1 << 4,      // "me", "self"
};

struct match {
    struct thing **list; // in the order found
    size_t count, cap;
    size_t words;        // how many words of the phrase were used
    bool all;            // ALL was asked for
};

void match_init(struct match *m);
void match_fini(struct match *m);

// Where a phrase stands in the command's words: [from, to). match_split looks for the first of the
// prepositions (NULL-terminated) at or after `from`; words_count when there is none.
size_t match_split(struct context *c, size_t from, const char *const *prepositions);

// Looks for the phrase words[from, to) in the scopes. On failure tells the actor why, narrowly ("You
// see no 'red ball' here.", "There are only 2 lamps here."), and returns false.
bool match_find(struct context *c, size_t from, size_t to, unsigned scope, struct match *m);
// The same inside one container (or anything with an inventory).
bool match_inside(struct context *c, size_t from, size_t to, struct thing *container,
                  struct match *m);
// For commands that take just one thing: with ALL or several, complains and returns NULL.
struct thing *match_one(struct context *c, size_t from, size_t to, unsigned scope);

#endif

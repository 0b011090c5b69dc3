// A thing with its contents as a document, and back: the content of a character file.
// Locks: the thing is in limbo, owned by the running task, or the lock of its outermost inventory
// is held.
//
// A unique thing (one with an origin that is no copy) belongs to the world and is never written
// with a player; its contents are written in its place. So it exists once, however the world begins
// again.
#ifndef WORLD_TREE_H
#define WORLD_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct doc;
struct doc_node;
struct doc_problems;
struct thing;
struct world;

bool tree_is_unique(const struct thing *t); // identity: does it belong to the world?
struct doc_node *tree_encode(struct thing *t, struct doc *out);

// What reading such a document needs and what it leaves.
struct tree_reading {
    struct world *world;
    const struct doc *doc;
    struct doc_problems *problems;
    // The document is of a program that also wrote unique things: these are given up, but not their
    // contents.
    bool old;
    // Things in limbo for which there was no room; they belong to the caller.
    struct thing **spare;
    size_t spare_count;
    // The prototypes of the things that were given up.
    struct thing **given_up;
    size_t given_up_count;
};
// Moves everything that is not narrative or disabled from t, which is in limbo, to the spare
// things.
void tree_reading_unload(struct tree_reading *r, struct thing *t);
void tree_reading_fini(struct tree_reading *r); // frees the lists; spare things are the caller's

// Builds the thing in limbo. If its prototype is still known, it takes the attributes that never
// change from there, else those that were saved. NULL after a complaint; contents that cannot be
// made are left out, each with a complaint.
struct thing *tree_decode(struct tree_reading *r, const struct doc_node *n, unsigned flags);

#endif

// A thing with all that is in it, as a document and back: what a character file holds.
// Locks: the thing is in limbo, owned by the running task, or the lock of its outermost inventory
// is held.
//
// A unique thing (one with an origin that is no copy) belongs to the world and is never written
// with anybody: what is in it is, in its place. So however a world begins again, it exists there
// once.
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

// What reading such a document needs and leaves behind.
struct tree_reading {
    struct world *world;
    const struct doc *doc;
    struct doc_problems *problems;
    // Written by a program that wrote unique things too: they are given up, and what is in them is
    // not.
    bool old;
    // Left behind, in limbo: what there was no room for where it was. The caller's.
    struct thing **spare;
    size_t spare_count;
    // The prototypes of what was given up.
    struct thing **given_up;
    size_t given_up_count;
};
// Takes everything that is not narrative or disabled out of t, which is in limbo, into the spare
// things.
void tree_reading_unload(struct tree_reading *r, struct thing *t);
void tree_reading_fini(struct tree_reading *r); // the lists; spare things are the caller's

// Builds it in limbo. A thing whose prototype is still known takes its unchanging attributes from
// there; one whose prototype is gone keeps those it was saved with. NULL after a complaint; things
// inside that cannot be made are left out, each with a complaint.
struct thing *tree_decode(struct tree_reading *r, const struct doc_node *n, unsigned flags);

#endif

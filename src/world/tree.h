// A thing with all that is in it, as a document and back: what a character file holds.
// Locks: the thing is in limbo, owned by the running task, or the lock of its outermost inventory is
// held.
#ifndef WORLD_TREE_H
#define WORLD_TREE_H

struct attr_decode;
struct doc;
struct doc_node;
struct doc_problems;
struct thing;
struct world;

struct doc_node *tree_encode(struct thing *t, struct doc *out);
// Builds it in limbo. A thing whose prototype is still known takes its unchanging attributes from
// there; one whose prototype is gone keeps those it was saved with. NULL after a complaint; things
// inside that cannot be made are left out, each with a complaint.
struct thing *tree_decode(struct world *w, const struct doc *doc, const struct doc_node *n,
                          struct doc_problems *problems, unsigned flags);

#endif

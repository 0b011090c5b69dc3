// Lists of refs of prototypes and marks, resolved while the world is built and kept as the world's
// own names. For the decoders of attributes in world/.
#ifndef WORLD_ATTR_REFS_H
#define WORLD_ATTR_REFS_H

#include "world/attr.h"

#include <stdbool.h>
#include <stddef.h>

struct refs {
    size_t count;
    const char *list[]; // "zone:ref", never freed
};

// Reads one ref of a prototype or of a mark (world/mark.h): its full name, or NULL after a
// complaint. `granting`: the rule gives the mark.
const char *refs_thing(struct attr_decode *d, const struct doc_node *n);
const char *refs_mark(struct attr_decode *d, const struct doc_node *n, bool granting);
// Reads a string or a list of strings; NULL after a complaint. The caller frees the result with
// free().
struct refs *refs_decode(struct attr_decode *d, const struct doc_node *n, bool marks);
struct doc_node *refs_encode(const struct refs *r, struct doc *out);
bool refs_have(const struct refs *r, const char *ref); // NULL is empty

#endif

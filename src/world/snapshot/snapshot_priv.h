// What writing and reading a snapshot share. Included by both only.
#ifndef WORLD_SNAPSHOT_SNAPSHOT_PRIV_H
#define WORLD_SNAPSHOT_SNAPSHOT_PRIV_H

#include "util/doc.h"
#include "util/pack.h"
#include "world/world_priv.h"

#include <stdbool.h>

enum { SNAPSHOT_VERSION = 1 };

static inline bool snapshot_is_built(const struct thing *t)
{
    return t->flags & THING_BUILT;
}

static inline bool snapshot_in_play(struct thing *t)
{
    uint64_t last;
    return place_kind(place_peek(&t->place)) == PLACE_PLACED &&
           place_is_root(place_root_peek(&t->place, &last));
}

// One thing of the snapshot that is being read.
struct snapshot_kept {
    uint32_t slot, flags, prototype, origin;
    struct attr_set has, changed, written;
    const char *label;           // "": the prototype's label, or the one it was built with
    const unsigned char *values; // of the attributes in `written`, one after the other
    uint32_t in;                 // position + 1 of its holder; 0: an outermost inventory
    bool listed, heard, on;      // found in a list, in an audience, in the roster
    struct thing *thing;
};

struct snapshot_world {
    struct world *world;
    struct snapshot_kept *list; // by slot
    size_t count;
    struct unpack contents, roster, populations;
    struct doc_problems problems;
};

// snapshot_look.c: reads the things and compares all of it with the world that was built. Returns
// what was expected, or NULL when everything can be restored. Changes nothing.
const char *snapshot_look(struct snapshot_world *s, struct unpack *in);
struct snapshot_kept *snapshot_find(const struct snapshot_world *s, uint32_t slot);
struct thing *snapshot_built_at(struct world *w, uint32_t slot); // NULL: none has that slot
// Makes a copy of a prototype, or an empty thing, outside limbo: it is put in its place while
// nothing runs.
struct thing *snapshot_copy_of(struct world *w, struct thing *p, const char *label);
bool snapshot_holds_things(const struct snapshot_kept *k);

#endif

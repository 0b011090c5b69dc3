// The table of attributes: one line of attr/attributes.def and one file for each. The line says the
// name, the number and the flags; the row in the file says how a value is copied, freed, read from
// a document and written to one.
//
// Threads: attr_get_at and the other accessors under the lock rules; the table is constant.
#ifndef WORLD_ATTR_H
#define WORLD_ATTR_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct doc;
struct doc_node;
struct doc_problems;
struct thing;
struct world;

// ATTR_NAME and so on, in the order of attributes.def.
enum attr_id {
#define ATTRIBUTE(upper, lower, number, flags) ATTR_##upper = (number),
#include "world/attr/attributes.def"
#undef ATTRIBUTE
    ATTR_COUNT,
};

enum attr_flag {
    ATTR_OF_LOCATIONS = 1 << 0, // zone files may give it to a location
    ATTR_OF_THINGS = 1 << 1,    // … and to any other thing
    ATTR_SAVED = 1 << 2,        // it is written with a player's things
};

// What reading from a document needs: where complaints go and how refs are resolved.
struct attr_decode {
    struct world *world;
    const struct doc *doc;
    struct doc_problems *problems;
    const char *zone; // refs without a zone belong to it
    // Returns the thing that a ref names, or NULL after a complaint. The function pointer is never
    // NULL.
    struct thing *(*resolve)(struct attr_decode *d, const struct doc_node *ref);
    // For snapshots: returns the thing that now stands for that slot, or NULL. The function pointer
    // is NULL elsewhere.
    struct thing *(*in_slot)(struct attr_decode *d, uint32_t slot);
};

struct attr_kind {
    // What reports and documents call it; NULL: the name in attributes.def.
    const char *name;
    void *(*copy)(const void *value, struct thing *to);
    void (*free)(void *value);
    void *(*decode)(struct attr_decode *d, struct thing *t, const struct doc_node *n); // NULL: none
    struct doc_node *(*encode)(const void *value, struct doc *out);
    // For snapshots of the world, when encode and decode do not cover the whole value; NULL: they
    // do. restore finds the attribute as it was built or copied, if the thing has it.
    struct doc_node *(*snapshot)(const void *value, struct doc *out);
    void (*restore)(struct attr_decode *d, struct thing *t, const struct doc_node *n);
    // A digest: the same number for the same value in every run. NULL: the digest of what `encode`
    // writes. For attributes that commands change all the time, and for those whose `encode` leaves
    // something out.
    uint64_t (*digest)(const void *value);
};

const struct attr_kind *attr_kind(enum attr_id id);
int attr_by_name(const char *name); // attr_id or -1
const char *attr_name(unsigned id); // also the member's name in documents; "?" when out of range
unsigned attr_flags(unsigned id);   // of enum attr_flag; 0 when out of range

// Checked access, for the files of the attributes: NULL when t has no such attribute. What
// attr_mutable_at returns may be written to, and counts as changed.
const void *attr_get_at(struct thing *t, enum attr_id id, const struct site *at);
void *attr_mutable_at(struct thing *t, enum attr_id id, const struct site *at);
// Sets or, with NULL, removes an attribute; takes the value, frees the one before.
void attr_set_at(struct thing *t, enum attr_id id, void *value, const struct site *at);

// Immutable values are shared between a prototype and all its copies, by count.
struct attr_shared {
    _Atomic uint32_t refs;
};

void *attr_shared_new(size_t size);                          // zeroed, one reference
void *attr_shared_copy(const void *value, struct thing *to); // for struct attr_kind.copy
// Is it a counted value of that kind, with more than one owner?
bool attr_shared_counted(enum attr_id id, const void *value);
bool attr_shared_last(void *value); // drops a reference; true when it was the last

#endif

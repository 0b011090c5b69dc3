// The table of attributes: one row each, one file each. The row says how an attribute is copied,
// freed, read from a document and written to one; adding an attribute touches its own file and one
// line of attr.c.
//
// Threads: attr_get and friends under the lock rules; the table is constant.
#ifndef WORLD_ATTR_H
#define WORLD_ATTR_H

#include "lock/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct doc;
struct doc_node;
struct doc_problems;
struct thing;
struct world;

// The numbers are in journals (journal/record.h): a new one goes at the end, none is used again.
enum attr_id {
    ATTR_NAME,
    ATTR_ALIASES,
    ATTR_DESCRIPTION,
    ATTR_PRESENCE,
    ATTR_DETAILS,
    ATTR_INVENTORY,
    ATTR_EXITS,
    ATTR_DOOR,
    ATTR_WRITING,
    ATTR_VETOES,
    ATTR_BARRIER,
    ATTR_GENDER,
    ATTR_HEALTH,
    ATTR_PLAYER,
    ATTR_MOBILE,
    ATTR_REPLIES,
    ATTR_ON_ACTION,
    ATTR_ON_RESET,
    ATTR_ON_CLEANUP,
    ATTR_RESET,
    ATTR_CLEANUP,
    ATTR_HOLDABLE,
    ATTR_WEARABLE,
    ATTR_WIELDABLE,
    ATTR_BODY,
    ATTR_WORN,
    ATTR_AGENDA,
    ATTR_FIGHT,
    ATTR_MARKS,
    ATTR_DEEDS,
    ATTR_COUNT,
};

// Reading from a document: where complaints go and how refs are resolved.
struct attr_decode {
    struct world *world;
    const struct doc *doc;
    struct doc_problems *problems;
    const char *zone; // refs without a zone belong to it
    // The thing that a ref names, or NULL after a complaint. Never NULL itself.
    struct thing *(*resolve)(struct attr_decode *d, const struct doc_node *ref);
    // For snapshots: what is now in the place of that slot; NULL: nothing. NULL itself elsewhere.
    struct thing *(*in_slot)(struct attr_decode *d, uint32_t slot);
};

struct attr_kind {
    const char *name; // also the member's name in documents
    bool in_zones;    // may zone files have it?
    bool saved;       // is it written with a player's things?
    void *(*copy)(const void *value, struct thing *to);
    void (*free)(void *value);
    void *(*decode)(struct attr_decode *d, struct thing *t, const struct doc_node *n); // NULL: none
    struct doc_node *(*encode)(const void *value, struct doc *out);
    // For snapshots of the world, where encode and decode do not say it all; NULL: they do. restore
    // finds the attribute as it was built or copied, if the thing has it.
    struct doc_node *(*snapshot)(const void *value, struct doc *out);
    void (*restore)(struct attr_decode *d, struct thing *t, const struct doc_node *n);
    // The same number for the same value in every run; NULL: that of what `encode` writes. For those
    // that commands change all the time, and those that `encode` does not tell all of.
    uint64_t (*digest)(const void *value);
};

const struct attr_kind *attr_kind(enum attr_id id);
int attr_by_name(const char *name); // attr_id or -1
const char *attr_name(unsigned id);  // "?" when out of range

// The checked way in, for the files of the attributes: NULL when t has no such attribute.
const void *attr_get_at(struct thing *t, enum attr_id id, const struct site *at);
void *attr_change_at(struct thing *t, enum attr_id id, const struct site *at);
// Sets or, with NULL, removes an attribute; takes the value, frees the one before.
void attr_set_at(struct thing *t, enum attr_id id, void *value, const struct site *at);

// Immutable values are shared between a prototype and all its copies, by count.
struct attr_shared {
    _Atomic uint32_t refs;
};

void *attr_shared_new(size_t size); // zeroed, one reference
void *attr_shared_copy(const void *value, struct thing *to); // for struct attr_kind.copy
// Is it a value of that kind, and have several things it?
bool attr_shared_counted(enum attr_id id, const void *value);
bool attr_shared_last(void *value); // drops a reference; true when it was the last

#endif

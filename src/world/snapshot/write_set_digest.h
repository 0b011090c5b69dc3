// What a command has changed (lock/write_set.h), as numbers that are the same in every run, and as
// text.
//
// Locks: those of all things in the list are held. The checker is not asked, as it has seen the
// changes.
#ifndef WORLD_SNAPSHOT_WRITE_SET_DIGEST_H
#define WORLD_SNAPSHOT_WRITE_SET_DIGEST_H

#include "world/inventory.h"

#include <stddef.h>
#include <stdint.h>

struct buf;
struct write_set;
struct write_set_entry;
struct place;
struct thing;

struct write_set_digest_entry {
    uint8_t what;      // an attribute, or one of enum write_set_what
    uint16_t identity; // hash of what the thing is called; copies of one prototype share it
    uint32_t value;    // digest of the value at the end of the command
};

// Writes at most `max` entries; when there are more changes, the last entry is WRITE_SET_MORE, with
// a digest of the rest.
size_t write_set_digest(const struct write_set *c, struct write_set_digest_entry *out, size_t max);

uint16_t write_set_digest_identity(struct thing *t); // never 0
uint16_t write_set_digest_identity_of(const char *label,
                                      const char *refname); // of a thing with that name
// The value of a move into that list of the thing with this identity.
uint32_t write_set_digest_inside(uint16_t identity, enum inventory_list list);
uint64_t write_set_digest_value_of(struct place *p, unsigned attr); // for check_values_watch
const char *write_set_digest_name(unsigned what);                   // "health", "location"
void write_set_digest_end(struct thing *t); // for thing.c: marks the changes of a thing that ends

// Finds the thing of that identity, which is `in` or inside it at any depth; NULL: none.
struct thing *write_set_digest_find(struct thing *in, uint16_t identity);

// For reports: "a large rat" (#133g2, mill:rat) in "The cellar".
void write_set_digest_write_thing(struct buf *b, const struct write_set_entry *e);
void write_set_digest_write_value(struct buf *b, const struct write_set_entry *e);

#endif

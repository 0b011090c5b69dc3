// One event as the journal keeps it: what it was given, and the digests that prove a replay of it.
// The bytes are little endian, begin with a checksum of all that follows, and never hold a pointer,
// a slab index or anything else that differs between runs. Format: docs/journal.md.
//
// Threads: any; a record has one owner.
#ifndef JOURNAL_RECORD_H
#define JOURNAL_RECORD_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
    RECORD_LINE = 1,     // name: the player; text: what was typed
    RECORD_ENTER = 2,    // name; text: the character as JSON, "" for a new one; more: rights
    RECORD_LINKDEAD = 3, // name
    RECORD_ATTACH = 4,   // name; more: rights, "": as before
    RECORD_LEAVE = 5,    // name
    RECORD_SAVE = 6,     // name
    RECORD_TIMER = 7,    // requested by event `origin`, as its request number `ordinal`
    RECORD_SCRIPT = 8,   // origin and ordinal as for RECORD_TIMER
    RECORD_ZONE = 9,     // the same; origin 0: the reset at the start, ordinal is the zone's number
    RECORD_VOID = 10,    // an event that can no longer happen, as a person was erased: does nothing
    RECORD_RIGHTS = 11,  // name; more: rights
    RECORD_KINDS,
};

enum {
    RECORD_VERSION = 2, // 1: without changes; still read
    RECORD_LOCKS_MAX = 255,
    RECORD_TEXT_MAX = 8 << 20,
    RECORD_HEAD = 72, // bytes before the variable part
    RECORD_CHANGES_MAX = 40,
    RECORD_CHANGE_SIZE = 7, // bytes of one change: what, identity, value
};

// Rights: the player's permissions (names of commands) and, in a second line, its account. Earlier
// versions wrote no second line.

// One change by the event: the thing and its value when the event ended;
// world/snapshot/write_set_digest.h knows what the numbers mean.
struct record_change {
    uint8_t what;
    uint16_t identity;
    uint32_t value;
};

struct record {
    uint64_t number;
    enum record_kind kind;
    int64_t clock; // wall time of the event, ms
    uint64_t origin;
    uint32_t ordinal, outbox;
    int64_t param;                  // linkdead: for how many ms the player stays
    uint64_t output;                // digest of what it said and to whom; 0: nothing
    uint64_t state;                 // unused; 0
    const char *name, *text, *more; // borrowed; "" when there is none
    const uint32_t *locks;          // places of the locks held, ascending; the top bit: shared
    size_t lock_count;
    // RECORD_CHANGE_SIZE bytes each; borrowed; NULL: they were not kept
    const unsigned char *changes;
    size_t change_count;
};

void record_change_put(unsigned char *at, const struct record_change *c);
struct record_change record_change_at(const struct record *r, size_t i);

void record_encode(struct buf *out, const struct record *r);

enum record_reading {
    RECORD_DAMAGED = 1, // `why` says what is wrong
};

// The record points into `bytes` (names and texts end with zero bytes there), which must stay as
// long as the record is used; locks are copied into `locks`, which has room for RECORD_LOCKS_MAX.
// 0 or RECORD_DAMAGED.
int record_decode(const void *bytes, size_t n, struct record *r, uint32_t *locks, const char **why);

// Makes a copy. Returns the memory that it points into, for free().
void *record_copy(struct record *to, const struct record *from);

const char *record_kind_name(enum record_kind kind);
// a player's own event; the other kinds answer requests
bool record_is_players(enum record_kind kind);
uint64_t record_digest(const void *bytes, size_t n, uint64_t seed); // xxh3

#endif

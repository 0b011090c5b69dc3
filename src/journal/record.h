// One event as the journal keeps it: what it was given, and what proves a replay of it. The bytes are
// little endian, begin with a checksum of all that follows, and never hold a pointer, a slab index or
// anything else that another run would have otherwise. Format: docs/journal.md.
//
// Threads: any; a record belongs to whoever has it.
#ifndef JOURNAL_RECORD_H
#define JOURNAL_RECORD_H

#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum record_kind {
    RECORD_LINE = 1,     // name: who; text: what he typed
    RECORD_ENTER = 2,    // name; text: his character as JSON, "" for a new one; more: permissions
    RECORD_LINKDEAD = 3, // name
    RECORD_ATTACH = 4,   // name
    RECORD_LEAVE = 5,    // name
    RECORD_SAVE = 6,     // name
    RECORD_TIMER = 7,    // asked for by event `origin`, as its request number `ordinal`
    RECORD_SCRIPT = 8,   // as above
    RECORD_ZONE = 9,     // as above; origin 0: at the start, ordinal: which zone
    RECORD_KINDS,
};

enum {
    RECORD_VERSION = 1,
    RECORD_LOCKS_MAX = 255,
    RECORD_TEXT_MAX = 8 << 20,
    RECORD_HEAD = 72, // bytes before the variable part
};

struct record {
    uint64_t number;
    enum record_kind kind;
    int64_t clock; // wall time of the event, ms
    uint64_t origin;
    uint32_t ordinal, mailbox;
    int64_t param;    // linkdead: ms that he stays
    uint64_t output;  // digest of what it said and to whom; 0: nothing
    uint64_t state;   // digest of what it changed, where that was computed; 0: not
    const char *name, *text, *more; // borrowed; "" when there is none
    const uint32_t *locks; // places of the locks held, ascending; the top bit: shared
    size_t lock_count;
};

void record_encode(struct buf *out, const struct record *r);

enum record_reading {
    RECORD_READ = 1,
    RECORD_DAMAGED = 2, // `why` says what, and what was expected
};

// The record points into `bytes` (names and texts are ended by zero bytes there), which stay until it
// is no longer used; locks are copied into `locks` of RECORD_LOCKS_MAX.
enum record_reading record_decode(const void *bytes, size_t n, struct record *r, uint32_t *locks,
                                  const char **why);

const char *record_kind_name(enum record_kind kind);
uint64_t record_digest(const void *bytes, size_t n, uint64_t seed); // xxh3

#endif

// What a command has changed: which things, and what of each. Kept in the lock set of the command,
// only while a journal is written or replayed; world/snapshot/write_set_digest.h turns it into
// digests before the locks are released.
//
// Threads: one task at a time, like the lock set. Its pointers must not be followed once the locks
// are released; a thing that ends is kept as its label and its identity.
#ifndef LOCK_WRITE_SET_H
#define LOCK_WRITE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place;

// What of a thing was changed: the number of an attribute, or one of these. Journals hold the
// numbers, so they never change.
enum write_set_what {
    WRITE_SET_LISTED = 250, // it stands in another list of the same inventory
    WRITE_SET_MOVED = 251,
    WRITE_SET_SHARED_STATE = 252, // the state of a lock anchor
    WRITE_SET_ENDED = 253,
    WRITE_SET_MORE = 255, // all changes for which there was no room
};

enum { WRITE_SET_INLINE = 16, WRITE_SET_MAX = 4096, WRITE_SET_LOOKED_BACK = 40 };

struct write_set_entry {
    struct place *place; // NULL: the thing has ended
    const char *label;   // of a thing that has ended; never freed
    uint16_t identity;   // of a thing that has ended
    uint8_t what;
};

struct write_set {
    size_t count, cap;
    bool over; // there were more than WRITE_SET_MAX changes
    struct write_set_entry *list;
    struct write_set_entry inline_list[WRITE_SET_INLINE];
};

void write_set_init(struct write_set *c);
void write_set_fini(struct write_set *c);
void write_set_clear(struct write_set *c);

// Notes a change once, in the order in which changes first happened. Only the last
// WRITE_SET_LOOKED_BACK entries are searched, so an older change may be noted twice, in every run
// alike.
void write_set_note(struct write_set *c, struct place *p, unsigned what);
// The thing has ended: all its changes are replaced by this one.
void write_set_ended(struct write_set *c, struct place *p, const char *label, uint16_t identity);

#endif

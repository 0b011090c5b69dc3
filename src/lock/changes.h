// What a command has changed: which things, and what of each. Kept in the lock set of the command,
// only while a journal is written or replayed; world/snapshot/write_set_digest.h turns it into
// digests before the locks are released.
//
// Threads: one task at a time, like the lock set. Its pointers must not be followed once the locks
// are released; a thing that ends is kept as its label and its identity.
#ifndef LOCK_CHANGES_H
#define LOCK_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place;

// What of a thing was changed: the number of an attribute, or one of these. Journals hold the
// numbers, so they never change.
enum changes_what {
    CHANGES_LISTED = 250, // it stands in another list of the same inventory
    CHANGES_MOVED = 251,
    CHANGES_SHARED_STATE = 252, // the state of a lock anchor
    CHANGES_ENDED = 253,
    CHANGES_MORE = 255, // all changes for which there was no room
};

enum { CHANGES_INLINE = 16, CHANGES_MAX = 4096, CHANGES_LOOKED_BACK = 40 };

struct changes_entry {
    struct place *place; // NULL: the thing has ended
    const char *label;   // of a thing that has ended; never freed
    uint16_t identity;   // of a thing that has ended
    uint8_t what;
};

struct changes {
    size_t count, cap;
    bool over; // there were more than CHANGES_MAX changes
    struct changes_entry *list;
    struct changes_entry inline_list[CHANGES_INLINE];
};

void changes_init(struct changes *c);
void changes_fini(struct changes *c);
void changes_clear(struct changes *c);

// Notes a change once, in the order in which changes first happened. Only the last
// CHANGES_LOOKED_BACK entries are searched, so an older change may be noted twice, in every run
// alike.
void changes_note(struct changes *c, struct place *p, unsigned what);
// The thing has ended: all its changes are replaced by this one.
void changes_ended(struct changes *c, struct place *p, const char *label, uint16_t identity);

#endif

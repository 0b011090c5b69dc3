// What a command has changed: which things, and what of each. Kept only while somebody wants to know
// (a journal is written or replayed), in the lock set of the command; world/snapshot/change.h turns it into
// digests before the locks go.
//
// Threads: one task at a time, like the lock set. Nothing in it may be followed once its locks are let
// go; a thing that ends is kept as its label and its identity.
#ifndef LOCK_CHANGES_H
#define LOCK_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place;

// What is changed: the number of an attribute, or one of these. They are in journals: never changed.
enum changes_what {
    CHANGES_LISTED = 250, // in another list of the same inventory
    CHANGES_MOVED = 251,
    CHANGES_OFFICE = 252, // what an office keeps
    CHANGES_ENDED = 253,
    CHANGES_MORE = 255, // all that there was no room for
};

enum { CHANGES_INLINE = 16, CHANGES_MAX = 4096, CHANGES_LOOKED_BACK = 40 };

struct changes_entry {
    struct place *place;  // NULL: it has ended
    const char *label;    // of one that has ended; never freed
    uint16_t identity;    // the same
    uint8_t what;
};

struct changes {
    size_t count, cap;
    bool over; // there were more than CHANGES_MAX
    struct changes_entry *list;
    struct changes_entry inline_list[CHANGES_INLINE];
};

void changes_init(struct changes *c);
void changes_fini(struct changes *c);
void changes_clear(struct changes *c);

// Kept once each, in the order in which they were first noted, as far as CHANGES_LOOKED_BACK entries
// back; further back they may be kept twice, in every run alike.
void changes_note(struct changes *c, struct place *p, unsigned what);
// The thing is no more: all that was noted of it becomes this.
void changes_ended(struct changes *c, struct place *p, const char *label, uint16_t identity);

#endif

// A door: one state seen from two sides, or the lid of a container, seen from one.
// Locks: reading, the outermost inventory of this side; changing, those of both sides.
#ifndef WORLD_ATTR_DOOR_H
#define WORLD_ATTR_DOOR_H

#include "util/site.h"

#include <stdbool.h>
#include <stdint.h>

struct thing;

// The door as the near side's thing has it. With `far` false it is the lid, or the one-way door, of
// t alone.
struct door_spec {
    int exit; // enum direction, -1 for a lid
    bool open, locked;
    struct thing *key;           // a prototype; NULL when it needs none
    int64_t close_after, jitter; // ms until it changes back; 0: it never does
    bool latch;                  // this side locks and unlocks by hand, without a key
};
void door_give(struct thing *t, const struct door_spec *spec); // building only
void door_join(struct thing *t, struct thing *far);            // building: far is the other side

bool door_is_at(struct thing *t, const struct site *at); // is it a door at all?
bool door_is_open_at(struct thing *t, const struct site *at);
bool door_is_locked_at(struct thing *t, const struct site *at);
int door_exit_at(struct thing *t, const struct site *at); // enum direction; -1: a lid, or none
// The thing of the other side, NULL if there is none; never changes.
struct thing *door_far_at(struct thing *t, const struct site *at);
#define door_far(t) door_far_at((t), SITE)
struct thing *door_key_at(struct thing *t, const struct site *at);
// Is this a side that locks and unlocks without a key? Never changes.
bool door_latch_at(struct thing *t, const struct site *at);
#define door_latch(t) door_latch_at((t), SITE)
void door_change_at(struct thing *t, bool open, bool locked, const struct site *at);
// Is the door in its initial state? After how many ms, plus a part of the jitter, does it go back
// to that (0: never)?
bool door_is_first_at(struct thing *t, const struct site *at);
void door_first_at(struct thing *t, bool *open, bool *locked, int64_t *after, int64_t *jitter,
                   const struct site *at);
// The door that is closed in that direction of a location, or NULL.
struct thing *door_closing_at(struct thing *location, int direction, const struct site *at);
#define door_first(t, open, locked, after, jitter)                                                 \
    door_first_at((t), (open), (locked), (after), (jitter), SITE)
#define door_is(t) door_is_at((t), SITE)
#define door_is_open(t) door_is_open_at((t), SITE)
#define door_is_locked(t) door_is_locked_at((t), SITE)
#define door_exit(t) door_exit_at((t), SITE)
#define door_key(t) door_key_at((t), SITE)
#define door_change(t, open, locked) door_change_at((t), (open), (locked), SITE)
#define door_is_first(t) door_is_first_at((t), SITE)
#define door_closing(location, direction) door_closing_at((location), (direction), SITE)

#endif

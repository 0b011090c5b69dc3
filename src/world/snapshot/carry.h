// Carries the state of a world over to the world of other zone files: things on floors, in
// containers and with creatures stay, doors keep their state, mobiles their place and health. So an
// edited zone file does not wipe a world.
//
// Things that the zone files place are found again by prototype and origin, or by prototype alone
// when the builder has moved them. A thing that is at its origin moves to where the new files want
// it; a thing that is elsewhere stays there. A copy stays as long as its prototype exists. The
// properties of a thing come from the new files, except those that have changed since it was made.
// Locations that are gone leave their contents to a start of their zone.
//
// Threads: one, while nothing runs in either world.
// Locks: none: the checker is off.
#ifndef WORLD_SNAPSHOT_CARRY_H
#define WORLD_SNAPSHOT_CARRY_H

#include <stddef.h>
#include <stdint.h>

struct carry;
struct thing;
struct world;

// Things of one kind that were dropped because their prototype is gone, or moved because their
// location is gone.
struct carry_note {
    const char *ref, *name; // of the prototype, or of the location; borrowed from the old world
    const char *to;         // where they are now; NULL: they were dropped
    size_t count;
};

// `to` has been built and settled and nothing has happened in it; no player is in `from`. The
// caller keeps both worlds; the result borrows from them.
struct carry *carry_over(struct world *from, struct world *to);
void carry_free(struct carry *c);
struct thing *carry_thing(const struct carry *c,
                          uint32_t slot); // the new thing for what was in that slot; or NULL
size_t carry_kept(const struct carry *c); // things that were carried over
const struct carry_note *carry_notes(const struct carry *c, size_t *count);

#endif

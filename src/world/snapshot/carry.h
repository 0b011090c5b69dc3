// A world into the world of other zone files: what lies on the floors, in containers and with
// creatures stays, doors keep their state, mobiles their place and health. Changed zone files do
// not wipe a world.
//
// What the zone files place is found again by its prototype and its origin, or by its prototype
// alone when the builder has moved it. What is at home is where the new files want it, what is away
// stays where it is. A copy stays as long as its prototype is there. What a thing is like comes
// from the new files, but for what has changed since it was made. Locations that are gone leave
// their contents to a start of their zone.
//
// Threads: one, while nothing runs in either world. Locks: none: the checker is off.
#ifndef WORLD_SNAPSHOT_CARRY_H
#define WORLD_SNAPSHOT_CARRY_H

#include <stddef.h>
#include <stdint.h>

struct carry;
struct thing;
struct world;

// Things of one kind that are no more, as their prototype is not, or that had to move, as their
// location is not.
struct carry_note {
    const char *ref, *name; // of the prototype, or of the location; borrowed from the old world
    const char *to;         // where they are now; NULL: they are no more
    size_t count;
};

// `to` has been built and settled, and nothing has happened in it; nobody is in `from`. Of both the
// caller stays the owner; the result borrows from them.
struct carry *carry_over(struct world *from, struct world *to);
void carry_free(struct carry *c);
struct thing *carry_thing(const struct carry *c,
                          uint32_t slot); // what was in that slot is now; or NULL
size_t carry_kept(const struct carry *c); // things that were carried over
const struct carry_note *carry_notes(const struct carry *c, size_t *count);

#endif

// Zones: things that one file defines, their reset list, and the numbers of copies of their
// prototypes in the world. These counts are shared by all players, so they have the zone's own
// lock.
//
// Threads: building on one thread; then the lists are read-only and the counts need zone_lock,
// exclusively. Locks: as said at each function.
#ifndef WORLD_ZONE_H
#define WORLD_ZONE_H

#include "lock/lock.h"
#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thing;
struct world;
struct zone;

enum zone_mode { ZONE_NEVER, ZONE_EMPTY, ZONE_ALWAYS };

enum zone_reset_kind { ZONE_PLACE, ZONE_PUT, ZONE_GIVE, ZONE_EQUIP, ZONE_REMOVE, ZONE_DOOR };

// One entry of a zone's reset list; the entries of its `then` are applied to the thing that it has
// placed.
struct zone_reset {
    enum zone_reset_kind kind;
    struct thing *what;      // prototype to copy or to remove; NULL for doors
    struct thing *where;     // location, or container prototype for a put of its own
    int limit;               // most copies in the world; -1: any number
    int use;                 // enum body_use, for ZONE_EQUIP
    int direction;           // for ZONE_DOOR
    bool open, locked;       // for ZONE_DOOR
    bool respawn;            // at each reset, also while somebody is in the zone
    struct zone_reset *then; // first child
    struct zone_reset *next;
};

const char *zone_ref(const struct zone *z);
const char *zone_name(const struct zone *z);
struct lock *zone_lock(struct zone *z);

// Building.
void zone_set_reset(struct zone *z, enum zone_mode mode, int64_t every_ms);
void zone_set_pvp(struct zone *z, bool pvp); // players may fight each other there without consent
void zone_add_location(struct zone *z, struct thing *location);
struct zone_reset *zone_reset_new(struct zone *z); // owned by the zone, not yet linked
void zone_reset_append(struct zone_reset **list, struct zone_reset *r);
struct zone_reset **zone_resets(struct zone *z);
void zone_own(struct zone *z, struct thing *t); // notes that z defined t
void zone_settle(struct zone *z);               // the reset list is complete

enum zone_mode zone_mode(const struct zone *z);
int64_t zone_every(const struct zone *z);
bool zone_pvp(const struct zone *z);
struct thing *const *zone_locations(const struct zone *z, size_t *count);
// The zones whose prototypes its resets copy or remove, itself first: a reset must hold their locks
// beside those of its locations.
struct zone *const *zone_needs(const struct zone *z, size_t *count);

// Counting copies; both need the lock of the prototype's zone, exclusively.
int zone_population_at(struct thing *prototype, const struct site *at);
void zone_born_at(struct thing *copy, const struct site *at); // counts the copy
void zone_gone_at(struct thing *copy,
                  const struct site *at);   // takes it out of the count, if it was counted
bool zone_counts(const struct thing *copy); // identity: does it count?
#define zone_population(prototype) zone_population_at((prototype), SITE)
#define zone_born(copy) zone_born_at((copy), SITE)
#define zone_gone(copy) zone_gone_at((copy), SITE)

#endif

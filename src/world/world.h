// The world: all things, the names they are known by, its zones, and the state that everyone
// shares.
//
// Threads: building (world_define and everything named build) on one thread before any worker runs;
// later the tables of refs and zones are read-only, and everything that changes has a lock.
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "lock/lock.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

struct world_limits {
    unsigned crowd;   // more players than this are "a crowd" to LOOK
    unsigned aliases; // how many command aliases a player may have
};

struct world *world_new(void);
void world_free(struct world *w); // no worker runs; frees every thing
const struct world_limits *world_limits(const struct world *w);
void world_set_limits(struct world *w, const struct world_limits *limits); // while it is built

// Refs: `name` is "zone:ref". world_define makes a thing in limbo, owned by the running lock set;
// NULL when the name is taken.
struct thing *world_define(struct world *w, const char *name, unsigned flags);
struct thing *world_lookup(struct world *w, const char *name); // NULL when unknown
// The slots of things by index, whatever they hold now: for consoles and digests. Any thread.
struct thing *world_slot(struct world *w, uint32_t index); // NULL when the slot was never used
uint32_t world_slots(struct world *w);                     // one more than the highest index used
size_t world_things(const struct world *w);                // number of living things

// Things get slots in an order that the seed decides: nothing may depend on the index or the
// address of a thing. Call it before anything runs; where a snapshot is read or written, built
// things must have the slots that they have in every run.
void world_scatter(struct world *w, uint64_t seed);
// Ends building: the things that exist now are the same in every run. A second call changes
// nothing.
void world_settle(struct world *w);

// The locations where new players begin, in the order of loading; one of them by number.
void world_add_start(struct world *w, struct thing *location);
size_t world_starts(const struct world *w);
struct thing *world_start(const struct world *w, size_t n);

// Template of a new player, a frozen prototype; NULL until set.
void world_set_player_template(struct world *w, struct thing *template);
struct thing *world_player_template(const struct world *w);

// The roster of players in the world: it has its own lock, shared for reading, exclusive for adding
// and removing.
struct lock *world_roster_lock(struct world *w);
void world_roster_add_at(struct world *w, struct thing *player, const char *name,
                         const struct site *at);
void world_roster_remove_at(struct world *w, struct thing *player, const struct site *at);
#define world_roster_add(w, player, name) world_roster_add_at((w), (player), (name), SITE)
#define world_roster_remove(w, player) world_roster_remove_at((w), (player), SITE)
struct roster_entry {
    struct thing *player;
    const char *name; // borrowed while the roster lock is held
    // Title of the player's last mark that has one (world/mark.h), never freed; NULL: none.
    const char *title;
};
// The players in the order of their names, in upper or lower case; one of them by name; those whose
// names begin with a text (NULL when there are none).
const struct roster_entry *world_roster_at(struct world *w, size_t *count, const struct site *at);
struct thing *world_roster_find_at(struct world *w, const char *name, const struct site *at);
#define world_roster(w, count) world_roster_at((w), (count), SITE)
#define world_roster_find(w, name) world_roster_find_at((w), (name), SITE)
const struct roster_entry *world_roster_beginning_at(struct world *w, const char *beginning,
                                                     size_t *count, const struct site *at);
#define world_roster_beginning(w, beginning, count)                                                \
    world_roster_beginning_at((w), (beginning), (count), SITE)

size_t world_roster_count_at(struct world *w, const struct site *at);
#define world_roster_count(w) world_roster_count_at((w), SITE)
void world_roster_entitle_at(struct world *w, struct thing *player, const char *title,
                             const struct site *at);
#define world_roster_entitle(w, player, title) world_roster_entitle_at((w), (player), (title), SITE)
// Changes the name of a player in the roster; needs the roster's lock exclusively, as the above do.
void world_roster_rename(struct world *w, struct thing *player, const char *name);

// Zones, in the order of loading.
struct zone *world_add_zone(struct world *w, const char *ref, const char *name);
struct zone *world_zone(struct world *w, const char *ref);
size_t world_zones(const struct world *w);
struct zone *world_zone_at(const struct world *w, size_t n); // NULL: there are not so many

#endif

// Out of play, but owned: making, taking away and ending things. A thing in limbo, with all that is
// inside it, belongs to one task, the one whose lock set runs on this thread; it must publish, park
// or free it before it ends.
//
// Locks: limbo_take needs the outermost lock, limbo_publish that of the destination.
#ifndef WORLD_LIMBO_H
#define WORLD_LIMBO_H

#include "util/site.h"
#include "world/inventory.h"

struct thing;
struct world;

// A new thing in limbo: an empty one, or a copy of a prototype (or of any thing that may be read),
// with its attributes and an empty inventory if that has one.
struct thing *limbo_new_at(struct world *w, unsigned flags, const char *label,
                           const struct site *at);
struct thing *limbo_copy_at(struct thing *of, const struct site *at);
// Makes a player: like the template, if there is one, under its own name.
struct thing *limbo_player_at(struct world *w, struct thing *template, const char *name,
                              const struct site *at);
// Takes a thing out of its inventory; with what it contains.
void limbo_take_at(struct thing *t, const struct site *at);
// Puts it into an inventory, into the list for its kind. Unless the outcome is INVENTORY_MOVED it
// is in limbo as before.
__attribute__((warn_unused_result)) enum inventory_outcome
limbo_publish_at(struct thing *t, struct thing *into, const struct site *at);
// Makes it a location: the outermost of itself.
void limbo_publish_root_at(struct thing *t, const struct site *at);
// Makes it a prototype: from now on it and all in it may only be read.
void limbo_freeze_at(struct thing *t, const struct site *at);
// Gives it a place where it belongs: it is unique, and goes back there when it is junked.
void limbo_set_origin_at(struct thing *t, struct thing *origin, const struct site *at);
// Ends it and everything inside it.
void limbo_free_at(struct thing *t, const struct site *at);

#define limbo_new(w, flags, label) limbo_new_at((w), (flags), (label), SITE)
#define limbo_copy(of) limbo_copy_at((of), SITE)
#define limbo_player(w, template, name) limbo_player_at((w), (template), (name), SITE)
#define limbo_take(t) limbo_take_at((t), SITE)
#define limbo_publish(t, into) limbo_publish_at((t), (into), SITE)
#define limbo_publish_root(t) limbo_publish_root_at((t), SITE)
#define limbo_freeze(t) limbo_freeze_at((t), SITE)
#define limbo_set_origin(t, origin) limbo_set_origin_at((t), (origin), SITE)
#define limbo_free(t) limbo_free_at((t), SITE)

#endif

// Things in limbo: making them, taking them out of the world and ending them. A thing in limbo,
// with everything inside it, belongs to one task, the one whose lock set runs on this thread. The
// task must publish it, take it out of play in its origin, or free it before it ends.
//
// Locks: limbo_take needs the outermost lock, limbo_publish that of the destination.
#ifndef WORLD_LIMBO_H
#define WORLD_LIMBO_H

#include "util/site.h"
#include "world/inventory.h"

struct thing;
struct world;

// Makes a thing in limbo: an empty one, or a copy of a prototype (or of any thing that may be read)
// with its attributes, and with an empty inventory if the original has one.
struct thing *limbo_new_at(struct world *w, unsigned flags, const char *label,
                           const struct site *at);
struct thing *limbo_copy_at(struct thing *of, const struct site *at);
// Makes a player: a copy of the template, if there is one, with its own name.
struct thing *limbo_player_at(struct world *w, struct thing *template, const char *name,
                              const struct site *at);
// Takes a thing, with its contents, out of its inventory.
void limbo_take_at(struct thing *t, const struct site *at);
// Puts it into an inventory, into the list for its kind. Unless the outcome is INVENTORY_MOVED it
// stays in limbo.
__attribute__((warn_unused_result)) enum inventory_outcome
limbo_publish_at(struct thing *t, struct thing *into, const struct site *at);
// Makes it a location, which is its own outermost inventory.
void limbo_publish_root_at(struct thing *t, const struct site *at);
// Makes it a prototype: from now on it and its contents are read-only.
void limbo_freeze_at(struct thing *t, const struct site *at);
// Gives it an origin: it is unique, and goes back there when it is junked.
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

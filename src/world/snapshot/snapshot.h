// The whole world as bytes, and back: where everything is, in which order, what has changed since
// it was built, and the roster. Built things are named by their slot, which is the same in every
// run with the same zone files; things that events made are named by the slot that they had, and
// get another.
//
// Threads: one, while nothing runs.
// Locks: none: when a world is restored, the checker is off.
#ifndef WORLD_SNAPSHOT_SNAPSHOT_H
#define WORLD_SNAPSHOT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct snapshot_world;
struct thing;
struct unpack;
struct world;

void snapshot_write(struct world *w, struct buf *out);
size_t snapshot_players(struct world *w); // the number of players in the world

// Restores the snapshot into w, which has been built and in which nothing has happened. All of the
// snapshot is checked before anything is changed: NULL, with the reason, when it does not fit this
// world. The caller frees the result.
struct snapshot_world *snapshot_read(struct world *w, struct unpack *in, struct error *why);
void snapshot_world_free(struct snapshot_world *s);
// The thing for that slot of the snapshot; NULL: no thing in play had it.
struct thing *snapshot_thing(const struct snapshot_world *s, uint32_t slot);

#endif

// The whole world as bytes, and back: where everything is, in which order, what has changed since
// it was built, who is on. What was built is named by its slot, which is the same in every run with
// the same zone files; what events have made is named by the slot that it had, and gets another.
//
// Threads: one, while nothing runs. Locks: none: when a world is restored, the checker is off.
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
size_t snapshot_players(struct world *w); // how many are on

// Makes w, which has been built and in which nothing has happened, what it was. All of it is looked
// at before anything is changed: NULL, and why, when it is not one of this world. The caller frees
// the result.
struct snapshot_world *snapshot_read(struct world *w, struct unpack *in, struct error *why);
void snapshot_world_free(struct snapshot_world *s);
// What was in that slot when the snapshot was written; NULL: nothing that was in play.
struct thing *snapshot_thing(const struct snapshot_world *s, uint32_t slot);

#endif

// What an epoch of other zone files begins with: the world of the last event, carried over.
// Threads: one, before anything runs.
#ifndef ENGINE_REPLAY_CARRY_H
#define ENGINE_REPLAY_CARRY_H

#include <stddef.h>
#include <stdint.h>

struct carry;
struct dispatch;
struct journal;

// Makes the snapshot of the journal's last event true in `from`, whose world is of its zone files, carries it
// over into `to`, and writes that as the same event's snapshot, of the zone files with digest `world`, into
// `folder`. What was to happen later does, where it has something to happen to; zones that are new are reset.
enum dispatch_carried {
    DISPATCH_CARRIED = 1, // the caller frees `out`, before the dispatches' worlds
    DISPATCH_NOT_CARRIED, // the old world cannot be made again: why
    DISPATCH_NOT_WRITTEN, // the snapshot cannot be written: why
};
enum dispatch_carried dispatch_carry(struct dispatch *from, struct dispatch *to, struct journal *j,
                                     uint64_t world, const char *folder, struct carry **out, char *why,
                                     size_t size);

#endif

// Makes the snapshot that an epoch with other zone files begins with: the world after the last
// event, carried over.
// Threads: one, before anything runs.
#ifndef ENGINE_REPLAY_CARRY_H
#define ENGINE_REPLAY_CARRY_H

#include <stdint.h>

struct carry;
struct dispatch;
struct error;
struct journal;

// Loads the snapshot of the journal's last event into `from`, a world of the old zone files,
// carries it over into `to`, and writes that into `folder` as the same event's snapshot, for the
// zone files with digest `world`. Pending requests stay pending if their things still exist; new
// zones are reset.
//
// 0: the caller frees `out`, before the dispatches' worlds. DISPATCH_NOT_CARRIED, or negative when
// the snapshot cannot be written; then `why` has the reason.
enum dispatch_carry_outcome {
    DISPATCH_NOT_CARRIED = 1, // the old world cannot be restored
};
int dispatch_carry(struct dispatch *from, struct dispatch *to, struct journal *j, uint64_t world,
                   const char *folder, struct carry **out, struct error *why);

#endif

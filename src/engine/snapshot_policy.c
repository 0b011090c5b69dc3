// When a snapshot of the world is begun, and when it may be finished. Keeps the times and numbers
// in struct dispatch; what a snapshot holds is in replay/checkpoint.
//
// Threads: the loop thread; the counts of finished snapshots are read by any.

#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "engine/replay/checkpoint.h"
#include "util/clock.h"

#include <stdatomic.h>

bool dispatch_snapshot(struct dispatch *d)
{
    if (!d->committer || d->checkpoint || sequencer_last_number(d->sequencer) == d->snapshot_last)
        return false;
    d->checkpoint = checkpoint_begin(d, d->journal);
    d->snapshot_next = clock_mono_ms() + d->snapshot_every;
    return d->checkpoint;
}

bool dispatch_snapshot_under_way(const struct dispatch *d)
{
    return d->checkpoint;
}

// May the snapshot be finished? Only when every earlier outcome is on the disk and every player who
// left before it has been saved: a start from the snapshot does not replay those departures, so it
// could not save them.
static bool is_settled(const struct dispatch *d)
{
    return (!d->waiting_durable.first ||
            d->waiting_durable.first->seq > checkpoint_seq(d->checkpoint)) &&
           committer_kept(d->committer) >= checkpoint_number(d->checkpoint) &&
           (!d->ops.settled || d->ops.settled(d->owner));
}

static void count_snapshot(struct dispatch *d, uint64_t number)
{
    atomic_fetch_add_explicit(&d->snapshots, 1, memory_order_relaxed);
    if (sequencer_last_number(d->sequencer) > number)
        atomic_fetch_add_explicit(&d->snapshots_busy, 1, memory_order_relaxed);
}

void snapshot_policy_look(struct dispatch *d)
{
    if (!d->committer)
        return;
    if (!d->checkpoint) {
        if (d->snapshot_every && clock_mono_ms() >= d->snapshot_next)
            dispatch_snapshot(d);
    } else if (checkpoint_over(d->checkpoint)) {
        uint64_t number = checkpoint_number(d->checkpoint);
        if (checkpoint_end(d->checkpoint, false)) {
            d->snapshot_last = number;
            count_snapshot(d, number);
        }
        d->checkpoint = NULL;
    } else if (is_settled(d)) {
        checkpoint_allow(d->checkpoint);
    }
}

// When a snapshot of the world is begun, when it may be finished, and whether a last one is written
// at the end. Keeps the times and numbers of snapshots in struct dispatch; what a snapshot holds is
// in replay/checkpoint.
//
// Threads: that of loop 0; at start and end that of main, while no worker runs. The counts of
// finished snapshots are read by any; snapshot_policy_nudge is called on any.
#include "engine/dispatch_priv.h"

#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/replay/checkpoint.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdatomic.h>
#include <string.h>

static void snapshot_policy_note(struct dispatch *d)
{
    atomic_store(&d->snapshot_look, d->checkpoint       ? INT64_MIN
                                    : d->snapshot_every ? d->snapshot_next
                                                        : 0);
}

void snapshot_policy_nudge(struct dispatch *d)
{
    int64_t at = atomic_load(&d->snapshot_look);
    if (!at || (at > 0 && clock_mono_ms() < at))
        return;
    bool news = sequencer_last_number(d->sequencer) != atomic_load(&d->snapshot_last);
    if (at < 0 || news)
        dispatch_wake(d->loops[0]);
}

void snapshot_policy_start(struct dispatch *d, int64_t every)
{
    const char *path = journal_path(d->journal);
    d->snapshot_every = every;
    d->snapshot_next = clock_mono_ms() + every;
    snapshot_policy_note(d);
    snapshot_file_sweep(path);
    // drop snapshots of events that are removed, before other events get their numbers
    snapshot_file_drop_later(path, journal_last(d->journal));
}

bool snapshot_policy_all_saved(const struct dispatch *d)
{
    return !d->ops.settled || d->ops.settled(d->owner);
}

bool dispatch_snapshot(struct dispatch *d)
{
    if (!d->committer || d->checkpoint || sequencer_last_number(d->sequencer) == d->snapshot_last)
        return false;
    d->checkpoint = checkpoint_begin(d, d->journal);
    d->snapshot_next = clock_mono_ms() + d->snapshot_every;
    snapshot_policy_note(d);
    return d->checkpoint;
}

bool dispatch_snapshot_under_way(const struct dispatch *d)
{
    return d->checkpoint;
}

// May the snapshot be finished? Only when every earlier outcome is on the disk and every player who
// left before it has been saved: a start from the snapshot does not replay those departures, so it
// could not save them.
static bool snapshot_policy_may_finish(struct dispatch *d)
{
    return router_has_delivered(d, checkpoint_seq(d->checkpoint)) &&
           committer_kept(d->committer) >= checkpoint_number(d->checkpoint) &&
           snapshot_policy_all_saved(d);
}

static void snapshot_policy_count(struct dispatch *d, uint64_t number)
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
            snapshot_policy_count(d, number);
        }
        d->checkpoint = NULL;
        snapshot_policy_note(d);
    } else if (snapshot_policy_may_finish(d)) {
        checkpoint_allow(d->checkpoint);
    }
}

void snapshot_policy_cancel(struct dispatch *d)
{
    checkpoint_end(d->checkpoint, true);
    d->checkpoint = NULL;
    snapshot_policy_note(d);
}

void snapshot_policy_last(struct dispatch *d)
{
    struct journal *j = d->journal;
    uint64_t last = journal_last(j);
    if (last == d->snapshot_last || last < journal_first(j))
        return;
    // If a player who left could not be saved, write no snapshot: the next start has to replay that
    // departure to save the character. Nor may the snapshot be ahead of the events that the journal
    // holds.
    if (!snapshot_policy_all_saved(d) || sequencer_last_number(d->sequencer) != last) {
        log_info("journal", "no_snapshot", "why", "not everything could be written down", NULL);
        return;
    }
    int64_t began = clock_mono_ms();
    int r = checkpoint_write(d, j, journal_path(j), last);
    if (r) {
        log_error("journal", "no_snapshot", "error", strerror(-r), NULL);
        return;
    }
    snapshot_file_prune(journal_path(j), journal_epoch(j));
    log_info("journal", "snapshot", "number", LOG_INT(last), "ms", LOG_INT(clock_mono_ms() - began),
             NULL);
}

// How a journal is begun, continued and left: its events are replayed, an epoch of its own is begun
// where another program or other settings made them, and the committer is started and stopped.
//
// Threads: that of main while no worker runs; dispatch_disk_full, dispatch_commit_stalled and
// dispatch_recording run on any thread.

#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "util/clock.h"
#include "util/error.h"
#include "util/log.h"
#include "util/map.h"

#include <errno.h>
#include <string.h>

// Begins a new epoch with the world as it is now; the log says so if there were events in the old
// one.
static int begin_epoch(struct dispatch *d, struct journal *j, bool any, bool differs,
                       struct error *why)
{
    uint64_t last = journal_last(j);
    // The next start does not replay the departures of players who left in the old epoch.
    if (d->ops.settled && !d->ops.settled(d->owner)) {
        return error_set(why, -EIO, "characters of players who have left cannot be written");
    }
    int r = checkpoint_write(d, j, journal_path(j), last);
    if (r < 0)
        return error_set_system(why, -r, "no snapshot can be written");
    r = journal_roll_own(j, journal_world(j));
    if (r < 0)
        return error_set(why, r, "%s", journal_why(j));
    if (any)
        log_info("journal", "new_epoch", "after", LOG_INT(last), "why",
                 differs ? "events say something else" : "another program or other settings", NULL);
    return 0;
}

// If another program or other settings made the events, or if they now say something else than was
// recorded (a later replay would find the same difference), the next ones go into an epoch of their
// own.
static int begin_epoch_if_needed(struct dispatch *d, struct journal *j, bool roll, bool differs,
                                 struct error *why)
{
    bool events = journal_last(j) >= journal_first(j);
    if (!roll && !(events && differs))
        return 0;
    if (events || journal_based(j))
        return begin_epoch(d, j, events, differs, why);
    int r = journal_roll(j, journal_world(j), true); // nothing has ever happened in this world
    return r < 0 ? error_set(why, r, "%s", journal_why(j)) : 0;
}

static void start_committer(struct dispatch *d, struct journal *j,
                            const struct dispatch_journal *config)
{
    struct committer_config lc = {.interval = config->interval,
                                  .reserve = config->reserve,
                                  .resumed = &d->resumed,
                                  .wake = dispatch_wake,
                                  .arg = d};
    d->journal = j;
    d->snapshot_every = config->snapshot;
    d->snapshot_next = clock_mono_ms() + config->snapshot;
    snapshot_file_sweep(journal_path(j));
    // drop snapshots of events that are removed, before other events get their numbers
    snapshot_file_drop_later(journal_path(j), journal_last(j));
    sequencer_continue(d->sequencer, journal_last(j));
    d->highest = journal_last(j);
    d->committer = committer_start(j, &lc);
}

int dispatch_journal(struct dispatch *d, struct journal *j, const struct dispatch_journal *config,
                     struct error *why)
{
    bool new_world = !journal_based(j) && journal_last(j) < journal_first(j);
    d->owner = config->owner;
    error_clear(why);
    int recovered = new_world ? 0 : replay_recover(d, j, config->at, config->soft, why);
    if (recovered < 0 || recovered == DISPATCH_AGAIN)
        return recovered;
    if (config->at)
        return recovered; // serve --at: a world of the past, in which events are not recorded
    int r = begin_epoch_if_needed(d, j, config->roll, recovered == DISPATCH_DIFFERS, why);
    if (r < 0)
        return r;
    start_committer(d, j, config);
    return recovered;
}

void dispatch_journal_stop(struct dispatch *d)
{
    if (!d->committer)
        return;
    checkpoint_end(d->checkpoint, true);
    d->checkpoint = NULL;
    committer_stop(d->committer);
    d->committer = NULL;
    uint64_t last = journal_last(d->journal);
    if (last == d->snapshot_last || last < journal_first(d->journal))
        return;
    // If a player who left could not be saved, write no snapshot: the next start has to replay that
    // departure to save the character. Nor may the snapshot be ahead of the events that the journal
    // holds.
    if ((d->ops.settled && !d->ops.settled(d->owner)) ||
        sequencer_last_number(d->sequencer) != last) {
        log_info("journal", "no_snapshot", "why", "not everything could be written down", NULL);
        return;
    }
    int64_t began = clock_mono_ms();
    int r = checkpoint_write(d, d->journal, journal_path(d->journal), last);
    if (!r)
        snapshot_file_prune(journal_path(d->journal), journal_epoch(d->journal));
    if (r)
        log_error("journal", "no_snapshot", "error", strerror(-r), NULL);
    else
        log_info("journal", "snapshot", "number", LOG_INT(last), "ms",
                 LOG_INT(clock_mono_ms() - began), NULL);
}

bool dispatch_disk_full(const struct dispatch *d)
{
    return d->committer && committer_disk_full(d->committer);
}

bool dispatch_commit_stalled(const struct dispatch *d)
{
    return d->committer && committer_stalled(d->committer);
}

bool dispatch_recording(const struct dispatch *d)
{
    return d->committer || d->replay;
}

void dispatch_restored(struct dispatch *d, struct map *saved)
{
    struct map_iter at = {0};
    const char *name;
    for (void *value; map_next(saved, &at, &name, &value);)
        if (d->ops.restored && value) {
            d->ops.restored(d->owner, name, value);
            map_put(saved, name, NULL);
        }
}

// How a journal is begun, continued and left: its events are replayed, an epoch of its own is begun
// where another program or other settings made them, and the committer is started and stopped.
//
// Threads: that of main while no worker runs; dispatch_disk_full, dispatch_commit_stalled and
// dispatch_recording run on any thread.
#include "engine/dispatch_priv.h"

#include "engine/committer.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "util/error.h"
#include "util/log.h"
#include "util/map.h"

#include <errno.h>

// Begins a new epoch with the world as it is now; the log says so if there were events in the old
// one.
static int epoch_begin(struct dispatch *d, struct journal *j, bool any, bool differs,
                       struct error *why)
{
    uint64_t last = journal_last(j);
    // The next start does not replay the departures of players who left in the old epoch.
    if (!snapshot_policy_all_saved(d))
        return error_set(why, -EIO, "characters of players who have left cannot be written");
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
static int epoch_begin_if_needed(struct dispatch *d, struct journal *j, bool roll, bool differs,
                                 struct error *why)
{
    bool events = journal_last(j) >= journal_first(j);
    if (!roll && !(events && differs))
        return 0;
    if (events || journal_based(j))
        return epoch_begin(d, j, events, differs, why);
    int r = journal_roll(j, journal_world(j), true); // nothing has ever happened in this world
    return r < 0 ? error_set(why, r, "%s", journal_why(j)) : 0;
}

static void epoch_start_committer(struct dispatch *d, struct journal *j,
                                  const struct dispatch_journal *config)
{
    struct committer_config lc = {.interval = config->interval,
                                  .reserve = config->reserve,
                                  .resumed = &d->resumed,
                                  .wake = router_committed,
                                  .arg = d};
    d->journal = j;
    snapshot_policy_start(d, config->snapshot);
    sequencer_continue(d->sequencer, journal_last(j));
    d->router.highest = journal_last(j);
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
    int r = epoch_begin_if_needed(d, j, config->roll, recovered == DISPATCH_DIFFERS, why);
    if (r < 0)
        return r;
    epoch_start_committer(d, j, config);
    return recovered;
}

void dispatch_journal_stop(struct dispatch *d)
{
    if (!d->committer)
        return;
    snapshot_policy_cancel(d);
    committer_stop(d->committer);
    d->committer = NULL;
    snapshot_policy_last(d);
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

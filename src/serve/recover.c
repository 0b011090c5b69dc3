// Opens the journal and makes what is in it true again. An epoch is of one set of zone files, one
// program and one set of settings: when any of them has changed the world goes on in a new epoch;
// when the zone files have, it is carried over to them, after everybody who was in it has been
// saved.
#include "serve/recover.h"

#include "engine/dispatch.h"
#include "journal/journal.h"
#include "serve/carry_epoch.h"
#include "serve/close_epoch.h"
#include "serve/world_files.h"
#include "session/session.h"
#include "util/build.h"
#include "util/clock.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/parallel.h"
#include "util/settings.h"
#include "world/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { CROWD, ALIASES, EPOCHS_MAX = 4096 };

void recover_limits(struct world *w, const struct settings *set)
{
    struct world_limits limits = *world_limits(w);
    limits.crowd = (unsigned)set->world_crowd;
    limits.aliases = (unsigned)set->limits_aliases;
    world_set_limits(w, &limits);
}

void recover_limits_of(struct world *w, const struct journal *j)
{
    const uint64_t *s = journal_settings(j);
    if (!s[CROWD])
        return; // an epoch of the first format: the defaults
    struct world_limits limits = *world_limits(w);
    limits.crowd = (unsigned)s[CROWD];
    limits.aliases = (unsigned)s[ALIASES];
    world_set_limits(w, &limits);
}

static struct journal_config config_of(const struct recovery *b, char *folder)
{
    const struct settings *set = b->settings;
    return (struct journal_config){
        .folder = folder,
        .world = b->files,
        .settings =
            {[CROWD] = (uint64_t)set->world_crowd, [ALIASES] = (uint64_t)set->limits_aliases},
        .sync = true,
        .wal = !strcmp(set->journal_durability, "always"),
        .read_only = b->at,
        .epoch = UINT64_MAX};
}

// Finds the epoch that event `at` is in. False: it was removed, which has been reported.
static bool epoch_of(const char *folder, uint64_t at, uint64_t *epoch)
{
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    size_t n = journal_epochs(folder, list, EPOCHS_MAX);
    bool there = !n || list[0] < at;
    *epoch = 0;
    for (size_t i = 0; i < n && list[i] < at; i++)
        *epoch = list[i];
    if (!there)
        fprintf(stderr,
                "latchkey: the events to %" PRIu64 " are gone; no copy of that past can be made\n",
                list[0]);
    free(list);
    return there;
}

// 0, or an outcome, which has been reported.
static int open_journal(const struct recovery *b, struct journal **out)
{
    struct error why;
    char *folder = mem_printf("%s/journal", b->settings->folder_data);
    struct journal_config config = config_of(b, folder);
    bool there = !b->at || epoch_of(folder, b->at, &config.epoch);
    *out = there ? journal_open(&config, &why) : NULL;
    free(folder);
    if (*out)
        return 0;
    if (!there)
        return RECOVER_DAMAGED;
    fprintf(stderr, "latchkey: %s\n", error_text(&why));
    return file_error_is_outside(-error_code(&why)) ? RECOVER_UNWRITABLE : RECOVER_DAMAGED;
}

int recover_past(const struct recovery *b, struct world_files *f)
{
    struct error why;
    struct journal *j;
    int r = open_journal(b, &j);
    if (r != 0)
        return r;
    if (b->at > journal_last(j)) {
        fprintf(stderr, "latchkey: there is no event %" PRIu64 ": the last is %" PRIu64 "\n", b->at,
                journal_last(j));
        r = RECOVER_DAMAGED;
    } else if (!world_files_find(f, journal_world(j), b->settings->folder_zones, b->player,
                                 journal_path(j), &why)) {
        fprintf(stderr, "latchkey: the zone files as they were then: %s\n", error_text(&why));
        r = RECOVER_DAMAGED;
    }
    journal_close(j);
    return r;
}

// Reports that players were in the old world and cannot be saved. `reason`: why the old world
// does not go on.
static int tell_not_closed(const struct recovery *b, const char *reason, const struct error *why)
{
    fprintf(stderr,
            "latchkey: %s since the server was killed, and players were in\n"
            "the world; they cannot be written down as they were: %s\n"
            "Start once with everything as it was, or give up what the players did since they\n"
            "were last saved: \"latchkey journal roll --anew --data %s\".\n",
            reason, error_text(why), b->settings->folder_data);
    return RECOVER_DAMAGED;
}

// Saves all players who are in the world of the journal, and leaves that world behind. 0, or an
// outcome, which has been reported.
static int leave_behind(struct journal *j, uint64_t world, const char *reason)
{
    log_info("journal", "new_epoch", "after", LOG_INT(journal_last(j)), "why", reason, NULL);
    if (journal_roll(j, world, false) >= 0)
        return 0;
    fprintf(stderr, "latchkey: %s\n", journal_why(j));
    return RECOVER_UNWRITABLE;
}

// Carries the old world over to the present files. 0, or an outcome, which has been reported.
static int carry_over(const struct recovery *b, struct journal *j, uint64_t world)
{
    assert(!b->at);
    struct error why;
    int r = carry_epoch(b, j, world, &why);
    if (r == 0)
        return 0;
    if (r < 0) {
        fprintf(stderr, "latchkey: the zone files have changed, and no new epoch can be made: %s\n",
                error_text(&why));
        return RECOVER_UNWRITABLE;
    }
    fprintf(stderr,
            "latchkey: the zone files have changed, and what lies in the world cannot be carried "
            "over\n"
            "to them: %s\n"
            "Start with the zone files as they were, or give up what lies in the world:\n"
            "\"latchkey journal roll --anew --data %s\"; characters are kept.\n",
            error_text(&why), b->settings->folder_data);
    return RECOVER_DAMAGED;
}

// Is there a world to go on from: events, or a snapshot that the epoch begins with?
static bool has_world(const struct journal *j)
{
    return journal_based(j) || journal_last(j) >= journal_first(j);
}

// Lets every player leave the old world before it is carried over. 0, or an outcome, which has been
// reported.
static int change_world(const struct recovery *b, struct journal *j, uint64_t world)
{
    assert(!b->at);
    struct error why;
    const char *reason = "the zone files have changed";
    if (close_epoch(j, b, reason, &why) < 0)
        return tell_not_closed(b, reason, &why);
    return has_world(j) ? carry_over(b, j, world) : leave_behind(j, world, reason);
}

// Start without a journal. The old journal is closed first: otherwise a later start with a journal
// would restore every player as it was in the old one. 0, or an outcome, which has
// been reported.
static int recover_without_journal(const struct recovery *b)
{
    const char *reason = "no journal is kept any more";
    struct error why;
    struct journal *j;
    char *folder = mem_printf("%s/journal", b->settings->folder_data);
    bool there = !access(folder, F_OK);
    free(folder);
    if (!there)
        return 0;
    int r = open_journal(b, &j);
    if (r != 0)
        return r;
    int closed = close_epoch(j, b, reason, &why);
    if (closed < 0)
        r = tell_not_closed(b, reason, &why);
    else if (closed != CLOSE_EPOCH_EMPTY)
        r = leave_behind(j, journal_world(j), reason);
    journal_close(j);
    return r;
}

static bool recover_is_of_another(const struct journal *j, const uint64_t *settings)
{
    return strcmp(journal_program(j), build_program()) != 0 ||
           memcmp(journal_settings(j), settings, MANIFEST_SETTINGS * sizeof(*settings)) != 0;
}

// Nothing was changed, and the old program can still do what it did.
static void tell_failure(const struct recovery *b, const struct journal *j, const struct error *why)
{
    bool other = strcmp(journal_program(j), build_program()) != 0;
    fprintf(stderr, "latchkey: the journal cannot be replayed: %s\n", error_text(why));
    if (other)
        fprintf(
            stderr,
            "It is that of program %s, and this is %s:\n"
            "its server did not stop in order, and what came after its last snapshot is something\n"
            "else to this program. Start once with that program and stop it (SIGTERM): this one "
            "then\n"
            "goes on from where it stopped. Or start this one with --soft-digests: the events "
            "then\n"
            "happen as this program does them; the old ones stay in their epoch as they are.\n",
            journal_program(j), build_program());
    fprintf(
        stderr,
        "Nothing was changed. \"latchkey replay --data %s\" tells more. %s\"latchkey journal roll\n"
        "--anew\" begins a new epoch: the world as its files make it, characters as last saved.\n",
        b->settings->folder_data,
        other
            ? ""
            : "With --soft-digests\nit starts although events say something else than they said. ");
}

// Makes the world what it was after the last event. 0, or an outcome, which has been reported.
static int replay_journal(struct dispatch *d, struct session_shared *sessions,
                          const struct recovery *b, struct journal *j, bool roll)
{
    struct error why;
    const struct settings *set = b->settings;
    bool interval = !strcmp(set->journal_durability, "interval");
    struct dispatch_journal dj = {.interval = interval ? set->journal_interval : 0,
                                  .reserve = (uint64_t)set->journal_reserve,
                                  .owner = sessions,
                                  .soft = b->soft,
                                  .at = b->at,
                                  .roll = roll,
                                  .snapshot = set->journal_snapshot};
    int r = dispatch_journal(d, j, &dj, &why);
    if (r == DISPATCH_AGAIN)
        return RECOVER_AGAIN;
    if (r < 0) {
        tell_failure(b, j, &why);
        return RECOVER_DAMAGED;
    }
    if (r == DISPATCH_DIFFERS)
        log_info("journal", "differs", "first", error_text(&why), NULL);
    return 0;
}

// What an epoch has kept of the zone files is read beside the replay.
struct kept_files {
    struct parallel_job job;
    char *epoch;
    bool good;
    uint64_t digest;
};

static void look_at_kept(void *arg)
{
    struct kept_files *k = arg;
    k->good = world_files_kept(k->epoch, &k->digest, NULL);
}

static void kept_begin(struct kept_files *k, const struct journal *j)
{
    *k = (struct kept_files){.epoch = mem_strdup(journal_path(j))};
    parallel_begin(&k->job, look_at_kept, k);
}

// Has the epoch that the journal is in by now kept its files? The replay may have begun another.
static bool kept_end(struct kept_files *k, const struct journal *j)
{
    parallel_end(&k->job);
    bool kept = k->good && k->digest == journal_world(j) && !strcmp(k->epoch, journal_path(j));
    free(k->epoch);
    return kept;
}

static int recover_keep_files(const struct recovery *b, struct journal *j)
{
    int r =
        world_files_keep(b->settings->folder_zones, b->player, journal_path(j), journal_world(j));
    if (r == 0)
        return 0;
    fprintf(stderr, "latchkey: %s: the zone files cannot be kept: %s\n", journal_path(j),
            r < 0 ? strerror(-r) : "they were changed just now; start again");
    return RECOVER_UNWRITABLE;
}

// Makes true again what the journal has. As recover_world.
static int recover_from(struct world *w, struct dispatch *d, struct session_shared *sessions,
                        const struct recovery *b, struct journal *j)
{
    struct journal_config present = config_of(b, NULL);
    int r = 0;
    if (!b->at && journal_world(j) != present.world)
        r = change_world(b, j, present.world);
    if (r != 0)
        return r;
    bool any = has_world(j);
    int64_t began = clock_mono_ms();
    if (any)
        recover_limits_of(w, j); // its events have happened under these
    struct kept_files kept;
    kept_begin(&kept, j);
    r = replay_journal(d, sessions, b, j, recover_is_of_another(j, present.settings));
    bool is_kept = kept_end(&kept, j);
    if (r == 0 && !b->at) {
        recover_limits(w, b->settings);
        r = is_kept ? 0 : recover_keep_files(b, j);
    }
    if (r != 0)
        return r;
    if (any)
        log_info("journal", "restored", "number", LOG_INT(b->at ? b->at : journal_last(j)),
                 "players", LOG_INT(dispatch_players_of_all(d)), "ms",
                 LOG_INT(clock_mono_ms() - began), NULL);
    else
        dispatch_prepare(d);
    return 0;
}

int recover_world(struct world *w, struct dispatch *d, struct session_shared *sessions,
                  const struct recovery *b, struct journal **out)
{
    assert(w && d && out);
    assert(b->settings && b->player);
    *out = NULL;
    recover_limits(w, b->settings);
    int r;
    if (b->at || strcmp(b->settings->journal_durability, "off") != 0) {
        r = open_journal(b, out);
        return r == 0 ? recover_from(w, d, sessions, b, *out) : r;
    }
    r = recover_without_journal(b);
    if (r == 0)
        dispatch_prepare(d);
    return r;
}

int recover_status(int outcome)
{
    assert(outcome == 0 || outcome == RECOVER_DAMAGED || outcome == RECOVER_UNWRITABLE ||
           outcome == RECOVER_AGAIN);
    return outcome == 0 ? 0 : outcome == RECOVER_UNWRITABLE ? EX_CANTCREAT : EX_DATAERR;
}

// A world of the past for as long as it takes to let everybody leave it: its own world, dispatch
// and outboxes, without workers, sessions or a network.
#include "serve/close_epoch.h"

#include "engine/dispatch.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "output/outbox.h"
#include "serve/recover.h"
#include "serve/world_files.h"
#include "store/character.h"
#include "store/savefile.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct closing {
    const char *data, *reason;
    size_t left, failed;
};

static void save_character(struct closing *c, const char *name, struct doc *saved)
{
    assert(name);
    int r = saved ? character_update(c->data, name, saved) : SAVEFILE_ABSENT;
    if (r != SAVEFILE_OK && r != SAVEFILE_ABSENT) // absent: deleted since
        c->failed++;
    doc_free(saved);
}

static void close_epoch_on_left(struct player_task *a, struct doc *saved)
{
    struct closing *c = player_task_owner(a);
    log_info("session", "left", "character", player_task_name(a), "why", c->reason, NULL);
    c->left++;
    save_character(c, player_task_name(a), saved);
}

static void close_epoch_on_restored(void *owner, const char *name, struct doc *saved)
{
    save_character(owner, name, saved);
}

// Those whom it could not write are written by the next attempt, which reads again that they left.
static bool close_epoch_is_settled(void *owner)
{
    return !((struct closing *)owner)->failed;
}

static void close_epoch_on_save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void leave_world(struct player_task *a, void *arg)
{
    (void)arg;
    dispatch_leave(a);
}

static void close_epoch_wake(void *arg)
{
    (void)arg;
}

// The server stopped in order: the snapshot of the end knows that nobody was there.
static bool is_closed(const struct journal *j)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    size_t end;
    bool closed = false;
    if (journal_last(j) < journal_first(j) && !journal_based(j))
        return true;
    if (snapshot_file_list(journal_path(j), numbers, SNAPSHOTS_MAX) &&
        numbers[0] == journal_last(j))
        closed = snapshot_file_read(journal_path(j), numbers[0], &head, &all, &end, NULL) &&
                 !head.players;
    buf_fini(&all);
    return closed;
}

static struct world *load_closing(const struct world_files *f, struct error *why)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *w = world_files_load(f, &p);
    if (!w)
        error_set(why, -EINVAL, "the zone files that were kept cannot be loaded: %s",
                  p.count ? p.list[0].text : "");
    doc_problems_fini(&p);
    return w;
}

// 0, DISPATCH_AGAIN, or negative and `why`.
static int run_closing(struct journal *j, const struct recovery *b, struct world *w,
                       struct closing *c, struct error *why)
{
    assert(w && !c->failed);
    static const struct dispatch_ops ops = {.save = close_epoch_on_save,
                                            .left = close_epoch_on_left,
                                            .restored = close_epoch_on_restored,
                                            .settled = close_epoch_is_settled};
    struct outboxes *outboxes = outboxes_new(0);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = close_epoch_wake, .outboxes = outboxes};
    struct dispatch *d = dispatch_new(w, &config, &ops);
    // The events of another program stay in an epoch of their own.
    struct dispatch_journal dj = {
        .soft = b->soft, .owner = c, .roll = strcmp(journal_program(j), build_program()) != 0};
    recover_limits_of(w, j);
    int r = dispatch_journal(d, j, &dj, why);
    if (!r || r == DISPATCH_DIFFERS) {
        dispatch_each(d, leave_world, NULL);
        dispatch_run(d);
        r = dispatch_players(d) || c->failed
                ? error_set(why, -EIO, "%zu characters cannot be written", c->failed)
                : 0;
    }
    dispatch_journal_stop(d); // no worker was started, so there is none to be stopped first
    dispatch_free(d);
    outboxes_free(outboxes);
    return r;
}

int close_epoch(struct journal *j, const struct recovery *b, const char *reason, struct error *why)
{
    assert(j && b && reason && why);
    struct world_files f;
    struct closing c = {.data = b->settings->folder_data, .reason = reason};
    if (is_closed(j))
        return CLOSE_EPOCH_EMPTY;
    if (!world_files_find(&f, journal_world(j), b->settings->folder_zones, b->player,
                          journal_path(j), why))
        return error_code(why);
    int r;
    do {
        struct world *w = load_closing(&f, why);
        r = w ? run_closing(j, b, w, &c, why) : error_code(why);
        world_free(w);
    } while (r == DISPATCH_AGAIN);
    world_files_fini(&f);
    if (!r)
        log_info("journal", "epoch_closed", "epoch", LOG_INT(journal_epoch(j)), "players",
                 LOG_INT(c.left), NULL);
    return r;
}

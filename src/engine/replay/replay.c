// The run of a replay: where it begins, reading the journal, comparing the snapshots on the way,
// and how a server goes on from its end. Runs on the calling thread, except that events add and
// remove their requests on whichever worker runs them. The events themselves are run by
// replay_events.c.
#include "engine/replay/replay_priv.h"

#include "check/check.h"
#include "engine/replay/checkpoint.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "runtime/sched.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/error.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/snapshot/digest.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 512, HAND = 64, PROGRESS_EVERY = 8192 };

static void request_key(char *key, size_t size, uint64_t origin, uint32_t ordinal)
{
    snprintf(key, size, "%" PRIu64 "/%" PRIu32, origin, ordinal);
}

static void free_request(void *value)
{
    struct timer_request *q = value;
    if (q)
        free(q->line);
    free(q);
}

void replay_request(struct replay *r, const struct timer_request *q)
{
    assert(!q->zone || !q->line);
    char key[40];
    struct timer_request *copy = mem_alloc(sizeof(*copy));
    *copy = *q;
    request_key(key, sizeof(key), q->origin, q->ordinal);
    pthread_mutex_lock(&r->mutex);
    free_request(map_remove(r->requests, key)); // a snapshot may hold the same request twice
    map_put(r->requests, key, copy);
    pthread_mutex_unlock(&r->mutex);
}

void replay_requests_each(struct replay *r, void (*each)(void *arg, const struct timer_request *q),
                          void *arg)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->requests, &at, NULL, &value);)
        each(arg, value);
}

bool replay_take_request(struct replay *r, const struct record *e, struct timer_request *q)
{
    char key[40];
    request_key(key, sizeof(key), e->origin, e->ordinal);
    pthread_mutex_lock(&r->mutex);
    struct timer_request *found = map_remove(r->requests, key);
    pthread_mutex_unlock(&r->mutex);
    if (!found)
        return false;
    *q = *found;
    free(found);
    return true;
}

static bool replay_may_go_on(struct replay *r)
{
    pthread_mutex_lock(&r->mutex);
    bool stop = r->result->mismatches && !r->config.soft;
    pthread_mutex_unlock(&r->mutex);
    return !stop;
}

static void differ_at_snapshot(struct replay *r, uint64_t number)
{
    struct replay_result *out = r->result;
    if (!out->mismatches++)
        out->first_mismatch = number;
    error_set(&out->why, -EILSEQ, "the world after event %" PRIu64 " is not what its snapshot says",
              number);
}

static int write_snapshot(struct replay *r, struct journal *j, uint64_t number)
{
    const char *into = r->config.snap_folder;
    int error = replay_players_write_left(r);
    return error ? error : checkpoint_write(r->dispatch, j, into ? into : journal_path(j), number);
}

static bool has_snapshot(const struct replay *r, uint64_t number)
{
    for (size_t i = 0; i < r->mark_count; i++)
        if (r->marks[i] == number)
            return true;
    return false;
}

// Compares the world with the snapshot that was taken after event `number`. False: that cannot be
// read.
static bool compare_snapshot(struct replay *r, struct journal *j, uint64_t number)
{
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    size_t end;
    bool whole = snapshot_file_read(journal_path(j), number, &head, &all, &end, NULL);
    buf_fini(&all);
    if (!whole)
        return false;
    r->result->snapshots++;
    if (!r->other && head.digest != world_digest(r->dispatch->world))
        differ_at_snapshot(r, number);
    // a snapshot is written only when all players who left have been saved
    replay_players_forget_left(r);
    return true;
}

// Between two events: compares the world with a snapshot that was taken after event `number`, and
// writes one if it was asked for.
static void stand_still(struct replay *r, struct journal *j, uint64_t number)
{
    bool wanted = number == r->config.snap_at;
    // A rewritten world is another than that of the snapshots.
    bool there = !r->config.rewrite && has_snapshot(r, number);
    // The world after event 0, and after the one that the replay began with, is known.
    bool known = !number || number == r->result->from || number == r->stood;
    if (known || (!wanted && !there))
        return;
    r->stood = number;
    replay_events_drain(r);
    assert(!r->under_way);
    if (!replay_may_go_on(r))
        return;
    bool whole = there && compare_snapshot(r, j, number);
    if (wanted && (!whole || r->config.snap_folder) && replay_may_go_on(r))
        r->result->snap_error = write_snapshot(r, j, number);
}

// Reads records and runs them until the end, the wanted event, a mismatch or damage.
static void feed(struct replay *r, struct journal *j)
{
    struct record e;
    uint32_t locks[RECORD_LOCKS_MAX];
    struct journal_cursor *c =
        journal_cursor_open(j, r->result->from ? r->result->from + 1 : journal_first(j));
    int outcome;
    r->mark_count = snapshot_file_list(journal_path(j), r->marks, SNAPSHOTS_MAX);
    if (r->threaded)
        sched_gather_begin(r->dispatch->sched, &r->ready);
    while ((outcome = journal_cursor_next(c, &e, locks)) == 0) {
        stand_still(r, j, e.number - 1);
        if (r->config.to && e.number > r->config.to)
            break;
        if (e.number % HAND == 0) {
            replay_events_hand_over(r);
            if (!replay_may_go_on(r))
                break;
        }
        const struct replay_rewrite *w = r->config.rewrite;
        // The record's list of locks is full, so the event may have held more than it names: run it
        // after all earlier events and before all later ones.
        bool alone = e.lock_count >= RECORD_LOCKS_MAX;
        if (alone)
            replay_events_drain(r);
        replay_events_add(r, w ? w->replace(w->arg, &e) : &e);
        if (w || alone || (!r->threaded && e.number % BATCH == 0))
            replay_events_drain(r);
        if (r->config.progress && e.number % PROGRESS_EVERY == 0)
            r->config.progress(r->config.arg, e.number);
    }
    journal_cursor_close(c);
    replay_events_drain(r);
    stand_still(r, j, r->result->last);
    if (r->threaded)
        sched_gather_end(r->dispatch->sched);
    if (outcome == JOURNAL_BAD || outcome < 0) {
        r->result->damaged = true;
        error_set(&r->result->why, outcome < 0 ? outcome : -EINVAL, "%s", journal_why(j));
    }
}

static struct replay *replay_new(struct dispatch *d, const struct replay_config *config,
                                 struct replay_result *result)
{
    struct replay *r = mem_new(struct replay);
    r->dispatch = d;
    r->config = *config;
    r->result = result;
    r->threaded = d->running;
    r->requests = map_new();
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->cond, NULL);
    replay_events_init(r);
    replay_players_init(r);
    return r;
}

static void begin_rewriting(struct replay *r, struct journal *j, uint64_t from)
{
    const struct replay_rewrite *w = r->config.rewrite;
    struct map_iter at = {0};
    w->began(w->arg, r->dispatch->world);
    for (void *value; map_next(r->requests, &at, NULL, &value);) {
        struct timer_request *q = value;
        char *line = q->line ? w->reword(w->arg, q->line) : NULL;
        free(q->line);
        q->line = line;
    }
    if (from)
        r->result->snap_error = checkpoint_write(r->dispatch, j, r->config.snap_folder, from);
}

// Makes the world that the replay begins with: that of a snapshot, or a new one with a reset
// requested in each zone.
static bool set_out(struct replay *r, struct journal *j)
{
    r->other = strcmp(journal_program(j), build_program()) != 0;
    struct replay_result *out = r->result;
    struct world *w = r->dispatch->world;
    enum check_level level = check_level();
    check_set_level(CHECK_OFF); // no task runs here, so no lock is held
    uint64_t to = r->config.to, at = r->config.snap_at;
    uint64_t from;
    int restored = checkpoint_restore(r->dispatch, j, r, at && (!to || at < to) ? at : to,
                                      r->config.full, &from, &out->why);
    if (restored == 0 && r->config.rewrite)
        begin_rewriting(r, j, from);
    if (restored == 0 && from)
        replay_players_brought_back(r);
    check_set_level(level);
    if (restored != 0) {
        out->damaged = true;
        out->again = restored == CHECKPOINT_AGAIN;
        return false;
    }
    out->from = out->last = from;
    error_clear(&out->why);
    for (size_t i = 0; !from && i < world_zones(w); i++)
        replay_request(
            r, &(struct timer_request){.ordinal = (uint32_t)i, .zone = world_zone_at(w, i)});
    return true;
}

static void replay_free(struct replay *r)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->requests, &at, NULL, &value);)
        free_request(value);
    map_free(r->requests);
    replay_players_fini(r);
    replay_events_fini(r);
    pthread_mutex_destroy(&r->mutex);
    pthread_cond_destroy(&r->cond);
    free(r);
}

void replay_hold(struct dispatch *d)
{
    assert(!d->replay);
    d->replay = replay_new(d, &(struct replay_config){0}, NULL);
}

void replay_let_go(struct dispatch *d)
{
    struct replay *r = d->replay;
    assert(r);
    d->replay = NULL;
    replay_free(r);
}

bool replay_run(struct dispatch *d, struct journal *j, const struct replay_config *config,
                struct replay_result *result)
{
    assert(!d->replay);
    *result = (struct replay_result){0};
    struct replay *r = replay_new(d, config, result);
    d->replay = r;
    if (set_out(r, j))
        feed(r, j);
    d->replay = NULL;
    replay_free(r);
    return !result->mismatches && !result->damaged;
}

// Turns the replayed world into that of a running server: starts the timers and scripts that are
// still pending, and gives the players in the world their tasks.
static void replay_go_on(struct replay *r)
{
    struct dispatch *d = r->dispatch;
    int64_t now = dispatch_clock(d);
    struct map_iter at = {0};
    for (void *value; map_next(r->requests, &at, NULL, &value);) {
        struct timer_request *q = value;
        if (!q->zone && !thing_find(d->world, q->thing))
            continue; // the thing that the request was for exists no more
        int64_t due = q->asked + q->delay;
        q->delay = due > now ? due - now : 0;
        q->asked = now;
        timer_task_start(d, NULL, q);
        q->line = NULL; // owned by the event now
    }
    enum check_level level = check_level();
    check_set_level(CHECK_OFF); // no task runs here, so no lock is held
    replay_players_go_on(r);
    check_set_level(level);
}

int replay_recover(struct dispatch *d, struct journal *j, uint64_t to, bool soft, struct error *why)
{
    assert(!d->replay);
    bool other = strcmp(journal_program(j), build_program()) != 0;
    struct replay_config config = {.to = to, .soft = soft, .words = other};
    struct replay_result result = {0};
    struct replay *r = replay_new(d, &config, &result);
    d->replay = r;
    if (set_out(r, j))
        feed(r, j);
    d->replay = NULL;
    bool good = (soft || !result.mismatches) && !result.damaged;
    if (good) {
        dispatch_restored(d, r->saved);
        replay_go_on(r);
    }
    replay_free(r);
    int code = error_code(&result.why);
    if (why)
        *why = result.why;
    if (!good)
        return result.again ? DISPATCH_AGAIN : code < 0 ? code : -EINVAL;
    return result.mismatches ? DISPATCH_DIFFERS : 0;
}

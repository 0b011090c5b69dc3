// The replay engine. Each event is a task that waits for the events before it that held one of its
// locks, that were its player's, or that asked for it; so it finds the world as it was. What a window
// of events needs is kept here under one mutex, which no task holds while it runs a command.
#include "dispatch/replay.h"

#include "command/command.h"
#include "command/enter.h"
#include "command/outcome.h"
#include "dispatch/actor_priv.h"
#include "dispatch/checkpoint.h"
#include "dispatch/dispatch_priv.h"
#include "dispatch/players.h"
#include "dispatch/replay_report.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "lock/lockcheck.h"
#include "output/mailbox.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/digest.h"
#include "world/player.h"
#include "world/world.h"
#include "world/zone.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 4096, BATCH = 512, HAND = 64, INDEXES_MAX = 1 << 24, PROGRESS_EVERY = 8192 };

// One event under way.
struct item {
    struct task task; // first
    struct replay *replay;
    struct record record;
    void *bytes; // that the record points into
    struct runner *runner;
    struct enter_spec spec;
    struct event_request asked;
    bool has_spec, has_asked;
    char *changed; // how what it changes differs; NULL: it does not
    // Under the mutex.
    unsigned missing; // events that it waits for
    struct item **waiters;
    size_t waiter_count, waiter_cap;
    bool over;
};

// A player who is in the world.
struct present {
    struct tref thing;
    char *permissions;
};

struct replay {
    struct dispatch *dispatch;
    struct replay_config config;
    struct replay_result *result;
    bool threaded;
    pthread_mutex_t mutex; // all below
    pthread_cond_t cond;   // an event is over
    struct map *requests;  // "origin/ordinal" → struct event_request, owned
    struct map *players;   // name → struct present, owned
    struct map *saved;     // name → struct doc: who has left, as he was
    struct map *last;      // name → the last item that was that player's
    struct item **last_lock; // by place: the last item that held its lock
    size_t last_lock_count;
    struct item *window[WINDOW]; // by number, while under way
    size_t under_way;
    struct task_list ready; // the feeder's: handed to the workers together
    size_t wanted; // somebody waits until no more than so many are; SIZE_MAX: nobody does
    uint64_t marks[SNAPSHOTS_MAX]; // events that a snapshot comes after
    size_t mark_count;
    uint64_t stood; // the last event after which it stood still
};

static void request_key(char *key, size_t size, uint64_t origin, uint32_t ordinal)
{
    snprintf(key, size, "%" PRIu64 "/%" PRIu32, origin, ordinal);
}

static void free_request(void *value)
{
    struct event_request *q = value;
    if (q)
        free(q->line);
    free(q);
}

void replay_request(struct replay *r, const struct event_request *q)
{
    char key[40];
    struct event_request *copy = mem_alloc(sizeof(*copy));
    *copy = *q;
    request_key(key, sizeof(key), q->origin, q->ordinal);
    pthread_mutex_lock(&r->mutex);
    free_request(map_remove(r->requests, key)); // of a snapshot that says it twice
    map_put(r->requests, key, copy);
    pthread_mutex_unlock(&r->mutex);
}

void replay_requests_each(struct replay *r,
                          void (*each)(void *arg, const struct event_request *q), void *arg)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->requests, &at, NULL, &value);)
        each(arg, value);
}

static bool take_request(struct replay *r, struct item *it)
{
    char key[40];
    request_key(key, sizeof(key), it->record.origin, it->record.ordinal);
    pthread_mutex_lock(&r->mutex);
    struct event_request *q = map_remove(r->requests, key);
    pthread_mutex_unlock(&r->mutex);
    if (!q)
        return false;
    it->asked = *q;
    it->has_asked = true;
    free(q);
    return true;
}

static struct thing *player_of(struct replay *r, const char *name)
{
    pthread_mutex_lock(&r->mutex);
    struct present *p = map_get(r->players, name);
    struct tref ref = p ? p->thing : (struct tref){0, 0};
    pthread_mutex_unlock(&r->mutex);
    return p ? thing_find(dispatch_world(r->dispatch), ref) : NULL;
}

// The first of them in the order of numbers is kept.
static void differ(struct replay *r, const struct item *it, const char *what)
{
    const struct record *e = &it->record;
    char *why = replay_report_event(r->dispatch, e, it->has_asked ? &it->asked : NULL, what);
    pthread_mutex_lock(&r->mutex);
    struct replay_result *out = r->result;
    if (!out->mismatches++ || e->number < out->first_mismatch) {
        out->first_mismatch = e->number;
        snprintf(out->why, sizeof(out->why), "%s", why);
    }
    pthread_mutex_unlock(&r->mutex);
    free(why);
}

static uint64_t forced_number(void *arg)
{
    return ((struct item *)arg)->record.number;
}

static void begin_player(struct item *it)
{
    const struct record *e = &it->record;
    struct actor_piece piece = {.kind = e->kind,
                                .line = e->text,
                                .mailbox = e->mailbox,
                                .linkdead = e->param,
                                .enters = &it->spec};
    it->has_spec = e->kind == RECORD_ENTER;
    if (it->has_spec)
        enter_spec_init(&it->spec, e->name, e->more, enter_read(e->text), e->mailbox);
    else
        piece.actor = player_of(it->replay, e->name);
    actor_begin(it->runner, &piece);
}

static void judge(struct runner *r, void *arg)
{
    struct item *it = arg;
    it->changed = replay_report_changes(r, &it->record);
}

static bool begin(struct item *it)
{
    if (it->record.kind == RECORD_VOID)
        return false;
    bool of_player = it->record.kind < RECORD_TIMER;
    if (!of_player && !take_request(it->replay, it)) {
        if (!it->replay->config.rewrite)
            differ(it->replay, it, "nobody has asked for it");
        return false;
    }
    if (!of_player && !it->record.lock_count && it->record.kind != RECORD_ZONE)
        return false; // of a thing that was gone: earlier versions wrote that down
    it->runner = runner_take(it->replay->dispatch, &it->task);
    if (of_player)
        begin_player(it);
    else
        event_begin(it->runner, &it->asked);
    it->runner->context.now = it->record.clock;
    it->runner->context.take_number = forced_number;
    it->runner->context.take_arg = it;
    it->runner->judge = judge;
    it->runner->judge_arg = it;
    return true;
}

static void free_present(void *value)
{
    struct present *p = value;
    if (p)
        free(p->permissions);
    free(p);
}

static void forget_saved(struct replay *r, const char *name)
{
    doc_free(map_remove(r->saved, name));
}

static void note_leaving(struct replay *r, struct outcome *o)
{
    struct map_iter at = {0};
    const char *key;
    for (void *value; map_next(r->players, &at, &key, &value);) {
        struct present *p = value;
        if (p->thing.index != o->actor.index || p->thing.generation != o->actor.generation)
            continue;
        char *name = mem_strdup(key);
        forget_saved(r, name);
        map_put(r->saved, name, o->saved);
        o->saved = NULL;
        free_present(map_remove(r->players, name));
        free(name);
        return;
    }
}

// Who has come, and who has left for good with what he takes along.
static void note_players(struct replay *r, struct item *it)
{
    struct context *c = &it->runner->context;
    struct outcome *o = it->runner->outcome;
    pthread_mutex_lock(&r->mutex);
    if (it->record.kind == RECORD_ENTER && c->actor) {
        struct present *p = mem_new(struct present);
        p->thing = thing_ref(c->actor);
        p->permissions = mem_strdup(it->record.more);
        free_present(map_remove(r->players, it->record.name));
        map_put(r->players, it->record.name, p);
        forget_saved(r, it->record.name);
    } else if (o->session == CONTEXT_LEAVE) {
        note_leaving(r, o);
    }
    pthread_mutex_unlock(&r->mutex);
}

static void compare(struct item *it)
{
    const struct outcome *o = it->runner->outcome;
    if (it->changed) {
        differ(it->replay, it, it->changed);
    } else if (o->number != it->record.number) {
        char *what = replay_report_nothing(&it->record);
        differ(it->replay, it, what);
        free(what);
    } else if (it->runner->digest != it->record.output) {
        differ(it->replay, it, "what it says is not what it said");
    }
}

// It is not held against what it was: this is what it is from now on.
static void tell_rewriter(struct item *it)
{
    const struct replay_rewrite *w = it->replay->config.rewrite;
    const struct runner *r = it->runner;
    struct record now = it->record;
    if (!r || r->outcome->number != now.number)
        now = (struct record){.number = now.number, .kind = RECORD_VOID, .clock = now.clock};
    else {
        now.output = r->digest;
        now.locks = r->record.locks;
        now.lock_count = r->record.lock_count;
        now.changes = r->record.changes;
        now.change_count = r->record.change_count;
    }
    w->became(w->arg, &now);
}

static void item_free(struct item *it)
{
    if (it->has_spec)
        enter_spec_fini(&it->spec);
    if (it->has_asked)
        free(it->asked.line);
    free(it->waiters);
    free(it->changed);
    free(it->bytes);
}

// Frees those who waited for it.
static void complete(struct item *it)
{
    struct replay *r = it->replay;
    pthread_mutex_lock(&r->mutex);
    it->over = true;
    r->window[it->record.number % WINDOW] = NULL;
    for (size_t i = 0; i < it->waiter_count; i++)
        if (!--it->waiters[i]->missing)
            task_spawn(&it->waiters[i]->task);
    it->waiter_count = 0;
    r->under_way--;
    r->result->events++;
    if (r->under_way <= r->wanted && r->wanted != SIZE_MAX)
        pthread_cond_signal(&r->cond);
    pthread_mutex_unlock(&r->mutex);
}

static enum task_result step(struct task *t)
{
    struct item *it = (struct item *)t;
    bool rewrites = it->replay->config.rewrite;
    if (!it->runner && !begin(it)) {
        if (rewrites)
            tell_rewriter(it);
        complete(it);
        return TASK_DONE;
    }
    switch (runner_step(it->runner)) {
    case RUNNER_PARKED:
        return TASK_PENDING;
    case RUNNER_YIELD:
        return TASK_READY;
    case RUNNER_DONE:
        break;
    }
    if (rewrites)
        tell_rewriter(it);
    else
        compare(it);
    note_players(it->replay, it);
    event_requests(it->replay->dispatch, &it->runner->context);
    outcome_free(it->runner->outcome);
    runner_give(it->runner);
    it->runner = NULL;
    complete(it);
    return TASK_DONE;
}

// The last to let go of an item: it stays in `last` until another takes its place there.
static void release(struct task *t)
{
    struct item *it = (struct item *)t;
    item_free(it);
    free(it);
}

static void wait_for(struct item *it, struct item *before)
{
    if (!before || before->over || before == it)
        return;
    for (size_t i = 0; i < before->waiter_count; i++)
        if (before->waiters[i] == it)
            return;
    if (before->waiter_count == before->waiter_cap) {
        before->waiter_cap = before->waiter_cap ? before->waiter_cap * 2 : 4;
        before->waiters =
            mem_realloc_array(before->waiters, before->waiter_cap, sizeof(struct item *));
    }
    before->waiters[before->waiter_count++] = it;
    it->missing++;
}

// It comes after the last that needed the same, and is the last itself from now on.
static void after_last(struct item *it, struct item *before)
{
    wait_for(it, before);
    task_ref(&it->task);
    if (before)
        task_unref(&before->task);
}

static void need_lock(struct item *it, size_t place)
{
    struct replay *r = it->replay;
    if (place >= r->last_lock_count) {
        size_t count = place * 2 + 64;
        r->last_lock = mem_realloc_array(r->last_lock, count, sizeof(*r->last_lock));
        memset(&r->last_lock[r->last_lock_count], 0,
               (count - r->last_lock_count) * sizeof(*r->last_lock));
        r->last_lock_count = count;
    }
    after_last(it, r->last_lock[place]);
    r->last_lock[place] = it;
}

static void need_player(struct item *it, const char *name)
{
    after_last(it, map_get(it->replay->last, name));
    map_put(it->replay->last, name, it);
}

static void hand_over(struct replay *r)
{
    struct sched *s = dispatch_sched(r->dispatch);
    if (!r->threaded)
        return;
    sched_gather_end(s);
    sched_gather_begin(s, &r->ready);
}

// With the mutex: hands over what is ready, and sleeps until no more than so many are under way.
static void wait_until(struct replay *r, size_t most)
{
    hand_over(r);
    r->wanted = most;
    while (r->under_way > most)
        pthread_cond_wait(&r->cond, &r->mutex);
    r->wanted = SIZE_MAX;
}

static void add(struct replay *r, struct item *it)
{
    const struct record *e = &it->record;
    pthread_mutex_lock(&r->mutex);
    if (r->threaded && r->under_way >= WINDOW / 2)
        wait_until(r, WINDOW / 4);
    for (size_t i = 0; i < e->lock_count; i++) {
        size_t at = e->locks[i] & ~(UINT32_C(1) << 31);
        if (at < INDEXES_MAX)
            need_lock(it, at);
    }
    if (*e->name)
        need_player(it, e->name);
    if (e->origin && e->number - e->origin < WINDOW)
        wait_for(it, r->window[e->origin % WINDOW]);
    // The window is a ring: whoever stands where this one goes comes before it.
    wait_for(it, r->window[e->number % WINDOW]);
    r->window[e->number % WINDOW] = it;
    r->under_way++;
    r->result->last = e->number;
    bool ready = !it->missing;
    if (ready)
        task_spawn(&it->task);
    pthread_mutex_unlock(&r->mutex);
    task_detach(&it->task);
}

static struct item *item_new(struct replay *r, const struct record *e)
{
    struct item *it = mem_new(struct item);
    task_init(&it->task, dispatch_sched(r->dispatch), step, "replay", release);
    it->replay = r;
    it->bytes = record_copy(&it->record, e);
    return it;
}

static bool may_go_on(struct replay *r)
{
    pthread_mutex_lock(&r->mutex);
    bool stop = r->result->mismatches && !r->config.soft;
    pthread_mutex_unlock(&r->mutex);
    return !stop;
}

static void drain(struct replay *r)
{
    if (!r->threaded) {
        sched_run_until_idle(dispatch_sched(r->dispatch));
        return;
    }
    pthread_mutex_lock(&r->mutex);
    wait_until(r, 0);
    pthread_mutex_unlock(&r->mutex);
}

static void differ_at_snapshot(struct replay *r, uint64_t number)
{
    struct replay_result *out = r->result;
    if (!out->mismatches++)
        out->first_mismatch = number;
    snprintf(out->why, sizeof(out->why),
             "the world after event %" PRIu64 " is not what its snapshot says", number);
}

static void forget_all_saved(struct replay *r)
{
    struct map_iter at = {0};
    for (void *value; map_next(r->saved, &at, NULL, &value);)
        doc_free(value);
    map_free(r->saved);
    r->saved = map_new();
}

static int write_snapshot(struct replay *r, struct journal *j, uint64_t number)
{
    const struct replay_config *c = &r->config;
    struct map_iter at = {0};
    const char *name;
    int error = 0;
    for (void *value; !error && c->left && map_next(r->saved, &at, &name, &value);)
        error = value ? c->left(c->arg, name, value) : 0;
    return error ? error
                 : checkpoint_write(r->dispatch, j,
                                    c->snap_folder ? c->snap_folder : journal_path(j), number);
}

// Between two events: a snapshot that was taken here says what the world was, and one may be wanted.
static void stand_still(struct replay *r, struct journal *j, uint64_t number)
{
    struct replay_result *out = r->result;
    bool wanted = number == r->config.snap_at, there = false, whole = false;
    for (size_t i = 0; i < r->mark_count && !r->config.rewrite; i++)
        there |= r->marks[i] == number;
    if (!number || number == out->from || number == r->stood || (!wanted && !there))
        return;
    r->stood = number;
    drain(r);
    if (!may_go_on(r))
        return;
    struct snapshot_head head;
    struct buf all = BUF_INIT;
    char why[300];
    size_t end;
    if (there && snapshot_file_read(journal_path(j), number, &head, &all, &end, why, sizeof(why))) {
        out->snapshots++;
        whole = true;
        if (head.digest != world_digest(dispatch_world(r->dispatch)))
            differ_at_snapshot(r, number);
        forget_all_saved(r); // it is written only when all of them are written down
    }
    buf_fini(&all);
    if (wanted && (!whole || r->config.snap_folder) && may_go_on(r))
        out->snap_error = write_snapshot(r, j, number);
}

// Reads and runs until the end, the wanted event, a mismatch or damage.
static void feed(struct replay *r, struct journal *j)
{
    struct record e;
    uint32_t locks[RECORD_LOCKS_MAX];
    struct journal_cursor *c =
        journal_cursor_open(j, r->result->from ? r->result->from + 1 : journal_first(j));
    int outcome;
    r->mark_count = snapshot_file_list(journal_path(j), r->marks, SNAPSHOTS_MAX);
    if (r->threaded)
        sched_gather_begin(dispatch_sched(r->dispatch), &r->ready);
    while ((outcome = journal_cursor_next(c, &e, locks)) == JOURNAL_DONE) {
        stand_still(r, j, e.number - 1);
        if (r->config.to && e.number > r->config.to)
            break;
        if (e.number % HAND == 0) {
            hand_over(r);
            if (!may_go_on(r))
                break;
        }
        const struct replay_rewrite *w = r->config.rewrite;
        // So many locks may be more than were noted: it comes after all before it, and before all others.
        bool alone = e.lock_count >= RECORD_LOCKS_MAX;
        if (alone)
            drain(r);
        add(r, item_new(r, w ? w->replace(w->arg, &e) : &e));
        if (w || alone || (!r->threaded && e.number % BATCH == 0))
            drain(r);
        if (r->config.progress && e.number % PROGRESS_EVERY == 0)
            r->config.progress(r->config.arg, e.number);
    }
    journal_cursor_close(c);
    drain(r);
    stand_still(r, j, r->result->last);
    if (r->threaded)
        sched_gather_end(dispatch_sched(r->dispatch));
    if (outcome == JOURNAL_BAD || outcome < 0) {
        r->result->damaged = true;
        snprintf(r->result->why, sizeof(r->result->why), "%s", journal_why(j));
    }
}

static struct replay *replay_new(struct dispatch *d, const struct replay_config *config,
                                 struct replay_result *result)
{
    struct replay *r = mem_new(struct replay);
    r->dispatch = d;
    r->config = *config;
    r->result = result;
    r->threaded = dispatch_started(d);
    r->wanted = SIZE_MAX;
    r->requests = map_new();
    r->players = map_new();
    r->saved = map_new();
    r->last = map_new();
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->cond, NULL);
    return r;
}

// Those whom a snapshot has brought back.
static void note_present(struct replay *r)
{
    size_t n;
    const struct roster_entry *list = world_roster(dispatch_world(r->dispatch), &n);
    for (size_t i = 0; i < n; i++) {
        struct present *p = mem_new(struct present);
        p->thing = thing_ref(list[i].player);
        p->permissions = mem_strdup(player_permissions(list[i].player));
        free_present(map_remove(r->players, list[i].name));
        map_put(r->players, list[i].name, p);
    }
}

static void begin_rewriting(struct replay *r, struct journal *j, uint64_t from)
{
    const struct replay_rewrite *w = r->config.rewrite;
    struct map_iter at = {0};
    w->began(w->arg, dispatch_world(r->dispatch));
    for (void *value; map_next(r->requests, &at, NULL, &value);) {
        struct event_request *q = value;
        char *line = q->line ? w->reword(w->arg, q->line) : NULL;
        free(q->line);
        q->line = line;
    }
    if (from)
        r->result->snap_error =
            checkpoint_write(r->dispatch, j, r->config.snap_folder, from);
}

// The world as the replay begins: that of a snapshot, or new with a reset asked for in each zone.
static bool set_out(struct replay *r, struct journal *j)
{
    struct replay_result *out = r->result;
    struct world *w = dispatch_world(r->dispatch);
    enum lockcheck_level level = lockcheck_level();
    lockcheck_set_level(LOCKCHECK_OFF); // nothing runs, so nothing is locked
    uint64_t to = r->config.to, at = r->config.snap_at;
    int64_t from = checkpoint_restore(r->dispatch, j, r, at && (!to || at < to) ? at : to,
                                      r->config.full, out->why, sizeof(out->why));
    if (from >= 0 && r->config.rewrite)
        begin_rewriting(r, j, (uint64_t)from);
    if (from > 0)
        note_present(r);
    lockcheck_set_level(level);
    if (from < 0) {
        out->damaged = true;
        return false;
    }
    out->from = out->last = (uint64_t)from;
    *out->why = '\0';
    for (size_t i = 0; !from && i < world_zones(w); i++)
        replay_request(r, &(struct event_request){.ordinal = (uint32_t)i,
                                                  .zone = world_zone_at(w, i)});
    return true;
}

static void free_saved(void *value)
{
    doc_free(value);
}

static void free_last(void *value)
{
    struct item *it = value;
    if (it)
        task_unref(&it->task);
}

static void each_value(struct map *m, void (*fn)(void *value))
{
    struct map_iter at = {0};
    for (void *value; map_next(m, &at, NULL, &value);)
        fn(value);
}

static void replay_free(struct replay *r)
{
    each_value(r->requests, free_request);
    each_value(r->players, free_present);
    each_value(r->saved, free_saved);
    each_value(r->last, free_last);
    for (size_t i = 0; i < r->last_lock_count; i++)
        free_last(r->last_lock[i]);
    free(r->last_lock);
    map_free(r->requests);
    map_free(r->players);
    map_free(r->saved);
    map_free(r->last);
    pthread_mutex_destroy(&r->mutex);
    pthread_cond_destroy(&r->cond);
    free(r);
}

bool replay_run(struct dispatch *d, struct journal *j, const struct replay_config *config,
                struct replay_result *result)
{
    *result = (struct replay_result){0};
    struct replay *r = replay_new(d, config, result);
    dispatch_set_replay(d, r);
    if (set_out(r, j))
        feed(r, j);
    dispatch_set_replay(d, NULL);
    replay_free(r);
    return !result->mismatches && !result->damaged;
}

// What was to happen later, happens later; those who were there are there.
static void go_on(struct replay *r)
{
    struct dispatch *d = r->dispatch;
    int64_t now = dispatch_clock(d);
    struct map_iter at = {0};
    const char *name;
    for (void *value; map_next(r->requests, &at, NULL, &value);) {
        struct event_request *q = value;
        if (!q->zone && !thing_find(dispatch_world(d), q->thing))
            continue; // what it was for is no more
        int64_t due = q->asked + q->delay;
        q->delay = due > now ? due - now : 0;
        q->asked = now;
        event_start(d, NULL, q);
        q->line = NULL; // the event's now
    }
    enum lockcheck_level level = lockcheck_level();
    lockcheck_set_level(LOCKCHECK_OFF); // nothing runs, so nothing is locked
    at = (struct map_iter){0};
    for (void *value; map_next(r->players, &at, &name, &value);) {
        struct present *p = value;
        struct thing *player = thing_find(dispatch_world(d), p->thing);
        if (player)
            mailboxes_avoid(dispatch_mailboxes(d), player_mailbox(player));
        struct actor *a = actor_restore(d, name, p->permissions, p->thing, dispatch_owner(d));
        players_add(dispatch_player_list(d), a);
        dispatch_linkdead(a);
    }
    lockcheck_set_level(level);
}

int replay_recover(struct dispatch *d, struct journal *j, uint64_t to, bool soft, char *why,
                   size_t size)
{
    struct replay_config config = {.to = to, .soft = soft};
    struct replay_result result = {0};
    struct replay *r = replay_new(d, &config, &result);
    dispatch_set_replay(d, r);
    if (set_out(r, j))
        feed(r, j);
    dispatch_set_replay(d, NULL);
    bool good = (soft || !result.mismatches) && !result.damaged;
    if (good) {
        dispatch_restored(d, r->saved);
        go_on(r);
    }
    snprintf(why, size, "%s", result.why);
    replay_free(r);
    return good ? 0 : -1;
}

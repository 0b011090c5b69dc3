// The events of a replay that are under way. Each is a task that waits for earlier events which
// held one of its locks, belonged to its player, or requested it; so it finds the world as it was,
// and its results are compared with the record. One thread adds the events, the workers (or that
// thread) run them; which event waits for which is guarded by the replay's mutex, which no task
// holds while it runs a command.
#include "engine/player_task_priv.h"
#include "engine/replay/replay_priv.h"
#include "engine/replay/replay_report.h"

#include "command/outcome.h"
#include "game/enter.h"
#include "journal/record.h"
#include "lock/hooks.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/error.h"
#include "util/map.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INDEXES_MAX = 1 << 24 };

// One event under way.
struct replay_item {
    struct task task; // first
    struct replay *replay;
    struct record record;
    void *bytes; // memory that the record points into
    struct execution *execution;
    struct enter_spec spec;
    struct timer_request asked;
    bool has_spec, has_asked;
    char *changed; // how its changes differ from the record; NULL: they do not
    // Guarded by the mutex.
    unsigned missing; // how many events it waits for
    struct replay_item **waiters;
    size_t waiter_count, waiter_cap;
    bool over;
};

// Notes a difference; the one with the lowest event number is kept.
static void differ(struct replay *r, const struct replay_item *it, const char *what)
{
    assert(r->result && what);
    const struct record *e = &it->record;
    char *why = replay_report_event(r->dispatch, e, it->has_asked ? &it->asked : NULL, what);
    pthread_mutex_lock(&r->mutex);
    struct replay_result *out = r->result;
    if (!out->mismatches++ || e->number < out->first_mismatch) {
        out->first_mismatch = e->number;
        error_set(&out->why, -EILSEQ, "%s", why);
    }
    pthread_mutex_unlock(&r->mutex);
    free(why);
}

static uint64_t forced_number(void *arg)
{
    return ((struct replay_item *)arg)->record.number;
}

static void begin_player(struct replay_item *it)
{
    const struct record *e = &it->record;
    struct player_task_piece piece = {.kind = e->kind,
                                      .line = e->text,
                                      .outbox = e->outbox,
                                      .linkdead = e->param,
                                      .rights = e->more,
                                      .enters = &it->spec};
    it->has_spec = e->kind == RECORD_ENTER;
    if (it->has_spec)
        enter_spec_init(&it->spec, e->name, e->more, enter_read(e->text), e->outbox);
    else
        piece.who = replay_players_find(it->replay, e->name);
    player_task_begin(it->execution, &piece);
}

static void check_item(struct execution *r, void *arg)
{
    assert(!((struct replay_item *)arg)->changed);
    struct replay_item *it = arg;
    it->changed = replay_report_changes(r, &it->record);
}

static bool take_request(struct replay_item *it)
{
    it->has_asked = replay_take_request(it->replay, &it->record, &it->asked);
    return it->has_asked;
}

static bool begin_item(struct replay_item *it)
{
    assert(!it->execution);
    if (it->record.kind == RECORD_VOID)
        return false;
    bool of_player = record_is_players(it->record.kind);
    if (!of_player && !take_request(it)) {
        if (!it->replay->config.rewrite)
            differ(it->replay, it, "nobody has asked for it");
        return false;
    }
    if (!of_player && !it->record.lock_count && it->record.kind != RECORD_ZONE)
        return false; // the event of a thing that had ended: earlier versions recorded such events
    it->execution = execution_take(it->replay->dispatch, &it->task);
    if (of_player)
        begin_player(it);
    else
        timer_task_begin(it->execution, &it->asked);
    hooks_replays(&it->execution->locks);
    it->execution->context.now = it->record.clock;
    it->execution->context.take_number = forced_number;
    it->execution->context.take_arg = it;
    it->execution->at_end = check_item;
    it->execution->at_end_arg = it;
    return true;
}

// Another program may word messages differently. That is accepted only if the record has changes to
// compare.
static bool may_say_else(const struct replay_item *it)
{
    return it->replay->config.words && it->record.changes;
}

static void compare_results(struct replay_item *it)
{
    const struct outcome *o = it->execution->outcome;
    if (it->changed) {
        differ(it->replay, it, it->changed);
    } else if (o->number != it->record.number) {
        char *what = replay_report_nothing(&it->record);
        differ(it->replay, it, what);
        free(what);
    } else if (it->execution->digest != it->record.output && !may_say_else(it)) {
        differ(it->replay, it, "what it says is not what it said");
    }
}

// Rewriting: stores the new result instead of comparing it with the old one.
static void pass_to_rewriter(struct replay_item *it)
{
    assert(it->replay->config.rewrite);
    const struct replay_rewrite *w = it->replay->config.rewrite;
    const struct execution *r = it->execution;
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

static void item_free(struct replay_item *it)
{
    if (it->has_spec)
        enter_spec_fini(&it->spec);
    if (it->has_asked)
        free(it->asked.line);
    free(it->waiters);
    free(it->changed);
    free(it->bytes);
}

// Wakes the events that waited for it.
static void complete(struct replay_item *it)
{
    struct replay *r = it->replay;
    pthread_mutex_lock(&r->mutex);
    assert(!it->over && !it->missing && r->under_way);
    assert(r->window[it->record.number % REPLAY_WINDOW] == it);
    it->over = true;
    r->window[it->record.number % REPLAY_WINDOW] = NULL;
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

static enum task_result replay_item_step(struct task *t)
{
    struct replay_item *it = (struct replay_item *)t;
    bool rewrites = it->replay->config.rewrite;
    if (!it->execution && !begin_item(it)) {
        if (rewrites)
            pass_to_rewriter(it);
        complete(it);
        return TASK_DONE;
    }
    switch (execution_step(it->execution)) {
    case EXECUTION_PARKED:
        return TASK_PENDING;
    case EXECUTION_YIELD:
        return TASK_READY;
    case EXECUTION_DONE:
        break;
    }
    if (rewrites)
        pass_to_rewriter(it);
    else
        compare_results(it);
    replay_players_note(it->replay, &it->record, it->execution);
    timer_tasks_request(it->replay->dispatch, &it->execution->context);
    outcome_free(it->execution->outcome);
    execution_give(it->execution);
    it->execution = NULL;
    complete(it);
    return TASK_DONE;
}

// Frees an item when its last user has released it: it stays in `last` until another takes its
// place there.
static void release_item(struct task *t)
{
    struct replay_item *it = (struct replay_item *)t;
    item_free(it);
    free(it);
}

static void wait_for(struct replay_item *it, struct replay_item *before)
{
    assert(it);
    if (!before || before->over || before == it)
        return;
    for (size_t i = 0; i < before->waiter_count; i++)
        if (before->waiters[i] == it)
            return;
    if (before->waiter_count == before->waiter_cap) {
        before->waiter_cap = before->waiter_cap ? before->waiter_cap * 2 : 4;
        before->waiters =
            mem_realloc_array(before->waiters, before->waiter_cap, sizeof(struct replay_item *));
    }
    before->waiters[before->waiter_count++] = it;
    it->missing++;
}

// Makes the item wait for the last one that needed the same, and takes its place as the last.
static void after_last(struct replay_item *it, struct replay_item *before)
{
    wait_for(it, before);
    task_ref(&it->task);
    if (before)
        task_unref(&before->task);
}

static void need_lock(struct replay_item *it, size_t place)
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

static void need_player(struct replay_item *it, const char *name)
{
    after_last(it, map_get(it->replay->last, name));
    map_put(it->replay->last, name, it);
}

void replay_events_hand_over(struct replay *r)
{
    struct sched *s = r->dispatch->sched;
    if (!r->threaded)
        return;
    sched_gather_end(s);
    sched_gather_begin(s, &r->ready);
}

// With the mutex: hands over the items that can run, and sleeps until at most `most` are under way.
static void wait_until(struct replay *r, size_t most)
{
    assert(r->threaded);
    replay_events_hand_over(r);
    r->wanted = most;
    while (r->under_way > most)
        pthread_cond_wait(&r->cond, &r->mutex);
    r->wanted = SIZE_MAX;
}

static struct replay_item *item_new(struct replay *r, const struct record *e)
{
    struct replay_item *it = mem_new(struct replay_item);
    task_init(&it->task, r->dispatch->sched, replay_item_step, "replay", release_item);
    it->replay = r;
    it->bytes = record_copy(&it->record, e);
    return it;
}

void replay_events_add(struct replay *r, const struct record *read)
{
    struct replay_item *it = item_new(r, read);
    const struct record *e = &it->record;
    assert(e->number > r->result->last); // in the order of the journal
    pthread_mutex_lock(&r->mutex);
    if (r->threaded && r->under_way >= REPLAY_WINDOW / 2)
        wait_until(r, REPLAY_WINDOW / 4);
    for (size_t i = 0; i < e->lock_count; i++) {
        size_t at = e->locks[i] & ~(UINT32_C(1) << 31);
        if (at < INDEXES_MAX)
            need_lock(it, at);
    }
    if (*e->name)
        need_player(it, e->name);
    if (e->origin && e->number - e->origin < REPLAY_WINDOW)
        wait_for(it, r->window[e->origin % REPLAY_WINDOW]);
    // Wait for the event REPLAY_WINDOW earlier that occupies this slot.
    wait_for(it, r->window[e->number % REPLAY_WINDOW]);
    r->window[e->number % REPLAY_WINDOW] = it;
    r->under_way++;
    r->result->last = e->number;
    bool ready = !it->missing;
    if (ready)
        task_spawn(&it->task);
    pthread_mutex_unlock(&r->mutex);
    task_detach(&it->task);
}

void replay_events_drain(struct replay *r)
{
    if (!r->threaded) {
        sched_run_until_idle(r->dispatch->sched);
        return;
    }
    pthread_mutex_lock(&r->mutex);
    wait_until(r, 0);
    pthread_mutex_unlock(&r->mutex);
}

void replay_events_init(struct replay *r)
{
    r->last = map_new();
    r->wanted = SIZE_MAX;
}

static void release_waiters(struct replay_item *it)
{
    if (it)
        task_unref(&it->task);
}

void replay_events_fini(struct replay *r)
{
    assert(!r->under_way);
    struct map_iter at = {0};
    for (void *value; map_next(r->last, &at, NULL, &value);)
        release_waiters(value);
    for (size_t i = 0; i < r->last_lock_count; i++)
        release_waiters(r->last_lock[i]);
    free(r->last_lock);
    map_free(r->last);
}

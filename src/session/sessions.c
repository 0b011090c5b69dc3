// The list of a loop's sessions, and dispatch's reports about the loop's players. The loop's
// thread.
#include "session/sessions_priv.h"

#include "engine/dispatch.h"
#include "output/outbox.h"
#include "store/character.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

struct sessions *sessions_new(struct session_shared *shared, struct outboxes *outboxes,
                              const struct session_ops *ops)
{
    loopguard_check("sessions_new()");
    assert(!shared->each[loopguard_loop()]);
    struct sessions *h = mem_new(struct sessions);
    h->shared = shared;
    h->settings = shared->settings;
    h->dispatch = shared->dispatch;
    h->outboxes = outboxes;
    h->ops = *ops;
    h->savers = map_new();
    h->accounts = map_new();
    shared->each[loopguard_loop()] = h;
    return h;
}

static void sessions_free(struct sessions *h)
{
    saver_free_all(h);
    rights_free(h);
    map_free(h->savers);
    map_free(h->accounts);
    free(h);
}

void sessions_free_all(struct session_shared *shared)
{
    loopguard_check("sessions_free_all()");
    for (unsigned i = 0; shared && i < LOOPS_MAX; i++) {
        loopguard_act_for(i);
        if (shared->each[i])
            sessions_free(shared->each[i]);
    }
    loopguard_act_for(0);
    session_shared_free(shared);
}

// A span of time for which autosave is due.
struct autosave {
    int64_t after, until, period;
};

// Each player has a moment of the period, by its name: so thousands are not saved all at once.
static void sessions_save_due(struct player_task *a, void *arg)
{
    const struct autosave *s = arg;
    int64_t moment = (int64_t)(hash_text(player_task_name(a), 0) % (uint64_t)s->period);
    int64_t offset = s->period - moment;
    if ((s->until + offset) / s->period > (s->after + offset) / s->period)
        dispatch_save(a);
}

static void sessions_autosave(struct sessions *h)
{
    struct autosave s = {h->autosaved, h->now, h->settings->world_autosave};
    h->autosaved = h->now;
    if (s.after && !h->stopping)
        dispatch_each(h->dispatch, sessions_save_due, &s);
}

// In the world: the next line that waits, and a player who types nothing.
static void check_playing(struct session *s, int64_t now)
{
    int64_t most = s->sessions->settings->session_idle;
    playing_next(s, now);
    if (!most)
        return;
    int64_t idle = now - s->last_input;
    if (idle >= most) {
        session_end(s, "You have been away for too long. Until next time.\n");
        return;
    }
    // A short limit would warn a player who has only just typed something.
    bool warns = most > 120000;
    if (warns && idle >= most - 60000 && !s->warned_idle) {
        s->warned_idle = true;
        session_say(s, "You seem to be away. In a minute your connection will be closed.\n");
    }
}

static void check_login(struct session *s, int64_t now)
{
    const struct settings *set = s->sessions->settings;
    if (now - s->answered >= set->login_grace || now - s->opened >= set->login_total)
        session_drop(s, "grace", "That took too long. Please connect again.\n");
}

static void check_menu(struct session *s, int64_t now)
{
    if (now - s->last_input >= s->sessions->settings->session_menu_idle)
        session_end(s, "You have been at the menu for too long. Until next time.\n");
}

static void check_times(struct session *s, int64_t now)
{
    if (s->gone || s->state == SESSION_OVER)
        return;
    if (s->state == SESSION_BUSY) {
        // The time that a job takes is not the peer's: no limit counts meanwhile.
        if (s->then && s->then_at && now >= s->then_at)
            session_go_on(s);
    } else if (s->state == SESSION_PLAYING) {
        check_playing(s, now);
    } else if (s->account) {
        check_menu(s, now);
    } else {
        check_login(s, now);
    }
}

void sessions_tick(struct sessions *h, int64_t now)
{
    loopguard_check("sessions_tick()");
    h->now = now;
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        check_times(s, now);
    }
    saver_retry(h);
    rights_tick(h);
    sessions_autosave(h);
}

void sessions_turn_begin(struct sessions *h)
{
    loopguard_check("sessions_turn_begin()");
    dispatch_turn_begin(h->dispatch);
}

void sessions_turn_end(struct sessions *h)
{
    loopguard_check("sessions_turn_end()");
    dispatch_turn_end(h->dispatch);
}

void sessions_deliver(struct sessions *h)
{
    loopguard_check("sessions_deliver()");
    dispatch_deliver(h->dispatch);
}

void sessions_leave_loop(struct sessions *h)
{
    loopguard_check("sessions_leave_loop()");
    dispatch_loop_leave(h->dispatch);
}

void sessions_call(struct sessions *h, unsigned loop, void (*fn)(void *), void *arg)
{
    loopguard_check("sessions_call()");
    dispatch_call(h->dispatch, loop, fn, arg);
}

bool sessions_idle(const struct sessions *h)
{
    loopguard_check("sessions_idle()");
    return !h->first && !h->saving && !dispatch_players(h->dispatch);
}

size_t sessions_of_account(struct sessions *h, const char *account, int step)
{
    loopguard_check("sessions_of_account()");
    uintptr_t count = (uintptr_t)map_get(h->accounts, account);
    assert(step >= 0 || count);
    count += (uintptr_t)(intptr_t)step;
    if (!count)
        map_remove(h->accounts, account);
    else if (step)
        map_put(h->accounts, account, (void *)count);
    return count;
}

size_t sessions_count(const struct sessions *h)
{
    loopguard_check("sessions_count()");
    return h->count;
}

size_t sessions_playing(const struct sessions *h)
{
    loopguard_check("sessions_playing()");
    return h->playing;
}

static void make_leave(struct player_task *a, void *arg)
{
    (void)arg;
    dispatch_leave(a);
}

void sessions_stop(struct sessions *h, const char *why)
{
    loopguard_check("sessions_stop()");
    assert(why);
    h->stopping = true;
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        if (s->state == SESSION_PLAYING)
            session_say(s, why);
        else
            session_end(s, why);
    }
    dispatch_each(h->dispatch, make_leave, NULL);
}

bool sessions_stopped(const struct sessions *h)
{
    loopguard_check("sessions_stopped()");
    return h->stopping && !dispatch_players(h->dispatch) && !h->saving;
}

size_t sessions_steps_left(const struct sessions *h)
{
    loopguard_check("sessions_steps_left()");
    return 2 * dispatch_players(h->dispatch) + h->saving;
}

static void on_answered(void *session)
{
    struct session *s = session;
    s->under_way = false;
    playing_next(s, s->sessions->now);
}

static struct sessions *sessions_of(struct player_task *a)
{
    struct session_shared *shared = player_task_owner(a);
    return shared->each[loopguard_loop()];
}

static void sessions_on_save(struct player_task *a, struct doc *saved)
{
    assert(saved);
    saver_save(sessions_of(a), player_task_name(a), player_task_account(a), saved);
}

static void on_entered(void *session, struct player_task *a)
{
    assert(session && a);
    struct session *s = session;
    s->task = a;
    playing_next(s, s->sessions->now);
}

static void sessions_on_left(struct player_task *a, struct doc *saved)
{
    struct sessions *h = sessions_of(a);
    struct session *s = player_task_session(a);
    log_info("session", "left", "account", player_task_account(a), "character", player_task_name(a),
             NULL);
    if (saved)
        saver_save(h, player_task_name(a), player_task_account(a), saved);
    names_in_use_leave(h->shared->names, player_task_name(a)); // it is being saved by now
    if (!s)
        return;
    playing_over(s);
    s->task = NULL;
    session_count(s, false);
    if (h->stopping)
        session_end(s, NULL);
    else if (!s->gone) {
        menu_show(s);
        session_pump(s);
    }
}

// Saves only a character whose file exists: it may have been deleted since.
static void sessions_on_restored(void *owner, const char *name, struct doc *saved)
{
    struct session_shared *shared = owner;
    struct sessions *h = shared->each[loopguard_loop()];
    int r = character_update(h->settings->folder_data, name, saved);
    if (r != SAVEFILE_OK && r != SAVEFILE_ABSENT)
        saver_save(h, name, NULL, saved); // repeated until it can be written
    else
        doc_free(saved);
}

static bool sessions_is_settled(void *owner)
{
    return !names_in_use_savings(((struct session_shared *)owner)->names);
}

static void on_commit_stalled(void *session)
{
    session_say(session,
                "The server cannot write to its disk just now, so nothing can change. What "
                "you have typed is answered when it can.\n");
}

static void on_permitted(struct player_task *a, const char *command, const char *line)
{
    log_info("session", "permitted", "account", player_task_account(a), "character",
             player_task_name(a), "command", command, "line", line, NULL);
}

const struct dispatch_ops *sessions_dispatch_ops(void)
{
    static const struct dispatch_ops ops = {
        on_answered,          sessions_on_save,    on_entered,        sessions_on_left,
        sessions_on_restored, sessions_is_settled, on_commit_stalled, on_permitted};
    return &ops;
}

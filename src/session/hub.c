// What all sessions share, and what dispatch tells of players. Loop thread.
#include "session/hub_priv.h"

#include "dispatch/dispatch.h"
#include "output/mailbox.h"
#include "store/account.h"
#include "store/name.h"
#include "store/character.h"
#include "store/record.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/settings.h"

#include <stdlib.h>

enum { GREETING_MAX = 16384 };

struct attempts {
    int64_t since;
    unsigned count;
};

static char *read_greeting(const char *folder)
{
    struct buf b = BUF_INIT;
    char *path = mem_printf("%s/greeting.txt", folder);
    if (file_read(path, GREETING_MAX, &b) < 0)
        buf_adds(&b, "Welcome.\n");
    free(path);
    struct buf clean = BUF_INIT;
    screen_clean(&clean, buf_str(&b), b.len, 0);
    buf_fini(&b);
    return buf_take(&clean);
}

struct hub *hub_new(const struct settings *settings, struct dispatch *dispatch,
                    struct mailboxes *mailboxes, const struct session_ops *ops)
{
    struct hub *h = mem_new(struct hub);
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    h->settings = settings;
    h->dispatch = dispatch;
    h->mailboxes = mailboxes;
    h->ops = *ops;
    h->greeting = read_greeting(settings->folder_text);
    char *path = mem_printf("%s/reserved-names.txt", settings->folder_text);
    h->reserved = name_words_load(path, &problems);
    for (size_t i = 0; i < problems.count; i++)
        log_warning("session", "reserved_names", "why", problems.list[i].text, NULL);
    doc_problems_fini(&problems);
    free(path);
    h->savers = map_new();
    h->attempts = map_new();
    return h;
}

static void forget_attempts(struct hub *h)
{
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->attempts, &it, &key, &value))
        free(value);
    map_clear(h->attempts);
}

void hub_free(struct hub *h)
{
    if (!h)
        return;
    saver_free_all(h);
    forget_attempts(h);
    map_free(h->savers);
    map_free(h->attempts);
    name_words_free(h->reserved);
    free(h->greeting);
    free(h);
}

bool hub_may_try(struct hub *h, const char *key, int64_t most, int64_t window)
{
    struct attempts *a = map_get(h->attempts, key);
    return !a || h->now - a->since >= window || (int64_t)a->count < most;
}

void hub_forgive(struct hub *h, const char *key)
{
    struct attempts *a = map_get(h->attempts, key);
    if (a && a->count)
        a->count--;
}

void hub_failed(struct hub *h, const char *key, int64_t window)
{
    struct attempts *a = map_get(h->attempts, key);
    if (!a) {
        // Bounded: a flood of names may cost others their counts, never the server its memory.
        if (map_count(h->attempts) > 10000)
            forget_attempts(h);
        a = mem_new(struct attempts);
        map_put(h->attempts, key, a);
        a->since = h->now;
    }
    if (h->now - a->since >= window)
        *a = (struct attempts){.since = h->now};
    a->count++;
}

static void save_actor(struct actor *a, void *arg)
{
    (void)arg;
    dispatch_save(a);
}

static void check_times(struct session *s, int64_t now)
{
    const struct settings *set = s->hub->settings;
    if (s->gone || s->state == SESSION_OVER)
        return;
    if (s->state == SESSION_PLAYING) {
        playing_next(s, now);
        int64_t idle = now - s->last_input;
        if (!set->session_idle) {
            // 0: nobody is ever too long away
        } else if (idle >= set->session_idle) {
            session_end(s, "You have been away for too long. Until next time.\n");
        } else if (idle >= set->session_idle - 60000 && set->session_idle > 120000 &&
                   !s->warned_idle) {
            s->warned_idle = true;
            session_say(s, "You seem to be away. In a minute your connection will be closed.\n");
        }
    } else if (s->state != SESSION_BUSY && !s->account && now - s->opened >= set->login_grace) {
        session_drop(s, "grace", "That took too long. Please connect again.\n");
    } else if (s->account && now - s->last_input >= set->session_menu_idle) {
        session_end(s, "You have been at the menu for too long. Until next time.\n");
    }
}

void hub_tick(struct hub *h, int64_t now)
{
    h->now = now;
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        check_times(s, now);
    }
    saver_retry(h);
    if (!h->next_autosave)
        h->next_autosave = now + h->settings->world_autosave;
    if (h->settings->world_autosave && now >= h->next_autosave && !h->stopping) {
        h->next_autosave = now + h->settings->world_autosave;
        dispatch_each(h->dispatch, save_actor, NULL);
    }
}

void hub_turn_begin(struct hub *h)
{
    dispatch_turn_begin(h->dispatch);
}

void hub_turn_end(struct hub *h)
{
    dispatch_turn_end(h->dispatch);
}

void hub_deliver(struct hub *h)
{
    dispatch_deliver(h->dispatch);
}

bool hub_idle(const struct hub *h)
{
    return !h->first && !h->saving && !dispatch_players(h->dispatch);
}

size_t hub_sessions(const struct hub *h)
{
    return h->count;
}

size_t hub_players(const struct hub *h)
{
    return h->playing;
}

static void make_leave(struct actor *a, void *arg)
{
    (void)arg;
    dispatch_leave(a);
}

void hub_stop(struct hub *h, const char *why)
{
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

bool hub_stopped(const struct hub *h)
{
    return h->stopping && !dispatch_players(h->dispatch) && !h->saving;
}

size_t hub_steps_left(const struct hub *h)
{
    return 2 * dispatch_players(h->dispatch) + h->saving;
}

static void on_answered(void *session)
{
    struct session *s = session;
    s->under_way = false;
    playing_next(s, s->hub->now);
}

static struct hub *the_hub_of(struct actor *a)
{
    return actor_owner(a);
}

static void on_save(struct actor *a, struct doc *saved)
{
    saver_save(the_hub_of(a), actor_name(a), saved);
}

static void on_entered(void *session, struct actor *a)
{
    struct session *s = session;
    s->actor = a;
    playing_next(s, s->hub->now);
}

static void on_left(struct actor *a, struct doc *saved)
{
    struct hub *h = the_hub_of(a);
    struct session *s = actor_session(a);
    log_info("session", "left", "character", actor_name(a), NULL);
    if (saved)
        saver_save(h, actor_name(a), saved);
    if (!s)
        return;
    playing_over(s);
    s->actor = NULL;
    session_count(s, false);
    if (h->stopping)
        session_end(s, NULL);
    else if (!s->gone) {
        menu_show(s);
        session_pump(s);
    }
}

// Only what is there already is brought up to date: a character may have been deleted since.
static void on_restored(void *owner, const char *name, struct doc *saved)
{
    struct hub *h = owner;
    int r = character_save(h->settings->folder_data, name, doc_root(saved));
    if (r != RECORD_OK && r != RECORD_ABSENT)
        saver_save(h, name, saved); // tried again until it can be written
    else
        doc_free(saved);
}

static void dismiss(struct actor *a, void *arg)
{
    const struct hub *h = arg;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = NULL;
    if (character_load(h->settings->folder_data, actor_name(a), &d, &p) == RECORD_ABSENT &&
        !account_owns(h->settings->folder_data, actor_name(a)))
        dispatch_leave(a);
    doc_free(d);
    doc_problems_fini(&p);
}

void hub_dismiss(struct hub *h)
{
    dispatch_each(h->dispatch, dismiss, h);
}

static bool is_settled(void *owner)
{
    return !((struct hub *)owner)->saving;
}

static void on_stuck(void *session)
{
    session_say(session, "The server cannot write to its disk just now, so nothing can change. What "
                         "you have typed is answered when it can.\n");
}

const struct dispatch_ops *hub_dispatch_ops(void)
{
    static const struct dispatch_ops ops = {on_answered, on_save,    on_entered, on_left,
                                            on_restored, is_settled, on_stuck, NULL};
    return &ops;
}

// A session whose player is in the world: typed lines wait here, bounded and no faster than
// allowed, and go to dispatch one at a time, so that a line typed after QUIT, before its reply,
// goes to the menu. History and recall are here too, as they concern typing and not the world.
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/history.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct queued_line {
    struct queued_line *next;
    char text[];
};

char *playing_permissions(const struct account *a)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < a->permission_count; i++)
        buf_addf(&b, "%s%s", i ? " " : "", a->permissions[i]);
    return buf_take(&b);
}

static void take_over(struct session *s, struct player_task *a, const char *permissions)
{
    assert(s->account && !s->task);
    struct session *other = player_task_session(a);
    if (other) {
        other->task = NULL;
        session_end(other, "You have come back from somewhere else.\n");
    }
    s->task = a;
    dispatch_attach(a, s->outbox, s, permissions, s->account->name);
}

// A player who is in the world already may be taken over by its own account only. An account can
// always come back to its player in the world.
static bool may_enter(struct session *s, struct player_task *there, const char *character)
{
    struct sessions *h = s->sessions;
    const char *account = there ? player_task_account(there) : NULL;
    if (account && strcmp(account, s->account->name) != 0) {
        log_error("session", "not_its_account", "account", s->account->name, "character", character,
                  "belongs", account, NULL);
        session_sayf(
            s,
            "%s is in the world, and belongs to another account. Please tell the people who run "
            "this server.\n",
            character);
        return false;
    }
    if (!there &&
        !names_in_use_enter(h->shared->names, character, (size_t)h->settings->limits_players)) {
        session_say(s, "The world is full just now. Please try again later.\n");
        return false;
    }
    return true;
}

bool playing_enter(struct session *s, const char *character, struct doc *saved)
{
    loopguard_check("playing_enter()");
    assert(s->account && !s->task && *character);
    struct sessions *h = s->sessions;
    struct player_task *there = dispatch_find(h->dispatch, character);
    if (!may_enter(s, there, character)) {
        doc_free(saved);
        return false;
    }
    session_answered(s);
    if (!there && (!saved || !doc_get(doc_root(saved), "thing")))
        session_say(s, h->shared->welcome);
    s->state = SESSION_PLAYING;
    s->under_way = false;
    s->tokens = (double)h->settings->limits_commands_burst;
    s->bucket_at = h->now;
    session_count(s, true);
    if (s->conn)
        h->ops.set_echo(s->conn, true);
    outbox_limit(h->outboxes, s->outbox, (size_t)h->settings->limits_output);
    outbox_leave_out(h->outboxes, s->outbox, true);
    log_info("session", "play", "address", s->address, "account", s->account->name, "character",
             character, NULL);
    char *permissions = playing_permissions(s->account);
    if (there) {
        doc_free(saved);
        take_over(s, there, permissions);
    } else {
        struct dispatch_entry e = {.name = character,
                                   .permissions = permissions,
                                   .account = s->account->name,
                                   .character = saved,
                                   .outbox = s->outbox,
                                   .session = s,
                                   .owner = h->shared};
        s->task = dispatch_enter(h->dispatch, &e);
    }
    free(permissions);
    login_free(s);
    return true;
}

// Adds the tokens that have come into the bucket since the last call.
static void playing_refill(struct session *s, int64_t now)
{
    const struct settings *set = s->sessions->settings;
    double burst = (double)set->limits_commands_burst;
    s->tokens += (double)(now - s->bucket_at) * (double)set->limits_commands_per_second / 1000.0;
    if (s->tokens > burst)
        s->tokens = burst;
    s->bucket_at = now;
}

// Takes one token from the bucket if there is one.
static bool may_pass(struct session *s, int64_t now)
{
    playing_refill(s, now);
    if (s->tokens < 1.0)
        return false;
    s->tokens -= 1.0;
    return true;
}

// How many lines may wait. Lines for which there are tokens wait only for the line before them, so
// a burst may come in one piece.
static size_t queue_room(struct session *s)
{
    playing_refill(s, s->sessions->now);
    return (size_t)s->sessions->settings->limits_lines_queued + (size_t)s->tokens;
}

static void drop_lines(struct session *s)
{
    while (s->first) {
        struct queued_line *q = s->first;
        s->first = q->next;
        explicit_bzero(q->text, strlen(q->text)); // it may contain a password
        free(q);
    }
}

void playing_over(struct session *s)
{
    loopguard_check("playing_over()");
    history_free(s);
    s->under_way = false;
}

void playing_free(struct session *s)
{
    loopguard_check("playing_free()");
    drop_lines(s);
    history_free(s);
}

char *playing_dequeue(struct session *s)
{
    loopguard_check("playing_dequeue()");
    struct queued_line *q = s->first;
    if (!q)
        return NULL;
    s->first = q->next;
    if (!s->first)
        s->last = NULL;
    assert(s->queued);
    s->queued--;
    char *line = mem_strdup(q->text);
    explicit_bzero(q->text, strlen(q->text));
    free(q);
    return line;
}

static bool enqueue(struct session *s, const char *line, size_t n)
{
    assert(line[n] == '\0');
    if (s->queued >= queue_room(s)) {
        if (!s->dropped++)
            session_say(s, "You type faster than can be done; some of it is lost.\n");
        if ((int64_t)s->dropped > 10 * s->sessions->settings->limits_lines_queued)
            session_drop(s, "flood", "You send far too much. Please connect again, slower.\n");
        return false;
    }
    struct queued_line *q = mem_alloc(sizeof(*q) + n + 1);
    q->next = NULL;
    memcpy(q->text, line, n + 1);
    if (s->last)
        s->last->next = q;
    else
        s->first = q;
    s->last = q;
    s->queued++;
    return true;
}

// True when the line was for the history and has been answered.
static bool about_typing(struct session *s, const char *line, struct buf *recalled)
{
    if (history_is_command(line)) {
        struct buf b = BUF_INIT;
        history_list(s, &b);
        session_say(s, buf_str(&b));
        buf_fini(&b);
        return true;
    }
    if (*line != '!')
        return false;
    if (history_recall(s, line, recalled)) {
        session_sayf(s, "%s\n", buf_str(recalled));
        return false;
    }
    session_say(s, "You have typed nothing like that.\n");
    return true;
}

static void reprompt(struct session *s)
{
    // The line was not a command: show the same prompt again.
    outbox_text(s->sessions->outboxes, s->outbox, "", true);
}

static void pass(struct session *s, const char *line)
{
    assert(s->task && !s->under_way); // one line of a session runs at a time
    struct buf recalled = BUF_INIT;
    if (about_typing(s, line, &recalled)) {
        reprompt(s);
    } else {
        if (recalled.len)
            line = buf_str(&recalled);
        history_add(s, line);
        s->under_way = true;
        dispatch_line(s->task, line);
    }
    buf_fini(&recalled);
}

void playing_next(struct session *s, int64_t now)
{
    loopguard_check("playing_next()");
    while (s->state == SESSION_PLAYING && s->task && s->first && !s->under_way &&
           may_pass(s, now)) {
        char *line = playing_dequeue(s);
        pass(s, line);
        free(line);
    }
    if (s->queued)
        return;
    if (s->dropped)
        session_sayf(s, "%u of the lines that you typed %s lost.\n", s->dropped,
                     s->dropped == 1 ? "was" : "were");
    s->dropped = 0;
}

void playing_line(struct session *s, const char *line, size_t n, int64_t now)
{
    loopguard_check("playing_line()");
    bool idle = s->state == SESSION_PLAYING && s->task && !s->first && !s->under_way;
    if (idle && may_pass(s, now))
        pass(s, line);
    else if (enqueue(s, line, n))
        playing_next(s, now);
}

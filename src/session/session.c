// One session: what it prints, what it asks, and where its lines go. Loop thread.
#include "session/session.h"

#include "engine/dispatch.h"
#include "output/outbox.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"
#include "util/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void session_list(struct sessions *h, struct session *s)
{
    loopguard_check("session_list()");
    s->sessions = h;
    s->previous = NULL;
    s->next = h->first;
    if (s->next)
        s->next->previous = s;
    h->first = s;
    h->count++;
    if (s->account)
        sessions_of_account(h, s->account->name, 1);
}

void session_unlist(struct session *s)
{
    loopguard_check("session_unlist()");
    struct sessions *h = s->sessions;
    assert(h->count && (s->previous ? s->previous->next : h->first) == s);
    if (s->previous)
        s->previous->next = s->next;
    else
        h->first = s->next;
    if (s->next)
        s->next->previous = s->previous;
    h->count--;
    if (s->account)
        sessions_of_account(h, s->account->name, -1);
}

struct session *session_new(struct sessions *h, void *conn, const char *address, int64_t now)
{
    loopguard_check("session_new()");
    assert(h && address);
    struct session *s = mem_new(struct session);
    s->conn = conn;
    s->style = (struct style)STYLE_INIT;
    s->opened = s->answered = s->last_input = now;
    h->now = now;
    snprintf(s->address, sizeof(s->address), "%s", address);
    s->outbox =
        outbox_open(h->outboxes, &s->style,
                    (size_t)h->settings->limits_output_before_login +
                        2 * strlen(h->shared->greeting), // folding makes the greeting longer
                    conn);
    s->login = mem_new(struct login);
    session_list(h, s);
    return s;
}

void session_greet(struct session *s)
{
    loopguard_check("session_greet()");
    if (s->state != SESSION_OPENING)
        return;
    session_say(s, s->sessions->shared->greeting);
    login_start(s);
}

void session_say(struct session *s, const char *text)
{
    loopguard_check("session_say()");
    assert(text);
    outbox_text(s->sessions->outboxes, s->outbox, text, true);
}

void session_answered(struct session *s)
{
    loopguard_check("session_answered()");
    outbox_next_prompt(s->sessions->outboxes, s->outbox, "", 0);
}

void session_sayf(struct session *s, const char *fmt, ...)
{
    loopguard_check("session_sayf()");
    struct buf b = BUF_INIT;
    va_list ap;
    va_start(ap, fmt);
    buf_vaddf(&b, fmt, ap);
    va_end(ap);
    session_say(s, buf_str(&b));
    buf_fini(&b);
}

static void ask_for(struct session *s, enum session_state state, const char *prompt, bool hidden)
{
    assert(prompt);
    s->state = state;
    if (s->conn)
        s->sessions->ops.set_echo(s->conn, !hidden);
    outbox_prompt(s->sessions->outboxes, s->outbox, prompt, strlen(prompt));
}

void session_ask(struct session *s, enum session_state state, const char *prompt)
{
    loopguard_check("session_ask()");
    ask_for(s, state, prompt, false);
}

void session_ask_hidden(struct session *s, enum session_state state, const char *prompt)
{
    loopguard_check("session_ask_hidden()");
    ask_for(s, state, prompt, true);
}

void session_count(struct session *s, bool playing)
{
    loopguard_check("session_count()");
    if (s->counted == playing)
        return;
    s->counted = playing;
    assert(playing || s->sessions->playing);
    if (playing)
        s->sessions->playing++;
    else
        s->sessions->playing--;
}

void session_end(struct session *s, const char *reason)
{
    loopguard_check("session_end()");
    s->state = SESSION_OVER;
    session_count(s, false);
    if (s->conn)
        s->sessions->ops.close(s->conn, reason);
}

// The fields of a log line that name the peer; the list ends at the first key that is NULL.
struct whom {
    const char *account_key, *account, *character_key, *character;
};

static struct whom whom(const struct session *s)
{
    struct whom w = {.account = s->account ? s->account->name : NULL,
                     .character = s->task ? player_task_name(s->task) : NULL};
    w.account_key = w.account || w.character ? "account" : NULL;
    w.character_key = w.character ? "character" : NULL;
    return w;
}

void session_log_drop(const struct session *s, const char *why)
{
    loopguard_check("session_log_drop()");
    struct whom w = whom(s);
    log_warning("net", "dropped", "address", s->address, "why", why, w.account_key, w.account,
                w.character_key, w.character, NULL);
}

void session_log_failed(const struct session *s, const char *call, const char *error)
{
    loopguard_check("session_log_failed()");
    struct whom w = whom(s);
    log_warning("net", "failed", "address", s->address, "why", call, "error", error, w.account_key,
                w.account, w.character_key, w.character, NULL);
}

void session_log_closed(const struct session *s, const char *why)
{
    loopguard_check("session_log_closed()");
    struct whom w = whom(s);
    log_debug("net", "closed", "address", s->address, "why", why, w.account_key, w.account,
              w.character_key, w.character, NULL);
}

void session_drop(struct session *s, const char *why, const char *reason)
{
    loopguard_check("session_drop()");
    assert(why);
    if (s->state != SESSION_OVER)
        session_log_drop(s, why);
    session_end(s, reason);
}

static bool is_http(const char *line)
{
    static const char *const verbs[] = {"GET ",     "POST ",    "HEAD ",  "PUT ",
                                        "OPTIONS ", "CONNECT ", "TRACE ", "DELETE "};
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (!strncmp(line, verbs[i], strlen(verbs[i])))
            return true;
    return false;
}

void session_take(struct session *s, const char *line, size_t n, int64_t now)
{
    loopguard_check("session_take()");
    switch (s->state) {
    case SESSION_OPENING:
    case SESSION_ACCOUNT:
        // An HTTP request: a web page could make its visitors' browsers connect here.
        if (is_http(line)) {
            session_drop(s, "http", NULL);
            return;
        }
        session_greet(s);
        login_line(s, line, n);
        break;
    case SESSION_PASSWORD:
    case SESSION_NEW_NAME:
    case SESSION_NEW_PASSWORD:
    case SESSION_NEW_AGAIN:
        login_line(s, line, n);
        break;
    case SESSION_MENU:
    case SESSION_CHARACTER_NAME:
    case SESSION_DELETE:
    case SESSION_DELETE_SURE:
    case SESSION_OLD_PASSWORD:
    case SESSION_CHANGE_PASSWORD:
    case SESSION_CHANGE_AGAIN:
        menu_line(s, line, n);
        break;
    case SESSION_BUSY:
    case SESSION_PLAYING:
        playing_line(s, line, n, now);
        break;
    case SESSION_OVER:
        break;
    }
}

void session_line(struct session *s, const char *line, size_t n, int64_t now)
{
    loopguard_check("session_line()");
    assert(!s->gone && line[n] == '\0');
    s->sessions->now = now;
    s->last_input = now;
    s->warned_idle = false;
    if (*line)
        s->answered = now;
    session_take(s, line, n, now);
}

void session_wait(struct session *s, void (*then)(struct session *), int64_t at)
{
    loopguard_check("session_wait()");
    assert(then);
    s->state = SESSION_BUSY;
    s->then = then;
    s->then_at = at;
}

void session_go_on(struct session *s)
{
    loopguard_check("session_go_on()");
    void (*then)(struct session *) = s->then;
    assert(then && s->state == SESSION_BUSY);
    s->then = NULL;
    then(s);
    session_pump(s);
}

const char *session_word(const char *line, char out[SESSION_WORD])
{
    size_t n = strlen(line);
    str_trim(&line, &n);
    snprintf(out, SESSION_WORD, "%.*s", (int)(n < SESSION_WORD ? n : SESSION_WORD - 1), line);
    return out;
}

void session_pump(struct session *s)
{
    loopguard_check("session_pump()");
    while (s->state != SESSION_BUSY && s->state != SESSION_PLAYING && s->state != SESSION_OVER) {
        char *line = playing_dequeue(s);
        if (!line)
            return;
        size_t n = strlen(line);
        session_take(s, line, n, s->sessions->now);
        explicit_bzero(line, n); // it may contain a password
        free(line);
    }
    if (s->state == SESSION_PLAYING)
        playing_next(s, s->sessions->now);
}

void session_too_long(struct session *s, int64_t now)
{
    loopguard_check("session_too_long()");
    s->sessions->now = now;
    s->last_input = now;
    session_sayf(s, "That line was too long: %lld bytes are the most.\n",
                 (long long)s->sessions->settings->limits_line);
}

void session_free_if_done(struct session *s)
{
    loopguard_check("session_free_if_done()");
    if (!s->gone || s->jobs || s->task)
        return;
    session_unlist(s);
    login_free(s);
    playing_free(s);
    account_free(s->account);
    free(s);
}

void session_gone(struct session *s)
{
    loopguard_check("session_gone()");
    struct sessions *h = s->sessions;
    assert(!s->gone);
    if (s->task)
        dispatch_linkdead(s->task);
    session_count(s, false);
    if (s->task)
        log_info("session", "linkdead", "character", player_task_name(s->task), NULL);
    s->task = NULL;
    s->state = SESSION_OVER;
    outbox_close(h->outboxes, s->outbox);
    s->outbox = 0;
    s->conn = NULL;
    s->gone = true;
    session_free_if_done(s);
}

uint32_t session_outbox(const struct session *s)
{
    loopguard_check("session_outbox()");
    return s->outbox;
}

struct style session_style(const struct session *s)
{
    loopguard_check("session_style()");
    return s->style;
}

void session_set_style(struct session *s, const struct style *style)
{
    loopguard_check("session_set_style()");
    assert(style);
    s->style = *style;
    outbox_style(s->sessions->outboxes, s->outbox, style);
}

bool session_in_play(const struct session *s)
{
    loopguard_check("session_in_play()");
    return s->state == SESSION_PLAYING;
}

bool session_known(const struct session *s)
{
    loopguard_check("session_known()");
    return s->account;
}

const char *session_peer(const struct session *s)
{
    loopguard_check("session_peer()");
    return s->address;
}

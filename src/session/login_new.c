// Making an account: a free name, and a password typed twice. How many accounts one address may
// make is bounded (login_limiter.h), and so is how often it may ask whether a name is free.
#include "session/jobs.h"
#include "session/login_limiter.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/savefile.h"
#include "util/duration.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void login_new_ask_name(struct session *s)
{
    session_ask(s, SESSION_NEW_NAME, "A name for your account: ");
}

static void ask_password(struct session *s)
{
    session_ask_hidden(s, SESSION_NEW_PASSWORD, "A password for it: ");
}

// `count`: an account is made now, so it is counted.
static bool may_create(struct session *s, bool count)
{
    struct sessions *h = s->sessions;
    struct buf span = BUF_INIT;
    int64_t wait;
    if (login_limiter_may_create(h->shared->limiter, h->settings, s->address, h->now, count, &wait))
        return true;
    duration_write(&span, (wait + 59999) / 60000 * 60000);
    log_info("session", "account_refused", "address", s->address, "why", "too many in an hour",
             NULL);
    session_sayf(
        s,
        "Too many accounts were made lately, from your address or by everybody. Please come "
        "back in %s; who has an account can log in.\n",
        buf_str(&span));
    buf_fini(&span);
    login_start(s);
    return false;
}

void login_start_new(struct session *s)
{
    loopguard_check("login_start_new()");
    if (!s->sessions->settings->account_create)
        session_say(s, "New accounts are not being made at the moment.\n");
    else if (may_create(s, false))
        login_new_ask_name(s);
}

static void free_work(struct job *j)
{
    char who[NAME_SIZE];
    j->result = account_alike(j->settings->folder_data, j->name, who);
}

static void login_new_say_taken(struct session *s)
{
    session_say(s, "That name is taken, or one that looks like it. Please choose another.\n");
}

static void free_done(struct session *s, struct job *j)
{
    if (j->result == SAVEFILE_OK) {
        ask_password(s);
    } else if (j->result == SAVEFILE_TAKEN) {
        login_new_say_taken(s);
        login_new_ask_name(s);
    } else {
        log_error("session", "accounts_unreadable", "why",
                  strerror(j->result < 0 ? -j->result : EINVAL), NULL);
        session_say(s, "Accounts cannot be made just now. Please try again later.\n");
        login_start(s);
    }
}

static void look_whether_free(struct session *s)
{
    struct job *j = job_new(s, free_work, free_done);
    snprintf(j->name, sizeof(j->name), "%s", s->login->name);
    job_start(j);
}

static void take_name(struct session *s, const char *line)
{
    const struct settings *set = s->sessions->settings;
    char name[NAME_SIZE], room[SESSION_WORD];
    const char *word = session_word(line, room);
    bool help = !strcmp(word, "?") || !strcasecmp(word, "help");
    if (!*word) {
        login_start(s);
        return;
    }
    size_t least = (size_t)set->account_name_min, most = (size_t)set->account_name_max;
    enum name_rules_verdict v =
        name_rules_account(word, least, most, s->sessions->shared->reserved, name);
    if (v == NAME_GOOD && (!strcmp(name, "new") || !strcmp(name, "quit")))
        v = NAME_RESERVED;
    if (help || v != NAME_GOOD) {
        char *rule = name_rules_text(help ? NAME_GOOD : v, NAME_OF_ACCOUNT, least, most);
        session_sayf(s, "%s Just the Enter key goes back.\n", rule);
        free(rule);
        return;
    }
    snprintf(s->login->name, sizeof(s->login->name), "%s", name);
    int64_t delay =
        login_limiter_ask(s->sessions->shared->limiter, set, s->address, s->sessions->now);
    if (delay)
        session_wait(s, look_whether_free, s->sessions->now + delay);
    else
        look_whether_free(s);
}

static void login_new_take_password(struct session *s, const char *line, size_t n)
{
    const struct settings *set = s->sessions->settings;
    struct password_rules rules = {(size_t)set->password_min, (size_t)set->password_max,
                                   s->login->name, s->sessions->shared->common};
    enum password_verdict v = password_check(line, n, &rules);
    if (!n) {
        login_new_ask_name(s);
        return;
    }
    if (v != PASSWORD_GOOD) {
        char *rule = password_rule(v, &rules);
        session_sayf(s, "%s Just the Enter key goes back to the name.\n", rule);
        free(rule);
        return;
    }
    secret_forget(s->login);
    s->login->password = mem_strndup(line, n);
    session_ask_hidden(s, SESSION_NEW_AGAIN, "The same again: ");
}

static void login_new_create_work(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    j->result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                              j->settings->password_passes, hash);
    if (j->result)
        return;
    j->account = account_new(j->name, hash);
    password_erase(hash, sizeof(hash));
    j->result = account_create(j->settings->folder_data, j->account);
}

static void login_new_create_done(struct session *s, struct job *j)
{
    log_info("session", "account_made", "address", s->address, "account", j->name, "outcome",
             j->result == SAVEFILE_OK      ? "made"
             : j->result == SAVEFILE_TAKEN ? "taken"
                                           : "failed",
             NULL);
    if (j->result == SAVEFILE_OK) {
        session_say(s, "Your account is made. Now you need a character.\n");
        login_done(s, &j->account);
        return;
    }
    if (j->result == SAVEFILE_TAKEN)
        login_new_say_taken(s);
    else
        session_say(s, "Your account could not be made just now. Please try again later.\n");
    secret_forget(s->login);
    login_start(s);
}

static void login_new_take_again(struct session *s, const char *line)
{
    if (strcmp(line, s->login->password) != 0) {
        session_say(s, "The two were not the same.\n");
        ask_password(s);
        return;
    }
    if (!may_create(s, true)) {
        secret_forget(s->login);
        return;
    }
    struct job *j = job_new(s, login_new_create_work, login_new_create_done);
    snprintf(j->name, sizeof(j->name), "%s", s->login->name);
    j->password = s->login->password;
    s->login->password = NULL;
    job_start(j);
}

void login_new_line(struct session *s, const char *line, size_t n)
{
    loopguard_check("login_new_line()");
    if (s->state == SESSION_NEW_NAME)
        take_name(s, line);
    else if (s->state == SESSION_NEW_PASSWORD)
        login_new_take_password(s, line, n);
    else
        login_new_take_again(s, line);
}

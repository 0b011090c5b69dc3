// Changing the password. The old one must be typed again, as somebody else may sit at a connection
// that was left open. Every other connection of the account is closed, as somebody else may have
// learned the old password.
#include "engine/dispatch.h"
#include "session/jobs.h"
#include "session/login_limiter.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/password.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"
#include "util/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void secret_forget(struct login *l)
{
    if (l->password)
        password_erase(l->password, strlen(l->password));
    free(l->password);
    l->password = NULL;
}

void secret_start(struct session *s)
{
    loopguard_check("secret_start()");
    assert(s->account);
    session_ask_hidden(s, SESSION_OLD_PASSWORD, "Your password as it is now: ");
}

static void log_account(const struct session *s, const char *outcome)
{
    log_info("session", "password_changed", "address", s->address, "account", s->account->name,
             "outcome", outcome, NULL);
}

static void secret_check_work(struct job *j)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    j->result = job_load_account(j, &problems);
    j->verified = j->result == SAVEFILE_OK &&
                  password_verify(j->account->hash, j->password, strlen(j->password));
    job_log_problems(&problems);
    doc_problems_fini(&problems);
}

static void secret_check_done(struct session *s, struct job *j)
{
    const struct settings *set = s->sessions->settings;
    struct sessions *h = s->sessions;
    if (j->verified) {
        login_limiter_succeeded(h->shared->limiter, set, s->account->name, s->address, h->now);
        session_ask_hidden(s, SESSION_CHANGE_PASSWORD, "A new password: ");
        return;
    }
    log_account(s, "refused");
    if ((int64_t)++menu_login(s)->attempts >= set->login_attempts_per_connection) {
        session_drop(s, "attempts", "That is not right. Please connect again to try once more.\n");
        return;
    }
    session_say(s, "That is not right. Your password stays as it was.\n");
    menu_choice(s);
}

static void check_password(struct session *s)
{
    assert(s->login && s->login->password);
    struct job *j = job_new(s, secret_check_work, secret_check_done);
    j->password = s->login->password;
    s->login->password = NULL;
    job_start(j);
}

static void take_old(struct session *s, const char *line, size_t n)
{
    struct sessions *h = s->sessions;
    if (!*line) {
        menu_choice(s);
        return;
    }
    secret_forget(menu_login(s));
    s->login->password = mem_strndup(line, n);
    int64_t delay =
        login_limiter_allow(h->shared->limiter, h->settings, s->account->name, s->address, h->now);
    if (delay)
        session_wait(s, check_password, h->now + delay);
    else
        check_password(s);
}

static int set_password(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    int result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                               j->settings->password_passes, hash);
    if (result)
        return result;
    account_set_hash(j->account, hash);
    password_erase(hash, sizeof(hash));
    return SAVEFILE_OK;
}

static void change_work(struct job *j)
{
    j->result = job_change_account(j, set_password);
}

// Closes the connections of the account on one loop but `mine`, and marks logins that are being
// checked against the old password as stale: they must log in again. A new check clears `stale`.
static void end_those_of(struct sessions *h, const char *account, const struct session *mine)
{
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        if (s == mine || s->state == SESSION_OVER)
            continue;
        if (s->account && !strcmp(s->account->name, account))
            session_end(s,
                        "The password of your account was changed from another connection. Please "
                        "connect again and log in with the new one.\n");
        else if (!s->account && str_equal_nocase(s->login->name, account))
            s->login->stale = true;
    }
}

// For another loop.
struct changed {
    struct session_shared *shared;
    char account[NAME_SIZE];
};

static void on_changed_elsewhere(void *arg)
{
    struct changed *c = arg;
    end_those_of(c->shared->each[loopguard_loop()], c->account, NULL);
    free(c);
}

// A session of the account may be on another loop than the account's, with a player whom a replay
// restored there.
static void end_others(struct session *mine)
{
    struct sessions *h = mine->sessions;
    end_those_of(h, mine->account->name, mine);
    for (unsigned i = 0; i < dispatch_loops(h->dispatch); i++) {
        if (i == loopguard_loop())
            continue;
        struct changed *c = mem_new(struct changed);
        c->shared = h->shared;
        snprintf(c->account, sizeof(c->account), "%s", mine->account->name);
        dispatch_call(h->dispatch, i, on_changed_elsewhere, c);
    }
}

static void change_done(struct session *s, struct job *j)
{
    menu_renew(s, &j->account);
    log_account(s, j->result ? "failed" : "changed");
    if (!j->result)
        end_others(s);
    session_say(
        s, j->result ? "Your password could not be changed just now. It stays as it was.\n"
                     : "Your password is changed. Other connections of your account have ended.\n");
    menu_show(s);
}

static void take_new(struct session *s, const char *line, size_t n)
{
    const struct settings *set = s->sessions->settings;
    struct password_rules rules = {(size_t)set->password_min, (size_t)set->password_max,
                                   s->account->name, s->sessions->shared->common};
    enum password_verdict v = password_check(line, n, &rules);
    if (!n) {
        session_say(s, "Your password stays as it was.\n");
        menu_choice(s);
        return;
    }
    if (v != PASSWORD_GOOD) {
        char *rule = password_rule(v, &rules);
        session_sayf(s, "%s Just the Enter key leaves it as it was.\n", rule);
        free(rule);
        return;
    }
    struct login *l = menu_login(s);
    secret_forget(l);
    l->password = mem_strndup(line, n);
    session_ask_hidden(s, SESSION_CHANGE_AGAIN, "The same again: ");
}

static void secret_take_again(struct session *s, const char *line)
{
    struct login *l = menu_login(s);
    assert(l->password);
    if (strcmp(line, l->password) != 0) {
        secret_forget(l);
        session_say(s, "The two were not the same. Your password stays as it was.\n");
        menu_choice(s);
        return;
    }
    struct job *j = job_new(s, change_work, change_done);
    j->password = l->password;
    l->password = NULL;
    job_start(j);
}

void secret_line(struct session *s, const char *line, size_t n)
{
    loopguard_check("secret_line()");
    if (s->state == SESSION_OLD_PASSWORD)
        take_old(s, line, n);
    else if (s->state == SESSION_CHANGE_PASSWORD)
        take_new(s, line, n);
    else
        secret_take_again(s, line);
}

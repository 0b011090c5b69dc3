// The way in: account and password, or a new account. What is answered to a wrong name and to a wrong
// password is the same, after the same time.
#include "session/hub_priv.h"
#include "session/jobs.h"
#include "store/account.h"
#include "store/record.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ADDRESS_WINDOW_MS = 60000 };

void login_start(struct session *s)
{
    session_ask(s, SESSION_ACCOUNT, "Account name, or NEW: ");
}

static void forget_password(struct login *l)
{
    if (l->password)
        password_erase(l->password, strlen(l->password));
    free(l->password);
    l->password = NULL;
}

void login_free(struct session *s)
{
    if (!s->login)
        return;
    forget_password(s->login);
    free(s->login);
    s->login = NULL;
}

static int hash_anew(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    int result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                               j->settings->password_passes, hash);
    if (!result)
        account_set_hash(j->account, hash);
    return result;
}

// Off the loop: reads the account and checks the password; hashes anew what was hashed too cheaply.
static void check_work(struct job *j)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const struct settings *set = j->settings;
    size_t n = strlen(j->password);
    j->result = account_load(set->folder_data, j->name, &j->account, &problems);
    if (j->result == RECORD_OK)
        j->verified = password_verify(j->account->hash, j->password, n);
    else
        password_verify_nobody(j->password, n, set->password_memory, set->password_passes);
    if (j->verified &&
        password_needs_rehash(j->account->hash, set->password_memory, set->password_passes)) {
        account_free(j->account);
        j->account = NULL;
        snprintf(j->account_name, sizeof(j->account_name), "%s", j->name);
        job_change_account(j, hash_anew);
        j->verified = j->account;
    }
    job_tell(&problems);
    doc_problems_fini(&problems);
}

static void logged_in(struct session *s, struct job *j)
{
    s->account = j->account;
    j->account = NULL;
    forget_password(s->login);
    log_info("session", "login", "account", s->account->name, NULL);
    menu_show(s);
}

static void check_done(struct session *s, struct job *j)
{
    const struct settings *set = s->hub->settings;
    char *key = mem_printf("account %s", j->name);
    if (j->verified) {
        hub_forgive(s->hub, s->address);
        hub_forgive(s->hub, key);
        free(key);
        logged_in(s, j);
        return;
    }
    free(key);
    if (j->result < 0)
        log_error("session", "account_unreadable", "account", j->name, NULL);
    // A name that is no account's may be a password typed in the wrong place.
    log_info("session", "login_failed", "address", s->address, "account",
             j->result == RECORD_OK ? j->name : "unknown", NULL);
    forget_password(s->login);
    if ((int64_t)++s->login->attempts >= set->login_attempts_per_connection) {
        session_drop(s, "attempts", "That is not right. Please connect again to try once more.\n");
        return;
    }
    session_say(s, "That is not right.\n");
    login_start(s);
}

static void check(struct session *s, const char *password, size_t n)
{
    const struct settings *set = s->hub->settings;
    char name[NAME_SIZE];
    enum name_verdict v = name_account(s->login->name, 1, (size_t)set->account_name_max, NULL, name);
    char *key = mem_printf("account %s", v == NAME_GOOD ? name : "?");
    bool may = hub_may_try(s->hub, s->address, set->login_attempts_per_address, ADDRESS_WINDOW_MS) &&
               hub_may_try(s->hub, key, set->login_attempts_per_account, set->login_account_window);
    if (may) {
        hub_failed(s->hub, s->address, ADDRESS_WINDOW_MS);
        hub_failed(s->hub, key, set->login_account_window);
    }
    free(key);
    if (!may) {
        session_drop(s, "attempts", "Too many attempts have failed. Please wait a while and connect again.\n");
        return;
    }
    struct job *j = job_new(s, check_work, check_done);
    snprintf(j->name, sizeof(j->name), "%s", v == NAME_GOOD ? name : "");
    j->password = mem_strndup(password, n);
    job_start(j);
}

static void create_work(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    j->result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                              j->settings->password_passes, hash);
    if (j->result)
        return;
    j->account = account_new(j->name, hash);
    j->result = account_create(j->settings->folder_data, j->account);
}

static void create_done(struct session *s, struct job *j)
{
    if (j->result == RECORD_OK) {
        session_say(s, "Your account is made. Now you need a character.\n");
        logged_in(s, j);
        return;
    }
    if (j->result == RECORD_TAKEN)
        session_say(s, "That name is taken, or one like it.\n");
    else
        session_say(s, "Your account could not be made just now. Please try again later.\n");
    forget_password(s->login);
    login_start(s);
}

static void take_account(struct session *s, const char *line)
{
    if (!*line) {
        login_start(s);
        return;
    }
    if (!strcasecmp(line, "new")) {
        if (s->hub->settings->account_create) {
            session_ask(s, SESSION_NEW_NAME, "A name for your account: ");
        } else {
            session_say(s, "New accounts are not being made at the moment.\n");
            login_start(s);
        }
        return;
    }
    // Too long for a name is cut to what is none: it is asked for a password all the same.
    snprintf(s->login->name, sizeof(s->login->name), "%s", strlen(line) < NAME_SIZE ? line : "");
    session_ask_hidden(s, SESSION_PASSWORD, "Password: ");
}

static void take_new_name(struct session *s, const char *line)
{
    const struct settings *set = s->hub->settings;
    char name[NAME_SIZE];
    if (!*line) {
        login_start(s);
        return;
    }
    enum name_verdict v = name_account(line, (size_t)set->account_name_min,
                                       (size_t)set->account_name_max, s->hub->reserved, name);
    if (v != NAME_GOOD || !strcasecmp(line, "new")) {
        session_sayf(s, "%s\n", v == NAME_GOOD ? "That name has a meaning here." : name_verdict_text(v));
        session_ask(s, SESSION_NEW_NAME, "A name for your account: ");
        return;
    }
    snprintf(s->login->name, sizeof(s->login->name), "%s", name);
    session_ask_hidden(s, SESSION_NEW_PASSWORD, "A password for it: ");
}

static void take_new_password(struct session *s, const char *line, size_t n)
{
    const struct settings *set = s->hub->settings;
    enum password_verdict v = password_check(line, n, (size_t)set->password_min,
                                             (size_t)set->password_max, s->login->name);
    if (v != PASSWORD_GOOD) {
        session_sayf(s, "%s\n", password_verdict_text(v));
        session_ask_hidden(s, SESSION_NEW_PASSWORD, "A password for it: ");
        return;
    }
    forget_password(s->login);
    s->login->password = mem_strndup(line, n);
    session_ask_hidden(s, SESSION_NEW_AGAIN, "The same again: ");
}

static void take_again(struct session *s, const char *line)
{
    if (strcmp(line, s->login->password)) {
        session_say(s, "The two were not the same.\n");
        session_ask_hidden(s, SESSION_NEW_PASSWORD, "A password for it: ");
        return;
    }
    struct job *j = job_new(s, create_work, create_done);
    snprintf(j->name, sizeof(j->name), "%s", s->login->name);
    j->password = s->login->password;
    s->login->password = NULL;
    job_start(j);
}

void login_line(struct session *s, const char *line, size_t n, int64_t now)
{
    (void)now;
    switch (s->state) {
    case SESSION_ACCOUNT:
        take_account(s, line);
        break;
    case SESSION_PASSWORD:
        check(s, line, n);
        break;
    case SESSION_NEW_NAME:
        take_new_name(s, line);
        break;
    case SESSION_NEW_PASSWORD:
        take_new_password(s, line, n);
        break;
    default:
        take_again(s, line);
    }
}

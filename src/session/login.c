// Logging in: account and password, or a new account. A wrong name and a wrong password get the
// same answer, after the same time; both come later, the more was guessed (login_limiter.h).
#include "session/jobs.h"
#include "session/login_limiter.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void login_start(struct session *s)
{
    loopguard_check("login_start()");
    session_ask(s, SESSION_ACCOUNT, "Account name, or NEW: ");
}

void login_free(struct session *s)
{
    loopguard_check("login_free()");
    if (!s->login)
        return;
    secret_forget(s->login);
    explicit_bzero(s->login, sizeof(*s->login)); // the name may be a password typed by mistake
    free(s->login);
    s->login = NULL;
}

// Logging in ------------------------------------------------------------------------------------

static int hash_anew(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    if (strcmp(j->account->hash, j->checked) != 0)
        return SAVEFILE_OK; // the password was changed meanwhile
    int result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                               j->settings->password_passes, hash);
    if (!result)
        account_set_hash(j->account, hash);
    password_erase(hash, sizeof(hash));
    return result;
}

// Is the password right? A hash so costly that it must have been forged is not tried.
static bool is_right(struct job *j)
{
    const struct settings *set = j->settings;
    if (password_affordable(j->account->hash, set->password_memory, set->password_passes))
        return password_verify(j->account->hash, j->password, strlen(j->password));
    log_warning("session", "hash_too_costly", "account", j->name, NULL);
    return false;
}

// Off the loop: reads the account and checks the password; hashes the password again if its hash is
// too cheap by today's settings.
static void login_check_work(struct job *j)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const struct settings *set = j->settings;
    size_t n = strlen(j->password);
    j->result = account_load(set->folder_data, j->name, &j->account, &problems);
    if (j->result == SAVEFILE_ABSENT && j->has_folder)
        j->result = account_reachable(set->folder_data) < 0 ? account_reachable(set->folder_data)
                                                            : SAVEFILE_ABSENT;
    if (j->result == SAVEFILE_OK)
        j->verified = is_right(j);
    else
        password_verify_nobody(j->password, n, set->password_memory, set->password_passes);
    if (j->verified &&
        password_needs_rehash(j->account->hash, set->password_memory, set->password_passes)) {
        snprintf(j->checked, sizeof(j->checked), "%s", j->account->hash);
        account_free(j->account); // it is read again
        j->account = NULL;
        snprintf(j->account_name, sizeof(j->account_name), "%s", j->name);
        job_change_account(j, hash_anew);
        j->verified = j->account;
    }
    job_log_problems(&problems);
    doc_problems_fini(&problems);
}

// An account may have only so many connections; the one that has been longest at the menu makes
// room.
static bool has_room(struct session *s)
{
    struct session *longest = NULL;
    int64_t count = 0, most = s->sessions->settings->account_connections;
    if ((int64_t)sessions_of_account(s->sessions, s->account->name, 0) <= most)
        return true; // this session is among them
    // Some of them may be about to end.
    for (struct session *o = s->sessions->first; o; o = o->next) {
        if (o == s || o->state == SESSION_OVER || !o->account ||
            strcmp(o->account->name, s->account->name) != 0)
            continue;
        count++;
        if (o->state != SESSION_PLAYING && o->state != SESSION_BUSY &&
            (!longest || o->at_menu < longest->at_menu))
            longest = o;
    }
    if (count < most)
        return true;
    if (longest)
        session_end(longest, "Your account is open in too many places; this one is closed.\n");
    return longest;
}

// On the loop of the account, where its other sessions are too.
static void login_settled(struct session *s)
{
    if (has_room(s))
        menu_show(s);
    else
        session_end(s,
                    "Your account is open in too many places. Please leave one of them first.\n");
}

void login_done(struct session *s, struct account **account)
{
    loopguard_check("login_done()");
    assert(!s->account && *account);
    s->account = *account;
    *account = NULL;
    sessions_of_account(s->sessions, s->account->name, 1);
    secret_forget(s->login);
    s->login->attempts = 0;
    log_info("session", "login", "address", s->address, "account", s->account->name, NULL);
    rights_check(s->sessions, s->account);
    if (s->conn)
        s->sessions->ops.known(s->conn);
    session_settle(s, s->account->name, login_settled);
}

static void log_failed_login(const struct session *s, const struct job *j)
{
    // Do not log a name without an account: it may be a password typed by mistake.
    log_info("session", "login_failed", "address", s->address, "account",
             j->result == SAVEFILE_OK ? j->name : "unknown", NULL);
}

static void login_check_done(struct session *s, struct job *j)
{
    const struct settings *set = s->sessions->settings;
    struct sessions *h = s->sessions;
    const char *key = *j->name ? j->name : "?";
    secret_forget(s->login);
    explicit_bzero(s->login->name, sizeof(s->login->name)); // it may be a password
    if (j->result < 0) {
        login_limiter_forget(h->shared->limiter, set, key, s->address, h->now);
        log_error("session", "account_unreadable", "address", s->address, "account", j->name, "why",
                  strerror(-j->result), NULL);
        session_say(
            s,
            "Your account cannot be read just now. Please tell the people who run this server.\n");
        login_start(s);
        return;
    }
    if (j->verified && !s->login->stale) {
        login_limiter_succeeded(h->shared->limiter, set, key, s->address, h->now);
        login_done(s, &j->account);
        return;
    }
    log_failed_login(s, j);
    if ((int64_t)++s->login->attempts >= set->login_attempts_per_connection) {
        session_drop(s, "attempts", "That is not right. Please connect again to try once more.\n");
        return;
    }
    session_say(s, "That is not right. If you have no account yet, type NEW to make one.\n");
    login_start(s);
}

// The account's name in its usual form, or "" for an invalid name, whose password is checked all
// the same.
static void account_of(const struct session *s, char name[NAME_SIZE])
{
    size_t most = (size_t)s->sessions->settings->account_name_max;
    if (name_rules_account(s->login->name, 1, most, NULL, name) != NAME_GOOD)
        *name = '\0';
}

static void begin_login_check(struct session *s)
{
    assert(s->login && s->login->password);
    struct job *j = job_new(s, login_check_work, login_check_done);
    account_of(s, j->name);
    j->has_folder = s->sessions->shared->opened;
    j->password = s->login->password;
    s->login->password = NULL;
    s->login->stale = false;
    job_start(j);
}

static void login_take_password(struct session *s, const char *password, size_t n)
{
    assert(s->login);
    struct sessions *h = s->sessions;
    struct login *l = s->login;
    char name[NAME_SIZE];
    account_of(s, name);
    secret_forget(l);
    l->password = mem_strndup(password, n);
    int64_t delay = login_limiter_allow(h->shared->limiter, h->settings, *name ? name : "?",
                                        s->address, h->now);
    if (delay) {
        log_info("session", "login_delayed", "address", s->address, "ms", LOG_INT(delay), NULL);
        session_answered(s);
        session_sayf(s, "There were wrong passwords lately, so this takes up to %lld seconds.\n",
                     (long long)(delay + 999) / 1000);
        session_wait(s, begin_login_check, h->now + delay);
    } else {
        begin_login_check(s);
    }
}

static void ask_for_password(struct session *s)
{
    session_ask_hidden(s, SESSION_PASSWORD, "Password: ");
}

static void take_account(struct session *s, const char *line)
{
    char room[SESSION_WORD], name[NAME_SIZE];
    const char *word = session_word(line, room);
    if (!*word) {
        login_start(s);
    } else if (!strcmp(word, "?") || !strcasecmp(word, "help")) {
        session_say(
            s, "An account is yours alone, and has your characters. Type its name, and then its "
               "password. If you have none yet, type NEW: you choose a name and a password for it, "
               "and then a character. QUIT closes the connection.\n");
    } else if (!strcasecmp(word, "quit")) {
        session_end(s, "Until next time.\n");
    } else if (!strcasecmp(word, "new")) {
        login_start_new(s);
    } else {
        // A name that is too long becomes an invalid one: the password is asked for all the same.
        snprintf(s->login->name, sizeof(s->login->name), "%s",
                 strlen(word) < NAME_SIZE ? word : "");
        account_of(s, name);
        session_settle(s, name, ask_for_password);
    }
    explicit_bzero(room, sizeof(room)); // both may be a password typed by mistake
    explicit_bzero(name, sizeof(name));
}

void login_line(struct session *s, const char *line, size_t n)
{
    loopguard_check("login_line()");
    if (s->state == SESSION_ACCOUNT)
        take_account(s, line);
    else if (s->state == SESSION_PASSWORD)
        login_take_password(s, line, n);
    else
        login_new_line(s, line, n);
}

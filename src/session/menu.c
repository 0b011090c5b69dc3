// The menu of an account: its characters, making and deleting them, changing the password.
#include "dispatch/dispatch.h"
#include "session/hub_priv.h"
#include "session/jobs.h"
#include "store/account.h"
#include "store/character.h"
#include "store/record.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct login *login(struct session *s)
{
    if (!s->login)
        s->login = mem_new(struct login);
    return s->login;
}

static void ask_choice(struct session *s)
{
    session_ask(s, SESSION_MENU, "Choice: ");
}

void menu_show(struct session *s)
{
    struct buf b = BUF_INIT;
    const struct account *a = s->account;
    for (size_t i = 0; i < a->character_count; i++)
        buf_addf(&b, "%zu) %s\n", i + 1, a->characters[i]);
    buf_adds(&b, "N) New character\n");
    if (a->character_count)
        buf_adds(&b, "D) Delete a character\n");
    buf_adds(&b, "P) Change your password\nQ) Quit\n");
    session_say(s, buf_str(&b));
    buf_fini(&b);
    ask_choice(s);
}

// The account as it is on disk now replaces the session's.
static void renew_account(struct session *s, struct job *j)
{
    if (!j->account)
        return;
    account_free(s->account);
    s->account = j->account;
    j->account = NULL;
}

// Off the loop: the character as it was saved, if it is still the account's; none on disk is no
// error, it has never been played.
static void load_work(struct job *j)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const char *data = j->settings->folder_data;
    j->result = account_load(data, j->account_name, &j->account, &problems);
    j->verified = j->result == RECORD_OK && account_has_character(j->account, j->name);
    if (j->verified)
        j->result = character_load(data, j->name, &j->character, &problems);
    job_tell(&problems);
    doc_problems_fini(&problems);
}

static void play(struct session *s, const char *character);

// Who is in the world already takes no new place, also without a connection.
static bool is_full(const struct hub *h, const char *character)
{
    return (int64_t)dispatch_players(h->dispatch) >= h->settings->limits_players &&
           !dispatch_find(h->dispatch, character);
}

static void enter(struct session *s, struct job *j)
{
    if (is_full(s->hub, j->name)) {
        session_say(s, "The world is full just now. Please try again later.\n");
        menu_show(s);
        return;
    }
    struct doc *character = j->character;
    j->character = NULL;
    playing_enter(s, j->name, character);
}

static void load_done(struct session *s, struct job *j)
{
    renew_account(s, j);
    if (j->result != RECORD_OK && j->result != RECORD_ABSENT) {
        log_error("session", "character_unreadable", "character", j->name, NULL);
        session_say(s, "This character cannot be read just now. Please tell whoever runs this "
                       "server.\n");
        menu_show(s);
    } else if (!j->verified) {
        session_say(s, "You have no character of that name any more.\n");
        menu_show(s);
    } else if (saver_busy(s->hub, j->name)) {
        play(s, j->name); // it has been written since; what was read is old
    } else {
        enter(s, j);
    }
}

static void play(struct session *s, const char *character)
{
    if (character != login(s)->character)
        snprintf(login(s)->character, sizeof(s->login->character), "%s", character);
    if (saver_busy(s->hub, character)) {
        s->state = SESSION_BUSY; // hub_saved goes on
        return;
    }
    struct job *j = job_new(s, load_work, load_done);
    snprintf(j->name, sizeof(j->name), "%s", character);
    job_start(j);
}

void hub_saved(struct hub *h, const char *character)
{
    for (struct session *s = h->first, *next; s; s = next) {
        next = s->next;
        if (s->state == SESSION_BUSY && !s->jobs && s->login &&
            !strcmp(s->login->character, character))
            play(s, s->login->character);
    }
}

static int add_character(struct job *j)
{
    if ((int64_t)j->account->character_count >= j->settings->account_characters)
        return RECORD_BAD_NAME;
    account_add_character(j->account, j->name);
    return RECORD_OK;
}

static void create_work(struct job *j)
{
    struct doc *d = doc_new("character");
    struct doc_node *root = doc_object(d);
    doc_put(d, root, "name", doc_string(d, j->name));
    j->result = character_create(j->settings->folder_data, j->name, root);
    doc_free(d);
    if (j->result != RECORD_OK)
        return;
    j->result = job_change_account(j, add_character);
    if (j->result != RECORD_OK)
        character_erase(j->settings->folder_data, j->name);
}

static void create_done(struct session *s, struct job *j)
{
    renew_account(s, j);
    if (j->result == RECORD_OK) {
        log_info("session", "character_made", "account", s->account->name, "character", j->name,
                 NULL);
        enter(s, j);
        return;
    }
    session_say(s, j->result == RECORD_TAKEN
                       ? "That name is taken, or one like it.\n"
                       : "The character could not be made just now. Please try again later.\n");
    menu_show(s);
}

static void take_character_name(struct session *s, const char *line)
{
    char name[NAME_SIZE];
    if (!*line) {
        menu_show(s);
        return;
    }
    enum name_verdict v = name_character(line, s->hub->reserved, name);
    if (v != NAME_GOOD) {
        session_sayf(s, "%s\n", name_verdict_text(v));
        session_ask(s, SESSION_CHARACTER_NAME, "A name for your character: ");
        return;
    }
    struct job *j = job_new(s, create_work, create_done);
    snprintf(j->name, sizeof(j->name), "%s", name);
    job_start(j);
}

static int remove_character(struct job *j)
{
    return account_remove_character(j->account, j->name) ? RECORD_OK : RECORD_ABSENT;
}

static void delete_work(struct job *j)
{
    j->result = job_change_account(j, remove_character);
    if (j->result == RECORD_OK)
        j->result = character_erase(j->settings->folder_data, j->name);
}

static void delete_done(struct session *s, struct job *j)
{
    renew_account(s, j);
    log_info("session", "character_deleted", "account", s->account->name, NULL);
    session_say(s, j->result == RECORD_OK || j->result == RECORD_ABSENT
                       ? "The character is gone.\n"
                       : "The character could not be deleted just now.\n");
    menu_show(s);
}

// The character that a number names, or NULL after a complaint.
static const char *numbered(struct session *s, const char *line)
{
    char *end;
    unsigned long n = strtoul(line, &end, 10);
    if (*line && !*end && n >= 1 && n <= s->account->character_count)
        return s->account->characters[n - 1];
    return NULL;
}

static void take_delete(struct session *s, const char *line)
{
    const char *name = numbered(s, line);
    if (!name) {
        menu_show(s);
        return;
    }
    if (dispatch_find(s->hub->dispatch, name) || saver_busy(s->hub, name)) {
        session_say(s, "That character is still in the world.\n");
        menu_show(s);
        return;
    }
    snprintf(login(s)->character, sizeof(s->login->character), "%s", name);
    session_sayf(s, "%s and all he or she carries will be gone for good.\n", name);
    session_ask(s, SESSION_DELETE_SURE, "Type the name again to delete it: ");
}

static void take_delete_sure(struct session *s, const char *line)
{
    if (strcasecmp(line, s->login->character)) {
        session_say(s, "Nothing was deleted.\n");
        menu_show(s);
        return;
    }
    struct job *j = job_new(s, delete_work, delete_done);
    snprintf(j->name, sizeof(j->name), "%s", s->login->character);
    job_start(j);
}

static int set_password(struct job *j)
{
    char hash[PASSWORD_HASH_SIZE];
    int result = password_hash(j->password, strlen(j->password), j->settings->password_memory,
                               j->settings->password_passes, hash);
    if (result)
        return result;
    account_set_hash(j->account, hash);
    return RECORD_OK;
}

static void password_work(struct job *j)
{
    j->result = job_change_account(j, set_password);
}

static void password_done(struct session *s, struct job *j)
{
    renew_account(s, j);
    session_say(s, j->result ? "Your password could not be changed just now.\n"
                             : "Your password is changed.\n");
    menu_show(s);
}

static void take_password(struct session *s, const char *line, size_t n)
{
    const struct settings *set = s->hub->settings;
    enum password_verdict v = password_check(line, n, (size_t)set->password_min,
                                             (size_t)set->password_max, s->account->name);
    if (v != PASSWORD_GOOD) {
        session_sayf(s, "%s\n", password_verdict_text(v));
        session_ask(s, SESSION_MENU, "Choice: ");
        return;
    }
    struct login *l = login(s);
    if (l->password)
        password_erase(l->password, strlen(l->password));
    free(l->password);
    l->password = mem_strndup(line, n);
    session_ask_hidden(s, SESSION_CHANGE_AGAIN, "The same again: ");
}

static void take_password_again(struct session *s, const char *line)
{
    struct login *l = login(s);
    if (strcmp(line, l->password)) {
        password_erase(l->password, strlen(l->password));
        free(l->password);
        l->password = NULL;
        session_say(s, "The two were not the same. Your password stays as it was.\n");
        ask_choice(s);
        return;
    }
    struct job *j = job_new(s, password_work, password_done);
    j->password = l->password;
    l->password = NULL;
    job_start(j);
}

static void take_choice(struct session *s, const char *line)
{
    const char *name = numbered(s, line);
    if (name) {
        play(s, name);
    } else if (!strcasecmp(line, "q") || !strcasecmp(line, "quit")) {
        session_end(s, "Until next time.\n");
    } else if (!strcasecmp(line, "p")) {
        session_ask_hidden(s, SESSION_CHANGE_PASSWORD, "A new password: ");
    } else if (!strcasecmp(line, "d") && s->account->character_count) {
        session_ask(s, SESSION_DELETE, "The number of the character to delete: ");
    } else if (!strcasecmp(line, "n")) {
        if ((int64_t)s->account->character_count >= s->hub->settings->account_characters) {
            session_sayf(s, "You have %zu characters, and that is the most.\n",
                         s->account->character_count);
            ask_choice(s);
        } else {
            session_ask(s, SESSION_CHARACTER_NAME, "A name for your character: ");
        }
    } else {
        if (*line)
            session_say(s, "Please type one of the numbers or letters above.\n");
        ask_choice(s);
    }
}

void menu_line(struct session *s, const char *line, size_t n)
{
    switch (s->state) {
    case SESSION_CHARACTER_NAME:
        take_character_name(s, line);
        break;
    case SESSION_DELETE:
        take_delete(s, line);
        break;
    case SESSION_DELETE_SURE:
        take_delete_sure(s, line);
        break;
    case SESSION_CHANGE_PASSWORD:
        take_password(s, line, n);
        break;
    case SESSION_CHANGE_AGAIN:
        take_password_again(s, line);
        break;
    default:
        take_choice(s, line);
    }
}

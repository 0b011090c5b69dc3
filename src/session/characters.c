// Characters at the menu: playing one, making one, deleting one. Each action claims the name from
// its first look until it has ended (claims.c): so what was found out at first still holds at the
// end, even if other connections of the account use the character, or it is still being saved.
#include "engine/dispatch.h"
#include "session/jobs.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/character.h"
#include "store/owner.h"
#include "store/savefile.h"
#include "util/doc.h"
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

static void characters_choose(struct session *s, const char *character)
{
    struct login *l = menu_login(s);
    if (character != l->character)
        snprintf(l->character, sizeof(l->character), "%s", character);
}

static void log_character(const struct session *s, const char *event, const char *character,
                          const char *outcome)
{
    log_info("session", event, "address", s->address, "account", s->account->name, "character",
             character, "outcome", outcome, NULL);
}

// Waits until no other session has claimed the name; a save that fails may take long.
static void wait_for_name(struct session *s, void (*then)(struct session *))
{
    const char *name = s->login->character;
    if (saver_failed(s->sessions, name)) {
        session_answered(s);
        session_sayf(
            s,
            "%s cannot be saved just now; that is tried again every second, and then you go on.\n",
            name);
    }
    session_wait(s, then, 0);
}

// Playing ---------------------------------------------------------------------------------------

// Off the loop: loads the character as it was saved, if the account still has it. A missing file is
// no error: the character has never been played.
static void load_work(struct job *j)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const char *data = j->settings->folder_data;
    j->result = job_load_account(j, &problems);
    j->verified = j->result == SAVEFILE_OK && account_has_character(j->account, j->name);
    if (j->verified)
        j->result = character_load(data, j->name, &j->character, &problems);
    if (j->character) {
        j->result = owner_agrees(data, j->account_name, j->character, j->name);
        character_unsign(j->character);
    }
    job_log_problems(&problems);
    doc_problems_fini(&problems);
}

static void play(struct session *s);

static void load_done(struct session *s, struct job *j)
{
    menu_renew(s, &j->account);
    if (j->result == SAVEFILE_TAKEN) {
        log_error("session", "character_of_two", "account", s->account->name, "character", j->name,
                  NULL);
        session_say(
            s,
            "This character is another account's. Please tell the people who run this server.\n");
    } else if (j->result != SAVEFILE_OK && j->result != SAVEFILE_ABSENT) {
        log_error("session", "character_unreadable", "character", j->name, NULL);
        session_say(s, "This character cannot be read just now. Please tell the people who "
                       "run this server.\n");
    } else if (!j->verified) {
        session_say(s, "You have no character of that name any more.\n");
    } else if (saver_busy(s->sessions, j->name)) {
        wait_for_name(s, play); // it was saved meanwhile, so what was read is old
        return;
    } else {
        struct doc *character = j->character;
        j->character = NULL;
        if (playing_enter(s, j->name, character))
            return;
    }
    menu_show(s);
}

static void play(struct session *s)
{
    const char *character = s->login->character;
    if (!claims_take(s->sessions, character)) {
        wait_for_name(s, play);
        return;
    }
    // A player whom a replay restored without its account is on loop 0. Only with the claim does
    // the answer hold: a session of another loop may be about to bring the character in.
    int loop = names_in_use_where(s->sessions->shared->names, character);
    if (loop >= 0 && loop != (int)loopguard_loop() && s->conn) {
        session_move(s, (unsigned)loop, play);
        claims_give(s->sessions, character);
    } else {
        job_start(job_for_claim(s, character, load_work, load_done));
    }
}

void characters_play(struct session *s, const char *character)
{
    loopguard_check("characters_play()");
    characters_choose(s, character);
    play(s);
}

// Making ----------------------------------------------------------------------------------------

static int add_character(struct job *j)
{
    if ((int64_t)j->account->character_count >= j->settings->account_characters)
        return SAVEFILE_BAD_NAME;
    account_add_character(j->account, j->name);
    return SAVEFILE_OK;
}

// The character's file is written first, as it reserves the name. It names its account, so that a
// later start can repair what is left if the server ended before the account was written.
static void characters_create_work(struct job *j)
{
    const char *data = j->settings->folder_data;
    j->result = owner_create(data, j->account_name, j->name);
    if (j->result != SAVEFILE_OK)
        return;
    j->result = job_change_account(j, add_character);
    if (j->result != SAVEFILE_OK)
        character_erase(data, j->name);
}

static void characters_say_taken(struct session *s)
{
    session_say(s, "That name is taken, or one that looks like it. Please choose another.\n");
}

static void characters_create_done(struct session *s, struct job *j)
{
    menu_renew(s, &j->account);
    log_character(s, "character_made", j->name,
                  j->result == SAVEFILE_OK      ? "made"
                  : j->result == SAVEFILE_TAKEN ? "taken"
                                                : "failed");
    if (j->result == SAVEFILE_OK) {
        if (!playing_enter(s, j->name, NULL))
            menu_show(s);
        return;
    }
    if (j->result == SAVEFILE_TAKEN)
        characters_say_taken(s);
    else
        session_say(s, "The character could not be made just now. Please try again later.\n");
    menu_show(s);
}

static void characters_ask_name(struct session *s)
{
    session_ask(s, SESSION_CHARACTER_NAME, "A name for your character: ");
}

void characters_start_new(struct session *s)
{
    loopguard_check("characters_start_new()");
    if ((int64_t)s->account->character_count >= s->sessions->settings->account_characters)
        session_sayf(s, "You have %zu characters, and that is the most.\n",
                     s->account->character_count);
    else
        characters_ask_name(s);
}

static void create_character(struct session *s)
{
    const char *name = s->login->character;
    if (!claims_take(s->sessions, name)) {
        wait_for_name(s, create_character);
        return;
    }
    if (names_in_use_alike(s->sessions->shared->names, name)) {
        claims_give(s->sessions, name);
        characters_say_taken(s);
        characters_ask_name(s);
        return;
    }
    job_start(job_for_claim(s, name, characters_create_work, characters_create_done));
}

static void take_character_name(struct session *s, const char *line)
{
    char name[NAME_SIZE], room[SESSION_WORD];
    const char *word = session_word(line, room);
    bool help = !strcmp(word, "?") || !strcasecmp(word, "help");
    if (!*word) {
        menu_show(s);
        return;
    }
    enum name_rules_verdict v =
        help ? NAME_GOOD : session_shared_character(s->sessions->shared, word, name);
    if (help || v != NAME_GOOD) {
        char *rule = name_rules_text(v, NAME_OF_CHARACTER, NAME_CHARACTER_MIN, NAME_CHARACTER_MAX);
        session_sayf(s, "%s Just the Enter key goes back to the menu.\n", rule);
        free(rule);
        return;
    }
    characters_choose(s, name);
    create_character(s);
}

// Deleting --------------------------------------------------------------------------------------

static int remove_character(struct job *j)
{
    return account_remove_character(j->account, j->name) ? SAVEFILE_OK : SAVEFILE_ABSENT;
}

// Writes the account's name into a character file that lacks it, so that a later start sees that
// the file belongs to nobody if it is not deleted now.
static int sign_character(const struct job *j)
{
    struct doc *d;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *data = j->settings->folder_data;
    int r = character_load(data, j->name, &d, &p);
    if (r == SAVEFILE_OK && !*character_account(d)) {
        character_sign(d, j->account_name);
        r = character_save(data, j->name, doc_root(d));
    }
    doc_free(d);
    doc_problems_fini(&p);
    return r == SAVEFILE_ABSENT || r == -EBADMSG ? SAVEFILE_OK : r;
}

static void delete_work(struct job *j)
{
    j->result = sign_character(j);
    if (j->result == SAVEFILE_OK)
        j->result = job_change_account(j, remove_character);
    if (j->result == SAVEFILE_OK)
        j->result = character_erase(j->settings->folder_data, j->name);
}

static void delete_done(struct session *s, struct job *j)
{
    menu_renew(s, &j->account);
    bool gone = j->result == SAVEFILE_OK || j->result == SAVEFILE_ABSENT;
    log_character(s, "character_deleted", j->name, gone ? "deleted" : "failed");
    session_say(s, gone ? "The character is gone.\n"
                        : "The character could not be deleted just now.\n");
    menu_show(s);
}

// True when the character is in the world; the player has got a message that says so.
static bool is_played(struct session *s)
{
    const char *name = s->login->character;
    struct buf span = BUF_INIT;
    if (names_in_use_where(s->sessions->shared->names, name) < 0)
        return false;
    duration_write(&span, s->sessions->settings->session_linkdead);
    session_sayf(
        s,
        "%s is still in the world. Play it and QUIT first, then delete it; without a connection it "
        "leaves by itself after %s.\n",
        name, buf_str(&span));
    buf_fini(&span);
    log_character(s, "character_deleted", name, "refused");
    menu_show(s);
    return true;
}

static void delete_ask(struct session *s)
{
    const char *name = s->login->character;
    if (is_played(s))
        return;
    if (!claims_free(s->sessions, name)) {
        wait_for_name(s, delete_ask); // it has just left, and is being saved
        return;
    }
    session_sayf(s, "%s and everything it carries will be gone for good.\n", name);
    session_ask(s, SESSION_DELETE_SURE, "Type the name again to delete it: ");
}

// Checks again: another connection may have entered the character meanwhile.
static void delete_now(struct session *s)
{
    const char *name = s->login->character;
    if (!claims_take(s->sessions, name))
        wait_for_name(s, delete_now);
    else if (is_played(s)) // with the claim nobody brings it in from now on
        claims_give(s->sessions, name);
    else
        job_start(job_for_claim(s, name, delete_work, delete_done));
}

static void take_delete(struct session *s, const char *word)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);
    if (!*word || *end || n < 1 || n > s->account->character_count) {
        if (*word)
            session_say(s, "There is no character of that number. Nothing was deleted.\n");
        menu_show(s);
        return;
    }
    characters_choose(s, s->account->characters[n - 1]);
    delete_ask(s);
}

void characters_start_delete(struct session *s)
{
    loopguard_check("characters_start_delete()");
    session_ask(s, SESSION_DELETE, "The number of the character to delete: ");
}

void characters_line(struct session *s, const char *line)
{
    loopguard_check("characters_line()");
    char room[SESSION_WORD];
    const char *word = session_word(line, room);
    if (s->state == SESSION_CHARACTER_NAME) {
        take_character_name(s, line);
    } else if (s->state == SESSION_DELETE) {
        take_delete(s, word);
    } else if (strcasecmp(word, s->login->character) != 0) {
        session_say(s, "That is not its name. Nothing was deleted.\n");
        menu_show(s);
    } else {
        delete_now(s);
    }
}

// The menu of an account: its characters, and what can be done beside playing one.
#include "session/jobs.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct login *menu_login(struct session *s)
{
    loopguard_check("menu_login()");
    if (!s->login)
        s->login = mem_new(struct login);
    return s->login;
}

void menu_choice(struct session *s)
{
    loopguard_check("menu_choice()");
    session_ask(s, SESSION_MENU, "Choice: ");
}

void menu_show(struct session *s)
{
    loopguard_check("menu_show()");
    assert(s->account);
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
    s->at_menu = s->sessions->now;
    menu_choice(s);
}

void menu_renew(struct session *s, struct account **now)
{
    loopguard_check("menu_renew()");
    assert(now);
    if (!*now)
        return;
    account_free(s->account);
    s->account = *now;
    *now = NULL;
    rights_check(s->sessions, s->account);
}

static const char *numbered(struct session *s, const char *word)
{
    char *end;
    unsigned long n = strtoul(word, &end, 10);
    if (*word && !*end && n >= 1 && n <= s->account->character_count)
        return s->account->characters[n - 1];
    return NULL;
}

static void take_choice(struct session *s, const char *line)
{
    char room[SESSION_WORD];
    const char *word = session_word(line, room), *name = numbered(s, word);
    if (name) {
        characters_play(s, name);
    } else if (!strcasecmp(word, "q") || !strcasecmp(word, "quit")) {
        session_end(s, "Until next time.\n");
    } else if (!strcasecmp(word, "p")) {
        secret_start(s);
    } else if (!strcasecmp(word, "d") && s->account->character_count) {
        characters_start_delete(s);
    } else if (!strcasecmp(word, "n")) {
        characters_start_new(s);
    } else {
        if (*word)
            session_say(s, "Please type one of the numbers or letters above.\n");
        menu_choice(s);
    }
}

void menu_line(struct session *s, const char *line, size_t n)
{
    loopguard_check("menu_line()");
    switch (s->state) {
    case SESSION_CHARACTER_NAME:
    case SESSION_DELETE:
    case SESSION_DELETE_SURE:
        characters_line(s, line);
        break;
    case SESSION_OLD_PASSWORD:
    case SESSION_CHANGE_PASSWORD:
    case SESSION_CHANGE_AGAIN:
        secret_line(s, line, n);
        break;
    default:
        take_choice(s, line);
    }
}

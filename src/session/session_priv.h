// The insides of sessions and their hub, for the files of session/.
#ifndef SESSION_SESSION_PRIV_H
#define SESSION_SESSION_PRIV_H

#include "session/session.h"
#include "store/name.h"
#include "util/address.h"
#include "util/buf.h"

enum session_state {
    SESSION_OPENING, // the greeting has not been sent
    SESSION_ACCOUNT,
    SESSION_PASSWORD,
    SESSION_NEW_NAME,
    SESSION_NEW_PASSWORD,
    SESSION_NEW_AGAIN,
    SESSION_MENU,
    SESSION_CHARACTER_NAME,
    SESSION_DELETE,
    SESSION_DELETE_SURE,
    SESSION_OLD_PASSWORD,
    SESSION_CHANGE_PASSWORD,
    SESSION_CHANGE_AGAIN,
    SESSION_BUSY,    // a job is under way, or it waits for something; lines wait
    SESSION_PLAYING,
    SESSION_OVER,
};

struct account;
struct doc;
struct actor;
struct queued_line;

// What is only needed until somebody plays; freed then.
struct login {
    char name[NAME_SIZE];
    char *password; // wiped when it goes
    char character[NAME_SIZE];
    unsigned attempts;
    bool stale; // the account's password was changed while it is checked
};

enum { SESSION_WORD = 128 }; // room for a name or a choice as typed, cut

struct session {
    struct hub *hub;
    void *conn; // NULL when the connection is gone
    struct session *next, *previous;
    enum session_state state;
    uint32_t mailbox;
    struct style style;
    char address[ADDRESS_SIZE];
    int64_t opened, answered, last_input; // answered: when something was last said to a question
    int64_t at_menu; // since when
    struct login *login;
    struct account *account; // once logged in
    struct actor *actor;     // while playing
    // While it waits, and no job is under way: what comes next, and when. `then_at` 0: when the name
    // login->character is free.
    void (*then)(struct session *s);
    int64_t then_at;
    unsigned jobs;           // under way; the session waits for them before it is freed
    bool gone, warned_idle;
    bool counted; // among the hub's players
    // Playing: lines that wait, the bucket that lets them through, what was typed before.
    struct queued_line *first, *last;
    unsigned queued, dropped;
    bool under_way; // dispatch has a line of ours
    double tokens;
    int64_t bucket_at;
    char **history; // ring, newest at history_count - 1
    unsigned history_count;
};

void session_say(struct session *s, const char *text); // game text, urgent
// What was asked has been answered: what is said from here on does not ask it again.
void session_answered(struct session *s);
__attribute__((format(printf, 2, 3))) void session_sayf(struct session *s, const char *fmt, ...);
// Asks a question, which stands until another is asked: what is said meanwhile shows it again.
void session_ask(struct session *s, enum session_state state, const char *prompt);
void session_ask_hidden(struct session *s, enum session_state state, const char *prompt);
void session_end(struct session *s, const char *reason); // closes the connection
// The same for what the peer did: session_log_drop, then session_end.
void session_drop(struct session *s, const char *why, const char *reason);
void session_free_if_done(struct session *s);
// Lines that were typed while something was under way go on now.
void session_pump(struct session *s);
void session_take(struct session *s, const char *line, size_t n, int64_t now);
void session_count(struct session *s, bool playing);
// It is busy until then; see `then`.
void session_wait(struct session *s, void (*then)(struct session *s), int64_t at);
void session_go_on(struct session *s); // what it waited for has come
// The line without blanks around it, cut at what a name or a choice may be.
const char *session_word(const char *line, char out[SESSION_WORD]);

// login.c, menu.c, secret.c, characters.c, playing.c: a line in a state of theirs.
void login_start(struct session *s);
void login_line(struct session *s, const char *line, size_t n);
void login_start_new(struct session *s);
void login_new_line(struct session *s, const char *line, size_t n);
void login_done(struct session *s, struct account **account); // takes the account over
void login_free(struct session *s);
void menu_show(struct session *s);
void menu_choice(struct session *s); // asks again
void menu_line(struct session *s, const char *line, size_t n);
struct login *menu_login(struct session *s); // made when it is not there
void menu_renew(struct session *s, struct account **now); // takes the account over, when it is one
void secret_start(struct session *s);
void secret_line(struct session *s, const char *line, size_t n);
void secret_forget(struct login *l); // wipes the password
void characters_play(struct session *s, const char *character);
void characters_line(struct session *s, const char *line);
void characters_start_new(struct session *s);
void characters_start_delete(struct session *s);
// False: it may not come in, and that was said.
bool playing_enter(struct session *s, const char *character, struct doc *saved);
char *playing_permissions(const struct account *a); // the caller's
void playing_line(struct session *s, const char *line, size_t n, int64_t now);
void playing_next(struct session *s, int64_t now); // lets waiting lines through
void playing_free(struct session *s);
void playing_over(struct session *s); // it has left the world; lines that wait are for the menu
char *playing_dequeue(struct session *s); // the next waiting line, the caller's; NULL

#endif

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
    SESSION_CHANGE_PASSWORD,
    SESSION_CHANGE_AGAIN,
    SESSION_BUSY,    // a job is under way; lines wait
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
};

struct session {
    struct hub *hub;
    void *conn; // NULL when the connection is gone
    struct session *next, *previous;
    enum session_state state;
    uint32_t mailbox;
    struct style style;
    char address[ADDRESS_SIZE];
    int64_t opened, last_input;
    struct login *login;
    struct account *account; // once logged in
    struct actor *actor;     // while playing
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
__attribute__((format(printf, 2, 3))) void session_sayf(struct session *s, const char *fmt, ...);
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

// login.c, menu.c, playing.c: a line in a state of theirs.
void login_start(struct session *s);
void login_line(struct session *s, const char *line, size_t n, int64_t now);
void login_free(struct session *s);
void menu_show(struct session *s);
void menu_line(struct session *s, const char *line, size_t n);
void playing_enter(struct session *s, const char *character, struct doc *saved);
void playing_line(struct session *s, const char *line, size_t n, int64_t now);
void playing_next(struct session *s, int64_t now); // lets waiting lines through
void playing_free(struct session *s);
void playing_over(struct session *s); // he has left the world; lines that wait are for the menu
char *playing_dequeue(struct session *s); // the next waiting line, the caller's; NULL

#endif

// The internals of sessions and of the list of them, for the files of session/.
#ifndef SESSION_SESSION_PRIV_H
#define SESSION_SESSION_PRIV_H

#include "session/session.h"
#include "store/name_rules.h"
#include "util/address.h"
#include "util/buf.h"
#include "util/loopguard.h"

enum session_state {
    SESSION_OPENING, // the greeting has not been sent yet
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
    SESSION_BUSY, // a job is under way, or it waits for something; typed lines wait
    SESSION_PLAYING,
    SESSION_OVER,
};

struct account;
struct doc;
struct outbox;
struct player_task;
struct queued_line;

// What a session keeps of its login, until its player is in the world.
struct login {
    char name[NAME_SIZE];
    char *password; // wiped when it is freed
    char character[NAME_SIZE];
    unsigned attempts;
    bool stale; // the account's password was changed while the typed one was checked
};

enum { SESSION_WORD = 128 }; // room for a typed name or choice, which is cut to it

struct session {
    struct sessions *sessions;
    void *conn; // NULL when the connection is gone
    struct session *next, *previous;
    enum session_state state;
    uint32_t outbox;
    struct style style;
    char address[ADDRESS_SIZE];
    int64_t opened, answered, last_input; // answered: when the last answer to a question was sent
    int64_t at_menu;                      // since when the session is at the menu
    struct login *login;
    struct account *account;  // once logged in
    struct player_task *task; // while playing
    // While the session waits and no job is under way: the next step, and its time. `then_at` 0: it
    // waits until the name login->character is free.
    void (*then)(struct session *s);
    int64_t then_at;
    bool moving;            // to another loop: `then` is called there
    struct outbox *baggage; // its outbox on the way
    unsigned jobs;          // under way; the session is freed only when they have ended
    bool gone, warned_idle;
    bool counted; // it is counted among the sessions that play
    // Playing: lines that wait, the bucket that limits their rate, the history.
    struct queued_line *first, *last;
    unsigned queued, dropped;
    bool under_way; // a line of this session is being run by dispatch
    double tokens;
    int64_t bucket_at;
    char *history; // the lines typed last one behind the other, oldest first, each with its NUL
    uint16_t history_count, history_last; // how many there are; where the newest begins
    uint16_t history_bytes, history_room; // taken, and allocated
};

LOOP_ONLY void session_say(struct session *s, const char *text); // game text, urgent
// Ends the question that was asked last: text that comes later does not show it again.
LOOP_ONLY void session_answered(struct session *s);
LOOP_ONLY __attribute__((format(printf, 2, 3))) void session_sayf(struct session *s,
                                                                  const char *fmt, ...);
// Asks a question, which stands until another is asked: text that comes meanwhile shows it again.
LOOP_ONLY void session_ask(struct session *s, enum session_state state, const char *prompt);
LOOP_ONLY void session_ask_hidden(struct session *s, enum session_state state, const char *prompt);
LOOP_ONLY void session_end(struct session *s, const char *reason); // closes the connection
// The same for a fault of the peer: session_log_drop, then session_end.
LOOP_ONLY void session_drop(struct session *s, const char *why, const char *reason);
LOOP_ONLY void session_free_if_done(struct session *s);
// Takes the lines that were typed while the session was busy.
LOOP_ONLY void session_pump(struct session *s);
LOOP_ONLY void session_take(struct session *s, const char *line, size_t n, int64_t now);
LOOP_ONLY void session_count(struct session *s, bool playing);
// The session is busy until `at`; then `then` is called.
LOOP_ONLY void session_wait(struct session *s, void (*then)(struct session *s), int64_t at);
// On the list of this loop's sessions, or no longer.
LOOP_ONLY void session_list(struct sessions *h, struct session *s);
LOOP_ONLY void session_unlist(struct session *s);
// session_move.c
// Sends the session to the loop that the account's players belong to, with its connection, and
// calls `then` there; at once when this is that loop. No job is under way.
LOOP_ONLY void session_settle(struct session *s, const char *account,
                              void (*then)(struct session *s));
// The same for any other loop.
LOOP_ONLY void session_move(struct session *s, unsigned loop, void (*then)(struct session *s));
LOOP_ONLY void session_go_on(struct session *s); // what the session waited for has happened
// Copies the line without surrounding blanks, cut to the length of a name or choice.
const char *session_word(const char *line, char out[SESSION_WORD]);

// login.c, menu.c, secret.c, characters.c, playing.c: take a line in one of their states.
LOOP_ONLY void login_start(struct session *s);
LOOP_ONLY void login_line(struct session *s, const char *line, size_t n);
LOOP_ONLY void login_start_new(struct session *s);
LOOP_ONLY void login_new_line(struct session *s, const char *line, size_t n);
LOOP_ONLY void login_done(struct session *s, struct account **account); // takes the account over
LOOP_ONLY void login_free(struct session *s);
LOOP_ONLY void menu_show(struct session *s);
LOOP_ONLY void menu_choice(struct session *s); // asks for a choice from the menu
LOOP_ONLY void menu_line(struct session *s, const char *line, size_t n);
LOOP_ONLY struct login *menu_login(struct session *s); // allocated if there is none
// Replaces the session's account by *now, which it takes over; nothing when *now is NULL.
LOOP_ONLY void menu_renew(struct session *s, struct account **now);
LOOP_ONLY void secret_start(struct session *s);
LOOP_ONLY void secret_line(struct session *s, const char *line, size_t n);
void secret_forget(struct login *l); // wipes the password
LOOP_ONLY void characters_play(struct session *s, const char *character);
LOOP_ONLY void characters_line(struct session *s, const char *line);
LOOP_ONLY void characters_start_new(struct session *s);
LOOP_ONLY void characters_start_delete(struct session *s);
// False: the player may not come in, and has got a message that says why.
LOOP_ONLY bool playing_enter(struct session *s, const char *character, struct doc *saved);
char *playing_permissions(const struct account *a); // the caller frees it
LOOP_ONLY void playing_line(struct session *s, const char *line, size_t n, int64_t now);
// Passes waiting lines on to dispatch, as far as the limit of their rate allows.
LOOP_ONLY void playing_next(struct session *s, int64_t now);
LOOP_ONLY void playing_free(struct session *s);
// To be called when the player has left the world: lines that still wait go to the menu.
LOOP_ONLY void playing_over(struct session *s);
// Takes the next waiting line, which the caller frees; NULL: none waits.
LOOP_ONLY char *playing_dequeue(struct session *s);

#endif

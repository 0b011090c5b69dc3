// A session: one connection's way from the greeting through login and menu into the world and back.
// It interprets lines and decides what the player sees outside the world; sockets and telnet belong
// to net, the world to dispatch.
//
// Threads: the loop thread only. Files and password hashes go through dispatch's offload.
// Ownership: the list owns all sessions; a session ends when net says that its connection is gone.
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "output/style.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;
struct dispatch_ops;
struct sessions;
struct outboxes;
struct session;
struct settings;

// What a session can do to its connection.
struct session_ops {
    void (*close)(void *conn, const char *reason); // after the pending output has been sent
    void (*set_echo)(void *conn, bool on);         // off while a password is typed
};

// The list of sessions, and what they share: settings, accounts, texts, the limits on logins.
struct sessions *sessions_new(const struct settings *settings, struct dispatch *dispatch,
                              struct outboxes *outboxes, const struct session_ops *ops);
void sessions_free(struct sessions *h);
const struct dispatch_ops *sessions_dispatch_ops(void); // to give to dispatch_new
// After a start: removes players from the world who belong to no account, sets the others'
// permissions to those of their accounts, and repairs what a kill has left inconsistent between the
// files of accounts and characters. Reads files.
void sessions_drop_orphans(struct sessions *h);
// A turn of the loop: between begin and end lines are gathered for the workers; sessions_deliver
// posts their outcomes. See dispatch.h.
void sessions_turn_begin(struct sessions *h);
void sessions_turn_end(struct sessions *h);
void sessions_deliver(struct sessions *h);
void sessions_tick(
    struct sessions *h,
    int64_t now_ms); // about once a second while anyone is connected: time-outs, autosave
bool sessions_idle(
    const struct sessions *h); // no session and nothing being saved: no tick is needed
size_t sessions_count(const struct sessions *h);
size_t sessions_playing(const struct sessions *h);
// Stopping: every player gets a message, is saved and disconnected; true once all of it is on disk.
void sessions_stop(struct sessions *h, const char *why);
bool sessions_stopped(const struct sessions *h);
// steps of a stop still to do: each player has to leave and to be saved
size_t sessions_steps_left(const struct sessions *h);

// `address` is the peer's, without port; copied. The session opens its own outbox.
struct session *session_new(struct sessions *h, void *conn, const char *address, int64_t now_ms);
// to be called when negotiation has ended, or has taken long enough
void session_greet(struct session *s);
void session_line(struct session *s, const char *line, size_t n, int64_t now_ms);
void session_too_long(struct session *s, int64_t now_ms); // a line was longer than the limit
void session_gone(
    struct session *s); // the connection is closed; the session may live on in the world
uint32_t session_outbox(const struct session *s);
struct style session_style(const struct session *s);
void session_set_style(struct session *s, const struct style *style); // learnt by negotiation
bool session_in_play(const struct session *s);
// it has logged in, so it no longer counts as a stranger
bool session_known(const struct session *s);
const char *session_peer(const struct session *s); // the address it was made with
// One line in the log for a connection that is closed for what it did, in the form that operators
// let fail2ban read: address=… why=WORD account=… character=…, those that are known.
void session_log_drop(const struct session *s, const char *why);
// The same for a connection that is closed because a call of this program failed: why=CALL
// error=TEXT.
void session_log_failed(const struct session *s, const char *call, const char *error);
// The same at level debug for every connection whose socket is closed, for any reason.
void session_log_closed(const struct session *s, const char *why);

#endif

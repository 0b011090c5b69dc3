// A session: one connection's way from the greeting through login and menu into the world and back.
// It interprets lines and decides what the player sees outside the world; sockets and telnet belong
// to net, the world to dispatch.
//
// Threads: a session belongs to a loop, and only that loop's thread uses it; a session of an
// account to the loop that the account's players belong to (dispatch_home), to which it moves when
// the name of the account is known. Files and password hashes go through dispatch's offload.
// Ownership: the list of a loop owns its sessions; a session ends when net says that its connection
// is gone.
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "output/style.h"
#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;
struct dispatch_ops;
struct sessions;
struct session_shared;
struct outboxes;
struct session;
struct settings;

// The calls by which a session controls its connection.
struct session_ops {
    void (*close)(void *conn, const char *reason); // after the pending output has been sent
    void (*set_echo)(void *conn, bool on);         // off while a password is typed
    // The session goes to another loop. Later in this turn or in one of the next net calls
    // session_depart here and session_arrive there, unless the connection is gone before.
    void (*move)(void *conn, unsigned loop);
    void (*known)(void *conn); // it has logged in
};

// What the sessions of all loops share: settings, accounts, texts, the limits on logins. It is the
// owner (struct dispatch_entry) of all players.
LOOP_ONLY struct session_shared *session_shared_new(const struct settings *settings,
                                                    struct dispatch *dispatch);
// The list of the sessions of the loop that the caller acts for.
LOOP_ONLY struct sessions *sessions_new(struct session_shared *shared, struct outboxes *outboxes,
                                        const struct session_ops *ops);
// Frees the lists of all loops and what they share; no other thread acts for a loop.
LOOP_ONLY void sessions_free_all(struct session_shared *shared);
const struct dispatch_ops *sessions_dispatch_ops(void); // to give to dispatch_new
// After a start, before other threads act for loops: learns who is in the world.
LOOP_ONLY void sessions_learn_players(struct session_shared *h);
// Then: removes players from the world who belong to no account, sets the others' permissions to
// those of their accounts, and repairs what a kill has left inconsistent between the files of
// accounts and characters. Reads files.
LOOP_ONLY void sessions_drop_orphans(struct session_shared *h);
// A turn of the loop: between begin and end lines are gathered for the workers; sessions_deliver
// posts their outcomes. See dispatch.h.
LOOP_ONLY void sessions_turn_begin(struct sessions *h);
LOOP_ONLY void sessions_turn_end(struct sessions *h);
LOOP_ONLY void sessions_deliver(struct sessions *h);
// The calling thread runs the loop no more.
LOOP_ONLY void sessions_leave_loop(struct sessions *h);
// fn(arg) runs on the thread of that loop, in sessions_deliver, after what was asked for before.
LOOP_ONLY void sessions_call(struct sessions *h, unsigned loop, void (*fn)(void *arg), void *arg);
// About once a second while anyone is connected: time-outs, autosave.
LOOP_ONLY void sessions_tick(struct sessions *h, int64_t now_ms);
// No session and nothing being saved: no tick is needed.
LOOP_ONLY bool sessions_idle(const struct sessions *h);
LOOP_ONLY size_t sessions_count(const struct sessions *h);
LOOP_ONLY size_t sessions_playing(const struct sessions *h);
// Stopping: every player gets a message, is saved and disconnected; true once all of it is on disk.
LOOP_ONLY void sessions_stop(struct sessions *h, const char *why);
LOOP_ONLY bool sessions_stopped(const struct sessions *h);
// steps of a stop still to do: each player has to leave and to be saved
LOOP_ONLY size_t sessions_steps_left(const struct sessions *h);

// `address` is the peer's, without port; copied. The session opens its own outbox.
LOOP_ONLY struct session *session_new(struct sessions *h, void *conn, const char *address,
                                      int64_t now_ms);
// to be called when negotiation has ended, or has taken long enough
LOOP_ONLY void session_greet(struct session *s);
LOOP_ONLY void session_line(struct session *s, const char *line, size_t n, int64_t now_ms);
// A line was longer than the limit.
LOOP_ONLY void session_too_long(struct session *s, int64_t now_ms);
// The connection is closed; the session may live on in the world.
LOOP_ONLY void session_gone(struct session *s);
// The session leaves this loop, with its outbox; until it arrives nobody may use it.
LOOP_ONLY void session_depart(struct session *s);
// It has come to the loop of `h`, where it has this connection.
LOOP_ONLY void session_arrive(struct sessions *h, struct session *s, void *conn, int64_t now_ms);
LOOP_ONLY uint32_t session_outbox(const struct session *s);
LOOP_ONLY struct style session_style(const struct session *s);
// Learnt by negotiation.
LOOP_ONLY void session_set_style(struct session *s, const struct style *style);
LOOP_ONLY bool session_in_play(const struct session *s);
// it has logged in, so it no longer counts as a stranger
LOOP_ONLY bool session_known(const struct session *s);
LOOP_ONLY const char *session_peer(const struct session *s); // the address it was made with
// One line in the log for a connection that is closed for what it did, in the form that operators
// let fail2ban read: address=… why=WORD account=… character=…, those that are known.
LOOP_ONLY void session_log_drop(const struct session *s, const char *why);
// The same for a connection that is closed because a call of this program failed: why=CALL
// error=TEXT.
LOOP_ONLY void session_log_failed(const struct session *s, const char *call, const char *error);
// The same at level debug for every connection whose socket is closed, for any reason.
LOOP_ONLY void session_log_closed(const struct session *s, const char *why);

#endif

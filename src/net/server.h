// The server: its libuv loops, the listener, the connections, and the turn that ties them to
// dispatch. There are server.loops loops. Loop 0, the front, listens, answers signals and admits
// connections; the others have a thread each from server_listen to the end of server_run, and the
// connections that have moved to them (session/session.h says when they do).
//
// Threads: the caller's, which acts for all loops by turns until server_run and after it, and for
// loop 0 in it; server_wake any. Order of use: server_new, sessions and dispatch made with what it
// gives, server_attach for each loop, server_listen, server_run, server_free.
#ifndef NET_SERVER_H
#define NET_SERVER_H

#include "util/loopguard.h"

#include <stddef.h>
#include <stdint.h>

struct sessions;
struct outboxes;
struct server;
struct session_ops;
struct settings;

LOOP_ONLY struct server *server_new(const struct settings *settings);
LOOP_ONLY void server_free(struct server *s);

unsigned server_loops(const struct server *s);
// One of its loops, by number: what server_wake and server_outboxes take. s is loop 0 itself.
LOOP_ONLY struct server *server_loop(struct server *s, unsigned loop);
LOOP_ONLY struct outboxes *server_outboxes(struct server *loop);
void server_wake(void *loop);                       // any thread: dispatch has outcomes
const struct session_ops *server_session_ops(void); // for sessions_new
LOOP_ONLY void server_attach(struct server *loop, struct sessions *h);

// Starts the other loops' threads, and listens; 0, or a negative UV_E…, and they have ended. Logs
// where.
LOOP_ONLY int server_listen(struct server *s);
// Runs until a signal has stopped it: the first SIGTERM or SIGINT stops cleanly, and gives up when
// nothing could be saved for 20 s; a second one stops at once. 0 when everything was saved. The
// other loops' threads end with it.
LOOP_ONLY int server_run(struct server *s);

#endif

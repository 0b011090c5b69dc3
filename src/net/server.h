// The server: one libuv loop, a listener, the connections, and the turn that ties them to dispatch.
// Loop thread only, but server_wake. Order of use: server_new, sessions and dispatch made with what
// it gives, server_attach, server_listen, server_run, server_free.
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

LOOP_ONLY struct outboxes *server_outboxes(struct server *s);
void server_wake(void *server);                     // any thread: dispatch has outcomes
const struct session_ops *server_session_ops(void); // for sessions_new
LOOP_ONLY void server_attach(struct server *s, struct sessions *h);

LOOP_ONLY int server_listen(struct server *s); // 0, or a negative UV_E…; logs where
// Runs until a signal has stopped it: the first SIGTERM or SIGINT stops cleanly, within a few
// seconds at most; a second one at once. 0 when everything was saved.
LOOP_ONLY int server_run(struct server *s);

#endif

// A connection: a socket with its telnet codec and line assembler, in front of a session. Loop thread
// only. It frees itself when libuv has closed it.
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct conn;
struct server;

// Accepts the next connection of a listener; NULL when that failed (*error).
struct conn *conn_accept(struct server *s, uv_stream_t *listener, int *error);
void conn_flush(struct conn *c); // sends what its mailbox has pending
// Sends what is pending and the reason (may be NULL), then closes.
void conn_close(struct conn *c, const char *reason);
void conn_abandon(struct conn *c); // closes at once; for the end of the server
void conn_hide_typing(struct conn *c, bool hide);
void conn_greet_if_due(struct conn *c, int64_t now);
// Once a second: keep-alive, and an end to closing that takes too long.
void conn_tick(struct conn *c, int64_t now);
bool conn_greeted(const struct conn *c);
struct conn *conn_next(const struct conn *c); // in the server's list

#endif

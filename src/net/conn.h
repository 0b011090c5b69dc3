// A connection: a socket with its telnet codec and line assembler, in front of a session. It
// belongs to a loop, and only on the thread of that loop. It frees itself when libuv has closed it.
#ifndef NET_CONN_H
#define NET_CONN_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct conn;
struct door_guest;
struct server;

// Takes the socket over. Between conn_new and conn_begin the connection has no session: it is
// either turned away with a text or begun.
LOOP_ONLY struct conn *conn_new(struct server *s, int fd, const char *address);
LOOP_ONLY void conn_turn_away(struct conn *c, const char *text);
// If a call of the system fails, that is logged, and the connection is closed and freed; at once if
// it has no socket yet.
LOOP_ONLY void conn_begin(struct conn *c);
LOOP_ONLY struct door_guest *conn_guest(struct conn *c);
LOOP_ONLY void conn_evict(struct conn *c); // its place is needed for another connection
// Reads again if its budget allows; true while it does not.
LOOP_ONLY bool conn_thaw(struct conn *c);
LOOP_ONLY void conn_flush(struct conn *c); // sends what its outbox holds
// Sends what its outbox holds and the reason (may be NULL), then closes.
LOOP_ONLY void conn_close(struct conn *c, const char *reason);
LOOP_ONLY void conn_abandon(struct conn *c); // closes at once; for the end of the server
LOOP_ONLY void conn_set_echo(struct conn *c, bool on);
LOOP_ONLY void conn_greet_if_due(struct conn *c, int64_t now);
// Has it been on the list of this loop for so long that it is greeted at that time, whether
// negotiation has ended or not? Then all behind it on the list are as well.
LOOP_ONLY bool conn_greet_is_due(const struct conn *c, int64_t now);
// To be called once a second: sends keep-alives, and ends a close that takes too long.
LOOP_ONLY void conn_tick(struct conn *c, int64_t now);
// It will go on in another loop, with its session.
LOOP_ONLY void conn_move(struct conn *c, unsigned loop);
LOOP_ONLY void conn_known(struct conn *c); // it has logged in
// The next of those that move at the end of the turn.
LOOP_ONLY struct conn **conn_next_departing(struct conn *c);
// Sends it on its way: it is no connection of this loop any more, but for one that is being closed
// or still written to, which stays.
LOOP_ONLY void conn_depart(struct conn *c);
LOOP_ONLY bool conn_greeted(const struct conn *c);
LOOP_ONLY struct conn *conn_next(const struct conn *c); // in the server's list

#endif

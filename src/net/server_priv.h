// Between server.c and conn.c.
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "net/door.h"
#include "net/listen.h"
#include "net/server.h"
#include "util/buf.h"

#include <stdbool.h>
#include <uv.h>

enum { SERVER_READ_BYTES = 65536, SERVER_SIGNALS = 6 };

struct conn;
struct map;

struct server {
    const struct settings *settings;
    struct hub *hub;
    struct mailboxes *mailboxes;
    struct conn *first; // all connections
    size_t count;
    struct door door;
    struct listeners listeners;
    struct buf scratch; // telnet replies of the connection at hand
    bool stopping;
    size_t throttled;   // connections that are not read for a moment
    double refusals;    // tokens: lines about refusals that may be logged now
    int64_t refusals_at;
    size_t refused_more; // that were not logged
    size_t stop_left; // steps of the stop, when it got on last
    unsigned stop_ticks; // since then
    uv_loop_t loop;
    uv_async_t async;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t tick, relaxed, greet, thaw;
    uv_signal_t signals[SERVER_SIGNALS];
    char read[SERVER_READ_BYTES];
};

// listen.c has accepted one: it becomes a connection, or is closed with a message that says why.
void server_connected(struct server *s, int fd, const struct sockaddr *peer);
void listen_refuse(int fd, const char *text); // says so and closes it
// One line for each who is refused, up to a rate; the others are counted, and one line says later how many.
void server_log_refused(struct server *s, const char *address, const char *why);
void server_throttle(struct server *s); // a connection has used up its share of reading
int64_t server_now(struct server *s); // ms

#endif

// Shared by server.c, conn.c and listen.c.
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "net/door.h"
#include "net/listen.h"
#include "net/server.h"
#include "util/buf.h"
#include "util/loopguard.h"

#include <stdbool.h>
#include <uv.h>

enum { SERVER_READ_BYTES = 65536, SERVER_SIGNALS = 6 };

struct conn;
struct map;

struct server {
    const struct settings *settings;
    struct sessions *sessions;
    struct outboxes *outboxes;
    struct conn *first; // all connections
    size_t count;
    struct door door;
    struct listeners listeners;
    struct buf scratch; // telnet replies of the connection that is being read
    bool stopping;
    size_t throttled; // connections whose budget for reading is used up
    double refusals;  // how many lines about refusals may be logged now (token bucket)
    int64_t refusals_at;
    size_t refused_more; // refusals that were not logged
    size_t stop_left;    // sessions_steps_left() when it fell last during a stop
    unsigned stop_ticks; // ticks since then
    uv_loop_t loop;
    uv_async_t async;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t tick, relaxed, greet, thaw;
    uv_signal_t signals[SERVER_SIGNALS];
    char read[SERVER_READ_BYTES];
};

// listen.c has accepted a socket: it becomes a connection, or is closed with a message that says
// why.
LOOP_ONLY void server_connected(struct server *s, int fd, const struct sockaddr *peer);
LOOP_ONLY void listen_refuse(int fd, const char *text); // says so and closes it
// Logs one line for each refused connection, up to a rate; the others are counted, and one later
// line has their number.
LOOP_ONLY void server_log_refused(struct server *s, const char *address, const char *why);
LOOP_ONLY void server_throttle(struct server *s); // a connection has used up its share of reading
LOOP_ONLY int64_t server_now(struct server *s);   // ms

#endif

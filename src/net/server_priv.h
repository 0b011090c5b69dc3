// Shared by server.c, server_moves.c, conn.c and listen.c.
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "net/door.h"
#include "net/listen.h"
#include "net/server.h"
#include "util/buf.h"
#include "util/loopguard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <uv.h>

enum { SERVER_READ_BYTES = 65536, SERVER_SIGNALS = 6 };

struct conn;
struct map;

// One loop. What is said to be the front's is used in loop 0 only.
struct server {
    unsigned index;
    struct server *front;            // loop 0
    struct server *loops[LOOPS_MAX]; // the front's, made before any thread
    unsigned loop_count;             // the front's, the same
    bool threads;                    // the front's: the threads of the other loops run
    pthread_t thread;                // of a loop that is not the front
    _Atomic size_t left;             // steps of a stop still to do; SIZE_MAX: it has not begun
    const struct settings *settings;
    struct sessions *sessions;
    struct outboxes *outboxes;
    struct conn *first;     // all connections, the last listed first
    int64_t greeted_at;     // when those that were due were greeted last
    struct conn *departing; // those that move to another loop at the end of this turn
    size_t count;
    struct door door;           // the front's
    struct listeners listeners; // the front's
    struct buf scratch;         // telnet replies of the connection that is being read
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
    uv_signal_t signals[SERVER_SIGNALS]; // the front's
    char read[SERVER_READ_BYTES];
};

// listen.c has accepted a socket: it becomes a connection, or is closed with a message that says
// why.
LOOP_ONLY void server_connected(struct server *s, int fd, const struct sockaddr *peer);
LOOP_ONLY void listen_refuse(int fd, const char *text); // says so and closes it
// fn(arg) runs on the thread of that loop, after what was asked for before; any loop may ask. While
// one thread acts for all loops it runs at once.
LOOP_ONLY void server_call(struct server *s, unsigned loop, void (*fn)(void *arg), void *arg);
// The connection moves to another loop at the end of this turn, or when what is being written to it
// is gone (conn_depart); server_stay: it does not.
LOOP_ONLY void server_depart(struct server *s, struct conn *c);
LOOP_ONLY void server_stay(struct server *s, struct conn *c);
// Sends those on their way that can go; at the ends of a turn.
LOOP_ONLY void server_depart_all(struct server *s);
// The connection of this guest has to make room for another, on whichever loop it is. The front's.
LOOP_ONLY void server_evict(struct server *s, struct door_guest *g);
LOOP_ONLY void server_start_tick(struct server *s);
// The connection of a guest is at another loop now, or on its way (NULL).
LOOP_ONLY void server_guest_is_at(struct server *s, struct door_guest *guest, struct conn *c);
// It has logged in, on whichever loop.
LOOP_ONLY void server_guest_known(struct server *s, struct door_guest *guest);
// The guest of a connection that has gone, on whichever loop: it is freed.
LOOP_ONLY void server_guest_left(struct server *s, struct door_guest *guest);
// Logs one line for each refused connection, up to a rate; the others are counted, and one later
// line has their number.
LOOP_ONLY void server_log_refused(struct server *s, const char *address, const char *why);
LOOP_ONLY void server_throttle(struct server *s); // a connection has used up its share of reading
LOOP_ONLY int64_t server_now(struct server *s);   // ms

#endif

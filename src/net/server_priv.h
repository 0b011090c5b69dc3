// Between server.c and conn.c.
#ifndef NET_SERVER_PRIV_H
#define NET_SERVER_PRIV_H

#include "net/server.h"
#include "util/buf.h"

#include <stdbool.h>
#include <uv.h>

enum { SERVER_READ_BYTES = 65536 };

struct conn;
struct map;

struct server {
    const struct settings *settings;
    struct hub *hub;
    struct mailboxes *mailboxes;
    struct conn *first; // all connections
    size_t count;
    struct map *addresses; // address → how many
    struct buf scratch;    // telnet replies of the connection at hand
    bool listening, stopping;
    size_t stop_left; // steps of the stop, when it got on last
    unsigned stop_ticks; // since then
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_async_t async;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_timer_t tick, relaxed, greet, retry;
    uv_signal_t signals[3];
    int reserve; // a descriptor to give up when there are no more
    char read[SERVER_READ_BYTES];
};

bool server_admit(struct server *s, const char *address, const char **why); // counts it when true
void server_left(struct server *s, const char *address);
int64_t server_now(struct server *s); // ms

#endif

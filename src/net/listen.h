// The sockets that the server listens on: one for each address that its name stands for.
// Connections are accepted here and not by libuv, which closes them without a message when
// descriptors run out. Loop thread only. Part of net/server; see server_priv.h for what it keeps.
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { LISTEN_MOST = 8 };

struct server;

struct listeners {
    struct server *server;
    uv_poll_t polls[LISTEN_MOST];
    int fds[LISTEN_MOST];
    unsigned count;
    uv_timer_t pause; // runs while accepting is paused after a failure
    int reserve;      // a spare descriptor, closed when no other is left
    int highest;      // descriptors from here on are kept for files
    int64_t told_at;  // when the lack of descriptors was logged last
};

// 0, or negative (UV_E…).
LOOP_ONLY int listen_init(struct listeners *l, struct server *s, uv_loop_t *loop);
// Listens on server.address and server.port; 0, or negative (UV_E…, logged).
LOOP_ONLY int listen_open(struct listeners *l);
// No new connections; at most once after listen_open.
LOOP_ONLY void listen_close(struct listeners *l);
LOOP_ONLY void listen_fini(struct listeners *l); // the loop's handles have been closed

#endif

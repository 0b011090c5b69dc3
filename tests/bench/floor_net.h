// What the floors have in common: a libuv server on the loopback that takes lines and sends bytes,
// and does nothing else. Lines are taken as they come: one that two reads share is not put
// together, which the load generator's short lines over the loopback never need.
// Threads: one, which runs the loop.  Locks: none.
#ifndef BENCH_FLOOR_NET_H
#define BENCH_FLOOR_NET_H

#include <stddef.h>
#include <uv.h>

enum { FLOOR_NET_READ_SIZE = 64 * 1024 };

// The first member of a floor's own struct for each client, which floor_net allocates, zeroed.
struct floor_client {
    uv_tcp_t tcp;
};

// To be zeroed, but for the first members, by its owner.
struct floor_net {
    size_t client_size;
    const char *greeting;
    // A line without its end; the text may be changed, and belongs to floor_net.
    void (*line)(struct floor_client *c, char *text);
    // The connection is at its end. May be NULL. The client's memory is freed later.
    void (*gone)(struct floor_client *c);
    uv_loop_t loop;
    uv_tcp_t listener;
    char input[FLOOR_NET_READ_SIZE];
};

// Both return 0 or a negative code of libuv's. Between them the owner may add to the loop.
int floor_net_listen(struct floor_net *net, int port);
int floor_net_run(struct floor_net *net);
// Sends at once; what the socket does not take is copied and sent later, in order.
void floor_net_send(struct floor_client *c, const char *bytes, size_t length);
// A port from 1 to 65535, or 0.
int floor_net_port(const char *text);

#endif

// The floor: a libuv line server that answers each line at once with 380 bytes and knows nothing
// else. What it costs is two system calls and the loopback path, which no server on libuv that
// reads a line and sends a reply can do without, so other figures are read as multiples of it.
// It speaks just enough of the login dialogue for the load generator, and its one reply holds the
// words of every reply the generator looks for. Never meant to face a network: loopback only.
// What others hear costs nothing here: that is the broadcast floor's (broadcast.c).
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "floor_net.h"
#include "util/mem.h"

enum {
    REPLY_SIZE = 380,
    PROMPT_SIZE = 15, // "#0000000000> " and the mark
    COUNTER_AT = REPLY_SIZE - PROMPT_SIZE + 1,
};

struct client {
    struct floor_client net;
    uint64_t lines;
};

struct floor {
    struct floor_net net;
    char reply[REPLY_SIZE];
};

static void write_counter(char *digits, uint64_t count)
{
    for (char *at = digits + 10; at > digits; count /= 10)
        *--at = (char)('0' + count % 10);
}

static void send_reply(struct client *c, uint64_t count)
{
    const struct floor *f = c->net.tcp.loop->data;
    char reply[REPLY_SIZE];
    memcpy(reply, f->reply, REPLY_SIZE);
    write_counter(reply + COUNTER_AT, count);
    floor_net_send(&c->net, reply, REPLY_SIZE);
}

static void answer(struct floor_client *net, char *text)
{
    static const char password[] = "Password: \377\357";
    static const char menu[] = "1) Floor\r\nWhich? \377\357";
    struct client *c = (struct client *)net;
    uint64_t line = c->lines++;
    (void)text;
    if (line == 0)
        floor_net_send(net, password, sizeof(password) - 1);
    else if (line == 1)
        floor_net_send(net, menu, sizeof(menu) - 1);
    else
        send_reply(c, line - 2);
}

static void write_reply(char reply[REPLY_SIZE])
{
    static const char head[] =
        "[The Floor]\r\nYou see what everyone sees. You say nothing new. You take nothing. You drop "
        "nothing. Your prompt is changed. ";
    static const char tail[] =
        "\r\nYou see exits: north, east, south, west.\r\n#0000000000> \377\357";
    memset(reply, '.', REPLY_SIZE);
    memcpy(reply, head, sizeof(head) - 1);
    memcpy(reply + REPLY_SIZE - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
}

int main(int argc, char **argv)
{
    int port = argc == 3 && strcmp(argv[1], "--port") == 0 ? floor_net_port(argv[2]) : 0;
    if (port == 0) {
        fprintf(stderr, "usage: floor --port P\n");
        return 2;
    }
    struct floor *f = mem_new(struct floor);
    f->net.client_size = sizeof(struct client);
    f->net.greeting = "Account name: \377\357";
    f->net.line = answer;
    write_reply(f->reply);
    int error = floor_net_listen(&f->net, port);
    if (error < 0) {
        fprintf(stderr, "floor: port %d: %s\n", port, uv_strerror(error));
        return 1;
    }
    return floor_net_run(&f->net);
}

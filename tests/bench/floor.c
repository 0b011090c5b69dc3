// The floor: a libuv line server that answers each line at once with 380 bytes and knows nothing
// else. What it costs is two system calls and the loopback path, which no server on libuv that
// reads a line and sends a reply can do without, so other figures are read as multiples of it.
// It speaks just enough of the login dialogue for the load generator, and its one reply holds the
// words of every reply the generator looks for. Never meant to face a network: loopback only.
//
// With --crowd it is the floor of a crowd: what one player says or where it goes is sent to all
// others, gathered in a buffer for each and sent once a turn of the loop with one prompt.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "util/mem.h"

enum {
    REPLY_SIZE = 380,
    PROMPT_SIZE = 15, // "#0000000000> " and the mark
    COUNTER_AT = REPLY_SIZE - PROMPT_SIZE + 1,
    READ_SIZE = 64 * 1024,
    CLIENTS_MAX = 16384,
};

struct client {
    uv_tcp_t tcp;
    uint64_t lines;
    unsigned index; // in the crowd
    bool in_crowd;
    bool dirty;
    char *gathered;
    size_t length;
    size_t room;
};

struct floor {
    uv_loop_t loop;
    uv_tcp_t listener;
    char reply[REPLY_SIZE];
    char input[READ_SIZE];
    bool crowd;
    uv_check_t flush;
    unsigned clients;
    unsigned dirty_count;
    struct client *client[CLIENTS_MAX];
    struct client *dirty[CLIENTS_MAX];
};

struct late_write {
    uv_write_t request;
    char bytes[];
};

static void on_closed(uv_handle_t *handle)
{
    struct client *c = handle->data;
    free(c->gathered);
    free(c);
}

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    free(request->data);
}

static void send_bytes(struct client *c, const char *bytes, size_t length)
{
    uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)length);
    int sent = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
    size_t done = sent > 0 ? (size_t)sent : 0;
    if (done == length || (sent < 0 && sent != UV_EAGAIN)) {
        return;
    }
    struct late_write *late = mem_zalloc(sizeof(*late) + length - done);
    late->request.data = late;
    memcpy(late->bytes, bytes + done, length - done);
    buf = uv_buf_init(late->bytes, (unsigned)(length - done));
    if (uv_write(&late->request, (uv_stream_t *)&c->tcp, &buf, 1, on_written) < 0) {
        free(late);
    }
}

static void write_counter(char *digits, uint64_t count)
{
    for (char *at = digits + 10; at > digits; count /= 10) {
        *--at = (char)('0' + count % 10);
    }
}

static void send_reply(struct client *c, uint64_t count)
{
    const struct floor *f = c->tcp.loop->data;
    char reply[REPLY_SIZE];
    memcpy(reply, f->reply, REPLY_SIZE);
    write_counter(reply + COUNTER_AT, count);
    send_bytes(c, reply, REPLY_SIZE);
}

static void gather(struct floor *f, struct client *c, const char *bytes, size_t length)
{
    if (c->length + length + PROMPT_SIZE > c->room) {
        c->room = (c->length + length + PROMPT_SIZE) * 2;
        c->gathered = mem_realloc(c->gathered, c->room);
    }
    memcpy(c->gathered + c->length, bytes, length);
    c->length += length;
    if (!c->dirty) {
        c->dirty = true;
        f->dirty[f->dirty_count++] = c;
    }
}

static void on_flush(uv_check_t *check)
{
    struct floor *f = check->loop->data;
    for (unsigned i = 0; i < f->dirty_count; i++) {
        struct client *c = f->dirty[i];
        char *prompt = c->gathered + c->length;
        memcpy(prompt, f->reply + REPLY_SIZE - PROMPT_SIZE, PROMPT_SIZE);
        write_counter(prompt + 1, c->lines - 3);
        if (!uv_is_closing((uv_handle_t *)&c->tcp)) {
            send_bytes(c, c->gathered, c->length + PROMPT_SIZE);
        }
        c->length = 0;
        c->dirty = false;
    }
    f->dirty_count = 0;
}

static void tell_crowd(struct floor *f, struct client *c, const char *line)
{
    static const char goes[] = "Someone of the crowd goes north.\r\n";
    static const char says[] = "Someone of the crowd says: t1234.\r\n";
    bool said = line[0] == 's' && line[1] == 'a';
    bool went = line[0] == 'n' || (line[0] == 's' && line[1] == 'o');
    for (unsigned i = 0; i < f->clients && (said || went); i++) {
        if (f->client[i] != c) {
            gather(f, f->client[i], said ? says : goes, said ? sizeof(says) - 1 : sizeof(goes) - 1);
        }
    }
    gather(f, c, f->reply, REPLY_SIZE - PROMPT_SIZE);
}

static void join_crowd(struct floor *f, struct client *c)
{
    if (f->clients < CLIENTS_MAX) {
        c->in_crowd = true;
        c->index = f->clients;
        f->client[f->clients++] = c;
    }
}

static void leave_crowd(struct floor *f, struct client *c)
{
    if (c->in_crowd) {
        f->client[c->index] = f->client[--f->clients];
        f->client[c->index]->index = c->index;
        c->in_crowd = false;
    }
}

static void answer(struct client *c, const char *text)
{
    struct floor *f = c->tcp.loop->data;
    static const char password[] = "Password: \377\357";
    static const char menu[] = "1) Floor\r\nWhich? \377\357";
    uint64_t line = c->lines++;
    if (line == 0) {
        send_bytes(c, password, sizeof(password) - 1);
    } else if (line == 1) {
        send_bytes(c, menu, sizeof(menu) - 1);
    } else if (f->crowd && c->in_crowd) {
        tell_crowd(f, c, text);
    } else {
        send_reply(c, line - 2);
        if (f->crowd && line == 3) {
            // Not before the line that sets the prompt: the generator takes the first counter that
            // it sees for the reply to that line.
            join_crowd(f, c);
        }
    }
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct floor *f = handle->loop->data;
    *buf = uv_buf_init(f->input, sizeof(f->input));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct client *c = stream->data;
    if (n < 0) {
        leave_crowd(stream->loop->data, c);
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    const char *at = buf->base;
    const char *line = at;
    const char *end = buf->base + n;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        answer(c, line);
        line = at;
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    static const char hello[] = "Account name: \377\357";
    if (status < 0) {
        return;
    }
    struct client *c = mem_new(struct client);
    uv_tcp_init(listener->loop, &c->tcp);
    c->tcp.data = c;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0) {
        uv_close((uv_handle_t *)&c->tcp, on_closed);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    send_bytes(c, hello, sizeof(hello) - 1);
    uv_read_start((uv_stream_t *)&c->tcp, on_buffer, on_read);
}

static void write_reply(char reply[REPLY_SIZE])
{
    static const char head[] =
        "[The Floor]\r\nYou see what everyone sees. You say nothing new. Your prompt is changed. ";
    static const char tail[] = "\r\nYou see exits: north, south.\r\n#0000000000> \377\357";
    memset(reply, '.', REPLY_SIZE);
    memcpy(reply, head, sizeof(head) - 1);
    memcpy(reply + REPLY_SIZE - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
}

int main(int argc, char **argv)
{
    int port = argc >= 3 && strcmp(argv[1], "--port") == 0 ? atoi(argv[2]) : 0;
    bool crowd = argc == 4 && strcmp(argv[3], "--crowd") == 0;
    if (port < 1 || port > 65535 || (argc > 3 && !crowd)) {
        fprintf(stderr, "usage: floor --port P [--crowd]\n");
        return 2;
    }
    struct floor *f = mem_new(struct floor);
    f->crowd = crowd;
    write_reply(f->reply);
    struct sockaddr_in at;
    uv_loop_init(&f->loop);
    f->loop.data = f;
    uv_check_init(&f->loop, &f->flush);
    if (crowd) {
        uv_check_start(&f->flush, on_flush);
    }
    uv_tcp_init(&f->loop, &f->listener);
    uv_ip4_addr("127.0.0.1", port, &at);
    int error = uv_tcp_bind(&f->listener, (const struct sockaddr *)&at, 0);
    if (error == 0) {
        error = uv_listen((uv_stream_t *)&f->listener, 1024, on_connection);
    }
    if (error < 0) {
        fprintf(stderr, "floor: port %d: %s\n", port, uv_strerror(error));
        return 1;
    }
    return uv_run(&f->loop, UV_RUN_DEFAULT);
}

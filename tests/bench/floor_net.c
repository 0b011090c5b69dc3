// One read buffer serves all connections, and a send is one system call as long as the client
// keeps up. Ends with the process.
#include "floor_net.h"

#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

struct late_write {
    uv_write_t request;
    char bytes[];
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    free(request->data);
}

void floor_net_send(struct floor_client *c, const char *bytes, size_t length)
{
    uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)length);
    int sent = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
    size_t done = sent > 0 ? (size_t)sent : 0;
    if (done == length || (sent < 0 && sent != UV_EAGAIN))
        return;
    struct late_write *late = mem_zalloc(sizeof(*late) + length - done);
    late->request.data = late;
    memcpy(late->bytes, bytes + done, length - done);
    buf = uv_buf_init(late->bytes, (unsigned)(length - done));
    if (uv_write(&late->request, (uv_stream_t *)&c->tcp, &buf, 1, on_written) < 0)
        free(late);
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct floor_net *net = handle->loop->data;
    *buf = uv_buf_init(net->input, sizeof(net->input));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct floor_client *c = stream->data;
    struct floor_net *net = stream->loop->data;
    if (n < 0) {
        if (net->gone)
            net->gone(c);
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    char *line = buf->base, *end = buf->base + n, *at;
    while ((at = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        *at = '\0';
        if (at > line && at[-1] == '\r')
            at[-1] = '\0';
        net->line(c, line);
        line = at + 1;
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct floor_net *net = listener->loop->data;
    if (status < 0)
        return;
    struct floor_client *c = mem_zalloc(net->client_size);
    uv_tcp_init(&net->loop, &c->tcp);
    c->tcp.data = c;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0) {
        uv_close((uv_handle_t *)&c->tcp, on_closed);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    floor_net_send(c, net->greeting, strlen(net->greeting));
    uv_read_start((uv_stream_t *)&c->tcp, on_buffer, on_read);
}

int floor_net_listen(struct floor_net *net, int port)
{
    struct sockaddr_in at;
    uv_loop_init(&net->loop);
    net->loop.data = net;
    uv_tcp_init(&net->loop, &net->listener);
    uv_ip4_addr("127.0.0.1", port, &at);
    int error = uv_tcp_bind(&net->listener, (const struct sockaddr *)&at, 0);
    return error < 0 ? error : uv_listen((uv_stream_t *)&net->listener, 1024, on_connection);
}

int floor_net_run(struct floor_net *net)
{
    return uv_run(&net->loop, UV_RUN_DEFAULT);
}

int floor_net_port(const char *text)
{
    char *end = NULL;
    long port = strtol(text, &end, 10);
    return *end || end == text || port < 1 || port > 65535 ? 0 : (int)port;
}

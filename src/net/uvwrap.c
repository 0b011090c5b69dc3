// Wrappers that the linker puts in front of the libuv functions that our code calls: all but
// uv_async_send belong to the loop's thread (L028). Each costs one load and a branch.
#include "util/loopguard.h"

#include <uv.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#define WRAP(result, name, params, args)                                                           \
    result __real_##name params;                                                                   \
    result __wrap_##name params                                                                    \
    {                                                                                              \
        loopguard_check(#name "()");                                                               \
        return __real_##name args;                                                                 \
    }

WRAP(int, uv_write,
     (uv_write_t * r, uv_stream_t *s, const uv_buf_t *bufs, unsigned n, uv_write_cb cb),
     (r, s, bufs, n, cb))
WRAP(int, uv_try_write, (uv_stream_t * s, const uv_buf_t *bufs, unsigned n), (s, bufs, n))
WRAP(void, uv_close, (uv_handle_t * h, uv_close_cb cb), (h, cb))
WRAP(int, uv_read_start, (uv_stream_t * s, uv_alloc_cb alloc, uv_read_cb cb), (s, alloc, cb))
WRAP(int, uv_read_stop, (uv_stream_t * s), (s))
WRAP(int, uv_accept, (uv_stream_t * listener, uv_stream_t *client), (listener, client))
WRAP(int, uv_timer_init, (uv_loop_t * l, uv_timer_t *t), (l, t))
WRAP(int, uv_timer_start, (uv_timer_t * t, uv_timer_cb cb, uint64_t after, uint64_t every),
     (t, cb, after, every))
WRAP(int, uv_timer_stop, (uv_timer_t * t), (t))
WRAP(int, uv_tcp_init, (uv_loop_t * l, uv_tcp_t *t), (l, t))
WRAP(int, uv_tcp_nodelay, (uv_tcp_t * t, int on), (t, on))
WRAP(void, uv_stop, (uv_loop_t * l), (l))
WRAP(int, uv_tcp_open, (uv_tcp_t * t, uv_os_sock_t fd), (t, fd))
WRAP(int, uv_poll_init, (uv_loop_t * l, uv_poll_t *p, int fd), (l, p, fd))
WRAP(int, uv_poll_start, (uv_poll_t * p, int events, uv_poll_cb cb), (p, events, cb))
WRAP(int, uv_poll_stop, (uv_poll_t * p), (p))
WRAP(int, uv_timer_again, (uv_timer_t * t), (t))
WRAP(void, uv_walk, (uv_loop_t * l, uv_walk_cb cb, void *arg), (l, cb, arg))

int __real_uv_run(uv_loop_t *l, uv_run_mode mode);
int __wrap_uv_run(uv_loop_t *l, uv_run_mode mode)
{
    loopguard_enter();
    int more = __real_uv_run(l, mode);
    loopguard_leave();
    return more;
}

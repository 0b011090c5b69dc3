// Connections, the epoll set (edge-triggered: registered once and never changed while playing) and
// the receive buffer they share. Decides nothing about time: when to log in, to send and to stop is
// loadgen_run.c's.
#include "loadgen_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "util/mem.h"

enum { EVENTS_MAX = 256, COMPLAINTS_MAX = 3, COMPLAINT_TEXT = 300 };

struct loadgen_pool {
    const struct loadgen_options *o;
    struct loadgen_pool_calls calls;
    int epoll;
    unsigned count;
    unsigned logging_in;
    unsigned complaints;
    bool hushed;
    struct loadgen_player *actors;
    struct loadgen_tally tally;
    struct epoll_event events[EVENTS_MAX];
    uint8_t buffer[LOADGEN_CARRY + LOADGEN_READ_SIZE];
};

struct loadgen_pool *loadgen_pool_new(const struct loadgen_options *o,
                                      const struct loadgen_pool_calls *calls)
{
    struct loadgen_pool *pool = mem_new(struct loadgen_pool);
    pool->o = o;
    pool->calls = *calls;
    pool->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (pool->epoll < 0) {
        perror("loadgen: epoll");
        exit(1);
    }
    const struct {
        unsigned count;
        enum loadgen_role role;
    } parts[] = {
        {o->players, LOADGEN_PLAYER}, {o->deaf, LOADGEN_DEAF},     {o->flood, LOADGEN_FLOOD},
        {o->leavers, LOADGEN_LEAVER}, {o->silent, LOADGEN_SILENT}, {o->drip, LOADGEN_DRIP},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        pool->count += parts[i].count;
    }
    pool->actors = mem_calloc(pool->count + 1, sizeof(*pool->actors));
    unsigned at = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (unsigned n = 0; n < parts[i].count; n++, at++) {
            loadgen_player_init(&pool->actors[at], o->first + at, o->seed);
            pool->actors[at].role = (uint8_t)parts[i].role;
        }
    }
    return pool;
}

void loadgen_pool_free(struct loadgen_pool *pool)
{
    if (!pool) {
        return;
    }
    for (unsigned i = 0; i < pool->count; i++) {
        loadgen_player_fini(&pool->actors[i]);
    }
    free(pool->actors);
    close(pool->epoll);
    free(pool);
}

unsigned loadgen_pool_count(const struct loadgen_pool *pool)
{
    return pool->count;
}

struct loadgen_player *loadgen_pool_at(struct loadgen_pool *pool, unsigned index)
{
    return &pool->actors[index];
}

struct loadgen_tally *loadgen_pool_tally(struct loadgen_pool *pool)
{
    return &pool->tally;
}

unsigned loadgen_pool_logging_in(const struct loadgen_pool *pool)
{
    return pool->logging_in;
}

static void complain(struct loadgen_pool *pool, const struct loadgen_player *p)
{
    if (pool->complaints++ >= COMPLAINTS_MAX) {
        return;
    }
    size_t length = 0;
    const char *text = loadgen_setup_text(p->setup, &length);
    fprintf(stderr, "loadgen: player %u lost while %s", p->number, loadgen_setup_stage(p->setup));
    if (text && length > 0) {
        size_t shown = length > COMPLAINT_TEXT ? COMPLAINT_TEXT : length;
        fputs("; last text: \"", stderr);
        for (const char *at = text + length - shown; at < text + length; at++) {
            fputc(*at >= ' ' && *at <= '~' ? *at : '.', stderr);
        }
        fputc('"', stderr);
    }
    fputc('\n', stderr);
}

void loadgen_pool_hush(struct loadgen_pool *pool)
{
    pool->hushed = true;
}

void loadgen_pool_lose(struct loadgen_pool *pool, struct loadgen_player *p)
{
    bool logs_in = p->role != LOADGEN_SILENT && p->role != LOADGEN_DRIP;
    bool setting_up = p->phase != LOADGEN_PLAYS && logs_in;
    if (logs_in) {
        if (p->role == LOADGEN_PLAYER && !pool->hushed) {
            complain(pool, p);
        }
        pool->logging_in -= loadgen_setup_logging_in(p->setup);
    }
    pool->tally.closed++;
    loadgen_player_fini(p);
    pool->calls.lost(pool->calls.context, p, setting_up);
}

void loadgen_pool_start(struct loadgen_pool *pool, struct loadgen_player *p,
                        struct loadgen_walk walk)
{
    unsigned index = (unsigned)(p - pool->actors);
    unsigned source = pool->o->sources > 1 ? 1 + index % pool->o->sources : 0;
    bool logs_in = p->role != LOADGEN_SILENT && p->role != LOADGEN_DRIP;
    p->phase = logs_in ? LOADGEN_SETS_UP : LOADGEN_PLAYS;
    if (logs_in) {
        p->setup = loadgen_setup_new(walk);
        pool->logging_in++;
    }
    if (!loadgen_player_connect(p, pool->o->host, pool->o->port, source)) {
        loadgen_pool_lose(pool, p);
        return;
    }
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.u32 = index};
    if (epoll_ctl(pool->epoll, EPOLL_CTL_ADD, p->fd, &e) < 0) {
        loadgen_pool_lose(pool, p);
    }
}

void loadgen_pool_listen(struct loadgen_pool *pool, struct loadgen_player *p, bool on)
{
    struct epoll_event e = {.events = on ? EPOLLIN | EPOLLRDHUP | EPOLLET : 0,
                            .data.u32 = (unsigned)(p - pool->actors)};
    epoll_ctl(pool->epoll, EPOLL_CTL_MOD, p->fd, &e);
}

static void take_bytes(struct loadgen_pool *pool, struct loadgen_player *p, size_t length)
{
    uint8_t *bytes = pool->buffer + LOADGEN_CARRY;
    enum loadgen_outcome outcome = LOADGEN_QUIET;
    if (p->setup) {
        bool before = loadgen_setup_logging_in(p->setup);
        outcome = loadgen_setup_input(p, bytes, length, &pool->tally);
        pool->logging_in -= before && !loadgen_setup_logging_in(p->setup);
    } else if (p->role == LOADGEN_PLAYER) {
        outcome = loadgen_player_input(p, bytes, length, pool->o->count_heard, &pool->tally);
    }
    if (outcome == LOADGEN_ANSWERED) {
        pool->calls.answered(pool->calls.context, p);
    } else if (outcome == LOADGEN_READY) {
        pool->calls.ready(pool->calls.context, p);
    } else if (outcome == LOADGEN_GONE) {
        loadgen_pool_lose(pool, p);
    }
}

static void serve_one(struct loadgen_pool *pool, struct loadgen_player *p)
{
    ssize_t n = 0;
    do {
        if (p->fd < 0) {
            return;
        }
        n = recv(p->fd, pool->buffer + LOADGEN_CARRY, LOADGEN_READ_SIZE, 0);
        if (n > 0) {
            take_bytes(pool, p, (size_t)n);
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            loadgen_pool_lose(pool, p);
        }
    } while (n == LOADGEN_READ_SIZE);
}

unsigned loadgen_pool_serve(struct loadgen_pool *pool, uint64_t timeout_ns)
{
    struct timespec wait = {.tv_sec = (time_t)(timeout_ns / 1000000000U),
                            .tv_nsec = (long)(timeout_ns % 1000000000U)};
    int n = epoll_pwait2(pool->epoll, pool->events, EVENTS_MAX, &wait, NULL);
    for (int i = 0; i < n; i++) {
        serve_one(pool, &pool->actors[pool->events[i].data.u32]);
        if (pool->events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            // Edge-triggered: the end of the stream may have come with the last bytes.
            serve_one(pool, &pool->actors[pool->events[i].data.u32]);
        }
    }
    return n > 0 ? (unsigned)n : 0;
}

// What the loops do together while they run: calls to each other, connections that move, and what a
// loop reports to the front, whose door counts all connections.
#include "net/server_priv.h"

#include "net/conn.h"
#include "session/session.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

void server_call(struct server *s, unsigned loop, void (*fn)(void *), void *arg)
{
    loopguard_check("server_call()");
    if (s->front->threads) {
        sessions_call(s->sessions, loop, fn, arg);
        return;
    }
    unsigned here = loopguard_loop();
    loopguard_act_for(loop);
    fn(arg);
    loopguard_act_for(here);
}

void server_depart(struct server *s, struct conn *c)
{
    loopguard_check("server_depart()");
    *conn_next_departing(c) = s->departing;
    s->departing = c;
}

void server_stay(struct server *s, struct conn *c)
{
    loopguard_check("server_stay()");
    for (struct conn **at = &s->departing; *at; at = conn_next_departing(*at))
        if (*at == c) {
            *at = *conn_next_departing(c);
            return;
        }
}

void server_depart_all(struct server *s)
{
    loopguard_check("server_depart_all()");
    while (s->departing) {
        struct conn *c = s->departing;
        s->departing = *conn_next_departing(c);
        conn_depart(c);
    }
}

// What a loop reports to the front about a guest of the door.
struct guest_report {
    struct server *front;
    struct door_guest *guest;
    struct conn *at;
    unsigned loop;
};

static void report_guest(struct server *s, void (*fn)(void *), struct door_guest *g,
                         struct conn *at)
{
    struct guest_report *r = mem_new(struct guest_report);
    *r = (struct guest_report){s->front, g, at, s->index};
    if (s->index == 0)
        fn(r);
    else
        server_call(s, 0, fn, r);
}

// A connection that has to make room.
struct eviction {
    struct server *server;
    struct conn *conn;
    struct door_guest *guest;
};

static void on_evict(void *arg)
{
    struct eviction *e = arg;
    for (struct conn *c = e->server->first; c; c = conn_next(c))
        if (c == e->conn && conn_guest(c) == e->guest) {
            conn_evict(c);
            break;
        }
    free(e);
}

void server_evict(struct server *s, struct door_guest *g)
{
    loopguard_check("server_evict()");
    g->unwanted = true; // also where it arrives, if it sets out before it is reached
    if (!g->owner)
        return;
    struct eviction *e = mem_new(struct eviction);
    *e = (struct eviction){s->front->loops[g->loop], g->owner, g};
    if (g->loop == 0)
        on_evict(e);
    else
        server_call(s, g->loop, on_evict, e);
}

static void on_guest_at(void *arg)
{
    struct guest_report *r = arg;
    r->guest->owner = r->at;
    r->guest->loop = r->loop;
    if (r->guest->unwanted && r->at)
        server_evict(r->front, r->guest);
    free(r);
}

void server_guest_is_at(struct server *s, struct door_guest *guest, struct conn *c)
{
    loopguard_check("server_guest_is_at()");
    report_guest(s, on_guest_at, guest, c);
}

static void on_guest_known(void *arg)
{
    struct guest_report *r = arg;
    door_known(&r->front->door, r->guest);
    free(r);
}

void server_guest_known(struct server *s, struct door_guest *guest)
{
    loopguard_check("server_guest_known()");
    report_guest(s, on_guest_known, guest, NULL);
}

static void on_guest_left(void *arg)
{
    struct guest_report *r = arg;
    door_left(&r->front->door, r->guest);
    free(r->guest);
    free(r);
}

void server_guest_left(struct server *s, struct door_guest *guest)
{
    loopguard_check("server_guest_left()");
    report_guest(s, on_guest_left, guest, NULL);
}

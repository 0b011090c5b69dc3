// What the unfriendly connections do, a millisecond at a time. The deaf need no ticks: they log in
// and are then no longer read. The silent and the dripping connect only once the players are
// placed, so that they compete with play and not with the players' own logins.
#include "loadgen_foes.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "loadgen_dialogue.h"

#define DRIP_EVERY_NS 5000000000U
#define LEAVE_EVERY_NS 20000000U

enum { FLOOD_LINES = 64 };

bool loadgen_foes_wanted(const struct loadgen_options *o)
{
    return o->silent + o->drip + o->deaf + o->flood + o->leavers > 0;
}

bool loadgen_foes_log_in(enum loadgen_role role)
{
    return role == LOADGEN_DEAF || role == LOADGEN_FLOOD || role == LOADGEN_LEAVER;
}

static void flood(struct loadgen_player *p)
{
    static const char line[] = DIALOGUE_LOOK "\r\n";
    char lines[FLOOD_LINES * (sizeof(line) - 1)];
    for (size_t i = 0; i < FLOOD_LINES; i++) {
        memcpy(lines + i * (sizeof(line) - 1), line, sizeof(line) - 1);
    }
    // A send cut short would leave half a line, so only whole floods count; a full socket means
    // that the server has stopped reading, which is what it should do.
    send(p->fd, lines, sizeof(lines), MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Typed ahead: the second line is for the menu. Like the lines of a flood, both are sent or none.
static void leave_and_come_back(struct loadgen_player *p)
{
    static const char lines[] = DIALOGUE_LEAVE_AND_COME_BACK;
    send(p->fd, lines, sizeof(lines) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void drip(struct loadgen_player *p)
{
    char account[32];
    int n = snprintf(account, sizeof(account), DIALOGUE_ACCOUNT_FORMAT, p->number);
    loadgen_player_send(p, account + p->turns % (unsigned)n, 1);
    p->turns++;
}

static void connect_some(struct loadgen_foes *f, struct loadgen_pool *pool, uint64_t now)
{
    unsigned begun = 0;
    unsigned count = loadgen_pool_count(pool);
    for (; f->next < count && begun < LOADGEN_FOES_A_TICK; f->next++) {
        struct loadgen_player *p = loadgen_pool_at(pool, f->next);
        if (p->role == LOADGEN_SILENT || p->role == LOADGEN_DRIP) {
            p->began = now;
            loadgen_pool_start(pool, p, (struct loadgen_walk){0});
            begun++;
        }
    }
}

void loadgen_foes_tick(struct loadgen_foes *f, struct loadgen_pool *pool, uint64_t now)
{
    if (now < f->tick_at) {
        return;
    }
    f->tick_at = now + LOADGEN_FOES_TICK_NS;
    connect_some(f, pool, now);
    bool drips = now >= f->drip_at;
    if (drips) {
        f->drip_at = now + DRIP_EVERY_NS;
    }
    bool leaves = now >= f->leave_at;
    if (leaves) {
        f->leave_at = now + LEAVE_EVERY_NS;
    }
    unsigned count = loadgen_pool_count(pool);
    for (unsigned i = 0; i < count; i++) {
        struct loadgen_player *p = loadgen_pool_at(pool, i);
        if (p->phase != LOADGEN_PLAYS) {
            continue;
        }
        if (p->role == LOADGEN_FLOOD) {
            flood(p);
        } else if (p->role == LOADGEN_LEAVER && leaves) {
            leave_and_come_back(p);
        } else if (p->role == LOADGEN_DRIP && drips) {
            drip(p);
        }
    }
}

void loadgen_foes_count_loss(struct loadgen_role_result *r, const struct loadgen_player *p,
                             uint64_t now)
{
    double seconds = (double)(now - p->began) / 1e9;
    r->closed_after_mean += (seconds - r->closed_after_mean) / ++r->closed;
    if (seconds > r->closed_after_most) {
        r->closed_after_most = seconds;
    }
}

// Carries a world and its pending requests over to other zone files. Keeps nothing; no task runs.
#include "engine/replay/carry.h"

#include "check/check.h"
#include "engine/dispatch_priv.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/mem.h"
#include "verb/strike.h"
#include "world/snapshot/carry.h"
#include "world/snapshot/snapshot.h"
#include "world/world.h"
#include "world/zone.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Distinguishes the requests that new zones make at the start from those that old zones have left.
enum { FIRST_NEW = 1 << 16 };

struct carrying {
    const struct carry *carry;
    struct world *to;
    struct replay *into;
};

static struct tref now_of(const struct carrying *x, struct tref then)
{
    struct thing *t = carry_thing(x->carry, then.index);
    return t ? thing_ref(t) : (struct tref){0, 0};
}

// Requests for blows that an earlier program wrote contain the name of the target.
static char *carry_line_of(const struct carrying *x, const char *line)
{
    struct tref at;
    struct buf blow = BUF_INIT;
    if (!strike_read(line, &at))
        return mem_strdup(line);
    strike_write(&blow, now_of(x, at));
    return buf_take(&blow);
}

static bool carry_zone(const struct carrying *x, struct timer_request *q)
{
    q->zone = world_zone(x->to, zone_ref(q->zone));
    if (!q->zone || zone_mode(q->zone) == ZONE_NEVER || zone_every(q->zone) <= 0)
        return false;
    if (q->delay > zone_every(q->zone))
        q->delay = zone_every(q->zone);
    return true;
}

static void carry_request(void *arg, const struct timer_request *then)
{
    const struct carrying *x = arg;
    struct timer_request q = *then;
    if (q.zone) {
        if (carry_zone(x, &q))
            replay_request(x->into, &q);
        return;
    }
    q.thing = now_of(x, then->thing);
    if (!q.thing.index)
        return;
    q.line = then->line ? carry_line_of(x, then->line) : NULL;
    replay_request(x->into, &q);
}

struct finding {
    const struct zone *zone;
    bool found;
};

static void carry_find(void *arg, const struct timer_request *q)
{
    struct finding *f = arg;
    f->found |= q->zone == f->zone;
}

static bool has_request(struct replay *r, const struct zone *z)
{
    struct finding f = {z, false};
    replay_requests_each(r, carry_find, &f);
    return f.found;
}

// A new zone is reset as at a start; a zone that had no timed resets gets its first one now.
static void ask_for_zones(const struct carrying *x, struct world *from, int64_t now)
{
    for (size_t i = 0; i < world_zones(x->to); i++) {
        struct zone *z = world_zone_at(x->to, i);
        bool is_new = !world_zone(from, zone_ref(z));
        bool timed = zone_mode(z) != ZONE_NEVER && zone_every(z) > 0;
        if (is_new || (timed && !has_request(x->into, z)))
            replay_request(x->into, &(struct timer_request){.ordinal = FIRST_NEW + (uint32_t)i,
                                                            .zone = z,
                                                            .delay = is_new ? 0 : zone_every(z),
                                                            .asked = now});
    }
}

static int write(struct dispatch *to, struct journal *j, uint64_t world, const char *folder)
{
    struct buf body = BUF_INIT;
    struct snapshot_head head = {.number = journal_last(j), .world = world};
    checkpoint_compose(to, &head, &body);
    int r = snapshot_file_prepare(folder, &head, &body);
    if (!r)
        r = snapshot_file_finish(folder, head.number);
    buf_fini(&body);
    return r;
}

static int restore_carried(struct dispatch *from, struct journal *j, struct replay *r,
                           struct error *why)
{
    uint64_t at = 0;
    if (checkpoint_restore(from, j, r, 0, false, &at, why) != 0)
        return DISPATCH_NOT_CARRIED;
    if (at != journal_last(j))
        error_set(why, 0, "there is no snapshot of event %" PRIu64 ", the last", journal_last(j));
    else if (snapshot_players(from->world))
        error_set(why, 0, "players are in the snapshot of event %" PRIu64, at);
    else
        return 0;
    return DISPATCH_NOT_CARRIED;
}

static int run_carry(struct dispatch *from, struct dispatch *to, struct journal *j, uint64_t world,
                     const char *folder, struct carry **out, struct error *why)
{
    int r = restore_carried(from, j, from->replay, why);
    if (r != 0)
        return r;
    struct carry *c = carry_over(from->world, to->world);
    struct carrying x = {c, to->world, to->replay};
    replay_requests_each(from->replay, carry_request, &x);
    ask_for_zones(&x, from->world, dispatch_clock(to));
    r = write(to, j, world, folder);
    if (r < 0) {
        carry_free(c);
        return error_set_system(why, -r, "%s: no snapshot can be written", folder);
    }
    *out = c;
    return 0;
}

int dispatch_carry(struct dispatch *from, struct dispatch *to, struct journal *j, uint64_t world,
                   const char *folder, struct carry **out, struct error *why)
{
    enum check_level level = check_level();
    check_set_level(CHECK_OFF); // no task runs here, so no lock is held
    replay_hold(from);
    replay_hold(to);
    int r = run_carry(from, to, j, world, folder, out, why);
    replay_let_go(to);
    replay_let_go(from);
    check_set_level(level);
    return r;
}

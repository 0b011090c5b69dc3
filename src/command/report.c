// Gathers texts by audience while a command runs and turns them into messages while the locks are
// still held: the players of a location are read under its lock. The messages are sent later by the
// loop.
#include "command/report.h"

#include "command/context.h"
#include "command/outcome.h"
#include "lock/hooks.h"
#include "util/caseless.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/inventory.h"
#include "world/player.h"
#include "world/world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

struct audience_text {
    struct thing *who;     // a location, or a participant
    const struct site *at; // of the first call that had a text for them
    bool participant;
    struct buf text;
};

struct report {
    struct buf actor;
    struct audience_text *list; // `used` of `count` made so far; the rest keep their memory
    size_t used, count;
    unsigned silence;
};

struct report *report_new(void)
{
    return mem_new(struct report);
}

void report_free(struct report *r)
{
    if (!r)
        return;
    buf_fini(&r->actor);
    for (size_t i = 0; i < r->count; i++)
        buf_fini(&r->list[i].text);
    free(r->list);
    free(r);
}

void report_clear(struct report *r)
{
    buf_trim(&r->actor, 4096);
    for (size_t i = 0; i < r->used; i++)
        buf_trim(&r->list[i].text, 1024);
    r->used = 0;
    r->silence = REPORT_NONE;
}

static struct buf *text_for(struct report *r, struct thing *who, bool participant,
                            const struct site *at)
{
    for (size_t i = 0; i < r->used; i++)
        if (r->list[i].who == who && r->list[i].participant == participant)
            return &r->list[i].text;
    if (r->used == r->count) {
        r->list = mem_realloc_array(r->list, ++r->count, sizeof(*r->list));
        r->list[r->used].text = (struct buf)BUF_INIT;
    }
    struct audience_text *a = &r->list[r->used++];
    a->who = who;
    a->at = at;
    a->participant = participant;
    return &a->text;
}

// Makes the first letter a capital: sentences often begin with a name such as "a tin lamp".
static void capitalise(struct buf *b, size_t from)
{
    while (from < b->len && (unsigned char)b->data[from] < 0x20)
        from++; // skip marks of colours
    caseless_capital(b, from);
}

__attribute__((format(printf, 2, 0))) static void add_line(struct buf *b, const char *fmt,
                                                           va_list ap)
{
    size_t from = b->len;
    buf_vaddf(b, fmt, ap);
    capitalise(b, from);
    buf_addc(b, '\n');
}

#define ADD_LINE(buffer, fmt)                                                                      \
    do {                                                                                           \
        va_list ap_;                                                                               \
        va_start(ap_, fmt);                                                                        \
        add_line((buffer), fmt, ap_);                                                              \
        va_end(ap_);                                                                               \
    } while (0)

void report_actor(struct context *c, const char *fmt, ...)
{
    loopguard_check_worker("report_actor()");
    if (c->report->silence & REPORT_ACTOR)
        return;
    ADD_LINE(&c->report->actor, fmt);
}

void report_participant_at(const struct site *at, struct context *c, struct thing *who,
                           const char *fmt, ...)
{
    loopguard_check_worker("report_participant_at()");
    if (c->report->silence & REPORT_OTHERS || !thing_is(who, THING_PLAYER))
        return;
    ADD_LINE(text_for(c->report, who, true, at), fmt);
}

void report_observers_at(const struct site *at, struct context *c, struct thing *location,
                         const char *fmt, ...)
{
    loopguard_check_worker("report_observers_at()");
    if (c->report->silence & REPORT_OTHERS || !location)
        return;
    ADD_LINE(text_for(c->report, location, false, at), fmt);
}

// Are so many players there that nobody could read who comes and goes?
static bool report_thronged(struct context *c, struct thing *location, const struct site *at)
{
    size_t most = (size_t)world_limits(c->world)->crowd * REPORT_THRONG;
    return inventory_count_at(location, INVENTORY_PLAYERS, at) > most;
}

void report_passing_at(const struct site *at, struct context *c, struct thing *location,
                       const char *fmt, ...)
{
    loopguard_check_worker("report_passing_at()");
    if (c->report->silence & REPORT_OTHERS || !location || report_thronged(c, location, at))
        return;
    ADD_LINE(text_for(c->report, location, false, at), fmt);
}

void report_here_at(const struct site *at, struct context *c, const char *fmt, ...)
{
    loopguard_check_worker("report_here_at()");
    if (c->report->silence & REPORT_OTHERS || !c->where)
        return;
    ADD_LINE(text_for(c->report, c->where, false, at), fmt);
}

struct buf *report_buf(struct context *c)
{
    loopguard_check_worker("report_buf()");
    return &c->report->actor;
}

void report_silence(struct context *c, unsigned who)
{
    loopguard_check_worker("report_silence()");
    assert(who <= (REPORT_ACTOR | REPORT_OTHERS));
    c->report->silence = who;
}

static bool is_participant(const struct report *r, const struct thing *player)
{
    for (size_t i = 0; i < r->used; i++)
        if (r->list[i].participant && r->list[i].who == player)
            return true;
    return false;
}

static void check_text_leaves(const struct buf *text, const struct site *at)
{
    hooks_text_leaves(text->data, text->len, "say a text got before AGAIN, of", at);
}

static void deliver_one(struct outcome *out, uint32_t outbox, struct buf *text, bool urgent)
{
    if (!outbox || !text->len)
        return;
    struct message *m = outcome_add(out, text->data, text->len, 1);
    m->urgent = urgent;
    m->outboxes[0] = outbox;
}

static void deliver_location(struct context *c, struct outcome *out, struct audience_text *a)
{
    size_t n;
    const struct audience *there = inventory_audience_at(a->who, &n, a->at);
    if (!n || !a->text.len)
        return;
    if (n == 1 && there[0].player == c->actor)
        return;
    bool participants = false;
    for (size_t i = 0; i < c->report->used; i++)
        participants |= c->report->list[i].participant;
    struct message *m = outcome_add(out, a->text.data, a->text.len, (uint32_t)n);
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        struct thing *player = there[i].player;
        if (!there[i].outbox || player == c->actor ||
            (participants && is_participant(c->report, player)))
            continue;
        m->outboxes[count++] = there[i].outbox;
    }
    m->count = count;
}

void report_deliver(struct context *c, struct outcome *out)
{
    loopguard_check_worker("report_deliver()");
    assert(out);
    struct report *r = c->report;
    check_text_leaves(&r->actor, NULL);
    for (size_t i = 0; i < r->used; i++)
        check_text_leaves(&r->list[i].text, r->list[i].at);
    if (c->actor && thing_is(c->actor, THING_PLAYER))
        deliver_one(out, player_outbox(c->actor), &r->actor, true);
    else if (!c->actor)
        deliver_one(out, c->last_outbox, &r->actor, true);
    for (size_t i = 0; i < r->used; i++) {
        if (r->list[i].participant)
            deliver_one(out, player_outbox_at(r->list[i].who, r->list[i].at), &r->list[i].text,
                        false);
        else
            deliver_location(c, out, &r->list[i]);
    }
}

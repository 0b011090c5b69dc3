// What is left out never makes a contradiction of what is none: operations that only tell; a thing
// with all that was done to it, when it neither holds what is kept nor opens a door that is locked
// or unlocked; a player that only walked about and looked. After each step the search decides again
// whether what remains still cannot be.
#include "piece.h"

#include <stdlib.h>
#include <string.h>

struct piece {
    struct history h; // with operations of its own; events and names are those of the whole
    struct search_start start;
    size_t limit, last;       // the operation that cannot be
    size_t *live, live_count; // the operations that had no answer yet at the start
};

enum { PAST_MAX = 8 };

static bool is_door_verb(uint8_t verb)
{
    return verb >= MODEL_OPEN && verb <= MODEL_UNLOCK;
}

static bool is_reach(uint8_t verb)
{
    return verb == MODEL_PUT || verb == MODEL_GET || verb == MODEL_PEEK;
}

static bool is_of_thing(const struct model_request *q)
{
    return q->verb <= MODEL_GIVE;
}

// May be left out, and nothing else depends on it.
static bool only_tells(const struct history_op *op)
{
    if (op->request.verb >= MODEL_LOOK)
        return true;
    if (!op->answered)
        return false;
    return op->request.verb == MODEL_GO ? op->answer.code != MODEL_SEEN
                                        : op->answer.code != MODEL_OK;
}

static bool still_cannot_be(const struct piece *p)
{
    struct search_result r;
    search_run(&p->h, &p->start, p->limit, &r);
    return r.verdict == SEARCH_CONTRADICTION;
}

// Whether an operation that stays needs the thing: as a container, a lid or a key.
static bool needs_thing(const struct history *h, const struct history_op *op, uint8_t t)
{
    const struct model_request *q = &op->request;
    if (is_reach(q->verb) && q->whom == t)
        return true;
    if (op->answered && op->answer.code == MODEL_INSIDE && op->answer.inside == t)
        return true;
    return is_door_verb(q->verb) && (h->world.key[q->what] == t || h->world.of[q->what] == t);
}

static bool thing_is_needed(const struct piece *p, uint8_t t)
{
    for (size_t i = 0; i < p->live_count; i++) {
        const struct history_op *op = &p->h.ops[p->live[i]];
        if (!op->skipped && !(is_of_thing(&op->request) && op->request.what == t) &&
            needs_thing(&p->h, op, t))
            return true;
    }
    return false;
}

static void hide_thing(struct piece *p, uint8_t t)
{
    p->h.world.hidden_things |= UINT32_C(1) << t;
    for (size_t i = 0; i < p->h.op_count; i++) {
        struct history_op *op = &p->h.ops[i];
        op->skipped |= is_of_thing(&op->request) && op->request.what == t;
        op->answer.things &= ~(UINT32_C(1) << t);
    }
}

// Whether the player did or got something that stays.
static bool player_is_needed(const struct piece *p, uint8_t player)
{
    for (size_t i = 0; i < p->live_count; i++) {
        const struct history_op *op = &p->h.ops[p->live[i]];
        const struct model_request *q = &op->request;
        if (op->skipped)
            continue;
        if (q->verb == MODEL_GIVE && q->whom == player)
            return true;
        if (q->player == player &&
            (p->live[i] == p->last || (!only_tells(op) && q->verb != MODEL_GO)))
            return true;
    }
    return false;
}

static void hide_player(struct piece *p, uint8_t player)
{
    p->h.world.hidden_players |= (uint16_t)(1U << player);
    for (size_t i = 0; i < p->live_count; i++) {
        struct history_op *op = &p->h.ops[p->live[i]];
        op->skipped |= op->request.player == player;
        op->answer.players &= (uint16_t) ~(1U << player);
    }
}

// Hides it, or leaves all as it was if the contradiction were lost.
static void try_hiding(struct piece *p, void (*hide)(struct piece *, uint8_t), uint8_t at)
{
    struct model_world world = p->h.world;
    size_t size = p->h.op_count * sizeof(*p->h.ops);
    struct history_op *before = malloc(size);
    if (!before)
        abort();
    memcpy(before, p->h.ops, size);
    hide(p, at);
    if (p->h.ops[p->last].skipped || !still_cannot_be(p)) {
        memcpy(p->h.ops, before, size);
        p->h.world = world;
    }
    free(before);
}

// Leaves out those that only tell, many at a time as long as that goes well.
static void drop_tellers(struct piece *p)
{
    size_t count = 0, *list = calloc(p->live_count, sizeof(*list));
    if (!list)
        abort();
    for (size_t i = 0; i < p->live_count; i++)
        if (p->live[i] != p->last && !p->h.ops[p->live[i]].skipped &&
            only_tells(&p->h.ops[p->live[i]]))
            list[count++] = p->live[i];
    for (size_t size = count; size; size /= 2)
        for (size_t from = 0; from < count; from += size) {
            for (size_t i = from; i < from + size && i < count; i++)
                p->h.ops[list[i]].skipped = true;
            if (!still_cannot_be(p))
                for (size_t i = from; i < from + size && i < count; i++)
                    p->h.ops[list[i]].skipped = false;
        }
    free(list);
}

static void shrink(struct piece *p)
{
    drop_tellers(p);
    for (uint8_t t = 0; t < p->h.world.things; t++)
        if (!thing_is_needed(p, t))
            try_hiding(p, hide_thing, t);
    for (uint8_t t = 0; t < p->h.world.things; t++) // containers of what is hidden now
        if (!(p->h.world.hidden_things >> t & 1) && !thing_is_needed(p, t))
            try_hiding(p, hide_thing, t);
    for (uint8_t q = 0; q < p->h.world.players; q++)
        if (!player_is_needed(p, q))
            try_hiding(p, hide_player, q);
    drop_tellers(p);
}

static const char *place_name(const struct history *h, uint8_t place)
{
    if (place < MODEL_FIRST_PLAYER)
        return h->names.rooms[place];
    if (place < MODEL_FIRST_THING)
        return h->names.players[place - MODEL_FIRST_PLAYER];
    return h->names.things[place - MODEL_FIRST_THING];
}

static void print_state(const struct history *h, const struct model_state *s, FILE *out)
{
    static const char *const doors[] = {"closed", "open", "locked"};
    for (size_t t = 0; t < h->world.things; t++)
        if (!(h->world.hidden_things >> t & 1))
            fprintf(out, " %s=%s", h->names.things[t], place_name(h, s->place[t]));
    for (size_t p = 0; p < h->world.players; p++)
        if (!(h->world.hidden_players >> p & 1))
            fprintf(out, " %s=%s", h->names.players[p], h->names.rooms[s->room[p]]);
    for (size_t d = 0; d < h->world.doors; d++)
        fprintf(out, " %s=%s", h->names.doors[d], doors[s->door[d]]);
    fputc('\n', out);
}

static void print_answer(const struct history *h, const struct model_answer *a, FILE *out)
{
    fprintf(out, "  a right server: %s", history_codes[a->code]);
    if (a->code == MODEL_SEEN) {
        fprintf(out, " %s", a->room == MODEL_NONE ? "-" : h->names.rooms[a->room]);
        for (size_t t = 0; t < h->world.things; t++)
            if (a->things >> t & 1)
                fprintf(out, " %s", h->names.things[t]);
        for (size_t p = 0; p < h->world.players; p++)
            if (a->players >> p & 1)
                fprintf(out, " %s", h->names.players[p]);
        for (size_t d = 0; d < MODEL_WAYS; d++)
            if (a->shut >> d & 1)
                fprintf(out, " %s(closed)", history_ways[d]);
    } else if (a->code == MODEL_INSIDE) {
        fprintf(out, " %s", h->names.things[a->inside]);
    }
    fputs(", or what another order of the same would give\n", out);
}

static void print_done(const struct history *h, size_t asked, size_t answered, FILE *out)
{
    const char *answer = h->events[answered].line;
    for (int words = 0; words < 3 && *answer; answer++)
        words += *answer == ' ';
    fprintf(out, "  . %s: %s\n", h->events[asked].line, answer);
}

// Whether it explains the world at the start to who reads of the last operation.
static bool explains(const struct piece *p, const struct history_op *op)
{
    const struct model_request *q = &op->request, *last = &p->h.ops[p->last].request;
    if (op->skipped || only_tells(op))
        return false;
    if (is_door_verb(q->verb))
        return is_door_verb(last->verb) || last->verb == MODEL_GO;
    return q->verb != MODEL_GO || !(p->h.world.hidden_players >> q->player & 1);
}

// What was done before to that which is still looked at, the last few of it.
static void print_past(const struct piece *p, FILE *out)
{
    const struct history *h = &p->h;
    size_t list[PAST_MAX], count = 0;
    for (size_t i = p->start.event; i-- > 0 && count < PAST_MAX;) {
        if (h->events[i].kind == HISTORY_ANSWERED && explains(p, &h->ops[h->events[i].op]))
            list[count++] = i;
    }
    if (count)
        fputs("  how it came to that:\n", out);
    while (count--) {
        size_t asked = list[count];
        while (h->events[asked].kind != HISTORY_ASKED ||
               h->events[asked].op != h->events[list[count]].op)
            asked--;
        print_done(h, asked, list[count], out);
    }
}

// The requests that were under way at the start come first.
static size_t print_lines(const struct piece *p, FILE *out)
{
    const struct history *h = &p->h;
    size_t lines = 0, asked[MODEL_PLAYERS] = {0};
    for (size_t i = 0; i < h->event_count; i++) {
        const struct history_event *e = &h->events[i];
        if (e->kind != HISTORY_KILLED && h->ops[e->op].skipped)
            continue;
        if (i >= p->start.event) {
            fprintf(out, "  | %s\n", e->line);
            lines++;
        } else if (e->kind == HISTORY_KILLED) {
            memset(asked, 0, sizeof(asked));
        } else {
            asked[h->ops[e->op].request.player] = e->kind == HISTORY_ASKED ? i + 1 : 0;
        }
        for (size_t q = 0; i + 1 == p->start.event && q < MODEL_PLAYERS; q++)
            if (asked[q]) {
                fprintf(out, "  | %s\n", h->events[asked[q] - 1].line);
                lines++;
            }
    }
    return lines;
}

// The last place before the request where one world alone was possible.
static void find_start(struct piece *p)
{
    struct search_start from;
    struct search_result r;
    size_t count = p->h.event_count;
    for (size_t i = 0; i < count; i++)
        if (p->h.events[i].kind == HISTORY_ASKED && p->h.events[i].op == p->last) {
            p->h.event_count = i + 1;
            break;
        }
    search_start(&p->h, &from);
    search_run(&p->h, &from, p->limit, &r);
    p->h.event_count = count;
    p->start = r.certain;
}

// An answer ends an operation, and a kill ends all that are under way.
static void find_live(struct piece *p)
{
    size_t asked = 0;
    bool *done = calloc(p->h.op_count, sizeof(*done));
    p->live = calloc(p->h.op_count, sizeof(*p->live));
    if (!done || !p->live)
        abort();
    for (size_t i = 0; i < p->start.event; i++) {
        const struct history_event *e = &p->h.events[i];
        if (e->kind == HISTORY_ASKED)
            asked = e->op + 1;
        else if (e->kind == HISTORY_ANSWERED)
            done[e->op] = true;
        else
            memset(done, true, asked * sizeof(*done));
    }
    for (size_t i = 0; i < p->h.event_count; i++)
        if (p->h.events[i].kind == HISTORY_ASKED && !done[p->h.events[i].op])
            p->live[p->live_count++] = p->h.events[i].op;
    free(done);
}

size_t piece_print(const struct history *h, const struct search_result *found, size_t limit,
                   FILE *out)
{
    struct piece p = {.h = *h, .limit = limit, .last = h->events[found->event].op};
    size_t size = h->op_count * sizeof(*h->ops);
    p.h.event_count = found->event + 1;
    p.h.ops = malloc(size);
    if (!p.h.ops)
        abort();
    memcpy(p.h.ops, h->ops, size);
    find_start(&p);
    find_live(&p);
    shrink(&p);
    print_past(&p, out);
    fputs("  the only world that is possible then:", out);
    print_state(&p.h, &p.start.config.state, out);
    size_t lines = print_lines(&p, out);
    print_answer(h, &found->nearest, out);
    free(p.h.ops);
    free(p.live);
    return lines;
}

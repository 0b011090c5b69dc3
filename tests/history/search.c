// The events are walked once, in their order. Kept is the set of all possible worlds (Wing and
// Gong's search in the form of Lowe's "just in time"): an operation is done at the latest when its
// answer comes, and others before it only if they were under way. Three things keep the set small:
// equal worlds are one; an operation that only tells is done as soon as a world agrees with it, as
// that takes nothing from any continuation; and the answer that an operation will have is known
// beforehand, so one that would have another is not done.
#include "search.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct set {
    struct search_config *list;
    uint32_t *table; // index + 1; the capacity is that of the list, doubled
    size_t count, cap;
};

struct search {
    const struct history *h;
    const struct history_op *pending[MODEL_PLAYERS]; // NULL: nothing asked
    struct set now, seen, next;
    size_t limit;
    struct search_result *result;
};

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static void set_fini(struct set *s)
{
    free(s->list);
    free(s->table);
    *s = (struct set){0};
}

// One that was large once does not cost its size each time.
static void set_clear(struct set *s)
{
    if (s->cap > 1024 && s->count < s->cap / 16)
        set_fini(s);
    else if (s->count)
        memset(s->table, 0, s->cap * 2 * sizeof(*s->table));
    s->count = 0;
}

// Where it is in the table, or the free place where it belongs.
static uint32_t *set_slot(const struct set *s, const struct search_config *c)
{
    size_t mask = s->cap * 2 - 1;
    uint64_t hash = XXH64(&c->state, sizeof(c->state), c->done);
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        uint32_t at = s->table[i];
        if (!at || (s->list[at - 1].done == c->done &&
                    !memcmp(&s->list[at - 1].state, &c->state, sizeof(c->state))))
            return &s->table[i];
    }
}

static void set_grow(struct set *s)
{
    s->cap = s->cap ? s->cap * 2 : 64;
    s->list = must(realloc(s->list, s->cap * sizeof(*s->list)));
    free(s->table);
    s->table = must(calloc(s->cap * 2, sizeof(*s->table)));
    for (size_t i = 0; i < s->count; i++)
        *set_slot(s, &s->list[i]) = (uint32_t)i + 1;
}

static void set_add(struct set *s, const struct search_config *c)
{
    if (s->count == s->cap)
        set_grow(s);
    uint32_t *slot = set_slot(s, c);
    if (*slot)
        return;
    s->list[s->count++] = *c;
    *slot = (uint32_t)s->count;
}

static bool is_done(const struct search_config *c, size_t player)
{
    return c->done >> player & 1;
}

// Whether the operation can be the next in this world and changes it; then `after` is the world
// after it.
static bool changes(const struct search *s, const struct search_config *c, size_t player,
                    struct search_config *after)
{
    const struct history_op *op = s->pending[player];
    struct model_answer a;
    if (op->answered && op->answer.code == MODEL_REFUSED)
        return false;
    *after = *c;
    after->done |= (uint16_t)(1U << player);
    return model_apply(&s->h->world, &after->state, &op->request, &a) &&
           (!op->answered || model_same(&a, &op->answer));
}

static bool agrees(const struct search *s, const struct search_config *c, size_t player)
{
    const struct history_op *op = s->pending[player];
    struct model_state state = c->state;
    struct model_answer a;
    if (op->answered && op->answer.code == MODEL_REFUSED)
        return true;
    return op->answered && !model_apply(&s->h->world, &state, &op->request, &a) &&
           model_same(&a, &op->answer);
}

// Does all that only tells and that this world agrees with.
static void settle(const struct search *s, struct search_config *c)
{
    for (size_t p = 0; p < s->h->world.players; p++)
        if (s->pending[p] && !is_done(c, p) && agrees(s, c, p))
            c->done |= (uint16_t)(1U << p);
}

static void replace(struct set *a, struct set *b)
{
    struct set t = *a;
    *a = *b;
    *b = t;
    set_clear(b);
}

static void asked(struct search *s, const struct history_op *op)
{
    uint8_t player = op->request.player;
    s->pending[player] = op;
    for (size_t i = 0; i < s->now.count; i++) {
        struct search_config c = s->now.list[i];
        if (agrees(s, &c, player))
            c.done |= (uint16_t)(1U << player);
        set_add(&s->next, &c);
    }
    replace(&s->now, &s->next);
}

// A world in which the player's operation is done goes on without it; else what else is under way
// is done first, in every order that makes a difference.
static void advance(struct search *s, size_t player)
{
    for (size_t i = 0; i < s->now.count; i++)
        set_add(&s->seen, &s->now.list[i]);
    for (size_t i = 0; i < s->seen.count && s->seen.count <= s->limit; i++) {
        struct search_config c = s->seen.list[i], after;
        if (is_done(&c, player)) {
            c.done &= (uint16_t) ~(1U << player);
            set_add(&s->next, &c);
            continue;
        }
        for (size_t p = 0; p < s->h->world.players; p++)
            if (s->pending[p] && !is_done(&c, p) && changes(s, &c, p, &after)) {
                settle(s, &after);
                set_add(&s->seen, &after);
            }
    }
}

static unsigned bits(uint32_t n)
{
    return (unsigned)__builtin_popcount(n);
}

static unsigned distance(const struct model_answer *a, const struct model_answer *b)
{
    return 50U * (a->code != b->code) + 20U * (a->room != b->room) + 5U * (a->inside != b->inside) +
           bits(a->things ^ b->things) + bits((uint32_t)(a->players ^ b->players)) +
           bits((uint32_t)(a->shut ^ b->shut));
}

static void find_nearest(const struct search *s, const struct history_op *op)
{
    unsigned least = ~0U;
    for (size_t i = 0; i < s->seen.count; i++) {
        struct model_state state = s->seen.list[i].state;
        struct model_answer a;
        model_apply(&s->h->world, &state, &op->request, &a);
        unsigned far = distance(&a, &op->answer);
        if (far < least) {
            least = far;
            s->result->nearest = a;
        }
    }
}

static bool answered(struct search *s, const struct history_op *op)
{
    uint8_t player = op->request.player;
    set_clear(&s->seen);
    advance(s, player);
    if (s->seen.count > s->limit) {
        s->result->verdict = SEARCH_TOO_LARGE;
        return false;
    }
    if (!s->next.count) {
        s->result->verdict = SEARCH_CONTRADICTION;
        find_nearest(s, op);
        return false;
    }
    s->pending[player] = NULL;
    replace(&s->now, &s->next);
    return true;
}

// What was under way has happened or has not; it cannot happen later.
static bool killed(struct search *s)
{
    for (size_t i = 0; i < s->now.count && s->now.count <= s->limit; i++) {
        struct search_config c = s->now.list[i], after;
        for (size_t p = 0; p < s->h->world.players; p++)
            if (s->pending[p] && !is_done(&c, p) && changes(s, &c, p, &after))
                set_add(&s->now, &after);
        c.done = 0;
        set_add(&s->next, &c);
    }
    if (s->now.count > s->limit) {
        s->result->verdict = SEARCH_TOO_LARGE;
        return false;
    }
    memset(s->pending, 0, sizeof(s->pending));
    replace(&s->now, &s->next);
    return true;
}

static bool step(struct search *s, const struct history_event *e)
{
    if (e->kind != HISTORY_KILLED && s->h->ops[e->op].skipped)
        return true;
    switch (e->kind) {
    case HISTORY_ASKED:
        asked(s, &s->h->ops[e->op]);
        return true;
    case HISTORY_ANSWERED:
        return answered(s, &s->h->ops[e->op]);
    case HISTORY_KILLED:
        break;
    }
    return killed(s);
}

// What had been asked and not answered before the first event.
static uint16_t find_pending(struct search *s, size_t first)
{
    uint16_t players = 0;
    for (size_t i = 0; i < first; i++) {
        const struct history_event *e = &s->h->events[i];
        if (e->kind == HISTORY_KILLED)
            memset(s->pending, 0, sizeof(s->pending));
        else if (!s->h->ops[e->op].skipped)
            s->pending[s->h->ops[e->op].request.player] =
                e->kind == HISTORY_ASKED ? &s->h->ops[e->op] : NULL;
    }
    for (size_t p = 0; p < MODEL_PLAYERS; p++)
        if (s->pending[p])
            players |= (uint16_t)(1U << p);
    return players;
}

void search_start(const struct history *h, struct search_start *from)
{
    *from = (struct search_start){.config.state = h->first};
}

void search_run(const struct history *h, const struct search_start *from, size_t limit,
                struct search_result *result)
{
    struct search s = {.h = h, .limit = limit, .result = result};
    *result = (struct search_result){.verdict = SEARCH_LINEARIZABLE, .certain = *from};
    struct search_config first = from->config;
    first.done &= find_pending(&s, from->event);
    settle(&s, &first);
    set_add(&s.now, &first);
    for (size_t i = from->event; i < h->event_count; i++) {
        result->event = i;
        if (s.now.count == 1)
            result->certain = (struct search_start){i, s.now.list[0]};
        if (s.now.count > result->worlds)
            result->worlds = s.now.count;
        if (!step(&s, &h->events[i]))
            break;
    }
    set_fini(&s.now);
    set_fini(&s.seen);
    set_fini(&s.next);
}

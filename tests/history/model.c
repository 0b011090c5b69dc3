// Each command in the order in which the server looks for what it names.
#include "model.h"

static uint8_t player_node(uint8_t p)
{
    return MODEL_FIRST_PLAYER + p;
}

static uint8_t thing_node(uint8_t t)
{
    return MODEL_FIRST_THING + t;
}

static bool is_shut(const struct model_world *w, const struct model_state *s, uint8_t container)
{
    uint8_t lid = w->lid[container];
    return lid != MODEL_NONE && !(s->door[lid] & MODEL_DOOR_OPEN);
}

static bool lies_here(const struct model_state *s, uint8_t player, uint8_t t)
{
    return s->place[t] == s->room[player];
}

static bool carries(const struct model_state *s, uint8_t player, uint8_t t)
{
    return s->place[t] == player_node(player);
}

static bool in_reach(const struct model_state *s, uint8_t player, uint8_t t)
{
    return carries(s, player, t) || lies_here(s, player, t);
}

static uint32_t things_in(const struct model_world *w, const struct model_state *s, uint8_t node)
{
    uint32_t things = 0;
    for (uint8_t t = 0; t < w->things; t++)
        if (s->place[t] == node && !w->fixed[t])
            things |= UINT32_C(1) << t;
    return things & ~w->hidden_things;
}

static void see_things(const struct model_world *w, const struct model_state *s, uint8_t node,
                       struct model_answer *a)
{
    a->code = MODEL_SEEN;
    a->things = things_in(w, s, node);
}

static void look(const struct model_world *w, const struct model_state *s, uint8_t player,
                 struct model_answer *a)
{
    uint8_t room = s->room[player];
    see_things(w, s, room, a);
    a->room = room;
    for (uint8_t p = 0; p < w->players; p++)
        if (p != player && s->room[p] == room)
            a->players |= (uint16_t)(1U << p & ~(unsigned)w->hidden_players);
    for (int d = 0; d < MODEL_WAYS; d++) {
        uint8_t door = w->by[room][d];
        if (door != MODEL_NONE && !(s->door[door] & MODEL_DOOR_OPEN))
            a->shut |= (uint8_t)(1U << d);
    }
}

static bool move(struct model_state *s, uint8_t t, uint8_t to, struct model_answer *a)
{
    s->place[t] = to;
    a->code = MODEL_OK;
    return true;
}

static bool take(const struct model_world *w, struct model_state *s, const struct model_request *q,
                 struct model_answer *a)
{
    uint8_t at = s->place[q->what];
    if (lies_here(s, q->player, q->what))
        return move(s, q->what, player_node(q->player), a);
    a->code = MODEL_ABSENT;
    if (carries(s, q->player, q->what)) {
        a->code = MODEL_HAVE;
    } else if (at >= MODEL_FIRST_THING) {
        uint8_t in = at - MODEL_FIRST_THING;
        if (lies_here(s, q->player, in) && !is_shut(w, s, in)) {
            a->code = MODEL_INSIDE;
            a->inside = in;
        }
    }
    return false;
}

// PUT, GET FROM and looking inside begin alike. False: there is no more to be done.
static bool reach_into(const struct model_world *w, const struct model_state *s,
                       const struct model_request *q, struct model_answer *a)
{
    if (!in_reach(s, q->player, q->whom))
        a->code = MODEL_AWAY;
    else if (is_shut(w, s, q->whom))
        a->code = MODEL_SHUT;
    else
        return true;
    return false;
}

static bool move_on(struct model_state *s, const struct model_request *q, uint8_t from, uint8_t to,
                    struct model_answer *a)
{
    if (s->place[q->what] == from)
        return move(s, q->what, to, a);
    a->code = MODEL_ABSENT;
    return false;
}

static bool give(struct model_state *s, const struct model_request *q, struct model_answer *a)
{
    if (s->room[q->whom] == s->room[q->player])
        return move_on(s, q, player_node(q->player), player_node(q->whom), a);
    a->code = MODEL_AWAY;
    return false;
}

static bool go(const struct model_world *w, struct model_state *s, const struct model_request *q,
               struct model_answer *a)
{
    uint8_t from = s->room[q->player], to = w->to[from][q->what], door = w->by[from][q->what];
    if (to == MODEL_NONE) {
        a->code = MODEL_ABSENT;
        return false;
    }
    if (door != MODEL_NONE && !(s->door[door] & MODEL_DOOR_OPEN)) {
        a->code = MODEL_SHUT;
        return false;
    }
    s->room[q->player] = to;
    look(w, s, q->player, a);
    return true;
}

static bool has_key(const struct model_world *w, const struct model_state *s,
                    const struct model_request *q)
{
    uint8_t key = w->key[q->what];
    if (key == MODEL_NONE)
        return false;
    if (carries(s, q->player, key))
        return true;
    if (s->place[key] < MODEL_FIRST_THING)
        return false;
    uint8_t in = s->place[key] - MODEL_FIRST_THING;
    return carries(s, q->player, in) && !is_shut(w, s, in);
}

static bool find_door(const struct model_world *w, const struct model_state *s,
                      const struct model_request *q)
{
    if (w->of[q->what] != MODEL_NONE)
        return in_reach(s, q->player, w->of[q->what]);
    uint8_t room = s->room[q->player];
    return w->side[q->what][0] == room || w->side[q->what][1] == room;
}

// What is against it; MODEL_OK: nothing.
static enum model_code door_objection(const struct model_world *w, const struct model_state *s,
                                      const struct model_request *q)
{
    bool open = s->door[q->what] & MODEL_DOOR_OPEN, locked = s->door[q->what] & MODEL_DOOR_LOCKED;
    switch (q->verb) {
    case MODEL_OPEN:
        return open ? MODEL_ALREADY : locked ? MODEL_LOCKED : MODEL_OK;
    case MODEL_CLOSE:
        return open ? MODEL_OK : MODEL_ALREADY;
    case MODEL_LOCK:
        if (open || locked)
            return open ? MODEL_OPENED : MODEL_ALREADY;
        break;
    default:
        if (!locked)
            return MODEL_ALREADY;
        break;
    }
    return has_key(w, s, q) ? MODEL_OK : MODEL_KEYLESS;
}

static bool change_door(const struct model_world *w, struct model_state *s,
                        const struct model_request *q, struct model_answer *a)
{
    static const uint8_t after[MODEL_VERBS] = {
        [MODEL_OPEN] = MODEL_DOOR_OPEN, [MODEL_LOCK] = MODEL_DOOR_LOCKED};
    a->code = find_door(w, s, q) ? door_objection(w, s, q) : MODEL_ABSENT;
    if (a->code != MODEL_OK)
        return false;
    s->door[q->what] = after[q->verb];
    return true;
}

bool model_apply(const struct model_world *w, struct model_state *s, const struct model_request *q,
                 struct model_answer *a)
{
    *a = (struct model_answer){.room = MODEL_NONE, .inside = MODEL_NONE};
    switch ((enum model_verb)q->verb) {
    case MODEL_TAKE:
        return take(w, s, q, a);
    case MODEL_DROP:
        return move_on(s, q, player_node(q->player), s->room[q->player], a);
    case MODEL_PUT:
        return reach_into(w, s, q, a) &&
               move_on(s, q, player_node(q->player), thing_node(q->whom), a);
    case MODEL_GET:
        return reach_into(w, s, q, a) &&
               move_on(s, q, thing_node(q->whom), player_node(q->player), a);
    case MODEL_GIVE:
        return give(s, q, a);
    case MODEL_GO:
        return go(w, s, q, a);
    case MODEL_OPEN:
    case MODEL_CLOSE:
    case MODEL_LOCK:
    case MODEL_UNLOCK:
        return change_door(w, s, q, a);
    case MODEL_LOOK:
        look(w, s, q->player, a);
        return false;
    case MODEL_INVENTORY:
        see_things(w, s, player_node(q->player), a);
        return false;
    case MODEL_PEEK:
        if (reach_into(w, s, q, a))
            see_things(w, s, thing_node(q->whom), a);
        return false;
    case MODEL_VERBS:
        break;
    }
    return false;
}

bool model_same(const struct model_answer *a, const struct model_answer *b)
{
    return a->code == b->code && a->room == b->room && a->inside == b->inside &&
           a->shut == b->shut && a->players == b->players && a->things == b->things;
}

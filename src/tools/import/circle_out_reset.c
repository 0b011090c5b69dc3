// Reset commands as resets. CircleMUD runs a flat list in which each command may depend on the one
// before and works on what was loaded last; here what belongs to a mobile or object stands in its
// `then`. A chain of commands that depend on each other hangs on its first.
#include "tools/import/circle_out.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

enum {
    LIMIT_MOST = 1000000,
    POSITION_LIGHT = 0,
    POSITION_WIELD = 16,
    POSITION_HOLD = 17,
    DEEPEST = 12, // `then` inside `then`: the loader takes 16
};

struct loaded {
    int64_t vnum;
    struct doc_node *entry;
    int depth;
};

struct resets {
    struct circle_out *x;
    struct doc_node *list;
    struct doc_node *head; // the entry on which the chain depends; NULL: none
    // R or D on which nothing can hang, when the last without a condition was one; else NUL.
    char before;
    bool head_lost; // it could not be carried over, and so what depends on it cannot
    struct doc_node *mobile;
    int64_t mobile_vnum;
    bool mobile_lost;
    struct loaded *objects; // loaded since the chain began
    size_t count, cap;
};

static void lost(struct resets *s, const struct circle_command *c, const char *what,
                 const char *why, int64_t vnum)
{
    assert(what && why);
    circle_report_lost(s->x->report, circle_report_reset_kind(c->letter), c->at,
                       "reset command %c: %s %lld %s", c->letter, what, (long long)vnum, why);
}

static void out_reset_done(struct resets *s, const struct circle_command *c)
{
    s->x->report->counts[circle_report_reset_kind(c->letter)].written++;
}

static struct doc_node *entry_new(struct resets *s, const char *key, char letter,
                                  const struct circle_record *what)
{
    assert(key && what);
    struct doc_node *n = doc_object(s->x->d);
    doc_put(s->x->d, n, key, circle_out_ref(s->x, letter, what));
    return n;
}

static void put_limit(struct resets *s, struct doc_node *n, int64_t limit)
{
    if (limit >= 0)
        circle_out_put_int(s->x, n, "limit", limit < LIMIT_MOST ? limit : LIMIT_MOST);
}

static void add_then(struct resets *s, struct doc_node *to, struct doc_node *entry)
{
    assert(to && entry);
    struct doc_node *then = doc_get(to, "then");
    if (!then) {
        then = doc_array(s->x->d);
        doc_put(s->x->d, to, "then", then);
    }
    doc_append(then, entry);
}

static void keep_object(struct resets *s, int64_t vnum, struct doc_node *entry, int depth)
{
    assert(entry && depth >= 0);
    if (s->count == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 16;
        s->objects = mem_realloc_array(s->objects, s->cap, sizeof(*s->objects));
    }
    s->objects[s->count++] = (struct loaded){vnum, entry, depth};
}

// Adds a command of its own, or one that depends on the chain's head. Returns its depth.
static int add_entry(struct resets *s, const struct circle_command *c, struct doc_node *entry)
{
    if (c->depends && s->head) {
        add_then(s, s->head, entry);
        return 1;
    }
    if (c->depends && s->before)
        circle_report_minor(s->x->report, CIRCLE_MINOR_CONDITION, c->at,
                            "reset command %c depends on the %c before it; here it does not",
                            c->letter, s->before);
    if (!c->depends)
        s->before = c->letter == 'R' || c->letter == 'D' ? c->letter : '\0';
    doc_append(s->list, entry);
    return 0;
}

static void begin_chain(struct resets *s, const struct circle_command *c, struct doc_node *entry)
{
    if (c->depends && s->head)
        return;
    s->head = entry;
    s->head_lost = false;
    s->count = 0;
}

static void chain_lost(struct resets *s, const struct circle_command *c)
{
    if (c->depends)
        return;
    s->head = NULL;
    s->head_lost = true;
    s->count = 0;
}

static void out_reset_put_mobile(struct resets *s, const struct circle_command *c)
{
    const struct circle_mobile *m = circle_world_mobile(s->x->world, c->args[0]);
    const struct circle_room *room = circle_world_room(s->x->world, c->args[2]);
    s->mobile = NULL;
    s->mobile_vnum = c->args[0];
    s->mobile_lost = !m || !room;
    if (s->mobile_lost) {
        lost(s, c, m ? "room" : "mobile", "does not exist", m ? c->args[2] : c->args[0]);
        chain_lost(s, c);
        return;
    }
    struct doc_node *n = entry_new(s, "place", 'm', &m->record);
    doc_put(s->x->d, n, "in", circle_out_ref(s->x, 'r', &room->record));
    put_limit(s, n, c->args[1]);
    add_entry(s, c, n);
    begin_chain(s, c, n);
    s->mobile = n;
    out_reset_done(s, c);
}

static void put_object(struct resets *s, const struct circle_command *c)
{
    const struct circle_object *o = circle_world_object(s->x->world, c->args[0]);
    const struct circle_room *room = circle_world_room(s->x->world, c->args[2]);
    if (!o || !room) {
        lost(s, c, o ? "room" : "object", "does not exist", o ? c->args[2] : c->args[0]);
        chain_lost(s, c);
        return;
    }
    struct doc_node *n = entry_new(s, "place", 'o', &o->record);
    doc_put(s->x->d, n, "in", circle_out_ref(s->x, 'r', &room->record));
    put_limit(s, n, c->args[1]);
    int depth = add_entry(s, c, n);
    begin_chain(s, c, n);
    keep_object(s, c->args[0], n, depth);
    out_reset_done(s, c);
}

// How a thing is used at a position of CircleMUD; NULL when it cannot be.
static const char *use_at(const struct circle_object *o, int64_t position)
{
    bool wearable = false;
    for (int bit = CIRCLE_WEAR_FIRST; bit <= CIRCLE_WEAR_LAST; bit++)
        wearable |= circle_world_bit(&o->wear, bit);
    if (position == POSITION_WIELD)
        return circle_world_bit(&o->wear, CIRCLE_WEAR_WIELD) ? "wield" : NULL;
    if (position == POSITION_HOLD || position == POSITION_LIGHT)
        return "hold"; // everything that is no creature can be held
    return wearable ? "wear" : NULL;
}

// G and E: to the mobile that was loaded last.
static void put_gift(struct resets *s, const struct circle_command *c)
{
    const struct circle_object *o = circle_world_object(s->x->world, c->args[0]);
    const char *use = o && c->letter == 'E' ? use_at(o, c->args[2]) : NULL;
    if (!o || !s->mobile) {
        if (!o)
            lost(s, c, "object", "does not exist", c->args[0]);
        else if (s->mobile_lost)
            lost(s, c, "mobile", "was not carried over itself", s->mobile_vnum);
        else
            lost(s, c, "object", "comes before any mobile that could have it", c->args[0]);
        return;
    }
    if (c->letter == 'E' && !use)
        circle_report_note(s->x->report, c->at,
                           "object %lld cannot be worn or wielded as its flags stand; the mobile "
                           "carries it",
                           (long long)c->args[0]);
    struct doc_node *n = entry_new(s, use ? "equip" : "give", 'o', &o->record);
    circle_out_put_string(s->x, n, "as", use);
    put_limit(s, n, c->args[1]);
    add_then(s, s->mobile, n);
    keep_object(s, c->args[0], n, 2);
    out_reset_done(s, c);
}

static struct loaded *last_loaded(struct resets *s, int64_t vnum)
{
    for (size_t i = s->count; i > 0; i--)
        if (s->objects[i - 1].vnum == vnum)
            return &s->objects[i - 1];
    return NULL;
}

static void put_into(struct resets *s, const struct circle_command *c)
{
    const struct circle_object *o = circle_world_object(s->x->world, c->args[0]);
    const struct circle_object *into = circle_world_object(s->x->world, c->args[2]);
    if (!o || !into || o == into) {
        if (o == into && o)
            lost(s, c, "object", "cannot be put into itself", c->args[0]);
        else
            lost(s, c, "object", "does not exist", o ? c->args[2] : c->args[0]);
        return;
    }
    const struct loaded *container = last_loaded(s, c->args[2]);
    if (!container && c->depends && s->head_lost) {
        lost(s, c, "object", "is to go into what was not carried over itself", c->args[0]);
        return;
    }
    struct doc_node *n = entry_new(s, "put", 'o', &o->record);
    int depth = 0;
    if (container && container->depth < DEEPEST) {
        depth = container->depth + 1;
        put_limit(s, n, c->args[1]);
        add_then(s, container->entry, n);
    } else {
        doc_put(s->x->d, n, "into", circle_out_ref(s->x, 'o', &into->record));
        put_limit(s, n, c->args[1]);
        depth = add_entry(s, c, n);
        begin_chain(s, c, n);
    }
    keep_object(s, c->args[0], n, depth);
    out_reset_done(s, c);
}

static void put_removal(struct resets *s, const struct circle_command *c)
{
    const struct circle_room *room = circle_world_room(s->x->world, c->args[0]);
    const struct circle_object *o = circle_world_object(s->x->world, c->args[1]);
    if (!room || !o) {
        lost(s, c, room ? "object" : "room", "does not exist", room ? c->args[1] : c->args[0]);
        return;
    }
    struct doc_node *n = entry_new(s, "remove", 'o', &o->record);
    doc_put(s->x->d, n, "from", circle_out_ref(s->x, 'r', &room->record));
    add_entry(s, c, n);
    if (!c->depends) { // it always succeeds, so what depends on it does not depend on anything
        s->head = NULL;
        s->head_lost = false;
    }
    out_reset_done(s, c);
}

static void out_reset_put_door(struct resets *s, const struct circle_command *c)
{
    static const char *const states[] = {"open", "closed", "locked"};
    const struct circle_room *room = circle_world_room(s->x->world, c->args[0]);
    bool direction = c->args[1] >= 0 && c->args[1] < CIRCLE_DIRECTIONS;
    const struct circle_exit *e = room && direction ? room->exits[c->args[1]] : NULL;
    if (!room || !direction || !e || !e->carried) {
        if (!room)
            lost(s, c, "room", "does not exist", c->args[0]);
        else if (!direction || !e)
            lost(s, c, "room", "has no exit in that direction", c->args[0]);
        else
            lost(s, c, "room",
                 e->flags > 0 ? "has a door there that was not carried over"
                              : "has an exit there without a door",
                 c->args[0]);
        return;
    }
    int64_t state = c->args[2];
    if (state < 0 || state > 2) {
        lost(s, c, "door state", "is none of 0, 1 and 2", state);
        return;
    }
    struct doc_node *n = doc_object(s->x->d);
    circle_out_put_string(s->x, n, "door", circle_names_direction((int)c->args[1]));
    doc_put(s->x->d, n, "at", circle_out_ref(s->x, 'r', &room->record));
    circle_out_put_string(s->x, n, "state", states[state]);
    add_entry(s, c, n);
    if (!c->depends) {
        s->head = NULL;
        s->head_lost = false;
    }
    out_reset_done(s, c);
}

struct doc_node *circle_out_resets(struct circle_out *x)
{
    struct resets s = {.x = x, .list = doc_array(x->d)};
    for (size_t i = 0; i < x->zone->command_count; i++) {
        const struct circle_command *c = &x->zone->commands[i];
        switch (c->letter) {
        case 'M':
            out_reset_put_mobile(&s, c);
            break;
        case 'O':
            put_object(&s, c);
            break;
        case 'G':
        case 'E':
            put_gift(&s, c);
            break;
        case 'P':
            put_into(&s, c);
            break;
        case 'R':
            put_removal(&s, c);
            break;
        case 'D':
            out_reset_put_door(&s, c);
            break;
        default: // T and V: circle_out_attachment
            break;
        }
    }
    free(s.objects);
    return s.list;
}

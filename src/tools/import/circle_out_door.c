// Doors. CircleMUD gives each of the two rooms its own flags; here a door is one thing on its near
// side, and the side that lies behind it is that door seen from there.
#include "tools/import/circle_out.h"

#include <assert.h>
#include <string.h>

#include "tools/import/circle_flow.h"
#include "tools/import/circle_text.h"
#include "util/buf.h"

enum { DOOR_FLAGS = 4 }; // 1 door, 2 pickproof, 3 hidden, 4 both

static bool is_door(const struct circle_exit *e)
{
    return e && e->flags > 0;
}

// How the zone loader finds the other side: straight opposite if that leads back, else the first
// direction, in docs/zones.md's order, that does.
static int out_door_way_back(const struct circle_room *from, const struct circle_room *to,
                             int direction)
{
    static const int order[CIRCLE_DIRECTIONS] = {0, 7, 1, 8, 2, 9, 3, 6, 4, 5};
    int straight = circle_names_opposite(direction);
    if (to->exits[straight] && to->exits[straight]->to == from->record.vnum)
        return straight;
    for (int i = 0; i < CIRCLE_DIRECTIONS; i++)
        if (to->exits[order[i]] && to->exits[order[i]]->to == from->record.vnum)
            return order[i];
    return -1;
}

static struct circle_exit *far_side(struct circle_world *w, struct circle_room *room, int d)
{
    assert(room->exits[d]);
    struct circle_room *to = circle_world_room(w, room->exits[d]->to);
    int back = to ? out_door_way_back(room, to, d) : -1;
    if (back < 0 || !is_door(to->exits[back]) || to->exits[back] == room->exits[d])
        return NULL;
    return out_door_way_back(to, room, back) == d ? to->exits[back] : NULL;
}

// Writes what can be seen of the door from `room`: the text of the exit, and the texts that the
// room has under a word of the door. These could not be read otherwise, as EXAMINE with that word
// shows the door.
static void out_door_put_view(struct circle_out *x, struct doc_node *n,
                              const struct circle_room *room, const struct circle_exit *e,
                              int direction)
{
    struct buf all = BUF_INIT;
    circle_flow(&all, e->description);
    for (const struct circle_extra *i = room->extras.first; i; i = i->next) {
        struct buf text = BUF_INIT;
        circle_flow(&text, i->text);
        if (text.len && circle_out_hides(e, i->keywords) &&
            strcmp(buf_str(&text), buf_str(&all)) != 0)
            buf_addf(&all, "%s%s", all.len ? "\n\n" : "", buf_str(&text));
        buf_fini(&text);
    }
    if (!all.len) {
        const char *way = circle_names_direction(direction);
        const char *up = !strcmp(way, "up") || !strcmp(way, "down") ? "" : "to the ";
        buf_addf(&all, "It leads %s%s.", up, way);
    }
    circle_out_put_string(x, n, "description", buf_str(&all));
    buf_fini(&all);
}

bool circle_out_hides(const struct circle_exit *e, const char *keywords)
{
    struct buf word = BUF_INIT;
    const char *own = e->keywords;
    bool named = circle_text_keyword(&own, &word), hides = false;
    while (!hides && circle_text_keyword(&keywords, &word))
        hides =
            named ? circle_text_has_keyword(e->keywords, word.data) : !strcmp(word.data, "door");
    buf_fini(&word);
    return hides;
}

static void put_identity(struct circle_out *x, struct doc_node *n, const struct circle_room *room,
                         const struct circle_exit *e, int direction)
{
    assert(room && e);
    struct buf name = BUF_INIT, words = BUF_INIT, text = BUF_INIT;
    const char *keywords = e->keywords, *way = circle_names_direction(direction);
    if (circle_text_keyword(&keywords, &words))
        buf_addf(&name, "the %s", words.data);
    else
        buf_adds(&name, "a door");
    circle_out_put_string(x, n, "name", buf_str(&name));
    struct doc_node *list = doc_array(x->d);
    if (circle_out_put_words(x, n, "aliases", name.data[0] == 'a' ? "door" : e->keywords))
        list = doc_get(n, "aliases");
    buf_addf(&text, "+%s", way);
    doc_append(list, doc_string(x->d, buf_str(&text)));
    out_door_put_view(x, n, room, e, direction);
    buf_fini(&text);
    buf_fini(&words);
    buf_fini(&name);
}

static const struct circle_object *out_door_key_of(struct circle_out *x,
                                                   const struct circle_exit *e)
{
    if (!e || e->key <= 0 || e->key == 65535 || e->key == UINT32_MAX)
        return NULL;
    const struct circle_object *key = circle_world_object(x->world, e->key);
    if (!key)
        circle_report_note(x->report, e->at,
                           "the key of this door is object %lld, which does not "
                           "exist; it has none now",
                           (long long)e->key);
    return key;
}

static void put_key(struct circle_out *x, struct doc_node *door, const struct circle_exit *near,
                    const struct circle_exit *far)
{
    assert(near);
    const struct circle_object *key = out_door_key_of(x, near), *other = out_door_key_of(x, far);
    if (key && other && key != other)
        circle_report_note(x->report, far->at,
                           "the other side of this door has another key, "
                           "object %lld, which it now has on this side too",
                           (long long)key->record.vnum);
    const struct circle_exit *bare = !far            ? NULL
                                     : key && !other ? far
                                     : other && !key ? near
                                                     : NULL;
    if (bare && bare->key <= 0)
        circle_report_minor(x->report, CIRCLE_MINOR_KEY, bare->at,
                            "this side of the door has no key; it has that of the other side here, "
                            "object %lld",
                            (long long)(key ? key : other)->record.vnum);
    if (!key)
        key = other;
    if (key)
        doc_put(x->d, door, "key", circle_out_ref(x, 'o', &key->record));
}

static void put_properties(struct circle_out *x, struct doc_node *n, const struct circle_exit *near,
                           const struct circle_exit *far)
{
    struct doc_node *properties = doc_object(x->d);
    int64_t other = far ? far->flags : near->flags;
    if (near->flags == 2 || near->flags == 4 || other == 2 || other == 4)
        circle_out_put_true(x, properties, "pickproof");
    if (near->flags == 3 || near->flags == 4 || other == 3 || other == 4)
        circle_out_put_true(x, properties, "hidden");
    if (near->flags > DOOR_FLAGS)
        circle_out_put_int(x, properties, "flags", near->flags);
    circle_out_put_list(x->d, n, "properties", properties);
}

static void put_far(struct circle_out *x, struct doc_node *door, const struct circle_room *room,
                    const struct circle_exit *far, int back)
{
    if (!far) {
        doc_put(x->d, door, "far", doc_bool(x->d, false));
        return;
    }
    struct doc_node *n = doc_object(x->d);
    put_identity(x, n, room, far, back);
    doc_put(x->d, door, "far", n);
}

static void out_door_put_door(struct circle_out *x, struct circle_room *room, int d,
                              struct doc_node *things)
{
    assert(room->exits[d]->carried && !room->exits[d]->done);
    struct circle_exit *near = room->exits[d], *far = far_side(x->world, room, d);
    struct circle_room *to = circle_world_room(x->world, near->to);
    struct doc_node *n = doc_object(x->d), *door = doc_object(x->d);
    int64_t state = near->state < 0 && far ? far->state : near->state;
    struct buf ref = BUF_INIT;
    put_identity(x, n, room, near, d);
    circle_out_put_true(x, n, "narrative");
    doc_put(x->d, n, "in", circle_out_ref(x, 'r', &room->record));
    circle_out_put_string(x, door, "exit", circle_names_direction(d));
    doc_put(x->d, door, "open", doc_bool(x->d, state <= 0));
    if (state == 2)
        circle_out_put_true(x, door, "locked");
    put_key(x, door, near, far);
    put_far(x, door, to, far, far ? out_door_way_back(room, to, d) : -1);
    doc_put(x->d, n, "door", door);
    put_properties(x, n, near, far);
    buf_addf(&ref, "d%lld-%s", (long long)room->record.vnum, circle_names_direction(d));
    doc_put(x->d, things, buf_str(&ref), n);
    buf_fini(&ref);
    near->done = true;
    if (far)
        far->done = true;
    x->report->counts[CIRCLE_DOOR].written += far ? 2 : 1;
}

void circle_out_doors(struct circle_out *x, struct circle_room *room, struct doc_node *things)
{
    for (int d = 0; d < CIRCLE_DIRECTIONS; d++) {
        struct circle_exit *e = room->exits[d];
        if (!is_door(e) || e->done)
            continue;
        if (e->carried)
            out_door_put_door(x, room, d, things);
        else
            circle_report_lost(x->report, CIRCLE_DOOR, e->at,
                               "the door %s stands before no room, and doors here are in exits",
                               circle_names_direction(d));
    }
}

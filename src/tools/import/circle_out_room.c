// Writes rooms as locations. An exit that leads nowhere but has a description becomes a detail.
#include "tools/import/circle_out.h"

#include "tools/import/circle_flow.h"
#include "util/buf.h"

#include <assert.h>

// The numbers by which different code bases write "no room".
static bool is_nowhere(int64_t vnum)
{
    return vnum <= 0 || vnum == 65535 || vnum == UINT32_MAX;
}

static void out_room_put_view(struct circle_out *x, struct doc_node *details,
                              const struct circle_exit *e, int direction)
{
    struct doc_node *n = doc_object(x->d);
    struct buf words = BUF_INIT;
    buf_addf(&words, "%s %s", circle_names_direction(direction), e->keywords);
    circle_out_put_words(x, n, "keywords", buf_str(&words));
    circle_out_put_flow(x, n, "text", e->description);
    buf_fini(&words);
    if (doc_get(n, "text"))
        doc_append(details, n);
}

static void put_dead_end(struct circle_out *x, struct doc_node *details,
                         const struct circle_exit *e, int direction)
{
    assert(direction >= 0 && direction < CIRCLE_DIRECTIONS);
    struct circle_count *count = &x->report->counts[CIRCLE_EXIT];
    uint32_t before = details->list.count;
    const char *name = circle_names_direction(direction);
    out_room_put_view(x, details, e, direction);
    if (!is_nowhere(e->to))
        circle_report_lost(x->report, CIRCLE_EXIT, e->at,
                           "the exit %s leads to room %lld, which "
                           "does not exist",
                           name, (long long)e->to);
    else if (details->list.count > before)
        count->written++;
    else
        circle_report_lost(x->report, CIRCLE_EXIT, e->at,
                           "the exit %s leads nowhere and shows nothing", name);
}

static void put_exits(struct circle_out *x, struct doc_node *n, const struct circle_room *room,
                      struct doc_node *details)
{
    struct doc_node *exits = doc_object(x->d);
    for (int d = 0; d < CIRCLE_DIRECTIONS; d++) {
        const struct circle_exit *e = room->exits[d];
        const struct circle_room *to = e ? circle_world_room(x->world, e->to) : NULL;
        if (e && !to)
            put_dead_end(x, details, e, d);
        if (!to)
            continue;
        struct doc_node *ref = circle_out_ref(x, 'r', &to->record), *exit = doc_object(x->d);
        doc_put(x->d, exit, "to", ref);
        circle_out_put_flow(x, exit, "description", e->description);
        bool plain = exit->list.count == 1;
        if (plain)
            exit = circle_out_ref(x, 'r', &to->record);
        doc_put(x->d, exits, circle_names_direction(d), exit);
        x->report->counts[CIRCLE_EXIT].written++;
    }
    circle_out_put_list(x->d, n, "exits", exits);
}

static bool is_start(const struct circle_out *x, int64_t vnum)
{
    for (size_t i = 0; i < x->start_count; i++)
        if (x->starts[i] == vnum)
            return true;
    return false;
}

struct doc_node *circle_out_room(struct circle_out *x, struct circle_room *room)
{
    assert(room->record.zone);
    struct doc_node *n = doc_object(x->d), *details = doc_array(x->d),
                    *properties = doc_object(x->d);
    circle_out_put_name(x, n, room->record.at, room->name, "A place without a name");
    circle_out_put_flow(x, n, "description", room->description);
    put_exits(x, n, room, details);
    circle_out_put_details(x, details, &room->extras, NULL, "", room);
    circle_out_put_list(x->d, n, "details", details);
    if (is_start(x, room->record.vnum))
        circle_out_put_true(x, n, "start");
    if (circle_world_bit(&room->flags, CIRCLE_ROOM_PEACEFUL)) {
        struct doc_node *vetoes = doc_object(x->d);
        circle_out_put_string(x, vetoes, "combat", "This is a place of peace.");
        doc_put(x->d, n, "vetoes", vetoes);
    }
    circle_out_put_named(x, properties, "sector", CIRCLE_SECTORS, room->sector);
    circle_out_put_flags(x, properties, "flags", CIRCLE_ROOM_FLAGS, &room->flags);
    circle_out_put_triggers(x, properties, &room->triggers);
    circle_out_put_list(x->d, n, "properties", properties);
    circle_report_field(x->report, CIRCLE_HAS_SECTOR, !room->no_numbers);
    if (room->no_numbers)
        circle_report_part(x->report, CIRCLE_ROOM);
    x->report->counts[CIRCLE_ROOM].written++;
    return n;
}

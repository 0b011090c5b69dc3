// One room: name, description, a line of numbers, then sections D (exit), E (extra description) and
// T (trigger) up to an S.
#include "tools/import/circle_parse.h"

enum { OLD_WORDS = 3, NEW_WORDS = 6, EXIT_WORDS = 3 };

// "zone flags sector", or "zone flags flags flags flags sector" where bit vectors have four words.
static bool parse_room_numbers(struct circle_reader *r, struct circle_room *room)
{
    struct circle_line l;
    int64_t zone;
    room->no_numbers = true;
    if (!circle_read_peek_data(r, &l))
        return r->repair || circle_read_fault(r, NULL, "line of zone, flags and sector");
    size_t words = circle_read_words(&l);
    bool good = words >= OLD_WORDS && circle_read_int(&l, &zone) &&
                circle_parse_bits(&l, words >= NEW_WORDS ? 4 : 1, &room->flags) &&
                circle_read_int(&l, &room->sector);
    room->no_numbers = !good;
    if (!good && !r->repair) {
        circle_read_peek_data(r, &l);
        return circle_read_fault(r, &l, "line of zone, flags and sector");
    }
    if (!good)
        circle_report_note(r->report, circle_read_at(r), "no line of zone, flags and sector here");
    if (good)
        circle_parse_rest(r, &l, "sector");
    if (good || words >= 2)
        circle_read_line(r, &l);
    return true;
}

static bool parse_exit(struct circle_reader *r, struct circle_world *w, struct circle_room *room,
                       int direction)
{
    struct circle_exit *e = circle_world_take(w, sizeof(*e));
    int64_t values[EXIT_WORDS] = {0, -1, -1};
    struct circle_line l;
    e->at = (struct circle_at){r->file, r->line - 1};
    e->description = circle_read_text(r, CIRCLE_TEXT);
    e->keywords = circle_read_text(r, CIRCLE_NAME);
    if (!circle_read_peek_data(r, &l) || circle_parse_ints(&l, values, EXIT_WORDS) < EXIT_WORDS) {
        if (!r->repair)
            return circle_read_fault(r, circle_read_peek_data(r, &l) ? &l : NULL,
                                     "line of door, key and room of an exit");
        circle_report_note(r->report, e->at, "an exit without its line of door, key and room");
    } else {
        circle_read_data(r, &l);
    }
    e->flags = values[0];
    e->key = values[1];
    e->to = values[2];
    e->state = -1;
    if (room->exits[direction]) {
        room->replaced++;
        room->replaced_doors += room->exits[direction]->flags > 0;
        circle_report_note(r->report, e->at,
                           "there is an exit in this direction already, in line "
                           "%u: that one is left out",
                           (unsigned)room->exits[direction]->at.line);
    }
    room->exits[direction] = e;
    return true;
}

static bool is_exit(const struct circle_line *l)
{
    return l->length >= 2 && l->text[0] == 'D' && l->text[1] >= '0' && l->text[1] <= '9';
}

static bool parse_room_section(struct circle_reader *r, struct circle_world *w,
                               struct circle_room *room, struct circle_line *l)
{
    struct circle_at at = {r->file, l->line};
    if (is_exit(l) && l->length == 2)
        return parse_exit(r, w, room, l->text[1] - '0');
    if (is_exit(l)) {
        circle_report_note(r->report, at, "\"%.*s\" is no direction; read as %c",
                           (int)(l->length < 40 ? l->length : 40), l->text, l->text[1]);
        return parse_exit(r, w, room, l->text[1] - '0');
    }
    if (circle_read_opens(l, "E")) {
        circle_parse_extra(r, w, at, &room->extras);
        return true;
    }
    return circle_parse_attached(w, l, at, &room->triggers) || circle_parse_stray(r, l, "a room");
}

static void parse_room_count(struct circle_report *r, const struct circle_room *room)
{
    for (int d = 0; d < CIRCLE_DIRECTIONS; d++) {
        r->counts[CIRCLE_EXIT].read += room->exits[d] != NULL;
        r->counts[CIRCLE_DOOR].read += room->exits[d] && room->exits[d]->flags > 0;
    }
    r->counts[CIRCLE_EXIT].read += room->replaced;
    r->counts[CIRCLE_EXIT].lost += room->replaced;
    r->counts[CIRCLE_DOOR].read += room->replaced_doors;
    r->counts[CIRCLE_DOOR].lost += room->replaced_doors;
    for (const struct circle_extra *e = room->extras.first; e; e = e->next)
        r->counts[CIRCLE_EXTRA].read++;
}

bool circle_parse_room(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_room *room = circle_world_take(w, sizeof(*room));
    struct circle_line l;
    room->record = id;
    room->name = circle_read_text(r, CIRCLE_NAME);
    room->description = circle_read_text(r, CIRCLE_TEXT);
    if (!parse_room_numbers(r, room))
        return false;
    bool ended = false;
    while (!ended && circle_read_data(r, &l)) {
        ended = circle_read_opens(&l, "S");
        if (!ended && !parse_room_section(r, w, room, &l))
            return false;
    }
    if (!ended)
        circle_report_note(r->report, circle_read_at(r), "'S' missing after room %lld",
                           (long long)id.vnum);
    circle_parse_attached_all(r, w, &room->triggers);
    circle_world_add(&w->rooms, &room->record);
    parse_room_count(r->report, room);
    return true;
}

// Finds out what must be known of the whole world before any record is written: what resets do to
// doors and objects. Marks the records; decides nothing else.
#include "tools/import/circle_out.h"

// The flag for a position of CircleMUD at which something is worn; 0 for the hands, and when the
// object cannot be worn there.
static int slot_at(const struct circle_object *o, int64_t position)
{
    static const int flags[] = {0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12};
    if (position < 0 || position >= (int64_t)(sizeof(flags) / sizeof(flags[0])))
        return 0;
    int flag = flags[position];
    return flag && circle_world_bit(&o->wear, flag) ? flag : 0;
}

static void find_states(struct circle_world *w, const struct circle_zone *z)
{
    for (size_t i = 0; i < z->command_count; i++) {
        const struct circle_command *c = &z->commands[i];
        struct circle_object *into = c->letter == 'P' ? circle_world_object(w, c->args[2]) : NULL;
        struct circle_room *room = c->letter == 'D' ? circle_world_room(w, c->args[0]) : NULL;
        struct circle_object *worn = c->letter == 'E' ? circle_world_object(w, c->args[0]) : NULL;
        if (into && circle_world_object(w, c->args[0]))
            into->filled = true;
        if (worn && !worn->worn_at)
            worn->worn_at = slot_at(worn, c->args[2]);
        if (room && c->args[1] >= 0 && c->args[1] < CIRCLE_DIRECTIONS && room->exits[c->args[1]])
            room->exits[c->args[1]]->state = c->args[2];
    }
}

void circle_out_prepare(struct circle_world *w)
{
    for (size_t i = 0; i < w->zones.count; i++)
        find_states(w, (struct circle_zone *)w->zones.items[i]);
    for (size_t i = 0; i < w->rooms.count; i++) {
        struct circle_room *room = (struct circle_room *)w->rooms.items[i];
        for (int d = 0; d < CIRCLE_DIRECTIONS; d++)
            if (room->exits[d] && room->exits[d]->flags > 0)
                room->exits[d]->carried = circle_world_room(w, room->exits[d]->to) != NULL;
    }
}

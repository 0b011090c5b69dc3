// One quest of tbaMUD: five texts, three lines of numbers, an S.
#include "tools/import/circle_parse.h"

enum { VALUES = 7, REWARDS = 3 };

static bool parse_quest_numbers(struct circle_reader *r, struct circle_quest *q)
{
    struct circle_line l;
    int64_t links[4] = {-1, -1, -1, -1}, rewards[REWARDS] = {0, 0, -1};
    if (!circle_read_data(r, &l) || !circle_read_int(&l, &q->type) ||
        !circle_read_int(&l, &q->master) || !circle_parse_bits(&l, 1, &q->flags) ||
        circle_parse_ints(&l, links, 4) < 4)
        return false;
    q->target = links[0];
    q->previous = links[1];
    q->next = links[2];
    q->prerequisite = links[3];
    if (!circle_read_data(r, &l) || circle_parse_ints(&l, q->values, VALUES) < VALUES)
        return false;
    if (circle_read_peek_data(r, &l) && circle_parse_ints(&l, rewards, REWARDS) == REWARDS)
        circle_read_data(r, &l);
    q->gold = rewards[0];
    q->experience = rewards[1];
    q->object = rewards[2];
    return true;
}

bool circle_parse_quest(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_quest *q = circle_world_take(w, sizeof(*q));
    struct circle_line l;
    q->record = id;
    for (size_t i = 0; i < sizeof(q->texts) / sizeof(q->texts[0]); i++)
        q->texts[i] = circle_read_text(r, i ? CIRCLE_TEXT : CIRCLE_NAME);
    if (!parse_quest_numbers(r, q))
        return false;
    bool ended = false;
    while (!ended && circle_read_data(r, &l)) {
        ended = circle_read_opens(&l, "S");
        if (!ended && !circle_parse_stray(r, &l, "a quest"))
            return false;
    }
    if (!ended)
        circle_report_note(r->report, circle_read_at(r), "'S' missing after quest %lld",
                           (long long)id.vnum);
    circle_world_add(&w->quests, &q->record);
    return true;
}

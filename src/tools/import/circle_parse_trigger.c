// One trigger of a script: name, a line of "attached-to types number", words, commands.
#include "tools/import/circle_parse.h"

bool circle_parse_trigger(struct circle_reader *r, struct circle_world *w, struct circle_record id)
{
    struct circle_trigger *t = circle_world_take(w, sizeof(*t));
    struct circle_line l;
    const char *word;
    size_t n;
    t->record = id;
    t->name = circle_read_text(r, CIRCLE_NAME);
    if (!circle_read_peek_data(r, &l) || !circle_read_int(&l, &t->attach) ||
        !circle_read_word(&l, &word, &n))
        return false;
    t->types = circle_read_keep(r, word, n);
    circle_read_int(&l, &t->number);
    circle_read_data(r, &l);
    t->words = circle_read_text(r, CIRCLE_NAME);
    t->commands = circle_read_text(r, CIRCLE_CODE);
    circle_world_add(&w->triggers, &t->record);
    return true;
}

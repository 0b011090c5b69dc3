// Shops, triggers, quests: written as data under the importer's own names, with refs in place of
// numbers.
#include "tools/import/circle_out.h"

#include <string.h>

#include "tools/import/circle_text.h"
#include "util/buf.h"

// Returns a ref. For something that does not exist it is the ref that this would have, and is
// reported.
static struct doc_node *ref_or_report(struct circle_out *x, char letter, int64_t vnum,
                                      struct circle_at at, const char *what)
{
    const struct circle_record *record = NULL;
    struct circle_room *room;
    struct circle_mobile *mobile;
    struct circle_object *object;
    if (letter == 'r' && (room = circle_world_room(x->world, vnum)))
        record = &room->record;
    else if (letter == 'm' && (mobile = circle_world_mobile(x->world, vnum)))
        record = &mobile->record;
    else if (letter == 'o' && (object = circle_world_object(x->world, vnum)))
        record = &object->record;
    if (record)
        return circle_out_ref(x, letter, record);
    struct circle_record absent = {.vnum = vnum, .zone = x->zone};
    circle_report_note(x->report, at, "%s %lld does not exist", what, (long long)vnum);
    return circle_out_ref(x, letter, &absent);
}

static void put_refs(struct circle_out *x, struct doc_node *n, const char *key, char letter,
                     const struct circle_numbers *numbers, const char *what)
{
    struct doc_node *list = doc_array(x->d);
    for (const struct circle_number *i = numbers->first; i; i = i->next)
        doc_append(list, ref_or_report(x, letter, i->value, i->at, what));
    circle_out_put_list(x->d, n, key, list);
}

static void put_types(struct circle_out *x, struct doc_node *n, const struct circle_shop *s)
{
    struct doc_node *list = doc_array(x->d);
    for (const struct circle_extra *e = s->types.first; e; e = e->next) {
        struct doc_node *one = doc_object(x->d);
        int64_t number;
        const char *name = NULL;
        if (strspn(e->keywords, "0123456789") == strlen(e->keywords) && strlen(e->keywords) < 6) {
            number = 0;
            for (const char *p = e->keywords; *p; p++)
                number = number * 10 + (*p - '0');
            name = circle_names_get(CIRCLE_OBJECT_TYPES, number);
        }
        circle_out_put_string(x, one, "type", name ? name : e->keywords);
        circle_out_put_string(x, one, "words", e->text);
        doc_append(list, one);
    }
    circle_out_put_list(x->d, n, "buys", list);
}

static void put_texts(struct circle_out *x, struct doc_node *n, const char *const *keys,
                      const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct buf line = BUF_INIT;
        circle_text_line(&line, texts[i]);
        circle_out_put_string(x, n, keys[i], buf_str(&line));
        buf_fini(&line);
    }
}

struct doc_node *circle_out_shop(struct circle_out *x, struct circle_shop *s)
{
    static const char *const said[] = {"keeper_lacks_item",
                                       "player_lacks_item",
                                       "does_not_buy",
                                       "keeper_lacks_cash",
                                       "player_lacks_cash",
                                       "sold",
                                       "bought"};
    struct doc_node *n = doc_object(x->d), *messages = doc_object(x->d), *hours = doc_array(x->d);
    circle_out_put_int(x, n, "number", s->record.vnum);
    if (s->keeper >= 0)
        doc_put(x->d, n, "keeper",
                ref_or_report(x, 'm', s->keeper, s->record.at, "the keeper of this shop, mobile"));
    put_refs(x, n, "rooms", 'r', &s->rooms, "the room of a shop, number");
    put_refs(x, n, "sells", 'o', &s->products, "a ware of a shop, object");
    put_types(x, n, s);
    doc_put(x->d, n, "sells_at", doc_real(x->d, s->buy));
    doc_put(x->d, n, "buys_at", doc_real(x->d, s->sell));
    put_texts(x, messages, said, s->messages, 7);
    circle_out_put_list(x->d, n, "messages", messages);
    circle_out_put_int(x, n, "temper", s->temper);
    circle_out_put_int(x, n, "flags", s->bits);
    circle_out_put_int(x, n, "refuses", s->refuses);
    for (int i = 0; i < 4; i += 2) {
        struct doc_node *span = doc_object(x->d);
        if (!s->hours[i] && !s->hours[i + 1])
            continue;
        circle_out_put_int(x, span, "from", s->hours[i]);
        circle_out_put_int(x, span, "to", s->hours[i + 1]);
        doc_append(hours, span);
    }
    circle_out_put_list(x->d, n, "hours", hours);
    x->report->counts[CIRCLE_SHOP].data++;
    return n;
}

// A list of lines reads better in a file than one string with "\n" all over.
static void put_lines(struct circle_out *x, struct doc_node *n, const char *key, const char *text)
{
    struct doc_node *list = doc_array(x->d);
    while (*text) {
        size_t length = strcspn(text, "\n");
        doc_append(list, doc_stringn(x->d, text, length));
        text += length + (text[length] == '\n');
    }
    circle_out_put_list(x->d, n, key, list);
}

struct doc_node *circle_out_trigger(struct circle_out *x, struct circle_trigger *t)
{
    struct doc_node *n = doc_object(x->d);
    circle_out_put_int(x, n, "number", t->record.vnum);
    circle_out_put_string(x, n, "name", t->name);
    circle_out_put_named(x, n, "of", CIRCLE_TRIGGER_PLACES, t->attach);
    circle_out_put_string(x, n, "types", t->types);
    circle_out_put_int(x, n, "argument", t->number);
    circle_out_put_string(x, n, "words", t->words);
    put_lines(x, n, "commands", t->commands);
    x->report->counts[CIRCLE_TRIGGER].data++;
    return n;
}

struct doc_node *circle_out_quest(struct circle_out *x, struct circle_quest *q)
{
    static const char *const said[] = {"name", "description", "information", "ending", "quitting"};
    static const char *const values[] = {"points",       "penalty",   "least_level", "most_level",
                                         "time_allowed", "return_to", "quantity"};
    struct doc_node *n = doc_object(x->d);
    circle_out_put_int(x, n, "number", q->record.vnum);
    for (size_t i = 0; i < 5; i++)
        circle_out_put_flow(x, n, said[i], q->texts[i]);
    circle_out_put_int(x, n, "type", q->type);
    if (q->master >= 0)
        doc_put(x->d, n, "master",
                ref_or_report(x, 'm', q->master, q->record.at, "the master of this quest, mobile"));
    circle_out_put_int(x, n, "flags", (int64_t)(q->flags.word[0] & INT64_MAX));
    circle_out_put_int(x, n, "target", q->target);
    circle_out_put_int(x, n, "previous", q->previous);
    circle_out_put_int(x, n, "next", q->next);
    circle_out_put_int(x, n, "prerequisite", q->prerequisite);
    for (size_t i = 0; i < 7; i++)
        circle_out_put_int(x, n, values[i], q->values[i]);
    circle_out_put_int(x, n, "gold", q->gold);
    circle_out_put_int(x, n, "experience", q->experience);
    circle_out_put_int(x, n, "reward", q->object);
    x->report->counts[CIRCLE_QUEST].data++;
    return n;
}

struct doc_node *circle_out_attachment(struct circle_out *x, const struct circle_command *c)
{
    struct doc_node *n = doc_object(x->d);
    circle_out_put_string(x, n, "reset", c->letter == 'T' ? "attach" : "variable");
    circle_out_put_named(x, n, "of", CIRCLE_TRIGGER_PLACES, c->args[0]);
    circle_out_put_int(x, n, c->letter == 'T' ? "trigger" : "context", c->args[1]);
    if (c->args[0] == 2) // rooms are named, others are what was loaded last
        doc_put(x->d, n, "room", ref_or_report(x, 'r', c->args[2], c->at, "room"));
    circle_out_put_string(x, n, "text", c->text);
    x->report->counts[circle_report_reset_kind(c->letter)].data++;
    return n;
}

// Writes objects as things. CircleMUD has descriptions for parts of an object only: the one under
// the object's own name is used for the object.
#include "tools/import/circle_out.h"

#include <assert.h>
#include <string.h>

#include "tools/import/circle_flow.h"
#include "tools/import/circle_text.h"
#include "util/buf.h"

static const struct circle_extra *main_text(const struct circle_object *o)
{
    struct buf word = BUF_INIT;
    const struct circle_extra *found = NULL;
    for (const struct circle_extra *e = o->extras.first; e && !found; e = e->next) {
        const char *keywords = e->keywords;
        while (!found && *e->text && circle_text_keyword(&keywords, &word))
            if (circle_text_has_keyword(o->aliases, word.data))
                found = e;
    }
    buf_fini(&word);
    return found;
}

static void put_description(struct circle_out *x, struct doc_node *n, const struct circle_object *o,
                            const struct circle_extra *main)
{
    if (main)
        circle_out_put_flow(x, n, "description", main->text);
    if (!doc_get(n, "description"))
        circle_out_put_flow(x, n, "description", o->presence);
    if (!doc_get(n, "description"))
        circle_out_put_string(x, n, "description", "There is nothing special about it.");
}

static void put_slots(struct circle_out *x, struct doc_node *n, const struct circle_object *o)
{
    assert(o->worn_at >= 0);
    // In CircleMUD several flags are alternatives; here all slots are taken at once. So the slot
    // that resets use, else the first, is chosen, and all flags are kept in the properties.
    int slot = o->worn_at;
    for (int bit = CIRCLE_WEAR_FIRST; !slot && bit <= CIRCLE_WEAR_LAST; bit++)
        if (circle_world_bit(&o->wear, bit))
            slot = bit;
    if (slot) {
        struct doc_node *slots = doc_array(x->d);
        doc_append(slots, doc_string(x->d, circle_names_get(CIRCLE_WEAR_FLAGS, slot)));
        doc_put(x->d, n, "wearable", slots);
    }
    if (circle_world_bit(&o->wear, CIRCLE_WEAR_WIELD))
        circle_out_put_true(x, n, "wieldable");
    if (circle_world_bit(&o->wear, CIRCLE_WEAR_HOLD) || o->type == CIRCLE_OBJECT_LIGHT)
        circle_out_put_true(x, n, "holdable");
    if (!circle_world_bit(&o->wear, CIRCLE_WEAR_TAKE)) {
        struct doc_node *vetoes = doc_object(x->d);
        circle_out_put_string(x, vetoes, "get", "You cannot take that.");
        doc_put(x->d, n, "vetoes", vetoes);
    }
}

static void put_lid(struct circle_out *x, struct doc_node *n, const struct circle_object *o)
{
    uint64_t flags = o->values[1], vnum = o->negative[2] ? 0 : o->values[2];
    struct doc_node *door = doc_object(x->d);
    if (!(flags & (CIRCLE_LID_CLOSEABLE | CIRCLE_LID_CLOSED | CIRCLE_LID_LOCKED)))
        return;
    doc_put(x->d, door, "open", doc_bool(x->d, !(flags & (CIRCLE_LID_CLOSED | CIRCLE_LID_LOCKED))));
    if (flags & CIRCLE_LID_LOCKED)
        circle_out_put_true(x, door, "locked");
    if (vnum && vnum != 65535 && vnum != UINT32_MAX) {
        const struct circle_object *key =
            vnum <= INT32_MAX ? circle_world_object(x->world, (int64_t)vnum) : NULL;
        if (key)
            doc_put(x->d, door, "key", circle_out_ref(x, 'o', &key->record));
        else
            circle_report_note(x->report, o->record.at,
                               "the key of this container is object %llu, which does not exist; "
                               "it has none now",
                               (unsigned long long)vnum);
    }
    doc_put(x->d, n, "door", door);
}

static void put_values(struct circle_out *x, struct doc_node *n, const struct circle_object *o)
{
    assert(o->value_count <= CIRCLE_VALUES);
    struct doc_node *list = doc_array(x->d);
    for (size_t i = 0; i < o->value_count; i++) {
        int64_t v = (int64_t)(o->values[i] & INT64_MAX);
        doc_append(list, doc_int(x->d, o->negative[i] ? -v : v));
    }
    circle_out_put_list(x->d, n, "values", list);
}

static void put_applies(struct circle_out *x, struct doc_node *n, const struct circle_object *o)
{
    struct doc_node *list = doc_array(x->d);
    for (const struct circle_affect *a = o->applies.first; a; a = a->next) {
        struct doc_node *one = doc_object(x->d);
        circle_out_put_named(x, one, "to", CIRCLE_APPLIES, a->location);
        circle_out_put_int(x, one, "amount", a->amount);
        doc_append(list, one);
    }
    circle_out_put_list(x->d, n, "applies", list);
}

static struct doc_node *out_object_properties_of(struct circle_out *x,
                                                 const struct circle_object *o)
{
    struct doc_node *n = doc_object(x->d);
    circle_out_put_named(x, n, "type", CIRCLE_OBJECT_TYPES, o->type);
    circle_out_put_flags(x, n, "flags", CIRCLE_OBJECT_FLAGS, &o->extra);
    circle_out_put_flags(x, n, "wear", CIRCLE_WEAR_FLAGS, &o->wear);
    circle_out_put_flags(x, n, "affects", CIRCLE_AFFECTS, &o->affects);
    put_values(x, n, o);
    circle_out_put_int(x, n, "weight", o->weight);
    circle_out_put_int(x, n, "cost", o->cost);
    circle_out_put_int(x, n, "rent", o->rent);
    if (o->weight_count > 3)
        circle_out_put_int(x, n, "level", o->level);
    if (o->weight_count > 4)
        circle_out_put_int(x, n, "timer", o->timer);
    put_applies(x, n, o);
    circle_out_put_triggers(x, n, &o->triggers);
    if (o->type != CIRCLE_OBJECT_NOTE)
        circle_out_put_flow(x, n, "action", o->action);
    return n;
}

static void out_object_count(struct circle_report *r, const struct circle_object *o)
{
    circle_report_field(r, CIRCLE_HAS_FLAGS, !o->no_flags);
    circle_report_field(r, CIRCLE_HAS_VALUES, !o->no_values);
    circle_report_field(r, CIRCLE_HAS_WEIGHT, !o->no_weight);
    circle_report_field(r, CIRCLE_HAS_TAKE, circle_world_bit(&o->wear, CIRCLE_WEAR_TAKE));
    if (o->no_flags || o->no_values || o->no_weight)
        circle_report_part(r, CIRCLE_OBJECT);
    r->counts[CIRCLE_OBJECT].written++;
}

struct doc_node *circle_out_object(struct circle_out *x, struct circle_object *o)
{
    assert(o->record.zone);
    const struct circle_extra *main = main_text(o);
    struct doc_node *n = doc_object(x->d), *details = doc_array(x->d);
    bool container = o->type == CIRCLE_OBJECT_CONTAINER;
    circle_out_put_name(x, n, o->record.at, o->name, "something");
    circle_out_put_aliases(x, n, o->aliases, o->name);
    put_description(x, n, o, main);
    circle_out_put_flow(x, n, "presence", o->presence);
    circle_out_put_details(x, details, &o->extras, main, o->aliases, NULL);
    circle_out_put_list(x->d, n, "details", details);
    if (container || o->filled)
        circle_out_put_true(x, n, "inventory");
    if (container)
        put_lid(x, n, o);
    if (o->type == CIRCLE_OBJECT_NOTE)
        circle_out_put_flow(x, n, "writing", o->action);
    put_slots(x, n, o);
    doc_put(x->d, n, "properties", out_object_properties_of(x, o));
    out_object_count(x->report, o);
    return n;
}

// Steps 3 and 4: what stands where. Copies of things with `in` are put into their places,
// containers before what is in them; doors get their far sides; then prototypes freeze and
// locations are published with all that is in them.
#include "store/zones_priv.h"
#include "util/mem.h"
#include "world/attr/aliases.h"
#include "world/attr/body.h"
#include "world/attr/description.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/name.h"
#include "world/direction.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <string.h>

static void place_thing(struct loader *l, struct zone_entry *e);

static void keep_instance(struct zone_entry *e, struct thing *t)
{
    assert(t);
    e->instances = mem_realloc_array(e->instances, e->instance_count + 1, sizeof(*e->instances));
    e->instances[e->instance_count++] = t;
}

static void equip(struct loader *l, struct zone_entry *e, struct thing *t, struct thing *into)
{
    static const char *const uses[BODY_USES] = {"hold", "wear", "wield"};
    const struct doc_node *n = doc_get(e->node, "equip");
    if (!n || n->kind != DOC_STRING)
        return;
    struct thing *by = NULL;
    const char *slot = NULL;
    for (int use = 0; use < BODY_USES; use++) {
        if (strcmp(uses[use], n->string.text))
            continue;
        enum body_outcome o = body_use(into, t, (enum body_use)use, &by, &slot);
        if (o == BODY_NOT_SUCH)
            doc_error(l->problems, e->file->doc, n,
                      "this thing cannot be used so: it has no "
                      "\"%sable\"",
                      n->string.text);
        else if (o == BODY_NO_SLOT)
            doc_error(l->problems, e->file->doc, n, "%s has no \"%s\" to %s it", name_get(into),
                      slot, n->string.text);
        else if (o == BODY_TAKEN)
            doc_error(l->problems, e->file->doc, n, "the \"%s\" of %s is in use already", slot,
                      name_get(into));
    }
}

// The way back from `to`: straight opposite if that leads back, else any that does, else -1.
static int zone_place_way_back(struct thing *from, struct thing *to, int d)
{
    enum direction straight = direction_opposite((enum direction)d);
    if (exits_to(to, straight) == from)
        return (int)straight;
    for (int back = 0; back < DIRECTIONS; back++)
        if (exits_to(to, (enum direction)back) == from)
            return back;
    return -1;
}

static void describe_far(struct loader *l, struct zone_entry *e, struct thing *far,
                         const struct doc_node *n)
{
    static const char *const known[] = {"name", "aliases", "description", "latch", "comment", NULL};
    const char *text;
    doc_want_known(l->problems, e->file->doc, n, known, "a door's far side");
    const struct doc_node *member = doc_get(n, "name");
    if (member && doc_want_string(l->problems, e->file->doc, member, &text))
        name_set(far, text);
    member = doc_get(n, "description");
    if (member && doc_want_string(l->problems, e->file->doc, member, &text))
        description_set(far, text);
    member = doc_get(n, "aliases");
    if (!member || !doc_want_kind(l->problems, e->file->doc, member, DOC_ARRAY))
        return;
    const char *words[64];
    size_t count = 0;
    doc_foreach (word, member)
        if (count < 64 && doc_want_string(l->problems, e->file->doc, word, &text))
            words[count++] = text;
    aliases_set(far, words, count);
}

// Is the far side one that needs no key?
static bool far_latch(struct loader *l, struct zone_entry *e, const struct doc_node *far)
{
    const struct doc_node *n = far && far->kind == DOC_OBJECT ? doc_get(far, "latch") : NULL;
    bool latch = false;
    if (n)
        doc_want_bool(l->problems, e->file->doc, n, &latch);
    return latch;
}

static void place_far_side(struct loader *l, struct zone_entry *e, struct thing *near,
                           struct thing *location)
{
    const struct doc_node *spec = doc_get(e->node, "door"), *far_node = doc_get(spec, "far");
    int exit = door_exit(near);
    if (exit < 0)
        return;
    struct thing *to = exits_to(location, (enum direction)exit);
    if (!to) {
        doc_error(l->problems, e->file->doc, spec, "%s has no exit %s for this door",
                  thing_refname(location), direction_name((enum direction)exit));
        return;
    }
    if (far_node && far_node->kind == DOC_BOOL && !far_node->boolean)
        return;
    int back = zone_place_way_back(location, to, exit);
    if (back < 0) {
        if (l->lint)
            doc_warning(l->problems, e->file->doc, spec,
                        "no exit leads back from %s, so this door has one side only; say "
                        "\"far\": false if that is meant",
                        thing_refname(to));
        return;
    }
    struct thing *far = limbo_copy(e->thing);
    limbo_set_origin(far, to);
    struct door_spec twin = {.exit = back, .latch = far_latch(l, e, far_node)};
    door_give(far, &twin);
    door_join(near, far);
    if (far_node && far_node->kind == DOC_OBJECT)
        describe_far(l, e, far, far_node);
    enum inventory_outcome outcome = limbo_publish(far, to);
    assert(outcome == INVENTORY_MOVED); // a location has room for every door
    (void)outcome;
    l->counts.things++;
}

static void place_into(struct loader *l, struct zone_entry *e, struct thing *into,
                       const struct doc_node *ref)
{
    assert(into && !thing_is(e->thing, THING_LOCATION));
    if (!inventory_has(into)) {
        doc_error(l->problems, e->file->doc, ref,
                  "%s has no inventory, expected a location, a mobile or a container",
                  thing_refname(into));
        return;
    }
    struct thing *t = limbo_copy(e->thing);
    limbo_set_origin(t, into);
    if (limbo_publish(t, into) != INVENTORY_MOVED) {
        doc_error(l->problems, e->file->doc, ref,
                  "there is no room for it in %s: its capacity is "
                  "%zu",
                  thing_refname(into), inventory_capacity(into));
        limbo_free(t);
        return;
    }
    l->counts.things++;
    keep_instance(e, t);
    equip(l, e, t, into);
    if (door_is(t))
        place_far_side(l, e, t, into);
}

static void place_by_ref(struct loader *l, struct zone_entry *e, const struct doc_node *ref)
{
    struct zone_entry *to =
        zone_resolve(l, e->file, ref, "the location, container or mobile it is in");
    if (!to)
        return;
    if (thing_is(to->thing, THING_LOCATION)) {
        place_into(l, e, to->thing, ref);
        return;
    }
    if (to->placing == 1) {
        doc_error(l->problems, e->file->doc, ref,
                  "containment cycle: \"%s\" is inside \"%s\", which is inside it", e->node->key,
                  to->node->key);
        return;
    }
    place_thing(l, to);
    if (!to->instance_count && !l->problems->errors)
        doc_error(l->problems, e->file->doc, ref,
                  "\"%s\" itself stands nowhere; give it an \"in\", or use \"then\" in a reset",
                  to->node->key);
    for (size_t i = 0; i < to->instance_count; i++)
        place_into(l, e, to->instances[i], ref);
}

static void place_thing(struct loader *l, struct zone_entry *e)
{
    assert(e->placing <= 2 && !thing_is(e->thing, THING_LOCATION));
    if (e->placing)
        return;
    e->placing = 1;
    const struct doc_node *in = e->has_in ? doc_get(e->node, "in") : NULL;
    if (in && in->kind == DOC_ARRAY)
        doc_foreach (ref, in)
            place_by_ref(l, e, ref);
    else if (in)
        place_by_ref(l, e, in);
    else if (zone_entry_member(e, ATTR_DOOR) && door_exit(e->thing) >= 0)
        doc_error_key(l->problems, e->file->doc, e->node,
                      "a door in an exit needs \"in\", the location on its near side");
    e->placing = 2;
}

void zone_place_all(struct loader *l)
{
    for (size_t i = 0; i < l->entry_count; i++)
        if (!thing_is(l->entries[i].thing, THING_LOCATION))
            place_thing(l, &l->entries[i]);
}

void zone_publish_all(struct loader *l)
{
    for (size_t i = 0; i < l->entry_count; i++) {
        struct thing *t = l->entries[i].thing;
        if (thing_is(t, THING_LOCATION))
            limbo_publish_root(t);
        else
            limbo_freeze(t);
    }
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone)
            zone_settle(l->files[i].zone);
}

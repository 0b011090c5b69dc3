// Step 6: slots that nobody has, which is an error; and what is odd but not wrong: ways that do not
// lead back, locations that no start reaches.
#include "store/zones_priv.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/attr/body.h"
#include "world/attr/exits.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

static bool leads_to(struct thing *from, struct thing *to)
{
    for (int d = 0; d < DIRECTIONS; d++)
        if (exits_to(from, (enum direction)d) == to)
            return true;
    return false;
}

static void lint_exits(struct loader *l, struct zone_entry *e)
{
    const struct doc_node *exits = doc_get(e->node, "exits");
    if (!exits || exits->kind != DOC_OBJECT)
        return;
    doc_foreach (n, exits) {
        int d = direction_by_name(n->key);
        struct thing *to = d < 0 ? NULL : exits_to(e->thing, (enum direction)d);
        const struct doc_node *meant = doc_get(n, "one_way");
        bool one_way = meant && meant->kind == DOC_BOOL && meant->boolean;
        if (to && to != e->thing && !one_way && !leads_to(to, e->thing))
            doc_warning(l->problems, e->file->doc, n,
                        "one-way exit: nothing leads from %s back here; say {\"to\": …, "
                        "\"one_way\": true} if that is meant",
                        thing_refname(to));
    }
}

// From every start along the exits, first come first.
static void lint_reach(struct loader *l)
{
    size_t count = 0, at = 0;
    struct thing **queue = mem_calloc(l->entry_count + 1, sizeof(*queue));
    bool *reached = mem_calloc(l->entry_count + 1, sizeof(*reached));
    for (size_t i = 0; i < world_starts(l->world); i++) {
        struct zone_entry *e = zone_entry_of(l, world_start(l->world, i));
        if (e && !reached[e - l->entries]) {
            reached[e - l->entries] = true;
            queue[count++] = e->thing;
        }
    }
    size_t starts = count;
    while (at < count) {
        struct thing *from = queue[at++];
        for (int d = 0; d < DIRECTIONS; d++) {
            struct thing *to = exits_to(from, (enum direction)d);
            struct zone_entry *e = to ? zone_entry_of(l, to) : NULL;
            if (!e || reached[e - l->entries])
                continue;
            reached[e - l->entries] = true;
            queue[count++] = to;
        }
    }
    for (size_t i = 0; starts && i < l->entry_count; i++) {
        struct zone_entry *e = &l->entries[i];
        if (thing_is(e->thing, THING_LOCATION) && !reached[i])
            doc_problem_at(l->problems, DOC_WARNING, doc_name(e->file->doc), e->node->key_line,
                           e->node->key_column, "unreachable: no start leads to \"%s\"",
                           e->node->key);
    }
    free(queue);
    free(reached);
}

static void collect_slots(struct map *slots, const struct doc_node *body)
{
    if (body && body->kind == DOC_OBJECT)
        doc_foreach (n, body)
            map_put(slots, n->key, slots);
}

// Without a template of players they have the slots of docs/zones.md.
static bool player_has(const struct loader *l, const char *slot)
{
    static const char *const usual[] = {"head",   "face",   "ears",  "neck",  "shoulders", "about",
                                        "body",   "back",   "arms",  "wrist", "hand",      "hands",
                                        "finger", "shield", "waist", "legs",  "feet"};
    struct thing *player = world_player_template(l->world);
    if (player)
        return body_count(player, slot);
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
        if (!strcmp(usual[i], slot))
            return true;
    return false;
}

static void check_slots(struct loader *l, struct zone_entry *e, const struct map *slots)
{
    static const enum attr_id uses[] = {ATTR_HOLDABLE, ATTR_WEARABLE, ATTR_WIELDABLE};
    for (size_t i = 0; i < 3; i++) {
        const struct doc_node *list = zone_entry_member(e, uses[i]);
        if (!list || list->kind != DOC_ARRAY)
            continue;
        doc_foreach (n, list)
            if (n->kind == DOC_STRING && !map_has(slots, n->string.text) &&
                !player_has(l, n->string.text))
                doc_error(l->problems, e->file->doc, n, "no body has the slot \"%s\"",
                          n->string.text);
    }
}

void zone_slots_check(struct loader *l)
{
    struct map *slots = map_new();
    for (size_t i = 0; i < l->entry_count; i++)
        collect_slots(slots, zone_entry_member(&l->entries[i], ATTR_BODY));
    for (size_t i = 0; i < l->entry_count; i++)
        check_slots(l, &l->entries[i], slots);
    map_free(slots);
}

void zone_lint_all(struct loader *l)
{
    for (size_t i = 0; i < l->entry_count; i++) {
        struct zone_entry *e = &l->entries[i];
        if (!l->incomplete && !l->missing_count) // else that would follow from what is missing
            lint_exits(l, e);
        zone_lint_things(l, e);
    }
    if (!l->incomplete && !l->missing_count)
        lint_reach(l);
    zone_marks_lint(l);
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone && !l->problems->errors && !l->missing_count)
            zone_lint_resets(l, &l->files[i]);
    if (!l->problems->errors && !l->missing_count)
        zone_lint_keys(l);
}

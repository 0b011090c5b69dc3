// Step 2: what everything is like. Members that are attributes go to the attribute's own decoder;
// the few that the loader acts on are checked here.
#include "store/zones_priv.h"
#include "util/map.h"
#include "world/attr.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>
#include <string.h>

struct member_rule {
    const char *name;
    bool location, thing;
    bool attribute; // else the loader's own
};

// Members that are no attributes. Which attributes there are is known from their table.
static const struct member_rule own_rules[] = {
    {.name = "narrative", .thing = true},
    {.name = "start", .location = true},
    {.name = "in", .thing = true},
    {.name = "equip", .thing = true},
    {.name = "properties", .location = true, .thing = true},
    {.name = "comment", .location = true, .thing = true},
};

enum { OWN_RULES = sizeof(own_rules) / sizeof(own_rules[0]), RULES = ATTR_COUNT + OWN_RULES };

static struct member_rule rule_at(size_t i)
{
    assert(i < RULES);
    if (i >= ATTR_COUNT)
        return own_rules[i - ATTR_COUNT];
    unsigned flags = attr_flags((unsigned)i);
    return (struct member_rule){.name = attr_name((unsigned)i),
                                .location = flags & ATTR_OF_LOCATIONS,
                                .thing = flags & ATTR_OF_THINGS,
                                .attribute = true};
}

struct decode_state {
    struct attr_decode decode; // first
    struct loader *loader;
    struct zone_file *file;
    const char *expected;
};

static struct thing *resolve(struct attr_decode *d, const struct doc_node *ref)
{
    struct decode_state *s = (struct decode_state *)d;
    struct zone_entry *e = zone_resolve(s->loader, s->file, ref, s->expected);
    return e ? e->thing : NULL;
}

// The position of the rule of that name, or -1 when zone files may say no such thing of anything.
static int rule_of(const struct loader *l, const char *name)
{
    int at = (int)(uintptr_t)map_get(l->rules, name) - 1;
    if (at < 0)
        return -1;
    struct member_rule rule = rule_at((size_t)at);
    return rule.location || rule.thing ? at : -1;
}

static void complain_unknown(struct loader *l, struct zone_file *f, const struct doc_node *member,
                             bool location)
{
    const char *known[RULES + 1];
    size_t n = 0;
    struct member_rule rule;
    for (size_t i = 0; i < RULES; i++) {
        rule = rule_at(i);
        if (location ? rule.location : rule.thing)
            known[n++] = rule.name;
    }
    known[n] = NULL;
    const char *what = location ? "a location" : "a thing";
    const char *near = doc_nearest(member->key, known);
    if (rule_of(l, member->key) >= 0)
        doc_error_key(l->problems, f->doc, member, "%s cannot have the attribute \"%s\"", what,
                      member->key);
    else if (near)
        doc_error_key(l->problems, f->doc, member,
                      "unknown attribute \"%s\" of %s, did you mean \"%s\"?", member->key, what,
                      near);
    else
        doc_error_key(l->problems, f->doc, member, "unknown attribute \"%s\" of %s", member->key,
                      what);
}

static void check_own(struct loader *l, struct zone_file *f, struct zone_entry *e,
                      const struct doc_node *member)
{
    bool yes = false;
    const char *text;
    if (!strcmp(member->key, "in")) {
        e->has_in = true;
    } else if (!strcmp(member->key, "properties")) {
        doc_want_kind(l->problems, f->doc, member, DOC_OBJECT);
    } else if (!strcmp(member->key, "start")) {
        if (doc_want_bool(l->problems, f->doc, member, &yes) && yes)
            world_add_start(l->world, e->thing);
    } else if (!strcmp(member->key, "narrative")) {
        doc_want_bool(l->problems, f->doc, member, &yes);
    } else if (!strcmp(member->key, "equip")) {
        if (doc_want_string(l->problems, f->doc, member, &text) && strcmp(text, "hold") &&
            strcmp(text, "wear") && strcmp(text, "wield"))
            doc_error(l->problems, f->doc, member,
                      "bad use \"%s\", expected \"hold\", \"wear\" or \"wield\"", text);
    }
}

static void decode_entry(struct loader *l, struct zone_entry *e)
{
    assert(e->thing && e->node && e->file);
    struct zone_file *f = e->file;
    bool location = thing_is(e->thing, THING_LOCATION);
    struct decode_state s = {
        {l->world, f->doc, l->problems, f->ref, resolve, NULL}, l, f, "a thing"};
    bool named = false;
    doc_foreach (member, e->node) {
        int at = rule_of(l, member->key);
        if (at >= 0 && at < ATTR_COUNT)
            attr_set_add(&e->members, (unsigned)at);
        struct member_rule rule = at < 0 ? (struct member_rule){0} : rule_at((size_t)at);
        if (!(location ? rule.location : rule.thing)) {
            complain_unknown(l, f, member, location);
            continue;
        }
        if (!rule.attribute) {
            check_own(l, f, e, member);
            continue;
        }
        enum attr_id id = (enum attr_id)at;
        named |= id == ATTR_NAME;
        s.expected = id == ATTR_EXITS ? "a location" : "a thing";
        void *value = attr_kind(id)->decode(&s.decode, e->thing, member);
        if (value)
            attr_set_at(e->thing, id, value, SITE);
    }
    if (!named)
        doc_error_key(l->problems, f->doc, e->node, "\"%s\" has no \"name\"", e->node->key);
}

void zone_decode_all(struct loader *l)
{
    l->rules = map_new();
    for (size_t i = RULES; i > 0; i--) // the first of a name counts
        map_put(l->rules, rule_at(i - 1).name, (void *)(uintptr_t)i);
    for (size_t i = 0; i < l->file_count; i++)
        zone_marks_resolve(l, &l->files[i]);
    for (size_t i = 0; i < l->entry_count; i++)
        decode_entry(l, &l->entries[i]);
    map_free(l->rules);
    l->rules = NULL;
}

// Step 1: what there is. Every location and thing gets its name and its kind, so that the next step
// can resolve refs in any order.
#include "store/zones_priv.h"
#include "util/buf.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <string.h>

bool zone_ref_valid(const char *ref)
{
    assert(ref);
    size_t n = 0;
    for (; ref[n]; n++) {
        char c = ref[n];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
            return false;
    }
    return n && n <= REF_MAX;
}

static void decode_reset(struct loader *l, struct zone_file *f, const struct doc_node *n)
{
    assert(f->zone);
    static const char *const known[] = {"mode", "every", NULL};
    static const char *const modes[] = {"never", "empty", "always"};
    if (!doc_want_kind(l->problems, f->doc, n, DOC_OBJECT))
        return;
    doc_want_known(l->problems, f->doc, n, known, "the zone's reset");
    const struct doc_node *mode = doc_get(n, "mode"), *every = doc_get(n, "every");
    int found = -1;
    const char *text;
    int64_t ms = 0;
    if (mode && doc_want_string(l->problems, f->doc, mode, &text)) {
        for (int i = 0; i < 3; i++)
            if (!strcmp(modes[i], text))
                found = i;
        if (found < 0)
            doc_error(l->problems, f->doc, mode,
                      "bad mode \"%s\", expected \"never\", \"empty\" or \"always\"", text);
    }
    if (every && !doc_want_duration(l->problems, f->doc, every, &ms))
        return;
    if (found > ZONE_NEVER && ms < 1000)
        doc_error(l->problems, f->doc, n,
                  "a zone that is reset needs \"every\", a duration of at "
                  "least \"1s\"");
    zone_set_reset(f->zone, found < 0 ? ZONE_NEVER : (enum zone_mode)found, ms);
}

static const struct zone_file *zone_file_of(const struct loader *l, const char *ref)
{
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone && !strcmp(l->files[i].ref, ref))
            return &l->files[i];
    return NULL;
}

static bool define_zone(struct loader *l, struct zone_file *f, const struct doc_node *root)
{
    static const char *const known[] = {"ref", "name",     "author",  "about", "reset",
                                        "pvp", "disabled", "comment", NULL};
    const struct doc_node *zone = doc_get(root, "zone");
    const char *name = NULL;
    bool disabled = false, pvp = false;
    if (!zone) {
        doc_error(l->problems, f->doc, root,
                  "no member \"zone\", expected an object with ref and "
                  "name");
        return false;
    }
    if (!doc_want_kind(l->problems, f->doc, zone, DOC_OBJECT))
        return false;
    doc_want_known(l->problems, f->doc, zone, known, "a zone");
    const struct doc_node *ref = doc_get(zone, "ref"), *title = doc_get(zone, "name");
    if (!ref || !title) {
        doc_error(l->problems, f->doc, zone, "a zone needs \"ref\" and \"name\"");
        return false;
    }
    if (!doc_want_string(l->problems, f->doc, ref, &f->ref) ||
        !doc_want_string(l->problems, f->doc, title, &name))
        return false;
    if (!zone_ref_valid(f->ref)) {
        doc_error(l->problems, f->doc, ref, "bad ref \"%s\", expected 1 to 40 of a-z 0-9 _ -",
                  f->ref);
        return false;
    }
    if (doc_get(zone, "disabled"))
        doc_want_bool(l->problems, f->doc, doc_get(zone, "disabled"), &disabled);
    f->disabled = disabled;
    if (disabled)
        return false;
    f->zone = world_add_zone(l->world, f->ref, name);
    if (!f->zone) {
        const struct zone_file *other = zone_file_of(l, f->ref);
        doc_error(l->problems, f->doc, ref, "there is a zone \"%s\" already%s%s", f->ref,
                  other ? ", in " : "", other ? other->path : "");
        return false;
    }
    if (doc_get(zone, "reset"))
        decode_reset(l, f, doc_get(zone, "reset"));
    if (doc_get(zone, "pvp") && doc_want_bool(l->problems, f->doc, doc_get(zone, "pvp"), &pvp))
        zone_set_pvp(f->zone, pvp);
    return true;
}

static bool zone_define_is_true(const struct doc_node *object, const char *key)
{
    const struct doc_node *n = doc_get(object, key);
    return n && (n->kind == DOC_OBJECT || (n->kind == DOC_BOOL && n->boolean));
}

static struct zone_entry *entry_add(struct loader *l)
{
    if (l->entry_count == l->entry_cap) {
        l->entry_cap = l->entry_cap ? l->entry_cap * 2 : 1024;
        l->entries = mem_realloc_array(l->entries, l->entry_cap, sizeof(*l->entries));
    }
    struct zone_entry *e = &l->entries[l->entry_count++];
    *e = (struct zone_entry){0};
    return e;
}

static void define_one(struct loader *l, struct zone_file *f, struct doc_node *n, bool location)
{
    assert(f->zone);
    if (!doc_want_kind(l->problems, f->doc, n, DOC_OBJECT))
        return;
    if (!zone_ref_valid(n->key)) {
        doc_error_key(l->problems, f->doc, n, "bad ref \"%s\", expected 1 to 40 of a-z 0-9 _ -",
                      n->key);
        return;
    }
    unsigned flags = location ? THING_LOCATION : 0;
    if (!location && zone_define_is_true(n, "mobile"))
        flags |= THING_MOBILE;
    if (!location && zone_define_is_true(n, "narrative"))
        flags |= THING_NARRATIVE;
    struct buf name = BUF_INIT;
    buf_adds(&name, f->ref);
    buf_addc(&name, ':');
    buf_adds(&name, n->key);
    struct thing *t = world_define(l->world, buf_str(&name), flags);
    if (!t) {
        uintptr_t there = (uintptr_t)map_get(l->by_name, buf_str(&name));
        const struct zone_entry *other = there ? &l->entries[there - 1] : NULL;
        doc_error_key(l->problems, f->doc, n,
                      "there is a \"%s\" already in zone \"%s\", in line %u of its file", n->key,
                      f->ref, other ? (unsigned)other->node->key_line : 0);
    } else {
        zone_own(f->zone, t);
        struct zone_entry *e = entry_add(l);
        e->file = f;
        e->node = n;
        e->thing = t;
        map_put(l->by_name, thing_refname(t), (void *)(uintptr_t)l->entry_count);
        if (location) {
            zone_add_location(f->zone, t);
            l->counts.locations++;
        } else {
            l->counts.prototypes++;
        }
    }
    buf_fini(&name);
}

static void define_all(struct loader *l, struct zone_file *f, const struct doc_node *root,
                       const char *member, bool location)
{
    const struct doc_node *table = doc_get(root, member);
    if (!table || !doc_want_kind(l->problems, f->doc, table, DOC_OBJECT))
        return;
    doc_foreach (n, table)
        define_one(l, f, n, location);
}

static void check_carried(struct loader *l, struct zone_file *f, const struct doc_node *root)
{
    static const char *const lists[] = {"shops", "triggers", "quests"};
    for (size_t i = 0; i < 3; i++) {
        const struct doc_node *list = doc_get(root, lists[i]);
        if (!list || !doc_want_kind(l->problems, f->doc, list, DOC_ARRAY))
            continue;
        size_t *const counts[] = {&l->counts.shops, &l->counts.triggers, &l->counts.quests};
        *counts[i] += list->list.count;
        doc_foreach (n, list)
            doc_want_kind(l->problems, f->doc, n, DOC_OBJECT);
    }
}

void zone_define(struct loader *l, struct zone_file *f)
{
    assert(f->doc && !f->zone);
    static const char *const known[] = {"zone",    "locations", "things", "resets",
                                        "shops",   "triggers",  "quests", "marks",
                                        "$schema", "comment",   NULL};
    const struct doc_node *root = doc_root(f->doc);
    if (!doc_want_kind(l->problems, f->doc, root, DOC_OBJECT))
        return;
    doc_want_known(l->problems, f->doc, root, known, "a zone file");
    if (!define_zone(l, f, root))
        return;
    define_all(l, f, root, "locations", true);
    define_all(l, f, root, "things", false);
    check_carried(l, f, root);
    zone_marks_define(l, f);
}

struct zone_entry *zone_entry_of(struct loader *l, const struct thing *t)
{
    assert(t);
    uintptr_t n = (uintptr_t)map_get(l->by_name, thing_refname(t));
    return n ? &l->entries[n - 1] : NULL;
}

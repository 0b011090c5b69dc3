// Step 6, for the resets of a zone: entries that are right by their form and can do nothing.
#include "store/zones_priv.h"
#include "util/buf.h"
#include "util/map.h"
#include "world/attr/door.h"
#include "world/direction.h"
#include "world/inventory.h"

#include <string.h>

// The entry that a ref names, without a message when there is none: there was one when it was
// resolved.
static struct zone_entry *named(struct loader *l, const struct zone_file *f,
                                const struct doc_node *ref)
{
    struct buf name = BUF_INIT;
    if (!ref || ref->kind != DOC_STRING)
        return NULL;
    if (!strchr(ref->string.text, ':'))
        buf_addf(&name, "%s:", f->ref);
    buf_adds(&name, ref->string.text);
    uintptr_t n = (uintptr_t)map_get(l->by_name, buf_str(&name));
    buf_fini(&name);
    return n ? &l->entries[n - 1] : NULL;
}

static bool has_door(struct thing *where, int exit)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, where, lists[i])
            if (door_is(t) && door_exit(t) == exit)
                return true;
    return false;
}

static void zone_lint_resets_lint_door(struct loader *l, struct zone_file *f,
                                       const struct doc_node *n)
{
    const struct doc_node *way = doc_get(n, "door");
    const struct zone_entry *at = named(l, f, doc_get(n, "at"));
    int exit = way->kind == DOC_STRING ? direction_by_name(way->string.text) : -1;
    if (at && thing_is(at->thing, THING_LOCATION) && exit >= 0 && !has_door(at->thing, exit))
        doc_warning(l->problems, f->doc, way, "%s has no door %s", thing_refname(at->thing),
                    direction_name((enum direction)exit));
}

static void lint_equip(struct loader *l, struct zone_file *f, const struct doc_node *n,
                       const struct zone_entry *what, const struct zone_entry *by)
{
    const struct doc_node *as = doc_get(n, "as");
    if (by && !thing_is(by->thing, THING_MOBILE))
        doc_warning(l->problems, f->doc, n, "\"%s\" is no mobile: it cannot use anything",
                    by->node->key);
    if (!what || !as || as->kind != DOC_STRING)
        return;
    if ((!strcmp(as->string.text, "wear") && !doc_get(what->node, "wearable")) ||
        (!strcmp(as->string.text, "wield") && !doc_get(what->node, "wieldable")))
        doc_warning(l->problems, f->doc, as, "\"%s\" has no \"%sable\": it cannot be used so",
                    what->node->key, !strcmp(as->string.text, "wear") ? "wear" : "wield");
}

static void lint_list(struct loader *l, struct zone_file *f, const struct doc_node *list,
                      const struct zone_entry *by);

static void lint_entry(struct loader *l, struct zone_file *f, const struct doc_node *n,
                       const struct zone_entry *by)
{
    static const char *const forms[] = {"place", "put", "give", "equip"};
    const struct doc_node *what = NULL, *limit = doc_get(n, "limit");
    size_t form = 0;
    if (doc_get(n, "door")) {
        zone_lint_resets_lint_door(l, f, n);
        return;
    }
    for (size_t i = 0; i < 4 && !what; i++) {
        what = doc_get(n, forms[i]);
        form = i;
    }
    const struct zone_entry *e = named(l, f, what);
    bool into = (form == 1 && !doc_get(n, "into")) || form == 2;
    if (into && by && !inventory_has(by->thing))
        doc_warning(l->problems, f->doc, n, "\"%s\" has no inventory: nothing can be put into it",
                    by->node->key);
    if (form == 3 && what)
        lint_equip(l, f, n, e, by);
    if (limit && limit->kind == DOC_INT && !limit->integer)
        doc_warning(l->problems, f->doc, limit, "a limit of 0: it never happens");
    lint_list(l, f, doc_get(n, "then"), e);
}

static void lint_list(struct loader *l, struct zone_file *f, const struct doc_node *list,
                      const struct zone_entry *by)
{
    if (!list || list->kind != DOC_ARRAY)
        return;
    doc_foreach (n, list)
        if (n->kind == DOC_OBJECT)
            lint_entry(l, f, n, by);
}

void zone_lint_resets(struct loader *l, struct zone_file *f)
{
    lint_list(l, f, doc_get(doc_root(f->doc), "resets"), NULL);
}

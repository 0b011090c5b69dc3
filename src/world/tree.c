// Writes things to documents and reads them back. Narrative and disabled contents are not carried
// about, so only the list of things is written. Knows no files: documents come and go as values.
#include "world/tree.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/reset.h"
#include "world/limbo.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool tree_changes(unsigned id)
{
    return id == ATTR_HEALTH || id == ATTR_WORN || id == ATTR_DOOR || id == ATTR_PLAYER;
}

bool tree_is_unique(const struct thing *t)
{
    return t->origin && !(t->flags & THING_COPY);
}

static void encode_contents(struct thing *t, struct doc_node *contents, struct doc *out)
{
    inventory_foreach (item, t, INVENTORY_THINGS) {
        if (!tree_is_unique(item))
            doc_append(contents, tree_encode(item, out));
        else if (inventory_has(item))
            encode_contents(item, contents, out);
    }
}

struct doc_node *tree_encode(struct thing *t, struct doc *out)
{
    assert(out);
    hooks_access(&t->place, ATTR_NAME, false, SITE);
    struct doc_node *n = doc_object(out);
    if (*t->refname)
        doc_put(out, n, "of", doc_string(out, t->refname));
    if (t->flags & THING_MOBILE && !thing_attr(t, ATTR_MOBILE))
        doc_put(out, n, "mobile", doc_bool(out, true));
    attr_set_foreach (id, &t->has) {
        if (!(attr_flags(id) & ATTR_SAVED) || doc_get(n, attr_name(id)))
            continue;
        void *value = thing_attr(t, (enum attr_id)id);
        struct doc_node *member = attr_kind((enum attr_id)id)->encode(value, out);
        if (member)
            doc_put(out, n, attr_name(id), member);
    }
    if (!inventory_count(t, INVENTORY_THINGS))
        return n;
    struct doc_node *contents = doc_array(out);
    encode_contents(t, contents, out);
    doc_put(out, n, "contents", contents);
    return n;
}

static struct thing *tree_resolve(struct attr_decode *d, const struct doc_node *ref)
{
    const char *name;
    if (!doc_want_string(d->problems, d->doc, ref, &name))
        return NULL;
    struct thing *t = world_lookup(d->world, name);
    if (!t)
        doc_error(d->problems, d->doc, ref, "\"%s\" is not in this world", name);
    return t;
}

static struct thing *prototype_of(struct world *w, const struct doc_node *n)
{
    const struct doc_node *of = doc_get(n, "of");
    if (!of || of->kind != DOC_STRING)
        return NULL;
    struct thing *t = world_lookup(w, of->string.text);
    return t && place_kind(place_peek(&t->place)) == PLACE_FROZEN ? t : NULL;
}

static void decode_attributes(struct attr_decode *d, struct thing *t, const struct doc_node *n,
                              bool copied)
{
    doc_foreach (member, n) {
        int id = attr_by_name(member->key);
        if (id < 0 || !(attr_flags((unsigned)id) & ATTR_SAVED) ||
            (copied && !tree_changes((unsigned)id)))
            continue;
        void *value = attr_kind((enum attr_id)id)->decode(d, t, member);
        if (value)
            thing_attr_store(t, (enum attr_id)id, value);
    }
}

static const char *tree_name_in(const struct doc_node *n)
{
    const struct doc_node *name = doc_get(n, "name");
    return name && name->kind == DOC_STRING ? name->string.text : "something";
}

static void tree_keep(struct thing ***list, size_t *count, struct thing *t)
{
    *list = mem_realloc_array(*list, *count + 1, sizeof(**list));
    (*list)[(*count)++] = t;
}

static void set_aside(struct tree_reading *r, struct thing *t)
{
    thing_attr_store(t, ATTR_WORN, NULL);
    tree_keep(&r->spare, &r->spare_count, t);
}

void tree_reading_unload(struct tree_reading *r, struct thing *t)
{
    inventory_foreach (item, t, INVENTORY_THINGS) {
        limbo_take(item);
        set_aside(r, item);
    }
}

void tree_reading_fini(struct tree_reading *r)
{
    free(r->spare);
    free(r->given_up);
    r->spare = r->given_up = NULL;
    r->spare_count = r->given_up_count = 0;
}

// A thing that the zone files place, and that is not copied by taking it, exists once.
static bool belongs_to_world(const struct tree_reading *r, struct thing *prototype)
{
    struct reset reset = {0};
    if (!r->old || !prototype || !(prototype->flags & THING_PLACED))
        return false;
    return !reset_get(prototype, &reset) || (!reset.spawn && !reset.each);
}

static void decode_contents(struct tree_reading *r, struct thing *into, const struct doc_node *n);

static void tree_put_into(struct tree_reading *r, struct thing *into, const struct doc_node *item)
{
    struct thing *prototype = item->kind == DOC_OBJECT ? prototype_of(r->world, item) : NULL;
    if (belongs_to_world(r, prototype)) {
        tree_keep(&r->given_up, &r->given_up_count, prototype);
        decode_contents(r, into, item);
        return;
    }
    struct thing *inner = tree_decode(r, item, 0);
    if (inner && (!inventory_has(into) || limbo_publish(inner, into) != INVENTORY_MOVED))
        set_aside(r, inner);
}

static void decode_contents(struct tree_reading *r, struct thing *into, const struct doc_node *n)
{
    const struct doc_node *contents = doc_get(n, "contents");
    if (contents && doc_want_kind(r->problems, r->doc, contents, DOC_ARRAY))
        doc_foreach (item, contents)
            tree_put_into(r, into, item);
}

struct thing *tree_decode(struct tree_reading *r, const struct doc_node *n, unsigned flags)
{
    struct world *w = r->world;
    if (!doc_want_kind(r->problems, r->doc, n, DOC_OBJECT))
        return NULL;
    struct attr_decode d = {w, r->doc, r->problems, NULL, tree_resolve, NULL};
    struct thing *prototype = flags & THING_PLAYER ? NULL : prototype_of(w, n);
    struct thing *t;
    if (prototype) {
        t = limbo_copy(prototype);
    } else {
        if (doc_get(n, "mobile"))
            flags |= THING_MOBILE;
        t = limbo_new(w, flags | THING_COPY, tree_name_in(n));
        if (flags & (THING_PLAYER | THING_MOBILE))
            inventory_give(t, 0);
    }
    decode_attributes(&d, t, n, prototype);
    decode_contents(r, t, n);
    return t;
}

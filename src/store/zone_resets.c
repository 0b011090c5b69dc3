// Step 5: the reset lists. Refs become pointers to prototypes and locations.
#include "store/zones_priv.h"
#include "world/attr/body.h"
#include "world/direction.h"
#include "world/inventory.h"
#include "world/zone.h"

#include <assert.h>
#include <string.h>

struct reset_form {
    const char *member; // that says which form it is
    enum zone_reset_kind kind;
    const char *where; // the member that names the place; NULL: none
    bool top, nested;
    const char *known[8];
};

static const struct reset_form forms[] = {
    {"place",
     ZONE_PLACE,
     "in",
     true,
     true,
     {"place", "in", "limit", "respawn", "then", "note", "comment", NULL}},
    {"put",
     ZONE_PUT,
     "into",
     true,
     true,
     {"put", "into", "limit", "then", "note", "comment", NULL}},
    {"give", ZONE_GIVE, NULL, false, true, {"give", "limit", "then", "note", "comment", NULL}},
    {"equip",
     ZONE_EQUIP,
     NULL,
     false,
     true,
     {"equip", "as", "limit", "then", "note", "comment", NULL}},
    {"remove", ZONE_REMOVE, "from", true, true, {"remove", "from", "note", "comment", NULL}},
    {"door", ZONE_DOOR, "at", true, true, {"door", "at", "state", "note", "comment", NULL}},
};

enum { FORMS = sizeof(forms) / sizeof(forms[0]), NESTING_MAX = 16 };

static const struct reset_form *form_of(const struct doc_node *n)
{
    for (size_t i = 0; i < FORMS; i++)
        if (doc_get(n, forms[i].member))
            return &forms[i];
    return NULL;
}

// The form that a member with a slip may have meant.
static const char *near_form(const struct doc_node *n)
{
    const char *names[FORMS + 1] = {NULL};
    for (size_t i = 0; i < FORMS; i++)
        names[i] = forms[i].member;
    const char *near = NULL;
    for (const struct doc_node *m = n->list.first; m && !near; m = m->next)
        near = doc_nearest(m->key, names);
    return near;
}

static struct thing *prototype(struct loader *l, struct zone_file *f, const struct doc_node *ref)
{
    struct zone_entry *e = zone_resolve(l, f, ref, "a thing");
    if (e && thing_is(e->thing, THING_LOCATION)) {
        doc_error(l->problems, f->doc, ref, "\"%s\" is a location, expected the ref of a thing",
                  ref->string.text);
        return NULL;
    }
    return e ? e->thing : NULL;
}

static struct thing *zone_resets_location(struct loader *l, struct zone_file *f,
                                          const struct doc_node *ref)
{
    struct zone_entry *e = zone_resolve(l, f, ref, "a location");
    if (e && !thing_is(e->thing, THING_LOCATION)) {
        doc_error(l->problems, f->doc, ref, "\"%s\" is not a location", ref->string.text);
        return NULL;
    }
    return e ? e->thing : NULL;
}

static bool decode_door(struct loader *l, struct zone_file *f, const struct doc_node *n,
                        struct zone_reset *r)
{
    const struct doc_node *state = doc_get(n, "state");
    const char *text;
    if (!doc_want_string(l->problems, f->doc, doc_get(n, "door"), &text))
        return false;
    r->direction = direction_by_name(text);
    if (r->direction < 0) {
        direction_complain(l->problems, f->doc, doc_get(n, "door"), text);
        return false;
    }
    if (!state) {
        doc_error(l->problems, f->doc, n,
                  "no \"state\", expected \"open\", \"closed\" or "
                  "\"locked\"");
        return false;
    }
    if (!doc_want_string(l->problems, f->doc, state, &text))
        return false;
    r->open = !strcmp(text, "open");
    r->locked = !strcmp(text, "locked");
    if (r->open || r->locked || !strcmp(text, "closed"))
        return true;
    doc_error(l->problems, f->doc, state,
              "bad state \"%s\", expected \"open\", \"closed\" or \"locked\"", text);
    return false;
}

static bool decode_equip(struct loader *l, struct zone_file *f, const struct doc_node *n,
                         struct zone_reset *r)
{
    static const char *const uses[BODY_USES] = {"hold", "wear", "wield"};
    const struct doc_node *as = doc_get(n, "as");
    const char *text;
    if (!as) {
        doc_error(l->problems, f->doc, n, "no \"as\", expected \"hold\", \"wear\" or \"wield\"");
        return false;
    }
    if (!doc_want_string(l->problems, f->doc, as, &text))
        return false;
    for (r->use = 0; r->use < BODY_USES; r->use++)
        if (!strcmp(uses[r->use], text))
            return true;
    doc_error(l->problems, f->doc, as, "bad use \"%s\", expected \"hold\", \"wear\" or \"wield\"",
              text);
    return false;
}

static bool decode_limit(struct loader *l, struct zone_file *f, const struct doc_node *n,
                         struct zone_reset *r)
{
    const struct doc_node *limit = doc_get(n, "limit");
    int64_t most = -1;
    if (limit && !doc_want_int(l->problems, f->doc, limit, -1, 1000000, &most))
        return false;
    r->limit = (int)most;
    return true;
}

static bool decode_where(struct loader *l, struct zone_file *f, const struct doc_node *n,
                         const struct reset_form *form, bool nested, struct zone_reset *r)
{
    assert(form);
    const struct doc_node *where = form->where ? doc_get(n, form->where) : NULL;
    if (!form->where || (nested && form->kind == ZONE_PUT && !where))
        return true;
    if (!where) {
        doc_error(l->problems, f->doc, n, "no \"%s\" for this \"%s\"", form->where, form->member);
        return false;
    }
    r->where = form->kind == ZONE_PUT ? prototype(l, f, where) : zone_resets_location(l, f, where);
    if (r->where && form->kind == ZONE_PUT && !inventory_has(r->where)) {
        doc_error(l->problems, f->doc, where, "\"%s\" has no inventory", where->string.text);
        return false;
    }
    return r->where;
}

static void decode_list(struct loader *l, struct zone_file *f, const struct doc_node *list,
                        struct zone_reset **out, int depth);

static bool decode_form(struct loader *l, struct zone_file *f, const struct doc_node *n,
                        const struct reset_form *form, int depth, struct zone_reset *r)
{
    r->kind = form->kind;
    bool good = decode_where(l, f, n, form, depth > 0, r);
    if (form->kind == ZONE_DOOR)
        return decode_door(l, f, n, r) && good;
    r->what = prototype(l, f, doc_get(n, form->member));
    if (form->kind == ZONE_EQUIP)
        good &= decode_equip(l, f, n, r);
    good &= decode_limit(l, f, n, r);
    if (doc_get(n, "respawn"))
        doc_want_bool(l->problems, f->doc, doc_get(n, "respawn"), &r->respawn);
    if (doc_get(n, "then"))
        decode_list(l, f, doc_get(n, "then"), &r->then, depth + 1);
    return good && r->what;
}

static void decode_one(struct loader *l, struct zone_file *f, const struct doc_node *n,
                       struct zone_reset **out, int depth)
{
    if (!doc_want_kind(l->problems, f->doc, n, DOC_OBJECT))
        return;
    const struct reset_form *form = form_of(n);
    if (!form || !(depth ? form->nested : form->top)) {
        const char *near = form ? NULL : near_form(n);
        if (near)
            doc_error(l->problems, f->doc, n, "bad entry, did you mean \"%s\"?", near);
        else
            doc_error(l->problems, f->doc, n, "%s",
                      depth
                          ? "bad entry, expected one with \"give\", \"equip\", \"put\", \"place\", "
                            "\"remove\" or \"door\""
                          : "bad entry, expected one with \"place\", \"put\", \"remove\" or "
                            "\"door\"");
        return;
    }
    doc_want_known(l->problems, f->doc, n, form->known, "a reset");
    struct zone_reset *r = zone_reset_new(f->zone);
    l->counts.resets++;
    if (decode_form(l, f, n, form, depth, r)) {
        r->next = NULL;
        assert(!*out);
        *out = r;
    }
}

static void decode_list(struct loader *l, struct zone_file *f, const struct doc_node *list,
                        struct zone_reset **out, int depth)
{
    if (!doc_want_kind(l->problems, f->doc, list, DOC_ARRAY))
        return;
    if (depth > NESTING_MAX) {
        doc_error(l->problems, f->doc, list, "\"then\" more than %d deep", NESTING_MAX);
        return;
    }
    doc_foreach (n, list) {
        decode_one(l, f, n, out, depth);
        if (*out)
            out = &(*out)->next;
    }
}

void zone_resets_decode(struct loader *l, struct zone_file *f)
{
    assert(f->zone);
    const struct doc_node *list = doc_get(doc_root(f->doc), "resets");
    if (list)
        decode_list(l, f, list, zone_resets(f->zone), 0);
}

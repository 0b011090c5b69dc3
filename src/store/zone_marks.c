// The marks of a zone: what players can have done there. Defined in step 1, so that rules anywhere
// can name them; where they are announced is resolved in step 2. What is odd about marks and gifts
// is reported in step 6.
#include "store/zones_priv.h"
#include "util/mem.h"
#include "world/attr/deeds.h"
#include "world/attr/replies.h"
#include "world/attr/reset.h"
#include "world/mark.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *mark_member(struct loader *l, struct zone_file *f, const struct doc_node *n,
                               const char *key)
{
    const struct doc_node *member = doc_get(n, key);
    const char *text;
    return member && doc_want_string(l->problems, f->doc, member, &text) ? text : NULL;
}

static const struct doc_node *marks_of(struct zone_file *f)
{
    return f->zone ? doc_get(doc_root(f->doc), "marks") : NULL;
}

static const struct mark *mark_of(struct loader *l, struct zone_file *f, const struct doc_node *n)
{
    assert(n->key);
    char *ref = mem_printf("%s:%s", f->ref, n->key);
    const struct mark *m = mark_find(l->world, ref);
    free(ref);
    return m;
}

static void define_mark(struct loader *l, struct zone_file *f, const struct doc_node *n)
{
    assert(f->zone);
    static const char *const known[] = {"title", "text", "score", "announce", "comment", NULL};
    if (!doc_want_kind(l->problems, f->doc, n, DOC_OBJECT))
        return;
    doc_want_known(l->problems, f->doc, n, known, "a mark");
    if (!zone_ref_valid(n->key)) {
        doc_error_key(l->problems, f->doc, n, "bad ref \"%s\", expected 1 to 40 of a-z 0-9 _ -",
                      n->key);
        return;
    }
    static const char *const parts[] = {"text", "in", "comment", NULL};
    const struct doc_node *announce = doc_get(n, "announce");
    bool told = announce && doc_want_kind(l->problems, f->doc, announce, DOC_OBJECT);
    if (told)
        doc_want_known(l->problems, f->doc, announce, parts, "an announcement");
    if (told && (!doc_get(announce, "text") || !doc_get(announce, "in")))
        doc_error(l->problems, f->doc, announce,
                  "an announcement needs \"text\" and \"in\", a list of "
                  "locations");
    char *ref = mem_printf("%s:%s", f->ref, n->key);
    struct mark like = {.ref = ref,
                        .title = mark_member(l, f, n, "title"),
                        .text = mark_member(l, f, n, "text"),
                        .score = mark_member(l, f, n, "score"),
                        .announce = told ? mark_member(l, f, announce, "text") : NULL};
    mark_define(l->world, &like); // the same ref twice: the reader of JSON has reported it
    free(ref);
}

void zone_marks_define(struct loader *l, struct zone_file *f)
{
    const struct doc_node *marks = marks_of(f);
    if (marks && doc_want_kind(l->problems, f->doc, marks, DOC_OBJECT))
        doc_foreach (n, marks)
            define_mark(l, f, n);
}

static void announce_in(struct loader *l, struct zone_file *f, const struct mark *m,
                        const struct doc_node *in)
{
    if (!doc_want_kind(l->problems, f->doc, in, DOC_ARRAY))
        return;
    doc_foreach (ref, in) {
        struct zone_entry *e = zone_resolve(l, f, ref, "a location");
        if (e && thing_is(e->thing, THING_LOCATION))
            mark_announce_in(l->world, m, e->thing);
        else if (e)
            doc_error(l->problems, f->doc, ref, "\"%s\" is not a location", ref->string.text);
    }
}

void zone_marks_resolve(struct loader *l, struct zone_file *f)
{
    const struct doc_node *marks = marks_of(f);
    if (!marks || marks->kind != DOC_OBJECT)
        return;
    doc_foreach (n, marks) {
        const struct doc_node *announce = n->kind == DOC_OBJECT ? doc_get(n, "announce") : NULL;
        const struct doc_node *in =
            announce && announce->kind == DOC_OBJECT ? doc_get(announce, "in") : NULL;
        const struct mark *m = mark_of(l, f, n);
        if (in && m)
            announce_in(l, f, m, in);
    }
}

struct gift {
    struct loader *l;
    struct zone_entry *by;
};

static void lint_gift(void *arg, const char *ref)
{
    struct gift *g = arg;
    struct reset r;
    struct thing *t = world_lookup(g->l->world, ref);
    if (t && reset_get(t, &r) && r.each)
        return;
    doc_problem_at(
        g->l->problems, DOC_WARNING, doc_name(g->by->file->doc), g->by->node->key_line,
        g->by->node->key_column,
        "\"%s\" gives \"%s\" to all who lack it: that needs \"reset\": {\"each\": true}, or "
        "copies of it pile up",
        g->by->node->key, ref);
}

void zone_marks_lint(struct loader *l)
{
    for (size_t i = 0; i < l->file_count; i++) {
        const struct doc_node *marks = marks_of(&l->files[i]);
        if (!marks || marks->kind != DOC_OBJECT)
            continue;
        doc_foreach (n, marks) {
            const struct mark *m = mark_of(l, &l->files[i], n);
            if (m && !m->granted)
                doc_problem_at(l->problems, DOC_WARNING, doc_name(l->files[i].doc), n->key_line,
                               n->key_column, "nothing grants the mark \"%s\"", n->key);
        }
    }
    for (size_t i = 0; i < l->entry_count; i++) {
        struct gift g = {l, &l->entries[i]};
        replies_gifts(g.by->thing, lint_gift, &g);
        deeds_gifts(g.by->thing, lint_gift, &g);
    }
}

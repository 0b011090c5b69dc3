// What refs name. The message about one that names nothing has the nearest that there is; refs into
// a zone that is not there make one message for the zone, since they follow from that one mistake.
#include "store/zones_priv.h"
#include "util/buf.h"
#include "util/map.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GUESSES_MOST = 200 }; // each looks at all refs of a zone

static const struct zone_file *zone_refs_of(const struct loader *l, const char *ref)
{
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].ref && !strcmp(l->files[i].ref, ref))
            return &l->files[i];
    return NULL;
}

static void note_missing(struct loader *l, const struct zone_file *f, const struct doc_node *ref,
                         const char *zone)
{
    assert(zone && ref->kind == DOC_STRING);
    for (size_t i = 0; i < l->missing_count; i++) {
        if (!strcmp(l->missing[i].zone, zone)) {
            l->missing[i].count++;
            return;
        }
    }
    l->missing = mem_realloc_array(l->missing, l->missing_count + 1, sizeof(*l->missing));
    l->missing[l->missing_count++] = (struct zone_missing){
        mem_strdup(zone), mem_strdup(ref->string.text), 1, f->path, ref->line, ref->column};
}

// The nearest ref of the zone; else the same ref in another.
static const char *guess(struct loader *l, const char *zone, const char *ref, struct buf *room)
{
    const char **names = mem_calloc(l->entry_count + 1, sizeof(*names));
    const char *other = NULL;
    size_t n = 0;
    for (size_t i = 0; i < l->entry_count; i++) {
        const struct zone_entry *e = &l->entries[i];
        if (!strcmp(e->file->ref, zone))
            names[n++] = e->node->key;
        else if (!strcmp(e->node->key, ref))
            other = e->file->ref;
    }
    const char *near = l->guesses++ < GUESSES_MOST ? doc_nearest(ref, names) : NULL;
    free(names);
    if (!near && other) {
        buf_addf(room, "%s:%s", other, ref);
        near = buf_str(room);
    }
    return near;
}

static void complain(struct loader *l, struct zone_file *f, const struct doc_node *ref,
                     const char *zone, const char *expected)
{
    const char *text = ref->string.text, *colon = strchr(text, ':');
    struct buf room = BUF_INIT;
    const char *near = guess(l, zone, colon ? colon + 1 : text, &room);
    bool whole = near && colon && near != buf_str(&room);
    doc_error(l->problems, f->doc, ref, "\"%s\" does not exist, expected the ref of %s%s%s%s%s%s",
              text, expected, near ? ", did you mean \"" : "", whole ? zone : "", whole ? ":" : "",
              near ? near : "", near ? "\"?" : "");
    buf_fini(&room);
}

struct zone_entry *zone_entry_named(const struct loader *l, const char *zone, size_t zone_length,
                                    const char *ref)
{
    char name[2 * REF_MAX + 2]; // no ref is longer
    size_t n = strlen(ref);
    if (zone_length > REF_MAX || n > REF_MAX)
        return NULL;
    memcpy(name, zone, zone_length);
    name[zone_length] = ':';
    memcpy(name + zone_length + 1, ref, n);
    uintptr_t at = (uintptr_t)map_getn(l->by_name, name, zone_length + 1 + n);
    return at ? &l->entries[at - 1] : NULL;
}

struct zone_entry *zone_resolve(struct loader *l, struct zone_file *f, const struct doc_node *ref,
                                const char *expected)
{
    assert(ref && expected);
    const char *text;
    if (!doc_want_string(l->problems, f->doc, ref, &text))
        return NULL;
    const char *colon = strchr(text, ':'), *zone = colon ? text : f->ref;
    size_t n = colon ? (size_t)(colon - text) : strlen(zone);
    struct zone_entry *e = zone_entry_named(l, zone, n, colon ? colon + 1 : text);
    if (e)
        return e;
    char *name = mem_strndup(zone, n);
    const struct zone_file *there = zone_refs_of(l, name);
    if (!there || there->disabled)
        note_missing(l, f, ref, name);
    else
        complain(l, f, ref, name, expected);
    free(name);
    return NULL;
}

static const char *near_zone(const struct loader *l, const char *zone)
{
    assert(zone);
    const char **names = mem_calloc(l->file_count + 1, sizeof(*names));
    size_t n = 0;
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone)
            names[n++] = l->files[i].ref;
    const char *near = doc_nearest(zone, names);
    free(names);
    return near;
}

// Where a file could not be read it is hardly a mistake of its own.
void zone_missing_tell(struct loader *l)
{
    for (size_t i = 0; i < l->missing_count; i++) {
        const struct zone_missing *m = &l->missing[i];
        const struct zone_file *there = zone_refs_of(l, m->zone);
        const char *near = l->incomplete ? NULL : near_zone(l, m->zone);
        struct buf more = BUF_INIT;
        if (m->count > 1)
            buf_addf(&more, " and %zu more refs", m->count - 1);
        doc_problem_at(l->problems, l->incomplete ? DOC_WARNING : DOC_ERROR, m->file, m->line,
                       m->column, "%s \"%s\"%s: \"%s\"%s cannot be %s%s%s%s",
                       there ? "the zone" : "there is no zone", m->zone,
                       there ? " is disabled" : "", m->ref, buf_str(&more),
                       l->incomplete ? "checked before every file can be read" : "found",
                       near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        buf_fini(&more);
    }
}

void zone_missing_free(struct loader *l)
{
    for (size_t i = 0; i < l->missing_count; i++) {
        free(l->missing[i].zone);
        free(l->missing[i].ref);
    }
    free(l->missing);
}

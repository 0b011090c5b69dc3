// Loading zones, from the outside: reads the files, takes the steps in order and stops at the first
// that leaves errors behind, so that later ones need not guess. Keeps nothing afterwards but who to
// ask about commands.
#include "store/zones.h"

#include "store/json.h"
#include "store/zones_priv.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/parallel.h"
#include "world/attr.h"
#include "world/building.h"
#include "world/limbo.h"
#include "world/world.h"
#include "world/zone.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 32 << 20 }; // of one zone: the largest that is known has under one

static const struct zones_commands *known_commands;

void zones_know_commands(const struct zones_commands *c)
{
    known_commands = c;
}

const struct zones_commands *zones_commands(void)
{
    return known_commands;
}

static void check_texts(struct loader *l, const char *path)
{
    struct buf text = BUF_INIT;
    if (!file_read(path, FILE_MAX, &text) && text.len)
        zone_texts_check(l, path, text.data, text.len);
    buf_fini(&text);
}

// On any thread: reading a file needs nothing of the world.
static void parse_file(void *arg, unsigned thread, size_t i)
{
    struct loader *l = arg;
    l->files[i].doc = json_read_file_in(l->files[i].path, FILE_MAX, &l->memory[thread], NULL);
}

// Documents are about three times as long as their texts: with that in one piece, few pages of
// memory need to be touched one by one.
static void expect_documents(struct loader *l, unsigned threads)
{
    size_t total = 0;
    struct stat st;
    for (size_t i = 0; i < l->file_count; i++)
        total += stat(l->files[i].path, &st) ? 0 : (size_t)st.st_size;
    for (unsigned i = 0; i < threads; i++)
        arena_expect(&l->memory[i], 3 * total / threads);
}

static void read_files(struct loader *l, const char *const *paths, size_t n)
{
    assert(!l->files && !l->file_count);
    l->files = mem_calloc(n ? n : 1, sizeof(*l->files));
    l->file_count = n;
    for (size_t i = 0; i < n; i++)
        l->files[i].path = paths[i];
    unsigned threads = parallel_threads(n);
    expect_documents(l, threads);
    parallel_each(n, threads, parse_file, l);
    for (size_t i = 0; i < n; i++) {
        if (!l->files[i].doc) // once more, for the complaint
            l->files[i].doc = json_read_file(paths[i], FILE_MAX, l->problems);
        l->incomplete |= !l->files[i].doc;
        l->counts.files += l->files[i].doc != NULL;
        if (l->lint && l->files[i].doc)
            check_texts(l, paths[i]);
    }
}

static void free_loader(struct loader *l)
{
    for (size_t i = 0; i < l->entry_count; i++)
        free(l->entries[i].instances);
    free(l->entries);
    for (size_t i = 0; i < l->file_count; i++)
        doc_free(l->files[i].doc);
    free(l->files);
    for (size_t i = 0; i < PARALLEL_MOST; i++)
        arena_fini(&l->memory[i]);
    zone_missing_free(l);
    map_free(l->by_name);
}

static bool sound(const struct loader *l)
{
    return !l->problems->errors && !l->missing_count;
}

static void take_steps(void *arg)
{
    struct loader *l = arg;
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].doc) {
            zone_define(l, &l->files[i]);
            l->incomplete |= !l->files[i].zone && !l->files[i].disabled;
        }
    zone_decode_all(l);
    if (sound(l))
        zone_place_all(l);
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone)
            zone_resets_decode(l, &l->files[i]);
    zone_slots_check(l);
    if (l->lint)
        zone_lint_all(l);
    if (sound(l))
        zone_traps_all(l);
    zone_publish_all(l);
}

enum zones_outcome zones_load(struct world *w, const char *const *paths, size_t n, bool lint,
                              struct doc_problems *p, struct zones_counts *counts)
{
    assert(w && p && (paths || !n));
    struct loader l = {.world = w, .problems = p, .lint = lint, .by_name = map_new()};
    size_t errors = p->errors, first = p->count;
    read_files(&l, paths, n);
    // What no file can say comes first: the rest may follow from it.
    size_t after = p->count;
    doc_problems_sort_from(p, first);
    building_run(take_steps, &l);
    zone_missing_tell(&l);
    if (!world_starts(w) && p->errors == errors)
        doc_problem_at(p, DOC_ERROR, n ? paths[0] : "zones", 0, 0,
                       "no location has \"start\": true, and new players must begin somewhere");
    if (counts)
        *counts = l.counts;
    free_loader(&l);
    doc_problems_sort_from(p, after);
    return p->errors == errors ? ZONES_LOADED : ZONES_BAD;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// "village.JSON", "village.json.txt", "village.json~": a zone file as its author may think.
static bool is_nearly_json(const char *name)
{
    return *name != '.' && *name != '#' && strcasestr(name, ".json");
}

static bool is_json(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && *name != '.' && !strcmp(name + n - 5, ".json");
}

enum zones_outcome zones_load_folder(struct world *w, const char *folder, bool lint,
                                     struct doc_problems *p, struct zones_counts *counts)
{
    assert(w && folder && p);
    char **paths = NULL;
    size_t n = 0, cap = 0, first = p->count;
    DIR *d = opendir(folder);
    if (!d) {
        doc_problem_at(p, DOC_ERROR, folder, 0, 0, "cannot read this folder of zone files: %s",
                       strerror(errno));
        return ZONES_BAD;
    }
    for (struct dirent *e; (e = readdir(d));) {
        if (!is_json(e->d_name)) {
            if (lint && is_nearly_json(e->d_name)) {
                char *path = mem_printf("%s/%s", folder, e->d_name);
                doc_problem_at(p, DOC_WARNING, path, 0, 0,
                               "this file is not read: the name must end in .json");
                free(path);
            }
            continue;
        }
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            paths = mem_realloc_array(paths, cap, sizeof(*paths));
        }
        paths[n++] = mem_printf("%s/%s", folder, e->d_name);
    }
    closedir(d);
    doc_problems_sort_from(p, first);
    if (n)
        qsort(paths, n, sizeof(*paths), by_name);
    enum zones_outcome outcome = ZONES_BAD;
    if (n)
        outcome = zones_load(w, (const char *const *)paths, n, lint, p, counts);
    else
        doc_problem_at(p, DOC_ERROR, folder, 0, 0, "no zone files here, expected *.json");
    for (size_t i = 0; i < n; i++)
        free(paths[i]);
    free(paths);
    return outcome;
}

static struct thing *no_refs(struct attr_decode *d, const struct doc_node *ref)
{
    doc_error(d->problems, d->doc, ref, "a player's template cannot refer to things of zones");
    return NULL;
}

static void build_player(void *arg)
{
    struct loader *l = arg;
    struct zone_file *f = &l->files[0];
    struct doc_node *root = doc_root(f->doc);
    if (!doc_want_kind(l->problems, f->doc, root, DOC_OBJECT))
        return;
    struct attr_decode d = {l->world, f->doc, l->problems, "", no_refs, NULL};
    struct thing *t = limbo_new(l->world, THING_PLAYER, "player");
    inventory_give(t, 0);
    doc_foreach (member, root) {
        int id = attr_by_name(member->key);
        if (!strcmp(member->key, "comment"))
            continue;
        if (id < 0 || !(attr_flags((unsigned)id) & (ATTR_OF_LOCATIONS | ATTR_OF_THINGS))) {
            doc_error_key(l->problems, f->doc, member,
                          "unknown attribute \"%s\" of a player, expected one of docs/zones.md",
                          member->key);
            continue;
        }
        void *value = attr_kind((enum attr_id)id)->decode(&d, t, member);
        if (value)
            attr_set_at(t, (enum attr_id)id, value, SITE);
    }
    limbo_freeze(t);
    world_set_player_template(l->world, t);
}

enum zones_outcome zones_load_player(struct world *w, const char *path, struct doc_problems *p)
{
    assert(w && path && p);
    struct loader l = {.world = w, .problems = p, .by_name = map_new()};
    size_t errors = p->errors;
    read_files(&l, &path, 1);
    if (l.files[0].doc)
        building_run(build_player, &l);
    free_loader(&l);
    return p->errors == errors ? ZONES_LOADED : ZONES_BAD;
}

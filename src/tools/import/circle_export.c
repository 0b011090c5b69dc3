// Puts the documents of zones together and writes them. What a record becomes is decided in
// circle_out*.c.
#include "tools/import/circle_export.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/json.h"
#include "tools/import/circle_out.h"
#include "tools/import/circle_text.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

#define SCHEMA "../schema/zone.json" // beside the folder of zones in an installation

enum {
    STOCK_START = 3001,
    NAMED_MOST = 5,
    MINUTES_MOST = 43200
}; // no timer runs longer than 30 days

size_t circle_export_starts(struct circle_world *w, const int64_t *asked, size_t count,
                            int64_t **starts)
{
    size_t n = 0;
    int64_t *list = mem_calloc(count + 1, sizeof(*list));
    *starts = list;
    for (size_t i = 0; i < count; i++) {
        if (circle_world_room(w, asked[i]))
            list[n++] = asked[i];
        else
            circle_report_note(w->report, (struct circle_at){"--start", 0},
                               "room %lld does not exist", (long long)asked[i]);
    }
    if (n)
        return n;
    if (circle_world_room(w, STOCK_START)) {
        list[0] = STOCK_START;
        return 1;
    }
    for (size_t z = 0; z < w->zones.count; z++) {
        const struct circle_zone *zone = (const struct circle_zone *)w->zones.items[z];
        if (zone->rooms.first) {
            list[0] = zone->rooms.first->vnum;
            return 1;
        }
    }
    return 0;
}

static void put_about(struct circle_out *x, struct doc_node *n)
{
    const struct circle_zone *z = x->zone;
    struct buf text = BUF_INIT;
    buf_addf(&text, "Zone %lld of a CircleMUD world, numbers %lld to %lld.",
             (long long)z->record.vnum, (long long)z->bottom, (long long)z->top);
    if (z->least_level > 0 || z->most_level > 0)
        buf_addf(&text, " For levels %lld to %lld.", (long long)z->least_level,
                 (long long)z->most_level);
    bool first = true;
    for (int bit = 0; bit < 128; bit++) {
        if (!circle_world_bit(&z->flags, bit))
            continue;
        const char *name = circle_names_bit(CIRCLE_ZONE_FLAGS, &z->flags, bit);
        buf_adds(&text, first ? " Flags: " : ", ");
        first = false;
        if (name)
            buf_adds(&text, name);
        else
            buf_addf(&text, "bit_%d", bit);
    }
    if (!first)
        buf_addc(&text, '.');
    circle_out_put_string(x, n, "about", buf_str(&text));
    buf_fini(&text);
}

static void put_mode(struct circle_out *x, struct doc_node *n)
{
    const struct circle_zone *z = x->zone;
    struct doc_node *reset = doc_object(x->d);
    struct buf every = BUF_INIT;
    const char *mode = z->mode == 0 ? "never" : z->mode == 2 ? "always" : "empty";
    int64_t minutes = z->lifespan < 1 ? 1 : z->lifespan > MINUTES_MOST ? MINUTES_MOST : z->lifespan;
    if (z->mode < 0 || z->mode > 2)
        circle_report_note(x->report, z->record.at,
                           "reset mode %lld is none of 0, 1 and 2; "
                           "taken for 1, reset when empty",
                           (long long)z->mode);
    buf_addf(&every, "%lldm", (long long)minutes);
    circle_out_put_string(x, reset, "mode", mode);
    circle_out_put_string(x, reset, "every", buf_str(&every));
    doc_put(x->d, n, "reset", reset);
    buf_fini(&every);
}

static void put_zone(struct circle_out *x, struct doc_node *root)
{
    struct doc_node *n = doc_object(x->d);
    struct buf text = BUF_INIT;
    buf_addf(&text, "z%lld", (long long)x->zone->record.vnum);
    circle_out_put_string(x, n, "ref", buf_str(&text));
    circle_out_put_name(x, n, x->zone->record.at, x->zone->name, "A zone without a name");
    buf_clear(&text);
    circle_text_line(&text, x->zone->builder ? x->zone->builder : "");
    if (strcmp(buf_str(&text), "None"))
        circle_out_put_string(x, n, "author", buf_str(&text));
    put_about(x, n);
    put_mode(x, n);
    doc_put(x->d, root, "zone", n);
    buf_fini(&text);
    if (x->zone->made)
        return;
    circle_report_field(x->report, CIRCLE_HAS_LIFESPAN, !x->zone->no_numbers);
    if (x->zone->no_numbers)
        circle_report_part(x->report, CIRCLE_ZONE);
    x->report->counts[CIRCLE_ZONE].written++;
}

static void put_under(struct circle_out *x, struct doc_node *table, char letter, int64_t vnum,
                      struct doc_node *n)
{
    struct buf key = BUF_INIT;
    buf_addf(&key, "%c%lld", letter, (long long)vnum);
    doc_put(x->d, table, buf_str(&key), n);
    buf_fini(&key);
}

static void put_world(struct circle_out *x, struct doc_node *root)
{
    const struct circle_zone *z = x->zone;
    struct doc_node *locations = doc_object(x->d), *things = doc_object(x->d);
    for (struct circle_record *i = z->rooms.first; i; i = i->next_in_zone) {
        put_under(x, locations, 'r', i->vnum, circle_out_room(x, (struct circle_room *)i));
        circle_out_doors(x, (struct circle_room *)i, things);
    }
    for (struct circle_record *i = z->mobiles.first; i; i = i->next_in_zone)
        put_under(x, things, 'm', i->vnum, circle_out_mobile(x, (struct circle_mobile *)i));
    for (struct circle_record *i = z->objects.first; i; i = i->next_in_zone)
        put_under(x, things, 'o', i->vnum, circle_out_object(x, (struct circle_object *)i));
    circle_out_put_list(x->d, root, "locations", locations);
    circle_out_put_list(x->d, root, "things", things);
}

static void put_data(struct circle_out *x, struct doc_node *root)
{
    const struct circle_zone *z = x->zone;
    struct doc_node *shops = doc_array(x->d), *triggers = doc_array(x->d),
                    *quests = doc_array(x->d);
    for (struct circle_record *i = z->shops.first; i; i = i->next_in_zone)
        doc_append(shops, circle_out_shop(x, (struct circle_shop *)i));
    for (struct circle_record *i = z->triggers.first; i; i = i->next_in_zone)
        doc_append(triggers, circle_out_trigger(x, (struct circle_trigger *)i));
    for (size_t i = 0; i < z->command_count; i++)
        if (z->commands[i].letter == 'T' || z->commands[i].letter == 'V')
            doc_append(triggers, circle_out_attachment(x, &z->commands[i]));
    for (struct circle_record *i = z->quests.first; i; i = i->next_in_zone)
        doc_append(quests, circle_out_quest(x, (struct circle_quest *)i));
    circle_out_put_list(x->d, root, "shops", shops);
    circle_out_put_list(x->d, root, "triggers", triggers);
    circle_out_put_list(x->d, root, "quests", quests);
}

int circle_export(struct circle_world *w, const int64_t *starts, size_t start_count,
                  circle_export_fn *each, void *context)
{
    assert(each && (starts || !start_count));
    int e = 0;
    circle_out_prepare(w);
    for (size_t i = 0; i < w->zones.count && !e; i++) {
        struct circle_zone *z = (struct circle_zone *)w->zones.items[i];
        struct circle_out x = {w, w->report, z, doc_new("zone"), starts, start_count};
        struct doc_node *root = doc_object(x.d);
        doc_set_root(x.d, root);
        circle_out_put_string(&x, root, "$schema", SCHEMA);
        put_zone(&x, root);
        put_world(&x, root);
        circle_out_put_list(x.d, root, "resets", circle_out_resets(&x));
        put_data(&x, root);
        e = each(context, z, x.d);
        doc_free(x.d);
    }
    return e;
}

struct writing {
    struct circle_report *report;
    struct arena *arena;
    const char *dir;
    size_t *files, *bytes;
};

static int write_zone(void *context, const struct circle_zone *zone, struct doc *d)
{
    assert(zone && d);
    struct writing *job = context;
    struct buf text = BUF_INIT;
    char *path = mem_printf("%s/z%lld.json", job->dir, (long long)zone->record.vnum);
    int e = json_write(&text, doc_root(d), JSON_PRETTY)
                ? file_write_atomic(path, buf_str(&text), text.len, 0644, false)
                : -EOVERFLOW;
    if (e) {
        size_t n = strlen(path) + 1;
        char *kept = memcpy(arena_take(job->arena, n, 1), path, n);
        circle_report_bad(job->report, (struct circle_at){kept, 0}, "cannot be written: %s",
                          strerror(-e));
    } else {
        ++*job->files;
        *job->bytes += text.len;
    }
    buf_fini(&text);
    free(path);
    return e;
}

int circle_export_write(struct circle_world *w, const char *dir, const int64_t *starts,
                        size_t start_count, size_t *files, size_t *bytes)
{
    assert(dir && files && bytes);
    struct writing job = {w->report, &w->arena, dir, files, bytes};
    return circle_export(w, starts, start_count, write_zone, &job);
}

// "z30.json": the number, or -1.
static int64_t zone_of_file(const char *name)
{
    size_t digits = *name == 'z' ? strspn(name + 1, "0123456789") : 0;
    if (!digits || digits > 18 || strcmp(name + 1 + digits, ".json"))
        return -1;
    return strtoll(name + 1, NULL, 10);
}

static bool has_zone(const struct circle_world *w, int64_t vnum)
{
    for (size_t i = 0; i < w->zones.count; i++)
        if (w->zones.items[i]->vnum == vnum)
            return true;
    return false;
}

size_t circle_export_others(const struct circle_world *w, const char *dir, struct buf *names)
{
    assert(dir && names);
    size_t others = 0;
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        int64_t vnum = zone_of_file(e->d_name);
        if (vnum < 0 || has_zone(w, vnum))
            continue;
        if (others++ < NAMED_MOST)
            buf_addf(names, "%s%s", others > 1 ? ", " : "", e->d_name);
    }
    if (others > NAMED_MOST)
        buf_adds(names, ", ...");
    if (d)
        closedir(d);
    return others;
}

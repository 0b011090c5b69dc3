// Keeps the records of a world by kind, sorted by number once settled. Of two with one number the
// first is kept, as files are read in the order of their index.
#include "tools/import/circle_world.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

enum { ZONES_MADE_MOST = 1000 };

void circle_world_init(struct circle_world *w, struct circle_report *report)
{
    assert(w && report);
    *w = (struct circle_world){.report = report};
}

void circle_world_fini(struct circle_world *w)
{
    struct circle_list *const lists[] = {&w->rooms, &w->mobiles,  &w->objects, &w->zones,
                                         &w->shops, &w->triggers, &w->quests};
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        free(lists[i]->items);
    arena_fini(&w->arena);
}

void *circle_world_take(struct circle_world *w, size_t size)
{
    assert(size);
    return memset(arena_take(&w->arena, size, alignof(max_align_t)), 0, size);
}

void circle_world_add(struct circle_list *list, struct circle_record *record)
{
    assert(list && record);
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->items = mem_realloc_array(list->items, list->cap, sizeof(*list->items));
    }
    list->items[list->count++] = record;
}

static struct circle_record *find_by_number(const struct circle_list *list, int64_t vnum)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle]->vnum < vnum)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->items[low]->vnum == vnum ? list->items[low] : NULL;
}

struct circle_room *circle_world_room(const struct circle_world *w, int64_t vnum)
{
    return (struct circle_room *)find_by_number(&w->rooms, vnum);
}

struct circle_mobile *circle_world_mobile(const struct circle_world *w, int64_t vnum)
{
    return (struct circle_mobile *)find_by_number(&w->mobiles, vnum);
}

struct circle_object *circle_world_object(const struct circle_world *w, int64_t vnum)
{
    return (struct circle_object *)find_by_number(&w->objects, vnum);
}

struct circle_trigger *circle_world_trigger(const struct circle_world *w, int64_t vnum)
{
    return (struct circle_trigger *)find_by_number(&w->triggers, vnum);
}

bool circle_world_bit(const struct circle_bits *bits, int bit)
{
    assert(bit >= 0 && bits->words <= 4);
    if (bits->words <= 1)
        return bit < 64 && (bits->word[0] >> bit & 1);
    return bit < 32 * bits->words && (bits->word[bit / 32] >> (bit % 32) & 1);
}

// Stable: equal numbers stay in the order of reading.
static void sort(struct circle_record **items, struct circle_record **spare, size_t n)
{
    assert(items || !n);
    if (n < 2)
        return;
    size_t half = n / 2, a = 0, b = half, out = 0;
    sort(items, spare, half);
    sort(items + half, spare, n - half);
    while (a < half || b < n)
        spare[out++] =
            b == n || (a < half && items[a]->vnum <= items[b]->vnum) ? items[a++] : items[b++];
    memcpy(items, spare, n * sizeof(*items));
}

static void sort_list(struct circle_list *list)
{
    struct circle_record **spare = mem_calloc(list->count + 1, sizeof(struct circle_record *));
    sort(list->items, spare, list->count);
    free(spare);
}

static size_t count_extras(const struct circle_extra *e)
{
    size_t n = 0;
    for (; e; e = e->next)
        n++;
    return n;
}

// Counts the parts of a duplicate record as lost.
static void lose_parts(struct circle_report *r, enum circle_kind kind,
                       const struct circle_record *record)
{
    assert(kind < CIRCLE_KINDS);
    if (kind == CIRCLE_ROOM) {
        const struct circle_room *room = (const struct circle_room *)record;
        for (int d = 0; d < CIRCLE_DIRECTIONS; d++) {
            r->counts[CIRCLE_EXIT].lost += room->exits[d] != NULL;
            r->counts[CIRCLE_DOOR].lost += room->exits[d] && room->exits[d]->flags > 0;
        }
        r->counts[CIRCLE_EXTRA].lost += count_extras(room->extras.first);
    } else if (kind == CIRCLE_OBJECT) {
        r->counts[CIRCLE_EXTRA].lost +=
            count_extras(((const struct circle_object *)record)->extras.first);
    } else if (kind == CIRCLE_ZONE) {
        const struct circle_zone *zone = (const struct circle_zone *)record;
        for (size_t i = 0; i < zone->command_count; i++)
            r->counts[circle_report_reset_kind(zone->commands[i].letter)].lost++;
    }
}

static void drop_doubles(struct circle_world *w, struct circle_list *list, enum circle_kind kind,
                         const char *what)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct circle_record *one = list->items[i];
        struct circle_record *before = kept ? list->items[kept - 1] : NULL;
        if (before && before->vnum == one->vnum) {
            circle_report_lost(w->report, kind, one->at,
                               "%s %lld is in %s:%u already; this one and all in it is left out",
                               what, (long long)one->vnum, before->at.file, before->at.line);
            lose_parts(w->report, kind, one);
            continue;
        }
        list->items[kept++] = one;
    }
    list->count = kept;
}

// Old files give only the top number of a zone: such a zone begins where the one before ends.
static void settle_ranges(struct circle_world *w)
{
    int64_t top = -1;
    for (size_t i = 0; i < w->zones.count; i++) {
        struct circle_zone *z = (struct circle_zone *)w->zones.items[i];
        z->record.zone = z;
        if (z->bottom < 0)
            z->bottom = top + 1;
        if (z->bottom > z->top)
            circle_report_note(w->report, z->record.at,
                               "zone %lld goes from %lld to %lld: no number can be in it",
                               (long long)z->record.vnum, (long long)z->bottom, (long long)z->top);
        top = z->top;
    }
}

static int64_t number_of_file(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    int64_t n = 0;
    size_t digits = strspn(name, "0123456789");
    if (!digits || digits > 9)
        return -1;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (name[i] - '0');
    return n;
}

static struct circle_zone *make_zone(struct circle_world *w, const struct circle_record *record)
{
    struct circle_zone *z = circle_world_take(w, sizeof(*z));
    int64_t number = record->vnum / 100;
    struct buf text = BUF_INIT;
    buf_addf(&text, "Zone %lld", (long long)number);
    char *name = arena_take(&w->arena, text.len + 1, 1);
    memcpy(name, buf_str(&text), text.len + 1);
    buf_fini(&text);
    z->record = (struct circle_record){.vnum = number, .at = record->at, .zone = z};
    z->name = name;
    z->bottom = number * 100;
    z->top = number * 100 + 99;
    z->lifespan = 30;
    z->mode = 2;
    z->made = true;
    w->zones_made++;
    circle_world_add(&w->zones, &z->record);
    sort_list(&w->zones);
    circle_report_note(w->report, record->at,
                       "no zone has the number %lld in its range; zone %lld is made for it",
                       (long long)record->vnum, (long long)number);
    return z;
}

static bool zone_range_holds(const struct circle_zone *z, int64_t vnum)
{
    return z->bottom <= vnum && vnum <= z->top;
}

// `near` is the zone of the record before, most often this one's too.
static struct circle_zone *
zone_of_number(struct circle_world *w, const struct circle_record *record, struct circle_zone *near)
{
    if (near && zone_range_holds(near, record->vnum))
        return near;
    for (size_t i = 0; i < w->zones.count; i++) {
        struct circle_zone *z = (struct circle_zone *)w->zones.items[i];
        if (zone_range_holds(z, record->vnum))
            return z;
    }
    struct circle_record *zone = find_by_number(&w->zones, number_of_file(record->at.file));
    if (!zone)
        zone = find_by_number(&w->zones, record->vnum / 100);
    if (!zone && w->zones_made < ZONES_MADE_MOST)
        return make_zone(w, record);
    if (!zone)
        zone = w->zones.items[w->zones.count - 1];
    circle_report_note(w->report, record->at,
                       "no zone has the number %lld in its range; put into zone %lld",
                       (long long)record->vnum, (long long)zone->vnum);
    return (struct circle_zone *)zone;
}

static struct circle_members *members_of(struct circle_zone *z, enum circle_kind kind)
{
    assert(z && kind < CIRCLE_KINDS && kind != CIRCLE_ZONE);
    switch (kind) {
    case CIRCLE_ROOM:
        return &z->rooms;
    case CIRCLE_MOBILE:
        return &z->mobiles;
    case CIRCLE_OBJECT:
        return &z->objects;
    case CIRCLE_SHOP:
        return &z->shops;
    case CIRCLE_TRIGGER:
        return &z->triggers;
    default:
        return &z->quests;
    }
}

static void settle_zones(struct circle_world *w, const struct circle_list *list,
                         enum circle_kind kind)
{
    assert(kind != CIRCLE_ZONE);
    struct circle_zone *zone = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct circle_record *one = list->items[i];
        one->zone = zone = zone_of_number(w, one, zone);
        struct circle_members *members = members_of(zone, kind);
        *(members->last ? &members->last->next_in_zone : &members->first) = one;
        members->last = one;
    }
}

void circle_world_settle(struct circle_world *w)
{
    struct {
        struct circle_list *list;
        enum circle_kind kind;
        const char *what;
    } const kinds[] = {
        {&w->zones, CIRCLE_ZONE, "zone"},       {&w->rooms, CIRCLE_ROOM, "room"},
        {&w->mobiles, CIRCLE_MOBILE, "mobile"}, {&w->objects, CIRCLE_OBJECT, "object"},
        {&w->shops, CIRCLE_SHOP, "shop"},       {&w->triggers, CIRCLE_TRIGGER, "trigger"},
        {&w->quests, CIRCLE_QUEST, "quest"},
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        sort_list(kinds[i].list);
        drop_doubles(w, kinds[i].list, kinds[i].kind, kinds[i].what);
        if (i)
            settle_zones(w, kinds[i].list, kinds[i].kind);
        else
            settle_ranges(w);
    }
}

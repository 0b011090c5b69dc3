// A small world, and everything of it as text: what is compared when a snapshot was restored.
#ifndef TESTS_WORLD_SNAPSHOT_KIT_H
#define TESTS_WORLD_SNAPSHOT_KIT_H

#include "world/snapshot/snapshot.h"

#include "check/check.h"
#include "lock/lockset.h"
#include "store/json.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/mem.h"
#include "util/pack.h"
#include "util/rng.h"
#include "world/attr/aliases.h"
#include "world/attr/body.h"
#include "world/attr/description.h"
#include "world/attr/door.h"
#include "world/attr/fight.h"
#include "world/attr/health.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/attr/timers.h"
#include "world/limbo.h"
#include "world/mark.h"
#include "world/player.h"
#include "world/roster.h"
#include "world/snapshot/digest.h"
#include "world/snapshot/snapshot_priv.h"
#include "world/zone.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAR_SLOT = 1 << 20, ZONES_MILL = 1, ZONES_YARD = 2, ZONES_BOTH = 3, PLAYERS = 5 };

static struct lockset ls;
static struct world *w;
static struct buf bytes;
static __attribute__((unused)) struct error why = ERROR_INIT;
static struct timer_sink sink;

// The loader is a task of its own.
static inline struct world *build(unsigned zones)
{
    bool mine = lockset_current();
    if (mine)
        lockset_leave(&ls);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *made = world_new();
    const char *paths[2];
    size_t n = 0;
    char *player = mem_printf("%s/tests/data/zones/player.json", getenv("LATCHKEY_SOURCE"));
    char *mill = mem_printf("%s/tests/data/zones/mill.json", getenv("LATCHKEY_SOURCE"));
    char *yard = mem_printf("%s/tests/data/zones/yard.json", getenv("LATCHKEY_SOURCE"));
    if (zones & ZONES_MILL)
        paths[n++] = mill;
    if (zones & ZONES_YARD)
        paths[n++] = yard;
    ck_assert_int_eq(zones_load_player(made, player, &p), ZONES_LOADED);
    ck_assert_int_eq(zones_load(made, paths, n, false, &p, NULL), ZONES_LOADED);
    mark_define(made, &(struct mark){.ref = "mill:hero", .title = "hero of the mill"});
    world_settle(made);
    doc_problems_fini(&p);
    free(player);
    free(mill);
    free(yard);
    if (mine)
        lockset_enter(&ls);
    return made;
}

static inline void start(void)
{
    check_set_level(CHECK_OFF);
    w = build(ZONES_BOTH);
    bytes = (struct buf)BUF_INIT;
    sink = (struct timer_sink){0};
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
}

static inline void finish(void)
{
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    timer_sink_fini(&sink);
    buf_fini(&bytes);
    world_free(w);
}

// Everything of a world as text, without slots: what is compared.

static inline void show_ref(struct buf *out, const char *what, const struct thing *t)
{
    if (t)
        buf_addf(out, " %s=%s/%s/%u", what, thing_label(t), t->refname,
                 snapshot_is_built(t) ? t->place.index : 0);
}

static inline void show_set(struct buf *out, const char *what, const struct attr_set *s)
{
    buf_addf(out, " %s", what);
    attr_set_foreach (id, s)
        buf_addf(out, " %u", id);
}

static inline void show_values(struct buf *out, struct thing *t)
{
    for (unsigned id = 0; id < ATTR_COUNT; id++) {
        const struct attr_kind *kind = attr_kind((enum attr_id)id);
        const void *value = thing_attr(t, (enum attr_id)id);
        if (!value || (!kind->snapshot && !kind->encode))
            continue;
        struct doc *d = doc_new("show");
        buf_addf(out, "\n  %s ", attr_name(id));
        json_write(out, kind->snapshot ? kind->snapshot(value, d) : kind->encode(value, d),
                   JSON_ONE_LINE);
        doc_free(d);
    }
}

static inline void show(struct buf *out, struct thing *t, int depth)
{
    buf_addf(out, "\n%d %s \"%s\" flags %x", depth, thing_label(t), t->refname, t->flags);
    show_set(out, "has", &t->has);
    show_set(out, "changed", &t->changed);
    show_ref(out, "prototype", t->prototype);
    show_ref(out, "origin", t->origin);
    show_ref(out, "door", door_far(t));
    buf_addf(out, " zone %s", t->zone ? zone_ref(t->zone) : "-");
    show_values(out, t);
    const struct audience *hears;
    size_t n;
    hears = inventory_audience_at(t, &n, SITE);
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "\n  hears %s %u", thing_label(hears[i].player), hears[i].outbox);
    for (int list = 0; list < INVENTORY_LISTS; list++)
        for (struct thing *in = inventory_peek(t, (enum inventory_list)list); in; in = in->next) {
            buf_addf(out, "\n  in list %d of %s:", list, thing_label(t));
            ck_assert_ptr_eq(thing_where_at(in, SITE), t);
            ck_assert_int_eq(in->list, list);
            show(out, in, depth + 1);
        }
}

static inline char *description(struct world *of)
{
    struct buf out = BUF_INIT;
    for (uint32_t i = 1; i < world_slots(of); i++) {
        struct thing *t = world_slot(of, i);
        if (place_is_root(&t->place))
            show(&out, t, 0);
        if (t->population)
            buf_addf(&out, "\n%s lives %u times", t->refname, t->population);
        if (snapshot_is_built(t))
            buf_addf(&out, "\nslot %u is %s", i,
                     place_kind(place_peek(&t->place)) == PLACE_DEAD ? "over" : thing_label(t));
    }
    size_t n;
    const struct roster_entry *list = roster_peek(world_roster_peek(of), &n);
    for (size_t i = 0; i < n; i++)
        buf_addf(&out, "\nroster %s %s", list[i].name, thing_label(list[i].player));
    buf_addf(&out, "\n%zu things\n", world_things(of));
    return buf_take(&out);
}

static inline struct thing *find(const char *place, enum inventory_list list, const char *label)
{
    struct thing *in = world_lookup(w, place);
    ck_assert_ptr_nonnull(in);
    for (struct thing *t = inventory_peek(in, list); t; t = t->next)
        if (!strcmp(thing_label(t), label))
            return t;
    ck_abort_msg("no %s in %s", label, place);
    return NULL;
}

static inline struct thing *add_player(const char *name, uint32_t outbox, const char *place)
{
    const char *aliases[] = {"who", "player"};
    struct thing *t = limbo_player(w, world_player_template(w), name);
    name_set(t, name);
    player_give(t, name, "goto all");
    player_set_outbox(t, outbox);
    aliases_set(t, aliases, 2);
    ck_assert_int_eq(limbo_publish(t, world_lookup(w, place)), INVENTORY_MOVED);
    world_roster_add(w, t, name);
    return t;
}

static inline struct thing *add_copy(const char *of, struct thing *into)
{
    struct thing *t = limbo_copy(world_lookup(w, of));
    zone_born(t);
    ck_assert_int_eq(limbo_publish(t, into), INVENTORY_MOVED);
    return t;
}

#endif

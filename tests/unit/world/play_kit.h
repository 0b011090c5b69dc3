// Two locations in play, their locks held by the task of the test, with the lock checker on: a test
// fails when a function breaks a locking rule. CK_TOLD fails unless a call reports its access to
// the checker.
#ifndef TESTS_WORLD_PLAY_KIT_H
#define TESTS_WORLD_PLAY_KIT_H

#include "check/check.h"
#include "check/check_report.h"
#include "lock/lockset.h"
#include "lock/write_set.h"
#include "store/json.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/player.h"
#include "world/thing.h"
#include "world/world.h"
#include "world/world_priv.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world *w;
static struct lockset ls;
static struct write_set noted; // what the task has changed, as a record of the journal has it
static struct thing *room, *yard;
static char *reports;
static size_t reports_size;
static FILE *reports_file;
static uint64_t expected; // violations that the test has caused on purpose

// Is it the set of these two, which may be the same?
static inline bool play_has_only(const struct attr_set *s, enum attr_id one, enum attr_id other)
{
    return attr_set_has(s, one) && attr_set_has(s, other) &&
           attr_set_count(s) == (one == other ? 1 : 2);
}

static inline void play_hold(struct thing *t)
{
    lockset_need(&ls, thing_lock(t), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
}

// Everything that has been placed may be touched from here on, when it is looked for first.
static inline void play_hold_both(void)
{
    play_hold(room);
    play_hold(yard);
}

static inline struct thing *play_location(const char *ref)
{
    struct thing *t = world_define(w, ref, THING_LOCATION);
    limbo_publish_root(t);
    return t;
}

static inline void play_begin(void)
{
    check_reset();
    check_set_names(attr_name, ATTR_COUNT);
    check_set_level(CHECK_RULES);
    reports_file = open_memstream(&reports, &reports_size);
    check_set_output(reports_file);
    expected = 0;
    w = world_new();
    write_set_init(&noted);
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    ls.write_set = &noted;
    room = play_location("z:room");
    yard = play_location("z:yard");
    play_hold_both();
}

static inline void play_end(void)
{
    fflush(reports_file);
    ck_assert_msg(check_violations() == expected, "reported: %s", reports);
    check_set_level(CHECK_OFF);
    lockset_clear(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    write_set_fini(&noted);
    world_free(w);
    check_set_output(NULL);
    fclose(reports_file);
    free(reports);
    reports = NULL;
}

// The access is reported, as nothing is held; more than once in raw mode, which sees each step of
// it.
#define CK_TOLD(access)                                                                            \
    do {                                                                                           \
        lockset_clear(&ls);                                                                        \
        uint64_t before = check_violations();                                                      \
        access;                                                                                    \
        ck_assert_msg(check_violations() > before, "%s is not reported", #access);                 \
        expected += check_violations() - before;                                                   \
    } while (0)

// A thing that lies in a place, with its whereabouts looked at as the rules want it.
static inline struct thing *play_put(struct thing *t, struct thing *in)
{
    ck_assert_int_eq(limbo_publish(t, in), INVENTORY_MOVED);
    thing_outermost(t);
    return t;
}

static inline void play_move(struct thing *t, struct thing *to)
{
    ck_assert_int_eq(inventory_move(t, to), INVENTORY_MOVED);
}

static inline struct thing *play_thing(const char *name, unsigned flags, struct thing *in)
{
    struct thing *t = limbo_new(w, flags, name);
    name_set(t, name);
    return play_put(t, in);
}

static inline struct thing *play_box(const char *name, uint32_t capacity, struct thing *in)
{
    struct thing *t = limbo_new(w, THING_COPY, name);
    inventory_give(t, capacity);
    return play_put(t, in);
}

static inline struct thing *play_player(const char *name, uint32_t outbox, struct thing *in)
{
    struct thing *t = limbo_player(w, NULL, name);
    player_give(t, name, "");
    player_set_outbox(t, outbox);
    return play_put(t, in);
}

// Was this noted of t?
static inline bool play_noted(const struct thing *t, unsigned what)
{
    for (size_t i = 0; i < noted.count; i++)
        if (noted.list[i].place == &t->place && noted.list[i].what == what)
            return true;
    return false;
}

// What an attribute says of itself, as text; "" when the thing has none.
static inline char *play_said(const struct thing *t, enum attr_id id)
{
    struct buf out = BUF_INIT;
    struct doc *d = doc_new("said");
    const void *value = thing_attr(t, id);
    if (value)
        json_write(&out, attr_kind(id)->encode(value, d), JSON_ONE_LINE);
    doc_free(d);
    buf_adds(&out, "");
    return out.len ? buf_take(&out) : mem_strdup("");
}

static inline void play_ck_says(const struct thing *t, enum attr_id id, const char *wanted)
{
    char *said = play_said(t, id);
    ck_assert_str_eq(said, wanted);
    free(said);
}

// Refs are names of things of the world ("z:room").
static inline struct thing *play_resolve(struct attr_decode *d, const struct doc_node *ref)
{
    const char *name;
    if (!doc_want_string(d->problems, d->doc, ref, &name))
        return NULL;
    struct thing *t = world_lookup(w, name);
    if (!t)
        doc_error(d->problems, d->doc, ref, "no such thing");
    return t;
}

// Gives t the attribute as a document has it; what was complained of, one a line.
static inline char *play_decode(struct thing *t, enum attr_id id, const char *json)
{
    struct buf out = BUF_INIT;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *text = mem_printf("[%s]", json);
    struct doc *doc = json_read("it", text, strlen(text), &p);
    ck_assert_msg(doc, "%s", text);
    struct attr_decode d = {w, doc, &p, "z", play_resolve, NULL};
    void *value = attr_kind(id)->decode(&d, t, doc_root(doc)->list.first);
    if (value)
        thing_attr_store(t, id, value);
    for (size_t i = 0; i < p.count; i++)
        buf_addf(&out, "%s%s", i ? "\n" : "", p.list[i].text);
    doc_problems_fini(&p);
    doc_free(doc);
    free(text);
    buf_adds(&out, "");
    return out.len ? buf_take(&out) : mem_strdup("");
}

static inline void play_ck_decode(struct thing *t, enum attr_id id, const char *json,
                                  const char *complaint)
{
    char *said = play_decode(t, id, json);
    ck_assert_str_eq(said, complaint);
    free(said);
}

static inline int play_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif

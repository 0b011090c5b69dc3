// A world of two locations, with a ball in a bag in one of them, and two tasks to make mistakes in
// it; and what the checker must say then: exactly one report, which names the site.
#ifndef TESTS_DISPATCH_RULES_KIT_H
#define TESTS_DISPATCH_RULES_KIT_H

#include "check/check.h"
#include "check/check_data.h"
#include "check/check_report.h"
#include "lock/lockset.h"
#include "trace/recorder.h"
#include "util/loopguard.h"
#include "world/attr.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/attr/timers.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"
#include "world/zone.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct world *w;
static struct thing *here, *there, *bag, *ball, *model;
static struct lockset mine, theirs;
static char *text;
static size_t text_size;
static FILE *out;

static inline void hold(struct lockset *ls, struct thing *t)
{
    lockset_need(ls, thing_lock(t), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(ls), LOCKSET_HELD);
}

// As if it waited for another lock: only then may a task give up its worker with locks held.
static inline void suspend(struct lockset *ls)
{
    ls->waiting = ls->held ? ls->entries[0].lock : NULL;
    lockset_leave(ls);
}

static inline void resume(struct lockset *ls)
{
    lockset_enter(ls);
    ls->waiting = NULL;
}

static inline struct thing *location(const char *name)
{
    struct thing *t = world_define(w, name, THING_LOCATION);
    limbo_publish_root(t);
    return t;
}

static inline void setup(void)
{
    check_reset();
    check_set_names(attr_name, ATTR_COUNT);
    check_set_level(CHECK_FLOW);
    out = open_memstream(&text, &text_size);
    check_set_output(out);
    w = world_new();
    lockset_init(&mine, 71, NULL);
    lockset_init(&theirs, 72, NULL);
    lockset_enter(&mine);
    lockset_begin(&mine, "build", NULL);
    here = location("z:here");
    there = location("z:there");
    model = world_define(w, "z:model", 0);
    name_set(model, "a ball");
    limbo_freeze(model);
    bag = world_define(w, "z:bag", 0);
    inventory_give(bag, 0);
    hold(&mine, here);
    ck_assert_int_eq(limbo_publish(bag, here), INVENTORY_MOVED);
    ball = limbo_copy(model);
    ck_assert_int_eq(limbo_publish(ball, bag), INVENTORY_MOVED);
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "test", "tester");
    ck_assert_uint_eq(check_violations(), 0);
}

static inline void teardown(void)
{
    lockset_clear(&mine);
    lockset_leave(&mine);
    check_set_level(CHECK_OFF);
    lockset_clear(&theirs);
    lockset_fini(&mine);
    lockset_fini(&theirs);
    world_free(w);
    check_set_output(NULL);
    fclose(out);
    free(text);
    text = NULL;
}

// Exactly one report, of this code, that names its site in this file.
static inline void expect(enum check_code code, const char *names)
{
    fflush(out);
    char head[8];
    snprintf(head, sizeof(head), "L%03d ", (int)code);
    ck_assert_msg(check_count(code) == 1, "L%03d counted %llu times: %s", (int)code,
                  (unsigned long long)check_count(code), text);
    ck_assert_msg(check_violations() == 1, "not alone: %s", text);
    ck_assert_msg(strstr(text, head), "no %s in: %s", head, text);
    ck_assert_msg(strstr(text, names), "no %s in: %s", names, text);
    ck_assert_msg(strstr(text, "docs/locking.md#l"), "no anchor in: %s", text);
}

static inline int run_suite(const char *name, TCase *t)
{
    Suite *s = suite_create(name);
    suite_add_tcase(s, t);
    tcase_add_checked_fixture(t, setup, teardown);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif

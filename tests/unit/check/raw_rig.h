// A small world for the tests of raw mode: a ball in a bag in a location, and what is expected of
// the checker. Each test has a lock set of its own, `mine`, and nothing locked.
#ifndef TEST_RAW_RIG_H
#define TEST_RAW_RIG_H

#include "check/check.h"
#include "check/check_report.h"
#include "lock/lockset.h"
#include "world/attr.h"
#include "world/attr/health.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"
#include "world/world_priv.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world *w;
static struct thing *here, *there, *bag, *ball, *model;
static struct lockset mine, theirs;
static char *text;
static size_t text_size;
static FILE *out;

static void hold(struct lockset *ls, struct thing *t)
{
    lockset_need(ls, thing_lock(t), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(ls), LOCKSET_HELD);
}

static struct thing *location(const char *name)
{
    struct thing *t = world_define(w, name, THING_LOCATION);
    limbo_publish_root(t);
    return t;
}

static void setup(void)
{
    struct health points = {.current = 7, .maximum = 10};
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
    health_set(model, &points);
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
    ck_assert_msg(!check_violations(), "building: %s", text);
}

static void teardown(void)
{
    lockset_clear(&mine);
    if (lockset_current())
        lockset_leave(&mine);
    check_set_level(CHECK_OFF);
    lockset_fini(&mine);
    lockset_fini(&theirs);
    world_free(w);
    check_set_output(NULL);
    fclose(out);
    free(text);
    text = NULL;
}

// Exactly one report, of this code, that says all of that.
static void expect(enum check_code code, const char *act, const char *cause)
{
    fflush(out);
    ck_assert_msg(check_count(code) == 1 && check_violations() == 1,
                  "L%03d counted %llu times, %llu violations: %s", (int)code,
                  (unsigned long long)check_count(code), (unsigned long long)check_violations(),
                  text);
    ck_assert_msg(strstr(text, act), "no %s in: %s", act, text);
    ck_assert_msg(strstr(text, cause), "no %s in: %s", cause, text);
    ck_assert_msg(strstr(text, "; called at test_check_raw"), "no place in the code in: %s", text);
}

static void expect_silence(void)
{
    fflush(out);
    ck_assert_msg(!check_violations(), "%s", text);
}

#endif

// How deep things may be in each other.
#include "lock/lockcheck.h"
#include "lock/lockset.h"
#include "util/doc.h"
#include "world/attr.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/thing.h"
#include "world/world.h"
#include "world/world_priv.h"

#include <check.h>
#include <stdlib.h>

static struct world *w;
static struct lockset ls;
static struct thing *room;

static struct thing *box(void)
{
    struct thing *t = limbo_new(w, THING_COPY, "a box");
    inventory_give(t, 0);
    return t;
}

static void begin(void)
{
    lockcheck_set_level(LOCKCHECK_OFF);
    w = world_new();
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    room = limbo_new(w, THING_LOCATION, "a room");
    inventory_give(room, 0);
    limbo_publish_root(room);
}

static void end(void)
{
    lockset_leave(&ls);
    lockset_fini(&ls);
    world_free(w);
}

// The innermost of so many boxes in each other, the outermost of which lies in the room.
static struct thing *tower(int boxes, struct thing **outermost)
{
    struct thing *in = room;
    for (int i = 0; i < boxes; i++) {
        struct thing *t = box();
        ck_assert_int_eq(limbo_publish(t, in), INVENTORY_MOVED);
        if (!i)
            *outermost = t;
        in = t;
    }
    return in;
}

START_TEST(nothing_gets_deeper_than_a_walk_outwards_can_follow)
{
    struct thing *first, *second;
    struct thing *deepest = tower(INVENTORY_DEPTH_MAX, &first);
    ck_assert_ptr_eq(thing_outermost(deepest), room);
    struct thing *more = box();
    ck_assert_int_eq(limbo_publish(more, deepest), INVENTORY_FULL);
    ck_assert_int_eq(limbo_publish(more, room), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(more, deepest), INVENTORY_FULL);
    ck_assert_ptr_eq(thing_where(more), room);
    // What counts is all that is in it.
    tower(INVENTORY_DEPTH_MAX / 2 + 1, &second);
    struct thing *middle = first;
    for (int i = 1; i < INVENTORY_DEPTH_MAX / 2; i++)
        middle = inventory_first(middle, INVENTORY_THINGS);
    ck_assert_int_eq(inventory_move(second, middle), INVENTORY_FULL);
    ck_assert_int_eq(inventory_move(second, thing_where(middle)), INVENTORY_MOVED);
    ck_assert_int_eq(inventory_move(first, second), INVENTORY_CYCLE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("inventory");
    TCase *t = tcase_create("depth");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, nothing_gets_deeper_than_a_walk_outwards_can_follow);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

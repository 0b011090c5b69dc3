// Raw mode: accesses to things past the accessors, from this file, which is instrumented like the
// game: each is reported every time it is made, and the correct ways stay silent.
#include "raw_rig.h"

#include "world/zone.h"

#include <time.h>
#include <unistd.h>

enum { RUNS = 100 };

// Not inlined, so that each access is made where it stands.
static __attribute__((noinline)) void write_field(struct thing *t)
{
    t->attrs_before[0] = 9;
}

START_TEST(a_raw_write_is_reported_each_time)
{
    (void)_i;
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before of thing", "would say no-lock");
    ck_assert_ptr_nonnull(strstr(text, "z:model"));
}
END_TEST

START_TEST(what_is_known_by_its_address_points_at_its_line)
{
    char path[] = "/tmp/latchkey-raw-XXXXXX", sarif[20000] = "";
    close(mkstemp(path));
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say no-lock");
    ck_assert_int_eq(check_report_sarif(path), 0);
    FILE *f = fopen(path, "r");
    sarif[fread(sarif, 1, sizeof(sarif) - 1, f)] = '\0';
    fclose(f);
    unlink(path);
    ck_assert_ptr_nonnull(strstr(sarif, "\"ruleId\":\"L020\""));
    ck_assert_ptr_nonnull(strstr(sarif, "tests/unit/check/"));
    ck_assert_ptr_nonnull(strstr(sarif, "startLine"));
}
END_TEST

START_TEST(a_raw_write_under_the_wrong_lock)
{
    hold(&mine, there);
    thing_outermost(ball);
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say wrong-lock");
}
END_TEST

START_TEST(a_raw_write_under_the_inner_lock)
{
    hold(&mine, bag);
    thing_outermost(ball);
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say nested-lock");
}
END_TEST

START_TEST(a_raw_write_under_a_shared_lock)
{
    lockset_need(&mine, thing_lock(here), LOCK_SHARED);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    thing_outermost(ball);
    ck_assert_int_eq(ball->attrs_before[0], ball->attrs_before[0]);
    expect_silence();
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say wrong-lock");
}
END_TEST

START_TEST(a_raw_write_where_the_place_was_not_read_again)
{
    thing_outermost(ball);
    hold(&mine, here);
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say not-revalidated");
}
END_TEST

START_TEST(a_raw_write_to_a_prototype)
{
    ck_assert_uint_ne(attr_set_count(&model->has), 0);
    expect_silence();
    write_field(model);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say frozen-written");
}
END_TEST

START_TEST(a_raw_write_to_what_is_no_more)
{
    hold(&mine, here);
    thing_outermost(ball);
    limbo_take(ball);
    limbo_free(ball);
    write_field(ball);
    expect(L020_RAW_ACCESS, "write field attrs_before", "would say dead");
}
END_TEST

START_TEST(a_raw_write_outside_any_task)
{
    lockset_leave(&mine);
    write_field(ball);
    expect(L020_RAW_ACCESS, "outside any task", "would say no-lock");
}
END_TEST

START_TEST(the_right_lock_is_enough_for_a_raw_write)
{
    hold(&mine, here);
    thing_outermost(ball);
    write_field(ball);
    expect_silence();
}
END_TEST

START_TEST(nothing_is_said_while_the_checker_is_off)
{
    check_set_level(CHECK_OFF);
    write_field(ball);
    check_set_level(CHECK_RULES);
    write_field(ball); // of a command that began under another level
    expect_silence();
}
END_TEST

START_TEST(the_correct_ways_are_silent)
{
    struct health points = {0};
    hold(&mine, here);
    ck_assert_ptr_eq(thing_outermost(ball), here);
    ck_assert_str_eq(name_get(ball), "a ball");
    ck_assert(health_get(ball, &points));
    points.current--;
    health_set(ball, &points);
    inventory_foreach (t, bag, INVENTORY_THINGS)
        name_set(t, "a red ball");
    lockset_need(&mine, thing_lock(there), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    thing_outermost(ball);
    ck_assert_int_eq(inventory_move(ball, there), INVENTORY_MOVED);
    limbo_take(ball);
    limbo_free(ball);
    lockset_clear(&mine);
    lockset_end(&mine);
    expect_silence();
}
END_TEST

START_TEST(what_never_changes_is_read_without_a_lock)
{
    ck_assert_str_eq(ball->refname, "z:model");
    ck_assert_ptr_eq(ball->prototype, model);
    ck_assert_ptr_eq(ball->world, w);
    ck_assert_uint_eq(ball->place.index, thing_ref(ball).index);
    ck_assert(thing_is(ball, THING_COPY));
    expect_silence();
    ball->refname = "other";
    expect(L020_RAW_ACCESS, "write field refname", "would say no-lock");
}
END_TEST

#define TRY_ATOMICS(type)                                                                          \
    do {                                                                                           \
        static _Atomic type x = 5;                                                                 \
        type was = 6;                                                                              \
        ck_assert_int_eq(atomic_exchange(&x, 12), 5);                                              \
        ck_assert_int_eq(atomic_fetch_add(&x, 3), 12);                                             \
        ck_assert_int_eq(atomic_fetch_sub(&x, 1), 15);                                             \
        ck_assert_int_eq(atomic_fetch_and(&x, 10), 14);                                            \
        ck_assert_int_eq(atomic_fetch_or(&x, 5), 10);                                              \
        ck_assert_int_eq(atomic_fetch_xor(&x, 3), 15);                                             \
        ck_assert(!atomic_compare_exchange_strong(&x, &was, 1));                                   \
        ck_assert_int_eq(was, 12);                                                                 \
        ck_assert(atomic_compare_exchange_strong(&x, &was, 1));                                    \
        atomic_store(&x, (type)(atomic_load(&x) + 1));                                             \
        while (!atomic_compare_exchange_weak(&x, &was, 8))                                         \
            ;                                                                                      \
        ck_assert_int_eq(was, 2);                                                                  \
        ck_assert_int_eq(x, 8);                                                                    \
    } while (0)

START_TEST(atomic_operations_do_what_they_say)
{
    TRY_ATOMICS(uint8_t);
    TRY_ATOMICS(uint16_t);
    TRY_ATOMICS(uint32_t);
    TRY_ATOMICS(uint64_t);
    atomic_thread_fence(memory_order_seq_cst);
    atomic_signal_fence(memory_order_seq_cst);
    expect_silence();
}
END_TEST

static int scratch; // as a command would keep it, and every worker with it

static __attribute__((noinline)) void write_scratch(int n)
{
    scratch = n;
}

START_TEST(a_variable_that_all_commands_share)
{
    hold(&mine, here);
    write_scratch(1); // by what takes no number
    expect_silence();
    lockset_clear(&mine);
    lockset_end(&mine);
    lockset_begin(&mine, "command", NULL);
    hooks_expect_number(&mine);
    write_scratch(2); // with nothing held yet
    hold(&mine, here);
    expect_silence();
    write_scratch(3);
    expect(L031_PREDICTED_RACE, "a static variable at test_check_raw+", "no lock is in common");
    ck_assert_int_eq(scratch, 3);
}
END_TEST

static __attribute__((noinline)) unsigned read_population(struct thing *t)
{
    return t->population;
}

START_TEST(a_count_needs_the_lock_of_who_counts)
{
    struct zone *z = world_add_zone(w, "q", "Q");
    struct thing *t = world_define(w, "q:thing", 0);
    zone_own(z, t);
    lockset_need(&mine, zone_lock(z), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    ck_assert_uint_eq(read_population(t), 0);
    ck_assert_uint_eq(read_population(bag), 0); // nobody counts these
    expect_silence();
    lockset_clear(&mine);
    ck_assert_uint_eq(read_population(t), 0);
    expect(L020_RAW_ACCESS, "read field population of what is counted by thing",
           "would say no-lock");
    ck_assert_ptr_nonnull(strstr(text, "zone q"));
    limbo_free(t);
}
END_TEST

static __attribute__((noinline)) const char *read_title(const struct roster_entry *e)
{
    return e->title;
}

static size_t hold_roster(const struct roster_entry **list)
{
    size_t n;
    lockset_need(&mine, world_roster_lock(w), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&mine), LOCKSET_HELD);
    world_roster_add(w, there, "Ann");
    *list = world_roster_at(w, &n, SITE);
    return n;
}

START_TEST(the_roster_is_read_past_its_accessors)
{
    const struct roster_entry *list;
    ck_assert_uint_eq(hold_roster(&list), 1);
    ck_assert_ptr_null(read_title(list));
    world_roster_remove(w, there);
    for (int i = 0; i < 40; i++) // it grows, and lies elsewhere
        hold_roster(&list);
    ck_assert_ptr_null(read_title(list + 39));
    for (int i = 0; i < 40; i++)
        world_roster_remove(w, there);
    expect_silence();
    lockset_clear(&mine);
    ck_assert_ptr_null(read_title(list));
    expect(L020_RAW_ACCESS, "of what is kept by thing", "would say no-lock");
    ck_assert_ptr_nonnull(strstr(text, "the roster"));
}
END_TEST

static char line[32]; // the same, filled by the C library

static void by_snprintf(void)
{
    snprintf(line, sizeof(line), "%d", 1);
}
static void by_strncpy(void)
{
    strncpy(line, "b", sizeof(line));
}
static void by_strncat(void)
{
    strncat(line, "c", 1);
}
static void by_strftime(void)
{
    strftime(line, sizeof(line), "%Y", &(struct tm){.tm_year = 100});
}
static int backwards(const void *a, const void *b)
{
    return *(const char *)b - *(const char *)a;
}
static void by_qsort(void)
{
    qsort(line, 2, 1, backwards);
}
static void (*const fill[])(void) = {by_snprintf, by_strncpy, by_strncat, by_strftime, by_qsort};
enum { FILLS = sizeof(fill) / sizeof(fill[0]) };

START_TEST(a_buffer_that_all_commands_share)
{
    lockset_end(&mine);
    lockset_begin(&mine, "command", NULL);
    hooks_expect_number(&mine);
    hold(&mine, here);
    fill[_i]();
    expect(L031_PREDICTED_RACE, "a static variable at test_check_raw+", "no lock is in common");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("raw");
    TCase *t = tcase_create("raw");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, a_raw_write_is_reported_each_time, 0, RUNS);
    tcase_add_test(t, a_raw_write_under_the_wrong_lock);
    tcase_add_test(t, what_is_known_by_its_address_points_at_its_line);
    tcase_add_test(t, a_raw_write_under_the_inner_lock);
    tcase_add_test(t, a_raw_write_under_a_shared_lock);
    tcase_add_test(t, a_raw_write_where_the_place_was_not_read_again);
    tcase_add_test(t, a_raw_write_to_a_prototype);
    tcase_add_test(t, a_raw_write_to_what_is_no_more);
    tcase_add_test(t, a_raw_write_outside_any_task);
    tcase_add_test(t, a_variable_that_all_commands_share);
    tcase_add_loop_test(t, a_buffer_that_all_commands_share, 0, FILLS);
    tcase_add_test(t, a_count_needs_the_lock_of_who_counts);
    tcase_add_test(t, the_roster_is_read_past_its_accessors);
    tcase_add_test(t, the_right_lock_is_enough_for_a_raw_write);
    tcase_add_test(t, nothing_is_said_while_the_checker_is_off);
    tcase_add_test(t, the_correct_ways_are_silent);
    tcase_add_test(t, what_never_changes_is_read_without_a_lock);
    tcase_add_test(t, atomic_operations_do_what_they_say);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

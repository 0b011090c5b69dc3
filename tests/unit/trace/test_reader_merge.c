// The rings of a trace in one order, with tasks and grants.
#include <check.h>

#include "trace/reader_judge.h"
#include "trace/reader_sums.h"
#include "trace_kit.h"

enum { HALL = 7, DOOR = 18, HALL_LOCK = 5 };

static struct kit kit;
static struct reader_file file;
static struct reader_trace trace;

// Task 3 holds the lock on one thread while task 4, on another, waits for it. The second clock is
// behind.
static void setup(void)
{
    struct buf error = BUF_INIT;
    kit_init(&kit);
    kit_name(&kit, TRACE_NAME_LOCK, HALL_LOCK, HALL, "The hall");
    kit_time(&kit, 0, 100);
    kit_event(&kit, 0, TRACE_TASK_BEGIN, 0, 0, 0, 3);
    kit_event(&kit, 0, TRACE_LOCK_WANT, 0, 1, HALL_LOCK, 3);
    kit_event(&kit, 0, TRACE_LOCKED, 0, 1, HALL_LOCK, 1);
    kit_event(&kit, 0, TRACE_UNLOCKED, 0, 1, HALL_LOCK, 1);
    kit_time(&kit, 0, 200);
    kit_event(&kit, 0, TRACE_TASK_END, 0, 0, 0, 3);
    kit_time(&kit, 1, 20);
    kit_event(&kit, 1, TRACE_TASK_BEGIN, 0, 0, 0, 4);
    kit_event(&kit, 1, TRACE_LOCK_WANT, 0, 2, HALL_LOCK, 4);
    kit_event(&kit, 1, TRACE_LOCKED, 0, 2, HALL_LOCK, 2);
    kit_event(&kit, 1, TRACE_WHERE_READ, 0, 2, DOOR, HALL);
    kit_event(&kit, 1, TRACE_WHERE_READ, 0, 2, HALL, HALL);
    kit_event(&kit, 1, TRACE_ATTR_READ, 0, 2, DOOR, 1);
    kit_event(&kit, 1, TRACE_UNLOCKED, 0, 2, HALL_LOCK, 2);
    kit_event(&kit, 1, TRACE_ATTR_READ, 0, 2, DOOR, 1);
    kit_time(&kit, 1, 90);
    ck_assert(reader_file_read_bytes(&file, "t", kit.data, kit.size, &error));
    reader_merge(&trace, &file);
    buf_fini(&error);
}

static void teardown(void)
{
    reader_merge_fini(&trace);
    reader_file_fini(&file);
    kit_fini(&kit);
}

static uint32_t position(enum trace_kind kind, uint32_t ring, uint32_t nth)
{
    for (uint32_t i = 0; i < trace.count; i++)
        if (trace.events[i].e.kind == kind && trace.events[i].ring == ring && !nth--)
            return i;
    ck_abort_msg("no such event");
    return 0;
}

START_TEST(tickets_order_the_rings)
{
    ck_assert_uint_eq(trace.count, 17);
    ck_assert_uint_lt(position(TRACE_UNLOCKED, 0, 0), position(TRACE_LOCKED, 1, 0));
    ck_assert_uint_eq(trace.forced, 0);
}
END_TEST

START_TEST(tasks_and_grants_are_put_together)
{
    ck_assert_uint_eq(trace.run_count, 2);
    ck_assert_uint_eq(trace.grant_count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct reader_run *r = &trace.runs[i];
        ck_assert(r->begun && r->ended == (r->task == 3));
        const struct reader_grant *g = &trace.grants[r->grants];
        ck_assert_uint_eq(g->lock, HALL_LOCK);
        ck_assert_uint_eq(g->ticket, r->task - 2);
        ck_assert(g->want < g->locked && g->locked < g->unlocked);
    }
}
END_TEST

START_TEST(rows_count_grants)
{
    struct reader_rows rows;
    struct reader_site_rows sites;
    reader_rows_make(&rows, &trace);
    ck_assert_uint_eq(rows.count, 1);
    ck_assert_uint_eq(rows.list[0].grants, 2);
    ck_assert_uint_eq(rows.list[0].held, 2);
    ck_assert_uint_eq(rows.list[0].contended, 0);
    reader_site_rows_make(&sites, &trace, NULL);
    ck_assert_uint_eq(sites.count, 2);
    free(sites.list);
    struct reader_index other = READER_INDEX_INIT;
    reader_index_put(&other, HALL_LOCK + 1, 1);
    reader_site_rows_make(&sites, &trace, &other);
    ck_assert_uint_eq(sites.count, 0);
    free(sites.list);
    reader_index_fini(&other);
    reader_rows_fini(&rows);
}
END_TEST

START_TEST(an_access_after_the_release_breaks_the_rules)
{
    uint32_t first = position(TRACE_ATTR_READ, 1, 0), second = position(TRACE_ATTR_READ, 1, 1);
    struct reader_where w;
    struct reader_verdict v;
    reader_where_init(&w, &trace);
    for (uint32_t i = 0; i < second; i++) {
        if (i == first) {
            reader_judge(&w, i, DOOR, true, &v);
            ck_assert_uint_eq(v.code, 0);
            ck_assert_uint_eq(v.lock, HALL_LOCK);
            ck_assert(!v.unknown);
        }
        reader_where_next(&w, i);
    }
    reader_judge(&w, second, DOOR, true, &v);
    ck_assert_uint_eq(v.code, 1);
    ck_assert_uint_eq(v.lock, HALL_LOCK);
    reader_where_fini(&w);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("reader_merge");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, tickets_order_the_rings);
    tcase_add_test(t, tasks_and_grants_are_put_together);
    tcase_add_test(t, rows_count_grants);
    tcase_add_test(t, an_access_after_the_release_breaks_the_rules);
    Suite *s = suite_create("reader_merge");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

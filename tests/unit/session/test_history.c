// What HISTORY lists and what ! repeats, by number, by beginning, and at the edges of the list.
#include "session/history.h"

#include "session/session_priv.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session session;
static struct buf out;

static void setup(void)
{
    session = (struct session){0};
    out = (struct buf)BUF_INIT;
}

static void teardown(void)
{
    history_free(&session);
    ck_assert_uint_eq(session.history_count, 0);
    buf_fini(&out);
}

// The line that `typed` stands for; NULL: none.
static const char *recalled(const char *typed)
{
    buf_clear(&out);
    bool is = history_recall(&session, typed, &out);
    return is ? buf_str(&out) : NULL;
}

START_TEST(nothing_typed_is_said)
{
    ck_assert_ptr_null(recalled("!"));
    ck_assert_ptr_null(recalled("!1"));
    history_list(&session, &out);
    ck_assert_str_eq(buf_str(&out), "You have typed nothing yet.\n");
}
END_TEST

START_TEST(a_line_comes_back_by_number_and_by_beginning)
{
    history_add(&session, "get lamp");
    history_add(&session, "Say hello");
    history_add(&session, "get rope");
    ck_assert_str_eq(recalled("!"), "get rope");
    ck_assert_str_eq(recalled("!!"), "get rope");
    ck_assert_str_eq(recalled("!1"), "get lamp");
    ck_assert_str_eq(recalled("!3"), "get rope");
    ck_assert_str_eq(recalled("!g"), "get rope"); // the latest
    ck_assert_str_eq(recalled("!get l"), "get lamp");
    ck_assert_str_eq(recalled("!sAY"), "Say hello");
    ck_assert_ptr_null(recalled("!0"));
    ck_assert_ptr_null(recalled("!4"));
    ck_assert_ptr_null(recalled("!-1"));
    ck_assert_ptr_null(recalled("!lamp"));
    ck_assert_ptr_null(recalled("!99999999999999999999"));
    history_list(&session, &out);
    ck_assert_str_eq(buf_str(&out), " 1) get lamp\n 2) Say hello\n 3) get rope\n");
}
END_TEST

START_TEST(what_is_empty_long_or_the_same_again_is_not_kept)
{
    char most[HISTORY_LINE_MAX + 2];
    memset(most, 'x', sizeof(most) - 1);
    most[HISTORY_LINE_MAX + 1] = 0;
    history_add(&session, "");
    history_add(&session, most);
    ck_assert_uint_eq(session.history_count, 0);
    most[HISTORY_LINE_MAX] = 0;
    history_add(&session, most);
    history_add(&session, most);
    ck_assert_uint_eq(session.history_count, 1);
    history_add(&session, "look");
    history_add(&session, most);
    ck_assert_uint_eq(session.history_count, 3);
}
END_TEST

START_TEST(the_oldest_goes_when_the_list_is_full)
{
    char line[16];
    for (unsigned i = 1; i <= HISTORY_LINES + 5; i++) {
        snprintf(line, sizeof(line), "line %u", i);
        history_add(&session, line);
    }
    ck_assert_uint_eq(session.history_count, HISTORY_LINES);
    ck_assert_str_eq(recalled("!1"), "line 6");
    ck_assert_str_eq(recalled("!20"), "line 25");
    ck_assert_ptr_null(recalled("!21"));
}
END_TEST

START_TEST(the_command_is_known_by_its_whole_name)
{
    ck_assert(history_is_command("history"));
    ck_assert(history_is_command("HISTORY"));
    ck_assert(!history_is_command("histor"));
    ck_assert(!history_is_command("history 3"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("history");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, nothing_typed_is_said);
    tcase_add_test(t, a_line_comes_back_by_number_and_by_beginning);
    tcase_add_test(t, what_is_empty_long_or_the_same_again_is_not_kept);
    tcase_add_test(t, the_oldest_goes_when_the_list_is_full);
    tcase_add_test(t, the_command_is_known_by_its_whole_name);
    Suite *s = suite_create("session/history");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

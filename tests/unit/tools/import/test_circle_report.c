// Counts and complaints of an import.
#include "tools/import/circle_report.h"

#include "circle_kit.h"

START_TEST(complaints_are_listed_by_file_and_line)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    struct buf out = BUF_INIT;
    circle_report_note(&r, (struct circle_at){"b.wld", 2}, "odd %d", 1);
    circle_report_bad(&r, (struct circle_at){"a.wld", 10}, "bad");
    circle_report_lost(&r, CIRCLE_EXIT, (struct circle_at){"a.wld", 9}, "lost");
    circle_report_note(&r, (struct circle_at){"c.wld", 0}, "all of it");
    circle_report_list(&r, &out);
    ck_assert_str_eq(buf_str(&out), "a.wld:9: warning: lost\na.wld:10: error: bad\n"
                                    "b.wld:2: warning: odd 1\nc.wld: warning: all of it\n");
    ck_assert_uint_eq(r.bad, 1);
    ck_assert_uint_eq(circle_report_lost_count(&r), 1);
    buf_fini(&out);
    circle_report_fini(&r);
}
END_TEST

START_TEST(complaints_are_fit_for_a_terminal)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    circle_report_note(&r, (struct circle_at){"a", 1}, "\"%.2s\" \x1b[2J", "a\xc3\xa9");
    ck_assert_str_eq(r.list[0].text, "\"a\xef\xbf\xbd\" ?[2J");
    circle_report_fini(&r);
}
END_TEST

START_TEST(rewinding_forgets_what_came_after_the_mark)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    circle_report_note(&r, (struct circle_at){"a", 1}, "kept");
    struct circle_mark mark = circle_report_mark(&r);
    circle_report_bad(&r, (struct circle_at){"a", 2}, "forgotten");
    r.colours = 7;
    circle_report_rewind(&r, mark);
    ck_assert_uint_eq(r.count, 1);
    ck_assert_uint_eq(r.bad, 0);
    ck_assert_uint_eq(r.colours, 0);
    circle_report_fini(&r);
}
END_TEST

START_TEST(complaints_beyond_the_limit_are_only_counted)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    struct buf out = BUF_INIT;
    for (int i = 0; i < CIRCLE_REPORT_MOST + 3; i++)
        circle_report_lost(&r, CIRCLE_ROOM, (struct circle_at){"a", 1}, "x");
    ck_assert_uint_eq(r.count, CIRCLE_REPORT_MOST);
    ck_assert_uint_eq(r.counts[CIRCLE_ROOM].lost, CIRCLE_REPORT_MOST + 3);
    circle_report_list(&r, &out);
    ck_assert_ptr_nonnull(strstr(buf_str(&out), "... and 3 more complaints\n"));
    buf_fini(&out);
    circle_report_fini(&r);
}
END_TEST

START_TEST(the_table_adds_up_the_reset_commands)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    struct buf out = BUF_INIT;
    r.counts[circle_report_reset_kind('M')].read = 3;
    r.counts[circle_report_reset_kind('V')].read = 4;
    r.counts[circle_report_reset_kind('?')].read = 5;
    circle_report_table(&r, &out);
    const char *all = strstr(buf_str(&out), "reset commands, all");
    ck_assert_ptr_nonnull(all);
    ck_assert_int_eq(strtol(all + strlen("reset commands, all"), NULL, 10), 12);
    buf_fini(&out);
    circle_report_fini(&r);
}
END_TEST

START_TEST(complaints_of_a_kind_are_folded)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    struct buf out = BUF_INIT;
    for (uint32_t i = 1; i <= 50; i++)
        circle_report_note(&r, (struct circle_at){"a.wld", i}, "odd %u", i);
    circle_report_note(&r, (struct circle_at){"a.wld", 3}, "another");
    circle_report_minor(&r, CIRCLE_MINOR_KEY, (struct circle_at){"a.wld", 4}, "small");
    circle_report_bad(&r, (struct circle_at){"z.wld", 1}, "bad");
    circle_report_list(&r, &out);
    ck_assert_str_eq(buf_str(&out),
                     "z.wld:1: error: bad\n"
                     "a.wld:1: warning: odd 1\na.wld:2: warning: odd 2\na.wld:3: warning: odd 3\n"
                     "a.wld:4: warning: odd 4\n    and 46 more of this kind, the last at a.wld:50\n"
                     "a.wld:3: warning: another\n");
    buf_clear(&out);
    r.all = true;
    circle_report_list(&r, &out);
    size_t lines = 0;
    for (const char *p = buf_str(&out); (p = strchr(p, '\n')); p++)
        lines++;
    ck_assert_uint_eq(lines, 53);
    buf_fini(&out);
    circle_report_fini(&r);
}
END_TEST

START_TEST(doubts_name_what_most_records_lack)
{
    struct circle_report r = CIRCLE_REPORT_INIT;
    struct buf out = BUF_INIT;
    ck_assert(!circle_report_doubts(&r, &out));
    for (int i = 0; i < 30; i++) {
        circle_report_field(&r, CIRCLE_HAS_LEVEL, i >= 15);
        circle_report_field(&r, CIRCLE_HAS_TAKE, i < 3);
    }
    ck_assert(!circle_report_doubts(&r, &out));
    circle_report_field(&r, CIRCLE_HAS_LEVEL, false);
    circle_report_field(&r, CIRCLE_HAS_TAKE, false);
    r.fields[CIRCLE_HAS_TAKE].have = 2;
    r.counts[CIRCLE_RESET_M] = (struct circle_count){3, 1, 0, 2, 0};
    ck_assert(circle_report_doubts(&r, &out));
    ck_assert_str_eq(buf_str(&out),
                     "16 of 31 mobiles have no level: is this a CircleMUD world?\n"
                     "only 2 of 31 objects can be taken: is this a CircleMUD world?\n"
                     "2 of 3 reset commands are not carried over\n");
    buf_fini(&out);
    circle_report_fini(&r);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("report");
    tcase_add_test(t, complaints_are_listed_by_file_and_line);
    tcase_add_test(t, complaints_are_fit_for_a_terminal);
    tcase_add_test(t, rewinding_forgets_what_came_after_the_mark);
    tcase_add_test(t, complaints_beyond_the_limit_are_only_counted);
    tcase_add_test(t, the_table_adds_up_the_reset_commands);
    tcase_add_test(t, complaints_of_a_kind_are_folded);
    tcase_add_test(t, doubts_name_what_most_records_lack);
    return kit_run("circle_report", t);
}

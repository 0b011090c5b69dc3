// Records, texts and numbers of a file, line by line.
#include "tools/import/circle_read.h"

#include "circle_kit.h"
#include "util/arena.h"

struct bench {
    struct circle_report report;
    struct arena arena;
    struct circle_reader r;
};

static void open_text(struct bench *b, const char *text)
{
    *b = (struct bench){.report = CIRCLE_REPORT_INIT};
    circle_read_init(&b->r, &b->report, &b->arena, "a.wld", text, strlen(text));
}

static void close_text(struct bench *b)
{
    circle_read_fini(&b->r);
    arena_fini(&b->arena);
    circle_report_fini(&b->report);
}

START_TEST(records_are_found_with_their_lines)
{
    struct bench b;
    int64_t vnum;
    struct circle_at at;
    open_text(&b, "\n* a comment\n#12 the mill\n#13~\n$\n#14\n");
    ck_assert(circle_read_record(&b.r, &vnum, &at));
    ck_assert_int_eq(vnum, 12);
    ck_assert_uint_eq(at.line, 3);
    ck_assert_str_eq(at.file, "a.wld");
    ck_assert(circle_read_record(&b.r, &vnum, &at));
    ck_assert_int_eq(vnum, 13);
    ck_assert(!circle_read_record(&b.r, &vnum, &at));
    ck_assert_uint_eq(b.report.count, 0);
    close_text(&b);
}
END_TEST

START_TEST(lines_outside_of_records_are_reported_once)
{
    struct bench b;
    int64_t vnum;
    struct circle_at at;
    open_text(&b, "one\ntwo\n#5\n");
    ck_assert(circle_read_record(&b.r, &vnum, &at));
    ck_assert_uint_eq(b.report.count, 1);
    ck_assert_uint_eq(b.report.list[0].at.line, 1);
    close_text(&b);
}
END_TEST

START_TEST(record_99999_is_the_end_only_when_nothing_follows)
{
    struct bench b;
    int64_t vnum;
    struct circle_at at;
    open_text(&b, "#99999\n$~\n");
    ck_assert(!circle_read_record(&b.r, &vnum, &at));
    close_text(&b);
    open_text(&b, "#99999\n");
    ck_assert(!circle_read_record(&b.r, &vnum, &at));
    close_text(&b);
    open_text(&b, "#99999\nA room~\n");
    ck_assert(circle_read_record(&b.r, &vnum, &at));
    ck_assert_int_eq(vnum, 99999);
    close_text(&b);
}
END_TEST

START_TEST(a_text_ends_with_a_tilde_at_the_end_of_a_line)
{
    struct bench b;
    open_text(&b, "one~\ntwo ~ waves\nmore~  \n~\nlast");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_NAME), "one");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "two ~ waves\nmore");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "");
    ck_assert_uint_eq(b.report.count, 0);
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "last");
    ck_assert_uint_eq(b.report.count, 1);
    close_text(&b);
}
END_TEST

START_TEST(a_text_does_not_run_into_the_next_record)
{
    struct bench b;
    open_text(&b, "a text\nwithout end\n#7\nA room~\n");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "a text\nwithout end");
    ck_assert_uint_eq(b.report.count, 1);
    close_text(&b);
    open_text(&b, "numbers in prose:\n#7\n#8\nare both\ntaken~\n");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT),
                     "numbers in prose:\n#7\n#8\nare both\ntaken");
    close_text(&b);
    open_text(&b, "cost:\n$\na lot~\n");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "cost:\n$\na lot");
    close_text(&b);
}
END_TEST

START_TEST(in_repair_texts_end_before_numbers_and_names_after_a_line)
{
    struct bench b;
    open_text(&b, "The mill\nWater runs\nunder it.\n30 d 0\n");
    b.r.repair = true;
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_NAME), "The mill");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "Water runs\nunder it.");
    ck_assert_uint_eq(b.report.count, 2);
    close_text(&b);
    open_text(&b, "The mill\n~\nrest~\n");
    b.r.repair = true;
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_NAME), "The mill");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_TEXT), "rest");
    ck_assert_uint_eq(b.report.count, 0);
    close_text(&b);
}
END_TEST

START_TEST(code_is_kept_to_the_letter)
{
    struct bench b;
    open_text(&b, "say @rhello  there\n\tend\n~\n");
    ck_assert_str_eq(circle_read_text(&b.r, CIRCLE_CODE), "say @rhello  there\n\tend\n");
    ck_assert_uint_eq(b.report.colours, 0);
    close_text(&b);
}
END_TEST

START_TEST(numbers_are_taken_one_by_one)
{
    struct circle_line l = {"-5 +7 12x", 9, 1};
    int64_t v;
    ck_assert_uint_eq(circle_read_words(&l), 3);
    ck_assert(circle_read_int(&l, &v));
    ck_assert_int_eq(v, -5);
    ck_assert(circle_read_int(&l, &v));
    ck_assert_int_eq(v, 7);
    ck_assert(!circle_read_int(&l, &v));
    ck_assert_uint_eq(circle_read_words(&l), 1);
    struct circle_line huge = {"99999999999999999999999", 23, 1};
    ck_assert(circle_read_int(&huge, &v));
    ck_assert_int_eq(v, INT64_C(1) << 53);
}
END_TEST

START_TEST(bits_are_letters_or_a_number)
{
    uint64_t bits;
    ck_assert(circle_read_bits("abzA", 4, &bits));
    ck_assert_uint_eq(bits, 3 | UINT64_C(1) << 25 | UINT64_C(1) << 26);
    ck_assert(circle_read_bits("0", 1, &bits));
    ck_assert_uint_eq(bits, 0);
    ck_assert(circle_read_bits("65", 2, &bits));
    ck_assert_uint_eq(bits, 65);
    ck_assert(!circle_read_bits("-1", 2, &bits));
    ck_assert(!circle_read_bits("a1", 2, &bits));
    ck_assert(!circle_read_bits("", 0, &bits));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("read");
    tcase_add_test(t, records_are_found_with_their_lines);
    tcase_add_test(t, lines_outside_of_records_are_reported_once);
    tcase_add_test(t, record_99999_is_the_end_only_when_nothing_follows);
    tcase_add_test(t, a_text_ends_with_a_tilde_at_the_end_of_a_line);
    tcase_add_test(t, a_text_does_not_run_into_the_next_record);
    tcase_add_test(t, in_repair_texts_end_before_numbers_and_names_after_a_line);
    tcase_add_test(t, code_is_kept_to_the_letter);
    tcase_add_test(t, numbers_are_taken_one_by_one);
    tcase_add_test(t, bits_are_letters_or_a_number);
    return kit_run("circle_read", t);
}

// What circle_flow takes for prose, for lines broken on purpose and for pictures.
#include "tools/import/circle_flow.h"

#include "circle_kit.h"

static void check_flow(const char *in, const char *out)
{
    struct buf b = BUF_INIT;
    circle_flow(&b, in);
    ck_assert_str_eq(buf_str(&b), out);
    buf_fini(&b);
}

#define FIRST "The mill stands where the stream is at its narrowest, and has"
#define SECOND "stood there for longer than anybody in the village can say."

START_TEST(wrapped_lines_become_one_paragraph)
{
    check_flow("   " FIRST "\n" SECOND "\n", FIRST " " SECOND);
    check_flow(FIRST "  \n" SECOND, FIRST " " SECOND);
    check_flow("A  wheel.  It turns.", "A wheel. It turns.");
}
END_TEST

START_TEST(an_indent_or_an_empty_line_begins_a_paragraph)
{
    check_flow("   " FIRST "\n" SECOND "\n   " FIRST "\n", FIRST " " SECOND "\n\n" FIRST);
    check_flow(FIRST "\n\n\n" SECOND, FIRST "\n\n" SECOND);
}
END_TEST

START_TEST(empty_lines_at_the_ends_go)
{
    check_flow("\n\n" FIRST "\n\n", FIRST);
    check_flow("\n \n", "");
    check_flow("", "");
}
END_TEST

START_TEST(short_lines_that_begin_anew_stay_lines)
{
    check_flow("No swords\nNo dogs\n", "No swords\nNo dogs");
}
END_TEST

START_TEST(narrow_lines_in_mid_sentence_are_joined)
{
    check_flow("The path climbs\nup to the mill", "The path climbs up to the mill");
}
END_TEST

START_TEST(pictures_keep_every_line)
{
    check_flow("  /\\_/\\\n ( o.o )\n", "  /\\_/\\\n ( o.o )");
    check_flow("+---+\n| x |\n+---+", " +---+\n | x |\n +---+");
    check_flow("+--+\n\n+--+", " +--+\n \n +--+");
    check_flow("North     the mill\nSouth     the lane",
               " North     the mill\n South     the lane");
}
END_TEST

START_TEST(a_picture_leaves_other_paragraphs_prose)
{
    check_flow(FIRST "\n" SECOND "\n\n" FIRST "\n" SECOND "\n\n" FIRST "\n" SECOND "\n\n|----|\n",
               FIRST " " SECOND "\n\n" FIRST " " SECOND "\n\n" FIRST " " SECOND "\n\n |----|");
}
END_TEST

START_TEST(three_blanks_after_a_full_stop_are_no_picture)
{
    check_flow(FIRST "   yes\nno.   Yes", " " FIRST "   yes\n no.   Yes");
    check_flow("It turns.   It creaks.", "It turns. It creaks.");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("flow");
    tcase_add_test(t, wrapped_lines_become_one_paragraph);
    tcase_add_test(t, an_indent_or_an_empty_line_begins_a_paragraph);
    tcase_add_test(t, empty_lines_at_the_ends_go);
    tcase_add_test(t, short_lines_that_begin_anew_stay_lines);
    tcase_add_test(t, narrow_lines_in_mid_sentence_are_joined);
    tcase_add_test(t, pictures_keep_every_line);
    tcase_add_test(t, a_picture_leaves_other_paragraphs_prose);
    tcase_add_test(t, three_blanks_after_a_full_stop_are_no_picture);
    return kit_run("circle_flow", t);
}

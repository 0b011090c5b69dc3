// Which colour codes a world uses, and what is left when they are gone.
#include "tools/import/circle_colour.h"

#include "circle_kit.h"

static struct circle_colours world(const char *text)
{
    struct circle_colours c = {{0}, {0}, {false}};
    circle_colour_survey(&c, text, strlen(text));
    circle_colour_decide(&c);
    return c;
}

static size_t kept;

static void strips(const struct circle_colours *c, const char *in, const char *out, size_t codes)
{
    struct buf b = BUF_INIT;
    struct circle_stripped done = circle_colour_strip(&b, c, in);
    ck_assert_str_eq(buf_str(&b), out);
    ck_assert_uint_eq(done.removed, codes);
    kept = done.kept;
    buf_fini(&b);
}

START_TEST(the_end_of_a_colour_tells_the_dialect)
{
    struct circle_colours c = world("/crThe /cwYard/c0 and `wflour`n on ^rstone^n, {Rred{x, "
                                    "&ggreen&n, @bblue@n, |rred|n |bb|n |gg|n");
    strips(&c, "/crThe /cwYard/c0", "The Yard", 3);
    strips(&c, "`wFlour dust`n lies ^rhere^n.", "Flour dust lies here.", 4);
    strips(&c, "The {RLoft{x", "The Loft", 2);
    strips(&c, "&gGreen&n @bblue@n |rred|n", "Green blue red", 6);
    strips(&c, "{RNo end here", "No end here", 1);
    strips(&c, "{B{RTwo at once", "Two at once", 2);
    c = world("#rred#n #bblue#n #ggreen#n, %s gives %d coins, %n times, $n and $n and $n");
    strips(&c, "A #rred#n #gsea#n", "A red sea", 4);
    strips(&c, "%s gives you %d coins for $n", "%s gives you %d coins for $n", 0);
    strips(&c, "#12 costs $5, 100%", "#12 costs $5, 100%", 0);
}
END_TEST

START_TEST(codes_of_other_worlds_stay_and_are_counted)
{
    struct circle_colours c = world("A plain yard, /\\^^/\\ and {curly} brackets.");
    strips(&c, "{RLoft and ^ryard", "{RLoft and ^ryard", 0);
    ck_assert_uint_eq(kept, 2);
    strips(&c, "{curly} and and/or", "{curly} and and/or", 0);
    strips(&c, "@rred", "@rred", 0);
    ck_assert_uint_eq(kept, 1);
}
END_TEST

START_TEST(addresses_quotes_and_pictures_are_unhurt)
{
    struct circle_colours c =
        world("@rred@n `rred`n ^rred^n &rred&n {rred{x /crred/c0 |rr|n |gg|n |bb|n");
    strips(&c, "mail ann@mud.example", "mail ann@mud.example", 0);
    strips(&c, "the `big' dog, R&D, w/crown", "the `big' dog, R&D, w/crown", 0);
    strips(&c, " /\\^/\\ |_| {} `` ^^", " /\\^/\\ |_| {} `` ^^", 0);
    strips(&c, "a|b|c |", "a|b|c |", 0);
}
END_TEST

START_TEST(a_world_that_quotes_like_this_has_no_colours)
{
    struct circle_colours c = world("He says `bad' and `now'. `good' it is, `n' it was. `r'");
    ck_assert(!c.used[CIRCLE_LEAD_CARET]);
    strips(&c, "the `red' one", "the `red' one", 0);
    // One end among very many beginnings is chance.
    struct buf text = BUF_INIT;
    for (int i = 0; i < 60; i++)
        buf_adds(&text, "a {box ");
    buf_adds(&text, "{x");
    c = world(buf_str(&text));
    strips(&c, "a {box", "a {box", 0);
    buf_fini(&text);
}
END_TEST

START_TEST(what_steers_a_terminal_goes)
{
    struct circle_colours c = world("");
    strips(&c, "\x1b[31mred\x1b[0m", "red", 2);
    strips(&c,
           "a\xc2\x9b"
           "31m b\xe2\x80\xae"
           "c\xe2\x80\x8b",
           "a31m bc", 0);
    strips(&c, "caf\xc3\xa9 \xec\x98\xac", "caf\xc3\xa9 \xec\x98\xac", 0);
}
END_TEST

START_TEST(tabs_and_backslashes_are_codes_only_with_an_end)
{
    struct circle_colours c = world("\tn\n\\tn");
    strips(&c, "\trred\tn", "red", 2);
    strips(&c, "\tred", "        red", 0);
    strips(&c, "c:\\temp", "c:\\temp", 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("colour");
    tcase_add_test(t, the_end_of_a_colour_tells_the_dialect);
    tcase_add_test(t, codes_of_other_worlds_stay_and_are_counted);
    tcase_add_test(t, addresses_quotes_and_pictures_are_unhurt);
    tcase_add_test(t, a_world_that_quotes_like_this_has_no_colours);
    tcase_add_test(t, what_steers_a_terminal_goes);
    tcase_add_test(t, tabs_and_backslashes_are_codes_only_with_an_end);
    return kit_run("circle_colour", t);
}

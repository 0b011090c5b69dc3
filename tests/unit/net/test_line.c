// The line assembler: editing, limits, cuts, memory.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "net/line.h"
#include "util/buf.h"

struct rig {
    struct line l;
    struct buf log; // "[line]" for a line, "!" for one too long
    int stop_after; // lines
    struct line_sink sink;
};

static bool note(void *arg, enum line_event event, const char *text, size_t n)
{
    struct rig *r = arg;
    ck_assert_uint_eq(strlen(text), n);
    if (event == LINE_DONE)
        buf_addf(&r->log, "[%s]", text);
    else
        buf_addc(&r->log, '!');
    return --r->stop_after != 0;
}

static void rig_init(struct rig *r, size_t limit)
{
    *r = (struct rig){.sink = {note, r}};
    line_init(&r->l, limit);
}

static void rig_fini(struct rig *r)
{
    line_fini(&r->l);
    buf_fini(&r->log);
}

static bool feed(struct rig *r, const char *text)
{
    return line_feed(&r->l, text, strlen(text), &r->sink);
}

static const struct {
    const char *in, *out;
} cases[] = {
    {"look\n", "[look]"},
    {"\n\n", "[][]"},
    {"north\nsouth\nea", "[north][south]"},
    {"nox\bo\b\b\borth\n", "[orth]"},
    {"ab\x7f"
     "c\n",
     "[ac]"},
    {"\b\b\x7fok\n", "[ok]"},
    {"e\xc3\xa9\b!\n", "[e!]"},
    {"\xf0\x9f\x9a\x80\bx\n", "[x]"},
    {"t\t\x1b[A\n", "[t [A]"},
    {"12345678\n", "[12345678]"},
    {"123456789\nok\n", "![ok]"},
    {"123456789\b\b\b45\nok\n", "![ok]"},
    {"1234567\xc3\xa9\nok\n", "![ok]"},
    {"123456\xc3\xa9\nok\n", "[123456\xc3\xa9][ok]"},
    {"12345678\b9\n", "[12345679]"},
    {"123456789abcdefghijklmnop", "!"},
    {"cut\xe2\nx\n", "[cut][x]"},
};

START_TEST(lines_come_out_as_listed_at_every_cut)
{
    const char *in = cases[_i].in;
    size_t n = strlen(in);
    for (size_t cut = 0; cut <= n; cut++) {
        struct rig r;
        rig_init(&r, 8);
        ck_assert(line_feed(&r.l, in, cut, &r.sink));
        ck_assert(line_feed(&r.l, in + cut, n - cut, &r.sink));
        ck_assert_str_eq(buf_str(&r.log), cases[_i].out);
        rig_fini(&r);
    }
}
END_TEST

START_TEST(the_limit_holds_at_every_size)
{
    static const size_t limits[] = {1, 63, 64, 65, 127, 128, 4095, 4096, LINE_LIMIT_MAX};
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        for (size_t n = limits[i] > 2 ? limits[i] - 2 : 0; n <= limits[i] + 2; n++) {
            struct rig r;
            rig_init(&r, limits[i]);
            for (size_t k = 0; k < n; k++)
                feed(&r, "x");
            feed(&r, "\n");
            ck_assert_uint_eq(r.log.len, n <= limits[i] ? n + 2 : 1);
            ck_assert_ptr_null(r.l.text);
            rig_fini(&r);
        }
    }
}
END_TEST

START_TEST(an_idle_assembler_holds_no_memory)
{
    struct rig r;
    rig_init(&r, 64);
    ck_assert_ptr_null(r.l.text);
    feed(&r, "half a li");
    ck_assert_ptr_nonnull(r.l.text);
    ck_assert(line_pending(&r.l));
    feed(&r, "ne\n");
    ck_assert_ptr_null(r.l.text);
    ck_assert(!line_pending(&r.l));
    ck_assert_uint_le(sizeof(struct line), 24);
    rig_fini(&r);
}
END_TEST

START_TEST(erasing_starts_the_line_anew)
{
    struct rig r;
    rig_init(&r, 8);
    feed(&r, "quit");
    line_erase(&r.l);
    feed(&r, "look");
    line_erase_char(&r.l);
    feed(&r, "\n123456789");
    line_erase(&r.l); // even a line that was too long
    feed(&r, "n\n");
    line_erase_char(&r.l);
    ck_assert_str_eq(buf_str(&r.log), "[loo]![n]");
    rig_fini(&r);
}
END_TEST

START_TEST(a_sink_can_stop)
{
    struct rig r;
    rig_init(&r, 8);
    r.stop_after = 2;
    ck_assert(!feed(&r, "a\nb\nc\n"));
    ck_assert_str_eq(buf_str(&r.log), "[a][b]");
    rig_fini(&r);
}
END_TEST

START_TEST(a_limit_out_of_range_is_clipped)
{
    struct line l;
    line_init(&l, 0);
    ck_assert_uint_eq(l.limit, 1);
    line_init(&l, 1 << 20);
    ck_assert_uint_eq(l.limit, LINE_LIMIT_MAX);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("line");
    TCase *c = tcase_create("line");
    tcase_add_loop_test(c, lines_come_out_as_listed_at_every_cut, 0,
                        sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(c, the_limit_holds_at_every_size);
    tcase_add_test(c, an_idle_assembler_holds_no_memory);
    tcase_add_test(c, erasing_starts_the_line_anew);
    tcase_add_test(c, a_sink_can_stop);
    tcase_add_test(c, a_limit_out_of_range_is_clipped);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

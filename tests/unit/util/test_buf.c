// Buffers that grow: what is added stands behind what was there, and a NUL behind all of it.
#include "util/buf.h"

#include <check.h>
#include <stdlib.h>

static void ck_grouped(uint64_t n, const char *wanted)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "<");
    buf_addu_grouped(&b, n);
    buf_adds(&b, ">");
    ck_assert_str_eq(buf_str(&b), wanted);
    buf_fini(&b);
}

START_TEST(digits_are_grouped_by_three)
{
    ck_grouped(0, "<0>");
    ck_grouped(7, "<7>");
    ck_grouped(999, "<999>");
    ck_grouped(1000, "<1,000>");
    ck_grouped(1954, "<1,954>");
    ck_grouped(10000, "<10,000>");
    ck_grouped(123456, "<123,456>");
    ck_grouped(1000000, "<1,000,000>");
    ck_grouped(UINT64_MAX, "<18,446,744,073,709,551,615>");
}
END_TEST

START_TEST(what_is_added_is_kept_while_it_grows)
{
    struct buf b = BUF_INIT;
    ck_assert_str_eq(buf_str(&b), "");
    for (unsigned i = 0; i < 1000; i++) {
        buf_addu(&b, i % 10);
        buf_addf(&b, "%s", i % 2 ? "," : "");
    }
    ck_assert_uint_eq(b.len, 1500);
    ck_assert_str_eq(buf_str(&b) + 1497, "89,");
    buf_consume(&b, 1499);
    ck_assert_str_eq(buf_str(&b), ",");
    buf_truncate(&b, 0);
    ck_assert_str_eq(buf_str(&b), "");
    size_t room = b.cap;
    buf_trim(&b, room);
    ck_assert_uint_eq(b.cap, room);
    buf_trim(&b, room - 1);
    ck_assert_uint_eq(b.cap, 0);
    buf_addc(&b, 'x');
    char *taken = buf_take(&b);
    ck_assert_str_eq(taken, "x");
    ck_assert_uint_eq(b.len, 0);
    free(taken);
    buf_fini(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("buf");
    TCase *t = tcase_create("buf");
    tcase_add_test(t, digits_are_grouped_by_three);
    tcase_add_test(t, what_is_added_is_kept_while_it_grows);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

// The Q method against the tables of RFC 1143, state by state.
#include <check.h>
#include <stdlib.h>

#include "net/telnet_option.h"

enum {
    NO = TELNET_Q_NO,
    YES = TELNET_Q_YES,
    WANTNO = TELNET_Q_WANTNO,
    WANTNO_OPP = TELNET_Q_WANTNO_THEN_YES,
    WANTYES = TELNET_Q_WANTYES,
    WANTYES_OPP = TELNET_Q_WANTYES_THEN_NO,
};
enum { QUIET = TELNET_SAY_NOTHING, ON = TELNET_SAY_ON, OFF = TELNET_SAY_OFF };

static const struct {
    int q, on, wanted, next, say;
} heard[] = {
    {NO, 1, 0, NO, OFF},
    {NO, 1, 1, YES, ON},
    {YES, 1, 1, YES, QUIET},
    {WANTNO, 1, 0, NO, QUIET},
    {WANTNO_OPP, 1, 1, YES, QUIET},
    {WANTYES, 1, 1, YES, QUIET},
    {WANTYES_OPP, 1, 0, WANTNO, OFF},
    {NO, 0, 0, NO, QUIET},
    {NO, 0, 1, NO, QUIET},
    {YES, 0, 1, NO, OFF},
    {WANTNO, 0, 0, NO, QUIET},
    {WANTNO_OPP, 0, 1, WANTYES, ON},
    {WANTYES, 0, 1, NO, QUIET},
    {WANTYES_OPP, 0, 0, NO, QUIET},
};

static const struct {
    int q, on, next, say;
} wished[] = {
    {NO, 1, WANTYES, ON},
    {YES, 1, YES, QUIET},
    {WANTNO, 1, WANTNO_OPP, QUIET},
    {WANTNO_OPP, 1, WANTNO_OPP, QUIET},
    {WANTYES, 1, WANTYES, QUIET},
    {WANTYES_OPP, 1, WANTYES, QUIET},
    {NO, 0, NO, QUIET},
    {YES, 0, WANTNO, OFF},
    {WANTNO, 0, WANTNO, QUIET},
    {WANTNO_OPP, 0, WANTNO, QUIET},
    {WANTYES, 0, WANTYES_OPP, QUIET},
    {WANTYES_OPP, 0, WANTYES_OPP, QUIET},
};

START_TEST(what_is_heard_follows_rfc_1143)
{
    enum telnet_say say;
    ck_assert_int_eq(
        telnet_option_heard((enum telnet_q)heard[_i].q, heard[_i].on, heard[_i].wanted, &say),
        heard[_i].next);
    ck_assert_int_eq(say, heard[_i].say);
}
END_TEST

START_TEST(what_is_wished_follows_rfc_1143)
{
    enum telnet_say say;
    ck_assert_int_eq(telnet_option_wish((enum telnet_q)wished[_i].q, wished[_i].on, &say),
                     wished[_i].next);
    ck_assert_int_eq(say, wished[_i].say);
}
END_TEST

// Two ends, every state of each, every wish: the talk dies out and both agree.
START_TEST(two_ends_come_to_rest_in_agreement)
{
    for (int wishes = 0; wishes < 1 << 6; wishes++) {
        enum telnet_q q[2] = {TELNET_Q_NO, TELNET_Q_NO};
        int queue[2][64], head[2] = {0, 0}, tail[2] = {0, 0}, said = 0;
        for (int step = 0; step < 6; step++) {
            int who = step & 1;
            enum telnet_say say;
            q[who] = telnet_option_wish(q[who], wishes >> step & 1, &say);
            if (say)
                queue[!who][tail[!who]++] = say;
        }
        for (int who = 0; head[0] < tail[0] || head[1] < tail[1]; who = !who) {
            if (head[who] == tail[who])
                continue;
            enum telnet_say say;
            q[who] = telnet_option_heard(q[who], queue[who][head[who]++] == ON, true, &say);
            if (say)
                queue[!who][tail[!who]++] = say;
            ck_assert_int_lt(++said, 32);
        }
        ck_assert_int_eq(q[0], q[1]);
        ck_assert(q[0] == TELNET_Q_NO || q[0] == TELNET_Q_YES);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("telnet_option");
    TCase *c = tcase_create("rfc 1143");
    tcase_add_loop_test(c, what_is_heard_follows_rfc_1143, 0, sizeof(heard) / sizeof(heard[0]));
    tcase_add_loop_test(c, what_is_wished_follows_rfc_1143, 0, sizeof(wished) / sizeof(wished[0]));
    tcase_add_test(c, two_ends_come_to_rest_in_agreement);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

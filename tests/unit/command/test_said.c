// What is said to a room that is not locked is reported at the line that says it, not where all
// texts are handed on.
#include "check/check.h"
#include "check/check_report.h"
#include "command/context.h"
#include "command/outcome.h"
#include "command/report.h"
#include "lock/lockset.h"
#include "world/limbo.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_report_names_the_line_that_spoke)
{
    char *text = NULL, site[2][60];
    size_t size = 0;
    struct lockset ls;
    struct context c = {.report = report_new()};
    FILE *out = open_memstream(&text, &size);
    check_set_output(out);
    struct world *w = world_new();
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "build", NULL);
    struct thing *yard = world_define(w, "z:yard", THING_LOCATION);
    limbo_publish_root(yard);
    struct thing *lane = world_define(w, "z:lane", THING_LOCATION);
    limbo_publish_root(lane);
    lockset_end(&ls);
    check_set_level(CHECK_RULES);
    lockset_begin(&ls, "shout", "Ann");
    snprintf(site[0], sizeof(site[0]), "test_said.c:%d a_report", __LINE__ + 1);
    report_observers(&c, yard, "Somebody shouts.");
    snprintf(site[1], sizeof(site[1]), "test_said.c:%d a_report", __LINE__ + 1);
    report_observers(&c, lane, "Somebody shouts.");
    struct outcome *o = outcome_new();
    report_deliver(&c, o);
    fflush(out);
    ck_assert_uint_eq(check_count(L013_LIST_UNLOCKED), 2);
    ck_assert_msg(strstr(text, site[0]), "no %s in: %s", site[0], text);
    ck_assert_msg(strstr(text, site[1]), "no %s in: %s", site[1], text);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    check_set_level(CHECK_OFF);
    check_set_output(NULL);
    outcome_free(o);
    report_free(c.report);
    world_free(w);
    fclose(out);
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("said");
    TCase *t = tcase_create("said");
    tcase_add_test(t, a_report_names_the_line_that_spoke);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

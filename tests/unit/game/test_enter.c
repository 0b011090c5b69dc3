// Entering the world with more things inside each other than a player in a location may have: the
// player comes in all the same, and its things lie there.
#include "check/check.h"
#include "check/check_report.h"
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "store/json.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct world *world;
static struct outboxes *outboxes;
static struct dispatch *dispatch;
static struct player_task *actor;
static outbox_id outbox;
static struct buf seen;

static void nothing(void *arg)
{
    (void)arg;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    (void)session;
    actor = a;
}

static void setup(void)
{
    static const struct dispatch_ops ops = {
        .answered = nothing, .save = save, .entered = entered, .left = save};
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *zone = mem_printf("%s/tests/data/zones/words.json", getenv("LATCHKEY_SOURCE"));
    const char *paths[] = {zone};
    struct style style = {.utf8 = true};
    clock_freeze(1000000, 1700000000000);
    check_set_level(CHECK_RULES);
    world = world_new();
    outboxes = outboxes_new(0);
    zones_load(world, paths, 1, false, &problems, NULL);
    ck_assert_uint_eq(problems.errors, 0);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = nothing, .outboxes = outboxes};
    dispatch = dispatch_new(world, &config, &ops);
    dispatch_prepare(dispatch);
    outbox = outbox_open(outboxes, &style, 1 << 20, &outbox);
    doc_problems_fini(&problems);
    free(zone);
}

static void teardown(void)
{
    dispatch_free(dispatch);
    outboxes_free(outboxes);
    world_free(world);
    buf_fini(&seen);
    ck_assert_uint_eq(check_violations(), 0);
    check_set_level(CHECK_OFF);
}

static void settle(void)
{
    dispatch_run(dispatch);
    buf_clear(&seen);
    for (outbox_id id;
         (id = outboxes_next_urgent(outboxes)) || (id = outboxes_next_relaxed(outboxes));) {
        size_t n;
        const char *bytes = outbox_peek(outboxes, id, &n);
        buf_add(&seen, bytes, n);
        outbox_drained(outboxes, id, n);
    }
}

// Ann, with so many sacks inside each other.
static struct doc *with_sacks(int n)
{
    struct buf text = BUF_INIT;
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    buf_adds(&text, "{\"name\":\"Ann\",\"format\":2,\"thing\":{\"name\":\"Ann\"");
    for (int i = 0; i < n; i++)
        buf_adds(&text,
                 ",\"contents\":[{\"name\":\"a sack\",\"aliases\":[\"sack\"],\"inventory\":true");
    for (int i = 0; i < n; i++)
        buf_adds(&text, "}]");
    buf_adds(&text, "}}");
    struct doc *d = json_read("Ann", buf_str(&text), text.len, &problems);
    ck_assert_ptr_nonnull(d);
    doc_problems_fini(&problems);
    buf_fini(&text);
    return d;
}

static void enter_with(int sacks)
{
    struct dispatch_entry entry = {.name = "Ann",
                                   .permissions = "",
                                   .character = with_sacks(sacks),
                                   .outbox = outbox,
                                   .session = &outbox};
    dispatch_enter(dispatch, &entry);
    settle();
    ck_assert_ptr_nonnull(actor);
}

static bool carries_a_sack(void)
{
    dispatch_line(actor, "inventory");
    settle();
    return strstr(buf_str(&seen), "a sack");
}

START_TEST(as_many_as_fit_are_carried)
{
    enter_with(INVENTORY_DEPTH_MAX - 1);
    ck_assert_msg(!strstr(buf_str(&seen), "no room"), "%s", buf_str(&seen));
    ck_assert_msg(carries_a_sack(), "%s", buf_str(&seen));
}
END_TEST

START_TEST(one_more_lies_here)
{
    enter_with(INVENTORY_DEPTH_MAX);
    ck_assert_msg(strstr(buf_str(&seen), "You have no room for a sack: it lies here."), "%s",
                  buf_str(&seen));
    ck_assert_msg(!carries_a_sack(), "%s", buf_str(&seen));
    dispatch_line(actor, "look");
    settle();
    ck_assert_msg(strstr(buf_str(&seen), "You see a sack here."), "%s", buf_str(&seen));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("enter");
    TCase *t = tcase_create("enter");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, as_many_as_fit_are_carried);
    tcase_add_test(t, one_more_lies_here);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

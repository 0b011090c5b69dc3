// Timers: which one stands, what is asked of the dispatcher, and what snapshots keep of them.
#include "../play_kit.h"

#include "util/hash.h"
#include "world/attr/timers.h"

static struct timer_sink sink;
static struct thing *ball;

static void begin(void)
{
    play_begin();
    sink = (struct timer_sink){0};
    ball = play_thing("a ball", THING_COPY, room);
    write_set_clear(&noted);
}

static void end(void)
{
    timer_sink_fini(&sink);
    play_end();
}

static uint32_t set(enum timer_kind kind, int64_t delay)
{
    timers_set(&sink, ball, kind, delay);
    return sink.list[sink.count - 1].token;
}

START_TEST(a_timer_is_asked_for_and_stands)
{
    uint32_t generation = set(TIMER_RESET, 1500);
    ck_assert_uint_eq(sink.count, 1);
    struct tref ref = thing_ref(ball);
    ck_assert_uint_eq(sink.list[0].thing.index, ref.index);
    ck_assert_uint_eq(sink.list[0].thing.generation, ref.generation);
    ck_assert_int_eq(sink.list[0].kind, TIMER_RESET);
    ck_assert_int_eq(sink.list[0].delay, 1500);
    ck_assert(timers_pending(ball, TIMER_RESET));
    ck_assert(timers_valid(ball, TIMER_RESET, generation));
    ck_assert(play_noted(ball, ATTR_TIMERS));
    ck_assert(timers_valid(ball, TIMER_RESET, generation)); // to ask changes nothing
}
END_TEST

START_TEST(one_that_has_none_has_none)
{
    for (int kind = 0; kind < TIMER_KINDS; kind++) {
        ck_assert(!timers_pending(ball, (enum timer_kind)kind));
        ck_assert(!timers_valid(ball, (enum timer_kind)kind, 0));
        timers_finish(ball, (enum timer_kind)kind, 0);
        timers_cancel(ball, (enum timer_kind)kind);
    }
    ck_assert_ptr_null(thing_attr(ball, ATTR_TIMERS));
    ck_assert_uint_eq(noted.count, 0);
}
END_TEST

START_TEST(the_next_one_calls_off_the_one_before)
{
    uint32_t first = set(TIMER_DOOR, 100), second = set(TIMER_DOOR, 200);
    ck_assert_uint_eq(sink.count, 2); // the timer of the first will find itself called off
    ck_assert_uint_ne(first, second);
    ck_assert(!timers_valid(ball, TIMER_DOOR, first));
    timers_finish(ball, TIMER_DOOR, first); // not the one that stands
    ck_assert(timers_valid(ball, TIMER_DOOR, second));
    timers_finish(ball, TIMER_DOOR, second);
    ck_assert(!timers_pending(ball, TIMER_DOOR));
    ck_assert(!timers_valid(ball, TIMER_DOOR, second));
}
END_TEST

START_TEST(what_was_called_off_does_not_stand)
{
    uint32_t generation = set(TIMER_CLEANUP, 100);
    write_set_clear(&noted);
    timers_cancel(ball, TIMER_CLEANUP);
    ck_assert(play_noted(ball, ATTR_TIMERS));
    ck_assert(!timers_pending(ball, TIMER_CLEANUP));
    ck_assert(!timers_valid(ball, TIMER_CLEANUP, generation));
    write_set_clear(&noted);
    timers_cancel(ball, TIMER_CLEANUP); // once more: nothing
    ck_assert_uint_eq(noted.count, 0);
    uint32_t next = set(TIMER_CLEANUP, 100);
    ck_assert(!timers_valid(ball, TIMER_CLEANUP, generation));
    ck_assert_uint_gt(next, generation + 1); // calling off took one
    ck_assert(timers_valid(ball, TIMER_CLEANUP, next));
}
END_TEST

START_TEST(one_that_is_over_is_a_change)
{
    uint32_t generation = set(TIMER_ACTION, 100);
    ball->changed = (struct attr_set){0};
    write_set_clear(&noted);
    timers_finish(ball, TIMER_ACTION, generation + 1);
    timers_finish(ball, TIMER_RESET, generation);
    ck_assert_uint_eq(noted.count, 0);
    timers_finish(ball, TIMER_ACTION, generation);
    ck_assert(play_noted(ball, ATTR_TIMERS));
    ck_assert(play_has_only(&ball->changed, ATTR_TIMERS, ATTR_TIMERS));
    write_set_clear(&noted);
    timers_finish(ball, TIMER_ACTION, generation); // once more: nothing
    ck_assert_uint_eq(noted.count, 0);
    ck_assert_uint_ne(set(TIMER_ACTION, 100), generation);
}
END_TEST

START_TEST(kinds_are_independent)
{
    uint32_t generations[TIMER_KINDS];
    for (int kind = 0; kind < TIMER_KINDS; kind++)
        for (int again = 0; again <= kind; again++) // generations that are not the same
            generations[kind] = set((enum timer_kind)kind, 1000 * kind);
    timers_cancel(ball, TIMER_HEALTH);
    timers_finish(ball, TIMER_QUIT, generations[TIMER_QUIT]);
    for (int kind = 0; kind < TIMER_KINDS; kind++) {
        bool over = kind == TIMER_HEALTH || kind == TIMER_QUIT;
        ck_assert_int_eq(timers_valid(ball, (enum timer_kind)kind, generations[kind]), !over);
        ck_assert_int_eq(timers_pending(ball, (enum timer_kind)kind), !over);
    }
}
END_TEST

START_TEST(requests_are_kept_in_their_order)
{
    for (int i = 0; i < 40; i++)
        set((enum timer_kind)(i % TIMER_KINDS), i);
    ck_assert_uint_eq(sink.count, 40);
    ck_assert_uint_ge(sink.cap, 40);
    for (int i = 0; i < 40; i++) {
        ck_assert_int_eq(sink.list[i].delay, i);
        ck_assert_int_eq(sink.list[i].kind, i % TIMER_KINDS);
        ck_assert_uint_eq(sink.list[i].token, (uint32_t)(i / TIMER_KINDS + 1));
    }
    timer_sink_fini(&sink);
    ck_assert_ptr_null(sink.list);
    ck_assert_uint_eq(sink.count, 0);
    ck_assert_uint_eq(sink.cap, 0);
}
END_TEST

START_TEST(a_copy_has_no_timers)
{
    set(TIMER_RESET, 100);
    struct thing *copy = limbo_copy(ball);
    ck_assert_ptr_null(thing_attr(copy, ATTR_TIMERS));
    limbo_free(copy);
}
END_TEST

START_TEST(kinds_have_names)
{
    static const char *const names[TIMER_KINDS] = {"action", "reset", "cleanup", "door", "health",
                                                   "wander", "quit",  "recall",  "round"};
    for (int kind = 0; kind < TIMER_KINDS; kind++)
        ck_assert_str_eq(timer_kind_name((enum timer_kind)kind), names[kind]);
}
END_TEST

START_TEST(reports_tell_what_is_to_come)
{
    set(TIMER_DOOR, 100);
    set(TIMER_RESET, 100);
    set(TIMER_RESET, 100);
    set(TIMER_ROUND, 100);
    timers_cancel(ball, TIMER_DOOR);
    play_ck_says(ball, ATTR_TIMERS, "{ \"reset\": 2, \"round\": 1 }");
}
END_TEST

static void restore(struct thing *t, const char *json)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *text = mem_printf("[%s]", json);
    struct doc *doc = json_read("it", text, strlen(text), &p);
    struct attr_decode d = {w, doc, &p, "z", play_resolve, NULL};
    attr_kind(ATTR_TIMERS)->restore(&d, t, doc_root(doc)->list.first);
    doc_problems_fini(&p);
    doc_free(doc);
    free(text);
}

static char *snapshot(const struct thing *t)
{
    struct buf out = BUF_INIT;
    struct doc *d = doc_new("said");
    json_write(&out, attr_kind(ATTR_TIMERS)->snapshot(thing_attr(t, ATTR_TIMERS), d),
               JSON_ONE_LINE);
    doc_free(d);
    return buf_take(&out);
}

START_TEST(a_snapshot_keeps_generations_of_what_is_over_too)
{
    uint32_t over = set(TIMER_DOOR, 100), round = set(TIMER_ROUND, 100);
    timers_cancel(ball, TIMER_DOOR);
    char *was = snapshot(ball);
    ck_assert_str_eq(was, "[256, 0, 0, 0, 2, 0, 0, 0, 0, 1]");
    struct thing *again = play_thing("a ball", THING_COPY, room);
    restore(again, was);
    char *is = snapshot(again);
    ck_assert_str_eq(was, is);
    ck_assert(timers_valid(again, TIMER_ROUND, round));
    ck_assert(!timers_valid(again, TIMER_DOOR, over));
    free(was);
    free(is);
}
END_TEST

static const struct {
    const char *json, *snapshot;
} odd[] = {
    {"[]", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"},
    {"[3, 1, 2]", "[3, 1, 2, 0, 0, 0, 0, 0, 0, 0]"}, // of a program with fewer kinds
    {"[1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", "[1, 1, 2, 3, 4, 5, 6, 7, 8, 9]"},
    {"[1, \"x\", 2]", "[1, 0, 2, 0, 0, 0, 0, 0, 0, 0]"},
    {"true", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"},
};

START_TEST(an_odd_snapshot_is_read_as_far_as_it_goes)
{
    restore(ball, odd[_i].json);
    char *is = snapshot(ball);
    ck_assert_str_eq(is, odd[_i].snapshot);
    free(is);
}
END_TEST

static uint64_t digest(const char *json)
{
    restore(ball, json);
    return attr_kind(ATTR_TIMERS)->digest(thing_attr(ball, ATTR_TIMERS));
}

START_TEST(a_digest_tells_timers_apart)
{
    const uint32_t first[] = {1, 2, 3, 4, 5, 6, 7};
    uint64_t plain = digest("[5, 1, 2, 3, 4, 5, 6, 7]");
    ck_assert_uint_eq(plain,
                      hash_bytes(first, sizeof(first), 5)); // as when there were no more kinds
    ck_assert_uint_ne(digest("[7, 1, 2, 3, 4, 5, 6, 7]"), plain);
    ck_assert_uint_ne(digest("[5, 1, 2, 3, 4, 5, 6, 8]"), plain);
    uint64_t recall = digest("[5, 1, 2, 3, 4, 5, 6, 7, 1]"),
             round = digest("[5, 1, 2, 3, 4, 5, 6, 7, 0, 1]");
    ck_assert(recall != plain && round != plain && recall != round);
    ck_assert_uint_ne(digest("[5, 1, 2, 3, 4, 5, 6, 7, 2]"), recall);
    ck_assert_uint_ne(digest("[5, 1, 2, 3, 4, 5, 6, 7, 1, 1]"), recall);
}
END_TEST

START_TEST(each_access_is_checked)
{
    set(TIMER_RESET, 100);
    CK_TOLD(timers_pending(ball, TIMER_RESET));
    CK_TOLD(ck_assert(!timers_valid(ball, TIMER_RESET, 9)));
    CK_TOLD(timers_finish(ball, TIMER_RESET, 9));
    CK_TOLD(timers_set(&sink, ball, TIMER_RESET, 9));
}
END_TEST

// A timer must not act when its timer does not stand, whatever it makes of the answer.
START_TEST(a_timer_that_asks_too_late_is_told)
{
    uint32_t generation = set(TIMER_RESET, 100);
    timers_cancel(ball, TIMER_RESET);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_begin(&ls, "timer", NULL);
    hooks_expect_timer_check(&ls, generation);
    play_hold_both();
    thing_outermost(ball);
    ck_assert(!timers_valid(ball, TIMER_RESET, generation));
    name_set(ball, "a red ball");
    expected++;
    ck_assert_uint_eq(check_count(L027_STALE_TIMER), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("timers");
    TCase *t = tcase_create("timers");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, a_timer_is_asked_for_and_stands);
    tcase_add_test(t, one_that_has_none_has_none);
    tcase_add_test(t, the_next_one_calls_off_the_one_before);
    tcase_add_test(t, what_was_called_off_does_not_stand);
    tcase_add_test(t, one_that_is_over_is_a_change);
    tcase_add_test(t, kinds_are_independent);
    tcase_add_test(t, requests_are_kept_in_their_order);
    tcase_add_test(t, a_copy_has_no_timers);
    tcase_add_test(t, kinds_have_names);
    tcase_add_test(t, reports_tell_what_is_to_come);
    tcase_add_test(t, a_snapshot_keeps_generations_of_what_is_over_too);
    tcase_add_loop_test(t, an_odd_snapshot_is_read_as_far_as_it_goes, 0,
                        (int)(sizeof(odd) / sizeof(odd[0])));
    tcase_add_test(t, a_digest_tells_timers_apart);
    tcase_add_test(t, each_access_is_checked);
    tcase_add_test(t, a_timer_that_asks_too_late_is_told);
    suite_add_tcase(s, t);
    return play_run(s);
}

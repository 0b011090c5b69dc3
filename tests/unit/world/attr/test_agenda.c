// Appointments: which one stands, what is asked of the dispatcher, and what snapshots keep of them.
#include "../play_kit.h"

#include "util/hash.h"
#include "world/attr/agenda.h"

static struct agenda_sink sink;
static struct thing *ball;

static void begin(void)
{
    play_begin();
    sink = (struct agenda_sink){0};
    ball = play_thing("a ball", THING_COPY, room);
    changes_clear(&noted);
}

static void end(void)
{
    agenda_sink_fini(&sink);
    play_end();
}

static uint32_t set(enum agenda_kind kind, int64_t delay)
{
    agenda_set(&sink, ball, kind, delay);
    return sink.list[sink.count - 1].generation;
}

START_TEST(an_appointment_is_asked_for_and_stands)
{
    uint32_t generation = set(AGENDA_RESET, 1500);
    ck_assert_uint_eq(sink.count, 1);
    struct tref ref = thing_ref(ball);
    ck_assert_uint_eq(sink.list[0].thing.index, ref.index);
    ck_assert_uint_eq(sink.list[0].thing.generation, ref.generation);
    ck_assert_int_eq(sink.list[0].kind, AGENDA_RESET);
    ck_assert_int_eq(sink.list[0].delay, 1500);
    ck_assert(agenda_pending(ball, AGENDA_RESET));
    ck_assert(agenda_stands(ball, AGENDA_RESET, generation));
    ck_assert(play_noted(ball, ATTR_AGENDA));
    ck_assert(agenda_stands(ball, AGENDA_RESET, generation)); // to ask changes nothing
}
END_TEST

START_TEST(one_that_has_none_has_none)
{
    for (int kind = 0; kind < AGENDA_KINDS; kind++) {
        ck_assert(!agenda_pending(ball, (enum agenda_kind)kind));
        ck_assert(!agenda_stands(ball, (enum agenda_kind)kind, 0));
        agenda_over(ball, (enum agenda_kind)kind, 0);
        agenda_cancel(ball, (enum agenda_kind)kind);
    }
    ck_assert_ptr_null(thing_attr(ball, ATTR_AGENDA));
    ck_assert_uint_eq(noted.count, 0);
}
END_TEST

START_TEST(the_next_one_calls_off_the_one_before)
{
    uint32_t first = set(AGENDA_DOOR, 100), second = set(AGENDA_DOOR, 200);
    ck_assert_uint_eq(sink.count, 2); // the timer of the first will find itself called off
    ck_assert_uint_ne(first, second);
    ck_assert(!agenda_stands(ball, AGENDA_DOOR, first));
    agenda_over(ball, AGENDA_DOOR, first); // not the one that stands
    ck_assert(agenda_stands(ball, AGENDA_DOOR, second));
    agenda_over(ball, AGENDA_DOOR, second);
    ck_assert(!agenda_pending(ball, AGENDA_DOOR));
    ck_assert(!agenda_stands(ball, AGENDA_DOOR, second));
}
END_TEST

START_TEST(what_was_called_off_does_not_stand)
{
    uint32_t generation = set(AGENDA_CLEANUP, 100);
    changes_clear(&noted);
    agenda_cancel(ball, AGENDA_CLEANUP);
    ck_assert(play_noted(ball, ATTR_AGENDA));
    ck_assert(!agenda_pending(ball, AGENDA_CLEANUP));
    ck_assert(!agenda_stands(ball, AGENDA_CLEANUP, generation));
    changes_clear(&noted);
    agenda_cancel(ball, AGENDA_CLEANUP); // once more: nothing
    ck_assert_uint_eq(noted.count, 0);
    uint32_t next = set(AGENDA_CLEANUP, 100);
    ck_assert(!agenda_stands(ball, AGENDA_CLEANUP, generation));
    ck_assert_uint_gt(next, generation + 1); // calling off took one
    ck_assert(agenda_stands(ball, AGENDA_CLEANUP, next));
}
END_TEST

START_TEST(one_that_is_over_is_a_change)
{
    uint32_t generation = set(AGENDA_ACTION, 100);
    ball->changed = (struct attr_set){0};
    changes_clear(&noted);
    agenda_over(ball, AGENDA_ACTION, generation + 1);
    agenda_over(ball, AGENDA_RESET, generation);
    ck_assert_uint_eq(noted.count, 0);
    agenda_over(ball, AGENDA_ACTION, generation);
    ck_assert(play_noted(ball, ATTR_AGENDA));
    ck_assert(play_has_only(&ball->changed, ATTR_AGENDA, ATTR_AGENDA));
    changes_clear(&noted);
    agenda_over(ball, AGENDA_ACTION, generation); // once more: nothing
    ck_assert_uint_eq(noted.count, 0);
    ck_assert_uint_ne(set(AGENDA_ACTION, 100), generation);
}
END_TEST

START_TEST(kinds_are_independent)
{
    uint32_t generations[AGENDA_KINDS];
    for (int kind = 0; kind < AGENDA_KINDS; kind++)
        for (int again = 0; again <= kind; again++) // generations that are not the same
            generations[kind] = set((enum agenda_kind)kind, 1000 * kind);
    agenda_cancel(ball, AGENDA_HEALTH);
    agenda_over(ball, AGENDA_QUIT, generations[AGENDA_QUIT]);
    for (int kind = 0; kind < AGENDA_KINDS; kind++) {
        bool over = kind == AGENDA_HEALTH || kind == AGENDA_QUIT;
        ck_assert_int_eq(agenda_stands(ball, (enum agenda_kind)kind, generations[kind]), !over);
        ck_assert_int_eq(agenda_pending(ball, (enum agenda_kind)kind), !over);
    }
}
END_TEST

START_TEST(requests_are_kept_in_their_order)
{
    for (int i = 0; i < 40; i++)
        set((enum agenda_kind)(i % AGENDA_KINDS), i);
    ck_assert_uint_eq(sink.count, 40);
    ck_assert_uint_ge(sink.cap, 40);
    for (int i = 0; i < 40; i++) {
        ck_assert_int_eq(sink.list[i].delay, i);
        ck_assert_int_eq(sink.list[i].kind, i % AGENDA_KINDS);
        ck_assert_uint_eq(sink.list[i].generation, (uint32_t)(i / AGENDA_KINDS + 1));
    }
    agenda_sink_fini(&sink);
    ck_assert_ptr_null(sink.list);
    ck_assert_uint_eq(sink.count, 0);
    ck_assert_uint_eq(sink.cap, 0);
}
END_TEST

START_TEST(a_copy_has_no_appointments)
{
    set(AGENDA_RESET, 100);
    struct thing *copy = limbo_copy(ball);
    ck_assert_ptr_null(thing_attr(copy, ATTR_AGENDA));
    limbo_free(copy);
}
END_TEST

START_TEST(kinds_have_names)
{
    static const char *const names[AGENDA_KINDS] = {"action", "reset", "cleanup", "door", "health",
                                                    "wander", "quit",  "recall",  "round"};
    for (int kind = 0; kind < AGENDA_KINDS; kind++)
        ck_assert_str_eq(agenda_kind_name((enum agenda_kind)kind), names[kind]);
}
END_TEST

START_TEST(reports_tell_what_is_to_come)
{
    set(AGENDA_DOOR, 100);
    set(AGENDA_RESET, 100);
    set(AGENDA_RESET, 100);
    set(AGENDA_ROUND, 100);
    agenda_cancel(ball, AGENDA_DOOR);
    play_ck_says(ball, ATTR_AGENDA, "{ \"reset\": 2, \"round\": 1 }");
}
END_TEST

static void restore(struct thing *t, const char *json)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *text = mem_printf("[%s]", json);
    struct doc *doc = json_read("it", text, strlen(text), &p);
    struct attr_decode d = {w, doc, &p, "z", play_resolve, NULL};
    attr_kind(ATTR_AGENDA)->restore(&d, t, doc_root(doc)->list.first);
    doc_problems_fini(&p);
    doc_free(doc);
    free(text);
}

static char *snapshot(const struct thing *t)
{
    struct buf out = BUF_INIT;
    struct doc *d = doc_new("said");
    json_write(&out, attr_kind(ATTR_AGENDA)->snapshot(thing_attr(t, ATTR_AGENDA), d),
               JSON_ONE_LINE);
    doc_free(d);
    return buf_take(&out);
}

START_TEST(a_snapshot_keeps_generations_of_what_is_over_too)
{
    uint32_t over = set(AGENDA_DOOR, 100), round = set(AGENDA_ROUND, 100);
    agenda_cancel(ball, AGENDA_DOOR);
    char *was = snapshot(ball);
    ck_assert_str_eq(was, "[256, 0, 0, 0, 2, 0, 0, 0, 0, 1]");
    struct thing *again = play_thing("a ball", THING_COPY, room);
    restore(again, was);
    char *is = snapshot(again);
    ck_assert_str_eq(was, is);
    ck_assert(agenda_stands(again, AGENDA_ROUND, round));
    ck_assert(!agenda_stands(again, AGENDA_DOOR, over));
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
    return attr_kind(ATTR_AGENDA)->digest(thing_attr(ball, ATTR_AGENDA));
}

START_TEST(a_digest_tells_appointments_apart)
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

START_TEST(each_access_is_judged)
{
    set(AGENDA_RESET, 100);
    CK_TOLD(agenda_pending(ball, AGENDA_RESET));
    CK_TOLD(ck_assert(!agenda_stands(ball, AGENDA_RESET, 9)));
    CK_TOLD(agenda_over(ball, AGENDA_RESET, 9));
    CK_TOLD(agenda_set(&sink, ball, AGENDA_RESET, 9));
}
END_TEST

// A timer must not act when its appointment does not stand, whatever it makes of the answer.
START_TEST(a_timer_that_asks_too_late_is_told)
{
    uint32_t generation = set(AGENDA_RESET, 100);
    agenda_cancel(ball, AGENDA_RESET);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_begin(&ls, "timer", NULL);
    lockset_expect_appointment(&ls, generation);
    play_hold_both();
    thing_outermost(ball);
    ck_assert(!agenda_stands(ball, AGENDA_RESET, generation));
    name_set(ball, "a red ball");
    expected++;
    ck_assert_uint_eq(lockcheck_count(L027_STALE_TIMER), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("agenda");
    TCase *t = tcase_create("agenda");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, an_appointment_is_asked_for_and_stands);
    tcase_add_test(t, one_that_has_none_has_none);
    tcase_add_test(t, the_next_one_calls_off_the_one_before);
    tcase_add_test(t, what_was_called_off_does_not_stand);
    tcase_add_test(t, one_that_is_over_is_a_change);
    tcase_add_test(t, kinds_are_independent);
    tcase_add_test(t, requests_are_kept_in_their_order);
    tcase_add_test(t, a_copy_has_no_appointments);
    tcase_add_test(t, kinds_have_names);
    tcase_add_test(t, reports_tell_what_is_to_come);
    tcase_add_test(t, a_snapshot_keeps_generations_of_what_is_over_too);
    tcase_add_loop_test(t, an_odd_snapshot_is_read_as_far_as_it_goes, 0,
                        (int)(sizeof(odd) / sizeof(odd[0])));
    tcase_add_test(t, a_digest_tells_appointments_apart);
    tcase_add_test(t, each_access_is_judged);
    tcase_add_test(t, a_timer_that_asks_too_late_is_told);
    suite_add_tcase(s, t);
    return play_run(s);
}

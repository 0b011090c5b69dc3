// Outboxes: prompts, order, bounds, stale ids.
#include "output/outbox.h"

#include "output/block.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/loopguard.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static struct outboxes *set;
static outbox_id id;

static void setup(void)
{
    struct style style = {.utf8 = true};
    set = outboxes_new(0);
    id = outbox_open(set, &style, 100, &set);
    outbox_mark(set, id, "\xff\xef", 2);
}

static void teardown(void)
{
    outboxes_free(set);
}

static void expect(const char *wire)
{
    size_t n;
    const char *bytes = outbox_peek(set, id, &n);
    ck_assert_uint_eq(n, strlen(wire));
    ck_assert(!n || !memcmp(bytes, wire, n));
    outbox_drained(set, id, n);
}

// What a silent timer leaves: nothing is shown now, and the new prompt with the next text.
START_TEST(a_prompt_may_wait_for_the_next_text)
{
    outbox_prompt(set, id, "1> ", 3);
    expect("1> \xff\xef");
    outbox_next_prompt(set, id, "2> ", 3);
    expect("");
    outbox_text(set, id, "one\n", false);
    expect("\r\none\r\n2> \xff\xef");
}
END_TEST

// A prompt is kept with the text of which it was made.
START_TEST(a_prompt_is_made_again_for_another_text_or_style)
{
    struct style colours = {.colours = 16, .utf8 = true}, plain = {.utf8 = true}, ascii = {0};
    const char *text = MARK_PROMPT "\u00e9> ";
    outbox_style(set, id, &colours);
    for (int round = 0; round < 2; round++) {
        outbox_prompt(set, id, text, strlen(text));
        expect(round ? "\r\n\x1b[35m\u00e9> \xff\xef" : "\x1b[35m\u00e9> \xff\xef");
    }
    outbox_style(set, id, &plain);
    outbox_prompt(set, id, text, strlen(text));
    expect("\r\n\u00e9> \xff\xef");
    outbox_style(set, id, &ascii);
    outbox_prompt(set, id, text, strlen(text));
    expect("\r\ne> \xff\xef");
    outbox_prompt(set, id, text, strlen(text) - 1);
    expect("\r\ne>\xff\xef");
    outbox_prompt(set, id, "", 0);
    expect("\r\n\xff\xef");
    outbox_prompt(set, id, "a", 1);
    expect("a\xff\xef");
    outbox_prompt(set, id, "b", 1);
    expect("\r\nb\xff\xef");
}
END_TEST

// The last door: what no terminal may get is left out of texts and prompts, colours are not.
START_TEST(no_control_leaves)
{
    outbox_prompt(set, id,
                  "\xc2\x9b"
                  "31m\x1b\xe2\x80\xae> ",
                  11);
    outbox_text(set, id,
                "a\xe2\x80\xa8"
                "b\x1b[1m\xef\xbb\xbf\n",
                true);
    expect("a b[1m\r\n31m> \xff\xef");
}
END_TEST

START_TEST(the_prompt_follows_the_text_once)
{
    outbox_prompt(set, id, "> ", 2);
    outbox_text(set, id, "one\n", true);
    outbox_text(set, id, "two\n", true);
    expect("one\r\ntwo\r\n> \xff\xef");
    expect("");
}
END_TEST

START_TEST(what_comes_unasked_leaves_the_prompts_line)
{
    outbox_prompt(set, id, "> ", 2);
    expect("> \xff\xef");
    outbox_text(set, id, "Bob waves.\n", false);
    expect("\r\nBob waves.\r\n> \xff\xef");
    outbox_entered(set, id);
    outbox_text(set, id, "You wave.\n", true);
    expect("You wave.\r\n> \xff\xef");
}
END_TEST

START_TEST(raw_bytes_bring_no_prompt)
{
    outbox_prompt(set, id, "> ", 2);
    expect("> \xff\xef");
    outbox_raw(set, id, "\xff\xf1", 2);
    expect("\xff\xf1");
}
END_TEST

START_TEST(a_socket_that_takes_a_byte_at_a_time_gets_the_same)
{
    const char *wire = "one\r\ntwo\r\n> \xff\xef";
    outbox_prompt(set, id, "> ", 2);
    outbox_text(set, id, "one\ntwo\n", true);
    for (size_t i = 0; i < strlen(wire); i++) {
        size_t n;
        const char *bytes = outbox_peek(set, id, &n);
        ck_assert_uint_eq(n, strlen(wire) - i);
        ck_assert_int_eq(bytes[0], wire[i]);
        outbox_drained(set, id, 1);
    }
    expect("");
}
END_TEST

START_TEST(who_does_not_read_overflows_and_takes_no_more)
{
    for (int i = 0; i < 30; i++)
        outbox_text(set, id, "0123456789\n", false);
    ck_assert(outbox_overflowed(set, id));
    ck_assert_uint_le(outbox_pending(set, id), 100);
}
END_TEST

START_TEST(stale_ids_do_nothing)
{
    struct style style = {.utf8 = true};
    outbox_id old = id;
    outbox_close(set, id);
    id = outbox_open(set, &style, 100, NULL);
    ck_assert_uint_ne(id, old);
    outbox_text(set, old, "for somebody who has gone\n", true);
    ck_assert_ptr_null(outbox_owner(set, old));
    expect("");
    outbox_text(set, 0, "for nobody\n", true);
}
END_TEST

START_TEST(lists_hand_out_each_outbox_once)
{
    struct style style = {.utf8 = true};
    outbox_id other = outbox_open(set, &style, 100, NULL);
    outbox_text(set, id, "a\n", false);
    outbox_text(set, id, "b\n", true);
    outbox_text(set, other, "c\n", false);
    outbox_text(set, other, "d\n", false);
    ck_assert_uint_eq(outboxes_next_urgent(set), id);
    ck_assert_uint_eq(outboxes_next_urgent(set), 0);
    ck_assert(outboxes_relaxed(set));
    ck_assert_uint_eq(outboxes_next_relaxed(set), id);
    outbox_close(set, other);
    ck_assert_uint_eq(outboxes_next_relaxed(set), 0);
}
END_TEST

START_TEST(one_block_is_shared_by_windows_of_all_kinds)
{
    struct style narrow = {.width = 5, .utf8 = true}, colour = {.colours = 16, .utf8 = true};
    outbox_id ids[3] = {id, outbox_open(set, &narrow, 100, NULL),
                        outbox_open(set, &colour, 100, NULL)};
    struct block *b = block_new("\x03"
                                "red\x01 word",
                                10);
    outbox_post_many(set, ids, 3, b, false);
    block_free(b);
    size_t n;
    expect("red word\xff\xef");
    ck_assert(!memcmp(outbox_peek(set, ids[1], &n), "red\r\nword", 9));
    ck_assert(!memcmp(outbox_peek(set, ids[2], &n), "\x1b[31mred\x1b[0m word", 17));
}
END_TEST

static const char *reported;
static unsigned reports;

static void note_report(enum loopguard_owner owner, const char *call, const void *from,
                        const void *frame)
{
    (void)from;
    (void)frame;
    ck_assert_int_eq(owner, LOOPGUARD_LOOP);
    reported = call;
    reports++;
}

static void *look_from_elsewhere(void *arg)
{
    return (void *)outbox_peek(set, id, arg);
}

START_TEST(another_thread_than_the_loops_is_reported)
{
    loopguard_listen(note_report);
    loopguard_enter();
    size_t n;
    outbox_peek(set, id, &n);
    ck_assert_uint_eq(reports, 0);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, look_from_elsewhere, &n), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    loopguard_leave();
    loopguard_listen(NULL);
    ck_assert_uint_eq(reports, 1);
    ck_assert_str_eq(reported, "outbox_peek()");
}
END_TEST

// An outbox takes all that it holds to another set: bytes, prompt, mark, style, limit.
static struct outboxes *other;

static void move_to(unsigned loop)
{
    other = outboxes_new(loop);
    id = outbox_adopt(other, outbox_detach(set, id), &other);
}

static void expect_there(const char *wire)
{
    size_t n;
    const char *bytes = outbox_peek(other, id, &n);
    ck_assert_uint_eq(n, strlen(wire));
    ck_assert(!n || !memcmp(bytes, wire, n));
    outbox_drained(other, id, n);
}

START_TEST(what_is_pending_moves_too)
{
    outbox_id before = id;
    outbox_prompt(set, id, "> ", 2);
    outbox_text(set, id, "one\n", false);
    move_to(3);
    ck_assert_uint_eq(outbox_loop(id), 3);
    ck_assert_ptr_null(outbox_owner(set, before));
    ck_assert_ptr_eq(outbox_owner(other, id), &other);
    ck_assert_uint_eq(outboxes_next_urgent(other), id); // it is sent from there
    ck_assert_uint_eq(outboxes_next_urgent(other), 0);
    ck_assert_uint_eq(outboxes_next_relaxed(other), 0);
    expect_there("one\r\n> \xff\xef");
    while (outboxes_next_urgent(set) || outboxes_next_relaxed(set))
        ck_abort_msg("still on a list of the set that it has left");
    outboxes_free(other);
}
END_TEST

START_TEST(the_prompt_and_the_style_move_too)
{
    struct style ascii = {0};
    outbox_prompt(set, id, "> ", 2);
    expect("> \xff\xef");
    outbox_style(set, id, &ascii);
    move_to(1);
    expect_there("");
    outbox_text(other, id, "\u00e9\n", false); // the cursor stands behind the prompt
    expect_there("\r\ne\r\n> \xff\xef");
    outboxes_free(other);
}
END_TEST

START_TEST(the_limit_and_what_was_left_out_move_too)
{
    char text[61] = "", wire[63];
    memset(text, 'a', sizeof(text) - 1);
    snprintf(wire, sizeof(wire), "%s\xff\xef", text);
    outbox_leave_out(set, id, true);
    outbox_text(set, id, text, false);
    outbox_text(set, id, text, false); // over 100 bytes
    move_to(1);
    outbox_text(other, id, text, false);
    ck_assert(!outbox_overflowed(other, id));
    ck_assert_uint_eq(outbox_pending(other, id), 60);
    expect_there(wire);
    outbox_text(other, id, "b\n", false);
    expect_there("[Your connection is too slow: 2 messages were left out here.]\r\nb\r\n\xff\xef");
    outboxes_free(other);
}
END_TEST

START_TEST(one_that_has_overflowed_stays_so)
{
    char text[101] = "";
    memset(text, 'a', sizeof(text) - 1);
    outbox_text(set, id, text, false);
    outbox_text(set, id, text, false);
    ck_assert(outbox_overflowed(set, id));
    move_to(1);
    ck_assert(outbox_overflowed(other, id));
    outboxes_free(other);
}
END_TEST

START_TEST(one_that_arrives_nowhere_is_freed)
{
    outbox_text(set, id, "one\n", false);
    outbox_prompt(set, id, "> ", 2);
    outbox_free(outbox_detach(set, id));
    outbox_free(NULL);
    id = 0;
}
END_TEST

// The id of another loop's outbox in the same place, of the same generation.
START_TEST(ids_of_other_loops_are_refused)
{
    outbox_id foreign = id | 2 << OUTBOX_LOOP_SHIFT, ids[2] = {foreign, id};
    struct block *b = block_new("one\n", 4);
    ck_assert_uint_eq(outbox_loop(id), 0);
    ck_assert_uint_eq(outbox_loop(foreign), 2);
    ck_assert_ptr_null(outbox_owner(set, foreign));
    outbox_text(set, foreign, "no\n", true);
    outbox_post(set, foreign, b, true);
    outbox_post_many(set, ids, 1, b, true);
    outbox_prompt(set, foreign, "> ", 2);
    outbox_raw(set, foreign, "x", 1);
    outbox_close(set, foreign);
    ck_assert_uint_eq(outboxes_next_urgent(set), 0);
    outbox_post_many(set, ids, 2, b, true);
    expect("one\r\n\xff\xef");
    outboxes_avoid(set, 9u << OUTBOX_GENERATION_SHIFT | 2 << OUTBOX_LOOP_SHIFT | 1);
    struct style style = STYLE_INIT;
    ck_assert_uint_eq(outbox_open(set, &style, 100, NULL), 1u << OUTBOX_GENERATION_SHIFT | 1);
    outboxes_avoid(set, 9u << OUTBOX_GENERATION_SHIFT | 2);
    ck_assert_uint_eq(outbox_open(set, &style, 100, NULL), 10u << OUTBOX_GENERATION_SHIFT | 2);
    block_free(b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("outbox");
    TCase *t = tcase_create("outbox");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_prompt_follows_the_text_once);
    tcase_add_test(t, a_prompt_may_wait_for_the_next_text);
    tcase_add_test(t, a_prompt_is_made_again_for_another_text_or_style);
    tcase_add_test(t, no_control_leaves);
    tcase_add_test(t, what_comes_unasked_leaves_the_prompts_line);
    tcase_add_test(t, raw_bytes_bring_no_prompt);
    tcase_add_test(t, a_socket_that_takes_a_byte_at_a_time_gets_the_same);
    tcase_add_test(t, who_does_not_read_overflows_and_takes_no_more);
    tcase_add_test(t, stale_ids_do_nothing);
    tcase_add_test(t, lists_hand_out_each_outbox_once);
    tcase_add_test(t, one_block_is_shared_by_windows_of_all_kinds);
    tcase_add_test(t, what_is_pending_moves_too);
    tcase_add_test(t, the_prompt_and_the_style_move_too);
    tcase_add_test(t, the_limit_and_what_was_left_out_move_too);
    tcase_add_test(t, one_that_has_overflowed_stays_so);
    tcase_add_test(t, one_that_arrives_nowhere_is_freed);
    tcase_add_test(t, ids_of_other_loops_are_refused);
    tcase_add_test(t, another_thread_than_the_loops_is_reported);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

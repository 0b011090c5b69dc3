// Outboxes: prompts, order, bounds, stale ids.
#include "output/outbox.h"

#include "output/block.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/loopguard.h"

#include <check.h>
#include <pthread.h>
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
    tcase_add_test(t, another_thread_than_the_loops_is_reported);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

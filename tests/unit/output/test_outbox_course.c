// Outboxes in depth: transcripts, short writes, bounds, reused places, and a plain model of it.
#include "output/outbox.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/block.h"
#include "util/buf.h"
#include "util/rng.h"

enum { LIMIT = 1 << 16 };

static const struct style window = {.width = 80, .height = 24, .utf8 = true};

// One thing that happens to an outbox. FLUSH takes all that is pending.
enum act { SAY, HEAR, PROMPT, ENTER, RAW, MARK, FLUSH };

struct step {
    enum act act;
    const char *text;
};

static struct outboxes *set;
static outbox_id box;

static void setup(void)
{
    set = outboxes_new(0);
    box = outbox_open(set, &window, LIMIT, NULL);
}

static void teardown(void)
{
    outboxes_free(set);
}

static void post(outbox_id id, const char *text, bool urgent)
{
    outbox_text(set, id, text, urgent);
}

// Takes up to `most` bytes of what is pending, `bite` at a time.
static void take(outbox_id id, size_t most, size_t bite, struct buf *out)
{
    size_t n;
    for (const char *p; most && (p = outbox_peek(set, id, &n));) {
        size_t part = n < bite ? n : bite;
        part = part < most ? part : most;
        buf_add(out, p, part);
        outbox_drained(set, id, part);
        most -= part;
    }
}

static void act(outbox_id id, const struct step *s)
{
    switch (s->act) {
    case SAY:
    case HEAR:
        post(id, s->text, s->act == SAY);
        break;
    case PROMPT:
        outbox_prompt(set, id, s->text, strlen(s->text));
        break;
    case ENTER:
        outbox_entered(set, id);
        break;
    case RAW:
        outbox_raw(set, id, s->text, strlen(s->text));
        break;
    case MARK:
        outbox_mark(set, id, s->text, strlen(s->text));
        break;
    case FLUSH:
        break;
    }
}

// Plays the steps; each flush is closed by a "~". CR is left out of the way: "|" is CR LF.
static void check_transcript(const struct step *steps, size_t n, const char *expected)
{
    struct buf out = BUF_INIT, shown = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        act(box, &steps[i]);
        if (steps[i].act != FLUSH)
            continue;
        take(box, SIZE_MAX, SIZE_MAX, &out);
        buf_addc(&out, '~');
    }
    for (size_t i = 0; i < out.len; i++)
        if (out.data[i] != '\r')
            buf_addc(&shown, (char)(out.data[i] == '\n' ? '|' : out.data[i]));
    ck_assert_str_eq(buf_str(&shown), expected);
    buf_fini(&out);
    buf_fini(&shown);
}

#define TRANSCRIPT(expected, ...)                                                                  \
    check_transcript((const struct step[]){__VA_ARGS__},                                           \
                     sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step), expected)

START_TEST(text_comes_before_its_prompt)
{
    TRANSCRIPT("Hello.|> ~", {PROMPT, "> "}, {SAY, "Hello.\n"}, {FLUSH, ""});
}
END_TEST

START_TEST(the_prompt_is_shown_once_for_a_batch)
{
    TRANSCRIPT("One.|Two.|Three.|> ~", {SAY, "One.\n"}, {PROMPT, "> "}, {HEAR, "Two.\n"},
               {PROMPT, "> "}, {SAY, "Three.\n"}, {FLUSH, ""});
}
END_TEST

START_TEST(unasked_text_at_a_prompt_begins_a_new_line)
{
    TRANSCRIPT("Hello.|> ~|Ann waves.|> ~|Bob waves.|> ~", {SAY, "Hello.\n"}, {PROMPT, "> "},
               {FLUSH, ""}, {HEAR, "Ann waves.\n"}, {FLUSH, ""}, {HEAR, "Bob waves.\n"},
               {FLUSH, ""});
}
END_TEST

START_TEST(after_his_own_enter_the_line_is_new_already)
{
    TRANSCRIPT("> ~You look.|> ~", {PROMPT, "> "}, {FLUSH, ""}, {ENTER, ""}, {SAY, "You look.\n"},
               {FLUSH, ""});
}
END_TEST

START_TEST(text_between_his_enter_and_the_answer_breaks_the_line_once)
{
    TRANSCRIPT("> ~Ann waves.|> ~|You look.|> ~", {PROMPT, "> "}, {FLUSH, ""}, {ENTER, ""},
               {HEAR, "Ann waves.\n"}, {FLUSH, ""}, {SAY, "You look.\n"}, {FLUSH, ""});
}
END_TEST

START_TEST(only_the_first_text_of_a_batch_breaks_the_line)
{
    TRANSCRIPT("> ~|One.|Two.|> ~", {PROMPT, "> "}, {FLUSH, ""}, {HEAR, "One.\n"}, {HEAR, "Two.\n"},
               {FLUSH, ""});
}
END_TEST

START_TEST(nothing_pending_sends_nothing_and_no_prompt)
{
    TRANSCRIPT("> ~~~", {PROMPT, "> "}, {FLUSH, ""}, {FLUSH, ""}, {ENTER, ""}, {FLUSH, ""});
}
END_TEST

START_TEST(a_new_prompt_alone_stands_on_a_line_of_its_own)
{
    TRANSCRIPT("10> ~|9> ~8> ~", {PROMPT, "10> "}, {FLUSH, ""}, {PROMPT, "9> "}, {FLUSH, ""},
               {ENTER, ""}, {PROMPT, "8> "}, {FLUSH, ""});
}
END_TEST

START_TEST(an_empty_text_shows_the_prompt_again)
{
    TRANSCRIPT("> ~> ~", {PROMPT, "> "}, {FLUSH, ""}, {ENTER, ""}, {SAY, ""}, {FLUSH, ""});
}
END_TEST

START_TEST(the_mark_ends_each_prompt)
{
    TRANSCRIPT("Hi.|> \xff\xf9~|Yo.|> \xff\xf9~|Ho.|> ~", {MARK, "\xff\xf9"}, {PROMPT, "> "},
               {SAY, "Hi.\n"}, {FLUSH, ""}, {HEAR, "Yo.\n"}, {FLUSH, ""}, {MARK, ""},
               {HEAR, "Ho.\n"}, {FLUSH, ""});
}
END_TEST

START_TEST(a_mark_too_long_to_be_one_is_refused)
{
    TRANSCRIPT("> \xff\xef~", {MARK, "\xff\xef"}, {MARK, "12345"}, {PROMPT, "> "}, {FLUSH, ""});
}
END_TEST

START_TEST(telnet_commands_leave_prompts_alone)
{
    TRANSCRIPT("> ~\xff\xfb\x01~|Hi.|\xff\xfc\x01> ~", {PROMPT, "> "}, {FLUSH, ""},
               {RAW, "\xff\xfb\x01"}, {FLUSH, ""}, {HEAR, "Hi.\n"}, {RAW, "\xff\xfc\x01"},
               {FLUSH, ""});
}
END_TEST

START_TEST(a_changed_window_counts_from_the_next_text)
{
    struct style narrow = {.width = 9, .utf8 = false};
    struct buf out = BUF_INIT;
    post(box, "the quick brown Zoë\n", true);
    outbox_style(set, box, &narrow);
    post(box, "the quick brown Zoë\n", true);
    take(box, SIZE_MAX, SIZE_MAX, &out);
    ck_assert_str_eq(buf_str(&out), "the quick brown Zoë\r\nthe quick\r\nbrown Zoe\r\n");
    buf_fini(&out);
}
END_TEST

START_TEST(a_crowd_gets_what_each_would_get_alone)
{
    outbox_id ids[6], alone[6];
    struct block *b = block_new("Zoë jumps over the lazy dog.\n", 30);
    for (unsigned i = 0; i < 6; i++) {
        struct style style = {.width = (uint16_t)(i < 3 ? 80 : 12), .utf8 = i % 3};
        ids[i] = outbox_open(set, &style, LIMIT, NULL);
        alone[i] = outbox_open(set, &style, LIMIT, NULL);
        outbox_post(set, alone[i], b, false);
    }
    outbox_post_many(set, ids, 6, b, false);
    outbox_post_many(set, ids, 1, b, false);
    outbox_post_many(set, alone, 1, b, false);
    outbox_post_many(set, ids, 0, b, false);
    block_free(b); // nothing pending leans on the block
    for (unsigned i = 0; i < 6; i++) {
        struct buf one = BUF_INIT, two = BUF_INIT;
        take(ids[i], SIZE_MAX, SIZE_MAX, &one);
        take(alone[i], SIZE_MAX, SIZE_MAX, &two);
        ck_assert_uint_gt(one.len, 0);
        ck_assert_str_eq(buf_str(&one), buf_str(&two));
        buf_fini(&one);
        buf_fini(&two);
    }
}
END_TEST

// B6: the bytes are the same however few the socket takes at a time.
static const struct step evening[] = {
    {MARK, "\xff\xf9"}, {SAY, "Welcome.\n"},   {PROMPT, "> "},        {FLUSH, ""},
    {ENTER, ""},        {SAY, "You look.\n"},  {FLUSH, ""},           {HEAR, "Zoë waves.\n"},
    {FLUSH, ""},        {RAW, "\xff\xfb\x19"}, {HEAR, "Bob bows.\n"}, {FLUSH, ""},
    {PROMPT, "9> "},    {FLUSH, ""},           {ENTER, ""},           {SAY, "Bye.\n"},
    {FLUSH, ""},
};

static void play(size_t at_each_flush, size_t bite, struct buf *out)
{
    outbox_id id = outbox_open(set, &window, LIMIT, NULL);
    for (size_t i = 0; i < sizeof(evening) / sizeof(evening[0]); i++) {
        size_t n;
        act(id, &evening[i]);
        if (evening[i].act != FLUSH)
            continue;
        outbox_peek(set, id, &n); // a socket that takes nothing is asked all the same
        take(id, at_each_flush, bite, out);
    }
    take(id, SIZE_MAX, bite, out);
    ck_assert_uint_eq(outbox_pending(set, id), 0);
    outbox_close(set, id);
}

START_TEST(short_writes_change_nothing)
{
    struct buf whole = BUF_INIT;
    play(SIZE_MAX, SIZE_MAX, &whole);
    for (size_t each = 0; each <= whole.len; each++)
        for (size_t bite = 1; bite < 8; bite++) {
            struct buf out = BUF_INIT;
            play(each, bite, &out);
            ck_assert_uint_eq(out.len, whole.len);
            ck_assert(!memcmp(out.data, whole.data, out.len));
            buf_fini(&out);
        }
    buf_fini(&whole);
}
END_TEST

START_TEST(a_reader_that_stops_is_told_of_and_never_grows_past_its_limit)
{
    outbox_id ids[] = {outbox_open(set, &window, 4096, NULL), box};
    struct block *b = block_new("All the room hears this and one of them does not read it.\n", 58);
    unsigned taken = 0;
    for (unsigned i = 0; i < 200; i++) {
        outbox_post_many(set, ids, 2, b, false);
        taken += !outbox_overflowed(set, ids[0]);
        ck_assert_uint_le(outbox_pending(set, ids[0]), 4096);
    }
    ck_assert(outbox_overflowed(set, ids[0]) && !outbox_overflowed(set, box));
    ck_assert_uint_eq(taken, 4096 / 59);
    ck_assert_uint_eq(outbox_pending(set, ids[0]), taken * 59);
    ck_assert_uint_eq(outbox_pending(set, box), 200 * 59);
    block_free(b);
}
END_TEST

START_TEST(text_for_him_alone_is_bounded_as_well)
{
    outbox_limit(set, box, 100);
    for (unsigned i = 0; i < 50; i++) {
        post(box, "0123456\n", true);
        ck_assert_uint_le(outbox_pending(set, box), 100);
    }
    ck_assert(outbox_overflowed(set, box));
    ck_assert_uint_eq(outbox_pending(set, box), 99);
}
END_TEST

START_TEST(one_text_larger_than_the_limit_is_refused_whole)
{
    outbox_id ids[] = {outbox_open(set, &window, 10, NULL), outbox_open(set, &window, 10, NULL)};
    struct block *b = block_new("longer than that\n", 17);
    outbox_post_many(set, ids, 2, b, false);
    outbox_post(set, box, b, false);
    ck_assert(outbox_overflowed(set, ids[0]) && outbox_overflowed(set, ids[1]));
    ck_assert_uint_eq(outbox_pending(set, ids[0]), 0);
    ck_assert(!outbox_overflowed(set, box));
    block_free(b);
}
END_TEST

START_TEST(an_overflowed_outbox_still_gives_what_it_had_but_takes_no_more)
{
    struct buf out = BUF_INIT;
    outbox_limit(set, box, 20);
    outbox_prompt(set, box, "> ", 2);
    post(box, "0123456\n", true);
    post(box, "too long for what is left\n", true);
    ck_assert(outbox_overflowed(set, box));
    outbox_limit(set, box, LIMIT);
    post(box, "late\n", true);
    outbox_raw(set, box, "late", 4);
    take(box, SIZE_MAX, SIZE_MAX, &out);
    ck_assert_str_eq(buf_str(&out), "0123456\r\n");
    ck_assert(outbox_overflowed(set, box));
    buf_fini(&out);
}
END_TEST

START_TEST(a_closed_outbox_takes_and_gives_nothing)
{
    size_t n = 1;
    struct block *b = block_new("x\n", 2);
    post(box, "pending\n", true);
    outbox_close(set, box);
    outbox_close(set, box);
    outbox_post(set, box, b, true);
    outbox_post_many(set, (outbox_id[]){box, 0}, 2, b, true);
    outbox_prompt(set, box, "> ", 2);
    outbox_raw(set, box, "x", 1);
    outbox_mark(set, box, "x", 1);
    outbox_entered(set, box);
    outbox_limit(set, box, 1);
    outbox_style(set, box, &window);
    outbox_set_owner(set, box, &n);
    outbox_drained(set, box, 1);
    ck_assert_ptr_null(outbox_peek(set, box, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert_ptr_null(outbox_owner(set, box));
    ck_assert(!outbox_overflowed(set, box) && !outbox_pending(set, box));
    ck_assert_uint_eq(outboxes_next_urgent(set), 0);
    ck_assert_uint_eq(outboxes_next_relaxed(set), 0);
    block_free(b);
}
END_TEST

START_TEST(ids_that_never_were_are_refused)
{
    static const outbox_id never[] = {0, 1, 0xfffff, 0xffffffff, 1u << 31};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        post(never[i], "x\n", true);
        ck_assert_uint_eq(outbox_pending(set, never[i]), 0);
    }
    ck_assert_uint_eq(outboxes_next_urgent(set), 0);
}
END_TEST

START_TEST(whoever_gets_the_place_of_another_gets_nothing_of_his)
{
    outbox_id old = box;
    outbox_mark(set, old, "\xff\xf9", 2);
    outbox_prompt(set, old, "old> ", 5);
    for (unsigned i = 0; i < 1000; i++) {
        int me = 0;
        struct buf out = BUF_INIT;
        post(old, "for the one who was here\n", i & 1);
        outbox_close(set, old);
        if (i & 2) { // taken off the lists before, or while on them
            outboxes_next_urgent(set);
            outboxes_next_relaxed(set);
        }
        outbox_id now = outbox_open(set, &window, LIMIT, &me);
        ck_assert_uint_ne(now, old);
        post(old, "late\n", true);
        ck_assert_ptr_eq(outbox_owner(set, now), &me);
        post(now, "new\n", true);
        take(now, SIZE_MAX, SIZE_MAX, &out);
        ck_assert_str_eq(buf_str(&out), "new\r\n");
        buf_fini(&out);
        old = now;
    }
}
END_TEST

START_TEST(each_list_names_an_outbox_once_in_order)
{
    outbox_id ids[5];
    for (unsigned i = 0; i < 5; i++)
        ids[i] = outbox_open(set, &window, LIMIT, NULL);
    static const unsigned order[] = {3, 0, 3, 4, 0, 1};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        post(ids[order[i]], "x\n", true);
        post(ids[4 - order[i]], "x\n", false);
    }
    ck_assert(outboxes_relaxed(set));
    outbox_close(set, ids[4]);
    static const unsigned urgent[] = {3, 0, 1}, relaxed[] = {1, 0, 3};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(outboxes_next_urgent(set), ids[urgent[i]]);
        ck_assert_uint_eq(outboxes_next_relaxed(set), ids[relaxed[i]]);
    }
    ck_assert_uint_eq(outboxes_next_urgent(set), 0);
    ck_assert_uint_eq(outboxes_next_relaxed(set), 0);
    ck_assert(!outboxes_relaxed(set));
    post(ids[1], "x\n", true);
    ck_assert_uint_eq(outboxes_next_urgent(set), ids[1]);
}
END_TEST

START_TEST(an_outbox_listed_again_brings_nobody_with_it)
{
    outbox_id other = outbox_open(set, &window, LIMIT, NULL);
    for (int urgent = 0; urgent < 2; urgent++) {
        outbox_id (*next)(struct outboxes *) =
            urgent ? outboxes_next_urgent : outboxes_next_relaxed;
        post(box, "x\n", urgent);
        post(other, "x\n", urgent);
        ck_assert_uint_eq(next(set), box);
        ck_assert_uint_eq(next(set), other);
        post(box, "x\n", urgent); // the link to its old neighbour is gone
        ck_assert_uint_eq(next(set), box);
        ck_assert_uint_eq(next(set), 0);
    }
}
END_TEST

START_TEST(drained_as_urgent_it_has_nothing_left_as_relaxed)
{
    size_t n;
    struct buf out = BUF_INIT;
    post(box, "others\n", false);
    post(box, "own\n", true);
    ck_assert_uint_eq(outboxes_next_urgent(set), box);
    take(box, SIZE_MAX, SIZE_MAX, &out);
    ck_assert_str_eq(buf_str(&out), "others\r\nown\r\n");
    ck_assert_uint_eq(outboxes_next_relaxed(set), box);
    ck_assert_ptr_null(outbox_peek(set, box, &n));
    buf_fini(&out);
}
END_TEST

START_TEST(the_counters_count)
{
    struct outbox_stats stats;
    outbox_id full = outbox_open(set, &window, 0, NULL);
    struct block *b = block_new("1234\n", 5);
    outbox_post_many(set, (outbox_id[]){box, full}, 2, b, true); // one of them takes none
    outbox_post(set, box, b, true);
    outboxes_stats(set, &stats);
    ck_assert_uint_eq(stats.bytes, 12);
    ck_assert_uint_eq(stats.posted, 3);
    ck_assert_uint_eq(stats.dropped, 1);
    block_free(b);
}
END_TEST

// What an outbox should do, written down plainly: bytes seen, and where the cursor is.
struct model {
    outbox_id id;
    bool at_prompt, owes;
    char prompt[16];
    struct buf sent; // all that should have been pending so far
    struct buf got;
};

static void model_text(struct model *m, const char *wire)
{
    if (m->at_prompt)
        buf_adds(&m->sent, "\r\n");
    buf_adds(&m->sent, wire);
    m->at_prompt = false;
    m->owes = true;
}

static void model_flush(struct model *m, size_t most)
{
    if (m->owes) {
        if (m->at_prompt)
            buf_adds(&m->sent, "\r\n");
        buf_adds(&m->sent, m->prompt);
        m->at_prompt = m->prompt[0];
        m->owes = false;
    }
    size_t n;
    outbox_peek(set, m->id, &n);
    ck_assert_uint_eq(n, m->sent.len - m->got.len);
    take(m->id, most, 1 + most / 3, &m->got);
    ck_assert(!m->got.len || !memcmp(m->got.data, m->sent.data, m->got.len));
}

static void model_close(struct model *m)
{
    buf_fini(&m->sent);
    buf_fini(&m->got);
    outbox_close(set, m->id);
}

static void model_step(struct model *all, size_t count, struct rng *r)
{
    struct model *m = &all[rng_below(r, count)];
    outbox_id ids[8];
    struct block *b;
    switch (rng_below(r, 8)) {
    case 0:
        outbox_entered(set, m->id);
        m->at_prompt = false;
        break;
    case 1:
        snprintf(m->prompt, sizeof(m->prompt), "%u> ", (unsigned)rng_below(r, 1000));
        outbox_prompt(set, m->id, m->prompt, strlen(m->prompt));
        m->owes = true;
        break;
    case 2:
        for (size_t i = 0; i < count; i++) {
            ids[i] = all[i].id;
            model_text(&all[i], "To all.\r\n");
        }
        b = block_new("To all.\n", 8);
        outbox_post_many(set, ids, count, b, rng_chance(r, 1, 2));
        block_free(b);
        break;
    case 3:
        outbox_raw(set, m->id, "\xff\xf1", 2);
        buf_adds(&m->sent, "\xff\xf1");
        break;
    case 4:
        if (rng_chance(r, 1, 50)) {
            model_close(m);
            *m = (struct model){.id = outbox_open(set, &window, LIMIT, m)};
        }
        break;
    case 5:
        post(m->id, "To one.\n", rng_chance(r, 1, 2));
        model_text(m, "To one.\r\n");
        break;
    default:
        model_flush(m, rng_below(r, 60));
        break;
    }
}

START_TEST(any_course_of_events_gives_the_bytes_of_the_model)
{
    struct model all[8] = {0};
    struct rng r;
    rng_seed(&r, 6);
    for (size_t i = 0; i < 8; i++)
        all[i].id = outbox_open(set, &window, LIMIT, &all[i]);
    for (int i = 0; i < 100000; i++) {
        model_step(all, 8, &r);
        outbox_id id = i % 7 ? 0 : outboxes_next_urgent(set);
        if (id)
            ck_assert_uint_eq(((struct model *)outbox_owner(set, id))->id, id);
        if (i % 500 == 499)
            for (size_t k = 0; k < 8; k++)
                model_flush(&all[k], SIZE_MAX);
    }
    for (size_t i = 0; i < 8; i++) {
        model_flush(&all[i], SIZE_MAX);
        ck_assert_uint_gt(all[i].got.len, 0);
        ck_assert_uint_eq(all[i].got.len, all[i].sent.len);
        model_close(&all[i]);
    }
}
END_TEST

static void add_prompt_tests(TCase *t)
{
    tcase_add_test(t, text_comes_before_its_prompt);
    tcase_add_test(t, the_prompt_is_shown_once_for_a_batch);
    tcase_add_test(t, unasked_text_at_a_prompt_begins_a_new_line);
    tcase_add_test(t, after_his_own_enter_the_line_is_new_already);
    tcase_add_test(t, text_between_his_enter_and_the_answer_breaks_the_line_once);
    tcase_add_test(t, only_the_first_text_of_a_batch_breaks_the_line);
    tcase_add_test(t, nothing_pending_sends_nothing_and_no_prompt);
    tcase_add_test(t, a_new_prompt_alone_stands_on_a_line_of_its_own);
    tcase_add_test(t, an_empty_text_shows_the_prompt_again);
    tcase_add_test(t, the_mark_ends_each_prompt);
    tcase_add_test(t, a_mark_too_long_to_be_one_is_refused);
    tcase_add_test(t, telnet_commands_leave_prompts_alone);
    tcase_add_test(t, a_changed_window_counts_from_the_next_text);
}

static void add_pending_tests(TCase *t)
{
    tcase_add_test(t, a_crowd_gets_what_each_would_get_alone);
    tcase_add_test(t, short_writes_change_nothing);
    tcase_add_test(t, a_reader_that_stops_is_told_of_and_never_grows_past_its_limit);
    tcase_add_test(t, text_for_him_alone_is_bounded_as_well);
    tcase_add_test(t, one_text_larger_than_the_limit_is_refused_whole);
    tcase_add_test(t, an_overflowed_outbox_still_gives_what_it_had_but_takes_no_more);
    tcase_add_test(t, a_closed_outbox_takes_and_gives_nothing);
    tcase_add_test(t, ids_that_never_were_are_refused);
    tcase_add_test(t, whoever_gets_the_place_of_another_gets_nothing_of_his);
    tcase_add_test(t, each_list_names_an_outbox_once_in_order);
    tcase_add_test(t, an_outbox_listed_again_brings_nobody_with_it);
    tcase_add_test(t, drained_as_urgent_it_has_nothing_left_as_relaxed);
    tcase_add_test(t, the_counters_count);
    tcase_add_test(t, any_course_of_events_gives_the_bytes_of_the_model);
}

// Reads on, slower than it is written to: never overflows, and reads how much is missing.
START_TEST(who_reads_slowly_is_told_how_much_is_left_out)
{
    char line[101];
    struct buf out = BUF_INIT;
    memset(line, 'x', 99);
    line[99] = '\n';
    line[100] = '\0';
    outbox_limit(set, box, 1000);
    outbox_leave_out(set, box, true);
    for (int i = 0; i < 20; i++)
        post(box, line, false);
    ck_assert(!outbox_overflowed(set, box));
    ck_assert_uint_le(outbox_pending(set, box), 1000);
    take(box, 400, 100, &out);
    post(box, "still too much\n", false); // more than half is waiting
    ck_assert_ptr_null(strstr(buf_str(&out), "left out"));
    take(box, SIZE_MAX, 100, &out);
    ck_assert_ptr_nonnull(strstr(
        buf_str(&out), "[Your connection is too slow: 12 messages were left out here.]\r\n"));
    ck_assert_ptr_null(strstr(buf_str(&out), "still"));
    post(box, "once more\n", false);
    buf_clear(&out);
    take(box, SIZE_MAX, 100, &out);
    ck_assert_str_eq(buf_str(&out), "once more\r\n");
    // One that is longer than all that may wait leaves a trace, too.
    char *huge = malloc(3001);
    memset(huge, 'y', 3000);
    huge[3000] = '\0';
    post(box, huge, false);
    post(box, "after\n", false);
    buf_clear(&out);
    take(box, SIZE_MAX, 100, &out);
    ck_assert_str_eq(buf_str(&out),
                     "[Your connection is too slow: 1 message was left out here.]\r\nafter\r\n");
    free(huge);
    buf_fini(&out);
}
END_TEST

// Telnet's answers are not text: a flood of questions is cut off all the same.
START_TEST(answers_to_telnet_have_a_bound_beside_the_text)
{
    static const char answer[] = "\xff\xfb\x06";
    outbox_limit(set, box, 1000);
    outbox_leave_out(set, box, true);
    size_t n = 0;
    while (!outbox_overflowed(set, box) && n < 10000) {
        outbox_raw(set, box, answer, 3);
        n++;
    }
    ck_assert_uint_gt(n, 1300);
    ck_assert_uint_lt(n, 1800);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("outbox_course");
    tcase_add_checked_fixture(t, setup, teardown);
    add_prompt_tests(t);
    add_pending_tests(t);
    tcase_add_test(t, who_reads_slowly_is_told_how_much_is_left_out);
    tcase_add_test(t, answers_to_telnet_have_a_bound_beside_the_text);
    Suite *s = suite_create("output/outbox_course");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

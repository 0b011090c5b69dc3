// What goes with an outcome lies in its area as long as there is room, and beside it then; all goes
// with it.
#include "command/outcome.h"

#include "output/block.h"
#include "util/buf.h"

#include <check.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool is_inside(const struct outcome *o, const void *p)
{
    return (const char *)p >= o->area && (const char *)p < (const char *)o + 2048;
}

START_TEST(what_is_taken_lies_apart_and_aligned)
{
    struct outcome *o = outcome_new();
    unsigned char *taken[400];
    unsigned inside = 0;
    for (size_t i = 0; i < 400; i++) {
        taken[i] = outcome_take(o, i % 37);
        ck_assert_uint_eq((uintptr_t)taken[i] % alignof(max_align_t), 0);
        memset(taken[i], (int)i & 255, i % 37);
        inside += is_inside(o, taken[i]);
    }
    for (size_t i = 0; i < 400; i++)
        for (size_t k = 0; k < i % 37; k++)
            ck_assert_uint_eq(taken[i][k], i & 255);
    ck_assert_uint_gt(inside, 20);
    ck_assert_uint_lt(inside, 400);
    outcome_free(o);
}
END_TEST

// The sizes around what the area has left.
START_TEST(the_area_is_used_to_its_end)
{
    size_t room = 2048 - sizeof(struct outcome);
    for (size_t size = room - 20; size <= room + 20; size++) {
        struct outcome *o = outcome_new();
        memset(outcome_take(o, size), 'x', size);
        ck_assert_int_eq(o->extras == NULL, size <= room);
        memset(outcome_take(o, 40), 'y', 40);
        ck_assert_ptr_nonnull(o->extras);
        outcome_free(o);
    }
}
END_TEST

START_TEST(messages_keep_their_order_texts_and_outboxes)
{
    struct outcome *o = outcome_new();
    char text[3000];
    memset(text, 'm', sizeof(text));
    for (unsigned i = 0; i < 6; i++) {
        struct message *m = outcome_add(o, text, i * 599, i + 1);
        for (uint32_t k = 0; k <= i; k++)
            m->outboxes[k] = 100 * i + k;
        m->urgent = i == 3;
    }
    unsigned i = 0;
    for (struct message *m = o->first; m; m = m->next, i++) {
        size_t n;
        struct style style = STYLE_INIT;
        ck_assert(!memcmp(block_text(m->block, &n), text, i * 599));
        ck_assert_uint_eq(n, i * 599);
        block_wire(m->block, &style, &n); // a form, which must go with the outcome too
        ck_assert_uint_eq(m->count, i + 1);
        ck_assert_int_eq(m->urgent, i == 3);
        for (uint32_t k = 0; k <= i; k++)
            ck_assert_uint_eq(m->outboxes[k], 100 * i + k);
    }
    ck_assert_uint_eq(i, 6);
    outcome_free(o);
}
END_TEST

START_TEST(after_a_reset_it_is_as_new)
{
    struct outcome *o = outcome_new(), fresh = *o;
    char text[5000] = "";
    struct style style = STYLE_INIT;
    size_t n;
    for (int round = 0; round < 3; round++) {
        block_wire(outcome_add(o, "Short.\n", 7, 1)->block, &style, &n);
        outcome_add(o, text, sizeof(text), 1);
        o->prompt = outcome_take(o, 10);
        o->seq = 5;
        outcome_reset(o);
        ck_assert(!memcmp(o, &fresh, offsetof(struct outcome, area)));
    }
    outcome_free(o);
    outcome_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outcome");
    TCase *t = tcase_create("outcome");
    tcase_add_test(t, what_is_taken_lies_apart_and_aligned);
    tcase_add_test(t, the_area_is_used_to_its_end);
    tcase_add_test(t, messages_keep_their_order_texts_and_outboxes);
    tcase_add_test(t, after_a_reset_it_is_as_new);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

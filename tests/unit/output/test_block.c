// Blocks: one text, converted once for all windows that are alike.
#include "output/block.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "output/markup.h"
#include "util/buf.h"

static struct block *make(const char *text)
{
    return block_new(text, strlen(text));
}

START_TEST(a_block_keeps_its_own_copy)
{
    char text[] = "Hello.\n";
    struct block *b = block_new(text, 6);
    size_t n;
    text[0] = 'J';
    ck_assert_str_eq(block_text(b, &n), "Hello.");
    ck_assert_uint_eq(n, 6);
    block_free(b);
    block_free(NULL);
}
END_TEST

START_TEST(an_empty_block_is_nothing_on_the_wire)
{
    struct block *b = block_new(NULL, 0);
    struct style style = STYLE_INIT;
    size_t n = 9;
    block_wire(b, &style, &n);
    ck_assert_uint_eq(n, 0);
    block_free(b);
}
END_TEST

START_TEST(the_same_window_gets_the_same_bytes_again)
{
    struct block *b = make(MARK_GOOD "Zoë waves to everybody in the yard.\n" MARK_RESET);
    struct style style = {.width = 20, .colours = 16, .utf8 = true};
    size_t n, again;
    const char *first = block_wire(b, &style, &n);
    ck_assert_ptr_eq(block_wire(b, &style, &again), first);
    ck_assert_uint_eq(n, again);
    block_free(b);
}
END_TEST

// What makes no difference to the text makes no second form.
START_TEST(windows_that_show_it_alike_share_a_form)
{
    struct block *b = make("All of it fits.\n");
    struct style one = {.width = 80, .height = 24, .utf8 = true};
    struct style two = {.width = 132, .height = 43, .utf8 = false, .screen_reader = true};
    struct style three = {.width = 0};
    size_t n;
    const char *form = block_wire(b, &one, &n);
    ck_assert_ptr_eq(block_wire(b, &two, &n), form);
    ck_assert_ptr_eq(block_wire(b, &three, &n), form);
    block_free(b);
}
END_TEST

START_TEST(each_kind_of_window_gets_its_own_form)
{
    struct block *b = make(MARK_BAD "Zoë" MARK_RESET " waves.\n");
    static const struct {
        struct style style;
        const char *wire;
    } table[] = {
        {{.width = 80, .utf8 = true}, "Zoë waves.\r\n"},
        {{.width = 80, .utf8 = false}, "Zoe waves.\r\n"},
        {{.width = 80, .colours = 16, .utf8 = true}, "\x1b[31mZoë\x1b[0m waves.\r\n"},
        {{.width = 80, .colours = 16, .utf8 = false}, "\x1b[31mZoe\x1b[0m waves.\r\n"},
        {{.width = 6, .utf8 = true}, "Zoë\r\nwaves.\r\n"},
        {{.width = 5, .utf8 = true}, "Zoë\r\nwaves\r\n.\r\n"},
        {{.width = 10, .utf8 = true}, "Zoë waves.\r\n"}, // just fits
    };
    for (int pass = 0; pass < 2; pass++) // made, then found again
        for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
            size_t n;
            const char *wire = block_wire(b, &table[i].style, &n);
            ck_assert_msg(n == strlen(table[i].wire) && !memcmp(wire, table[i].wire, n),
                          "pass %d, row %zu: %.*s", pass, i, (int)n, wire);
        }
    block_free(b);
}
END_TEST

START_TEST(an_earlier_form_stays_where_it_is_when_others_are_made)
{
    struct block *b = make("one two three four five\n");
    struct style wide = {.width = 80, .utf8 = true};
    size_t n, m;
    const char *form = block_wire(b, &wide, &n);
    for (uint16_t width = 1; width < 23; width++)
        block_wire(b, &(struct style){.width = width, .utf8 = true}, &m);
    ck_assert_ptr_eq(block_wire(b, &wide, &m), form);
    ck_assert(n == m && !memcmp(form, "one two three four five\r\n", n));
    block_free(b);
}
END_TEST

START_TEST(rendering_for_one_gives_the_bytes_of_the_shared_form)
{
    struct block *b = make(MARK_INFO "Zoë — “the quick brown fox”\n  preformatted\n" MARK_RESET);
    for (unsigned i = 0; i < 4 * 40; i++) {
        struct style style = {.width = (uint16_t)(i / 4), .colours = i & 1 ? 16 : 0, .utf8 = i & 2};
        struct buf out = BUF_INIT;
        size_t n;
        const char *wire = block_wire(b, &style, &n);
        block_render(b, &style, &out);
        ck_assert(out.len == n && !memcmp(out.data, wire, n));
        buf_fini(&out);
    }
    block_free(b);
}
END_TEST

static size_t asked;

static void *take_counted(void *arg, size_t size)
{
    asked = size;
    return arg;
}

// It may be made in memory of its maker's, cleaned or not; its forms are then all it must free.
START_TEST(a_block_is_made_in_the_memory_it_is_given)
{
    _Alignas(16) static char memory[256];
    struct style style = STYLE_INIT;
    const char *texts[] = {"plain\n", "pla\x1bin\n"};
    for (size_t i = 0; i < 2; i++) {
        struct block *b = block_make(texts[i], strlen(texts[i]), take_counted, memory);
        size_t n;
        ck_assert_ptr_eq(b, memory);
        ck_assert_uint_le(asked, sizeof(memory));
        ck_assert_str_eq(block_text(b, &n), "plain\n");
        ck_assert_uint_eq(n, 6);
        ck_assert(!memcmp(block_wire(b, &style, &n), "plain\r\n", 7) && n == 7);
        block_fini(b);
        ck_assert(!memcmp(block_wire(b, &style, &n), "plain\r\n", 7)); // rendered again
        block_fini(b);
    }
}
END_TEST

START_TEST(every_mark_has_a_colour_and_nothing_else_has)
{
    for (unsigned c = 1; c <= MARK_LAST; c++) {
        const char *ansi = markup_ansi((unsigned char)c);
        ck_assert(!strncmp(ansi, "\x1b[", 2) && ansi[strlen(ansi) - 1] == 'm');
    }
    ck_assert_str_eq(markup_ansi(0), "");
    for (unsigned c = MARK_LAST + 1; c < 256; c++)
        ck_assert_str_eq(markup_ansi((unsigned char)c), "");
}
END_TEST

enum { MAKERS = 4, ROUNDS = 300, FORMS = 12 };

// Forms made by several loops at once: each gets the right bytes, which stay where they are.
struct maker {
    pthread_t thread;
    struct block *block;
    unsigned first; // of the widths that it begins with
};

static void *make_forms(void *arg)
{
    const struct maker *m = arg;
    const char *wires[FORMS];
    for (unsigned i = 0; i < FORMS; i++) {
        struct style style = {.width = (uint16_t)(4 + (m->first + i) % FORMS), .utf8 = true};
        struct buf expected = BUF_INIT;
        size_t n, again;
        wires[i] = block_wire(m->block, &style, &n);
        block_render(m->block, &style, &expected);
        ck_assert_uint_eq(n, expected.len);
        ck_assert(!memcmp(wires[i], expected.data, n));
        // Two threads may have made the same form; then either of them is found.
        const char *found = block_wire(m->block, &style, &again);
        ck_assert_uint_eq(again, n);
        ck_assert(!memcmp(found, wires[i], n));
        buf_fini(&expected);
    }
    return NULL;
}

START_TEST(several_threads_make_forms_at_once)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct maker makers[MAKERS];
        struct block *b = make("a b c d e f g h i j k l m n o p q r s t u v w x y z\n");
        for (unsigned i = 0; i < MAKERS; i++) {
            makers[i] = (struct maker){.block = b, .first = round % 2 ? i * 3 : 0};
            ck_assert_int_eq(pthread_create(&makers[i].thread, NULL, make_forms, &makers[i]), 0);
        }
        for (unsigned i = 0; i < MAKERS; i++)
            pthread_join(makers[i].thread, NULL);
        block_free(b);
    }
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("block");
    tcase_add_test(t, a_block_keeps_its_own_copy);
    tcase_add_test(t, an_empty_block_is_nothing_on_the_wire);
    tcase_add_test(t, the_same_window_gets_the_same_bytes_again);
    tcase_add_test(t, windows_that_show_it_alike_share_a_form);
    tcase_add_test(t, each_kind_of_window_gets_its_own_form);
    tcase_add_test(t, an_earlier_form_stays_where_it_is_when_others_are_made);
    tcase_add_test(t, rendering_for_one_gives_the_bytes_of_the_shared_form);
    tcase_add_test(t, a_block_is_made_in_the_memory_it_is_given);
    tcase_add_test(t, several_threads_make_forms_at_once);
    tcase_add_test(t, every_mark_has_a_colour_and_nothing_else_has);
    Suite *s = suite_create("output/block");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

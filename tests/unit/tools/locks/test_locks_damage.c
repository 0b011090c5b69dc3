// latchkey locks on traces that lost something, are cut off, lie about themselves or contradict
// themselves: there is a message that says what and where, and never a crash.
#include "locks_scenario.h"

START_TEST(what_was_lost_shows_in_the_status)
{
    kit_header(&kit)->lost = 12;
    ck_assert_int_eq(shown("FILE"), 67);
    has(&err, "lost 12 events");
    has(&out, "lost       12 events");
    kit_header(&kit)->lost = 0;
    for (int i = 0; i < 200; i++)
        kit_event(&kit, 0, TRACE_LIST_READ, 0, DOOR_ACT, HALL, 0);
    ck_assert_int_eq(shown("FILE"), 0); // overwritten is not lost
    has(&err, "148 older events were overwritten");
    kit_header(&kit)->closed = 0;
    ck_assert_int_eq(shown("FILE"), 0); // the slot that may be written now is left out
    has(&err, "149 older events were overwritten");
}
END_TEST

static const char *const all_commands[] = {
    "info|FILE", "flow|FILE",  "why|FILE|--thing|18", "top|FILE",      "wait|FILE",     "hold|FILE",
    "fold|FILE", "graph|FILE", "json|FILE",           "perfetto|FILE", "diff|FILE|FILE"};

static void all_survive(int status)
{
    for (size_t i = 0; i < sizeof(all_commands) / sizeof(all_commands[0]); i++) {
        ck_assert_msg(locks(all_commands[i]) == status, "%s: not %d\n%s", all_commands[i], status,
                      buf_str(&err));
        ck_assert_msg(!status || strstr(buf_str(&err), "/FILE: "), "%s says nothing",
                      all_commands[i]);
    }
}

START_TEST(cut_files_are_told_apart)
{
    for (size_t size = 0; size + 512 < kit.size; size += 512) { // nothing is in the last 512
        write_kit(size);
        ck_assert_int_eq(locks("FILE"), 67);
        has(&err, "expected");
        ck_assert_int_eq(locks("perfetto|FILE"), 67);
        if (size % 2048 == 0)
            all_survive(67);
    }
}
END_TEST

START_TEST(every_number_of_the_header_may_be_wrong)
{
    static const uint64_t wrong[] = {0, 1, 0x7fffffff, 0xffffffff, UINT64_MAX, UINT64_MAX / 2};
    for (size_t at = 0; at < sizeof(struct trace_header); at += 4) {
        char kept[8];
        memcpy(kept, kit.data + at, 8);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
            memcpy(kit.data + at, &wrong[i], at % 8 ? 4 : 8);
            int status = shown("why|FILE|--thing|18");
            ck_assert_msg(status == 0 || status == 67, "at %zu: %d\n%s", at, status, buf_str(&err));
            memcpy(kit.data + at, kept, 8);
        }
    }
}
END_TEST

#define damaged(field, value, message)                                                             \
    do {                                                                                           \
        setup_again();                                                                             \
        field = (value);                                                                           \
        write_kit(kit.size);                                                                       \
        all_survive(67);                                                                           \
        has(&err, message);                                                                        \
    } while (0)

START_TEST(damage_is_named)
{
    damaged(kit_header(&kit)->magic[0], 'X', "is no lock trace");
    damaged(kit_header(&kit)->version, 2, "has version 2, expected 1");
    damaged(kit_header(&kit)->ring_events, 0, "ring_events is 0, expected 1 to");
    damaged(kit_header(&kit)->rings, UINT32_MAX, "rings is 4294967295, expected 1 to");
    damaged(kit_header(&kit)->ring_stride, 16, "ring_stride is 16, expected at least");
    damaged(kit_header(&kit)->names_used, UINT64_MAX,
            "names_used is 18446744073709551615, expected");
    damaged(kit_header(&kit)->names_offset, 1, "names_offset is 1, expected");
    damaged(kit_header(&kit)->rings_offset, 8, "rings_offset is 8, expected");
    damaged(kit_header(&kit)->rings_used, 5, "rings_used is 5, expected at most 4");
    damaged(kit_ring(&kit, 1)->head, UINT64_MAX, "ring 1 (worker-1): 64 of the last 64 events");
    damaged(kit_ring(&kit, 1)->head, 9, "ring 1 (worker-1): 2 of the last 9 events are damaged");
    damaged(kit.data[TRACE_PAGE], 99, "the name at byte 4096 is damaged");
    ck_assert_int_eq(locks("nowhere"), 67);
    has(&err, "nowhere: cannot be read");
    ck_assert_int_eq(locks("/tmp"), 67);
    has(&err, "/tmp: is no file");
}
END_TEST

// Tickets that contradict the rings: no order can be right, but there is one, and it is said.
START_TEST(contradictions_do_not_stop_it)
{
    kit_event(&kit, 1, TRACE_TASK_BEGIN, 0, 0, GET, 8);
    kit_event(&kit, 1, TRACE_LOCKED, 0, GET_RUN, HALL_LOCK, 9);
    kit_event(&kit, 1, TRACE_UNLOCKED, 0, GET_RUN, YARD_LOCK, 8);
    kit_event(&kit, 0, TRACE_LOCKED, 0, GET_RUN, YARD_LOCK, 9);
    kit_event(&kit, 0, TRACE_UNLOCKED, 0, GET_RUN, HALL_LOCK, 8);
    ck_assert_int_eq(shown("FILE"), 0);
    has(&out, "order      contradicts itself 1 times");
    all_survive(0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("locks_damage");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_was_lost_shows_in_the_status);
    tcase_add_test(t, cut_files_are_told_apart);
    tcase_add_test(t, every_number_of_the_header_may_be_wrong);
    tcase_add_test(t, damage_is_named);
    tcase_add_test(t, contradictions_do_not_stop_it);
    return run_suite("locks_damage", t);
}

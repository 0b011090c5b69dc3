// A build with more than 200 kinds of attributes: what holds for the first 32 holds for each of
// them, for a thing, for the lock checker, in snapshots and in what a journal keeps. Linked with a
// library of the world of its own.
#include "play_kit.h"

#include "journal/record.h"
#include "util/error.h"
#include "util/pack.h"
#include "util/rng.h"
#include "world/attr/text.h"
#include "world/snapshot/digest.h"
#include "world/snapshot/snapshot.h"
#include "world/snapshot/snapshot_priv.h"
#include "world/snapshot/write_set_digest.h"

enum { FIRST = ATTR_MANY_0_0, ROUNDS = 20000 };

static void *text_of(unsigned id, unsigned version)
{
    char *s = mem_printf("text %u of kind %u", version, id);
    void *value = text_new(s);
    free(s);
    return value;
}

// For the kinds that are texts here: those of the server's table have types of their own.
static void set(struct thing *t, unsigned id, unsigned version)
{
    attr_set_at(t, (enum attr_id)id, version ? text_of(id, version) : NULL, SITE);
}

static void ck_has(struct thing *t, unsigned id, unsigned version)
{
    const char *said = text_peek(attr_get_at(t, (enum attr_id)id, SITE));
    char *wanted = version ? mem_printf("text %u of kind %u", version, id) : NULL;
    if (!wanted)
        ck_assert_ptr_null(said);
    else
        ck_assert_str_eq(said, wanted);
    free(wanted);
}

static void give_all(struct thing *t)
{
    for (unsigned id = FIRST; id < ATTR_COUNT; id++)
        set(t, id, 1);
}

START_TEST(there_are_more_than_two_hundred)
{
    ck_assert_int_ge(ATTR_COUNT, 200);
    ck_assert_int_eq(ATTR_COUNT, FIRST + 180);
    for (unsigned id = 0; id < ATTR_COUNT; id++) // by the library too, not only in this file
        ck_assert_int_eq(attr_by_name(attr_name(id)), (int)id);
    ck_assert_str_eq(attr_name(ATTR_COUNT - 1), "many_17_9");
    ck_assert_int_eq(attr_flags(ATTR_COUNT - 1), ATTR_SAVED);
    ck_assert_str_eq(check_attribute(ATTR_COUNT - 1), "many_17_9");
}
END_TEST

// Against an array: whatever is set, changed and removed, in any order, each kind has its own
// value.
START_TEST(each_kind_keeps_its_own_value)
{
    unsigned versions[ATTR_COUNT] = {0};
    struct thing *t = play_thing("a ball", THING_COPY, room);
    struct rng rng;
    rng_seed(&rng, 11);
    for (unsigned round = 1; round <= ROUNDS; round++) {
        unsigned id = FIRST + (unsigned)(rng_next(&rng) % (ATTR_COUNT - FIRST));
        versions[id] = rng_next(&rng) % 3 ? round : 0;
        set(t, id, versions[id]);
        ck_has(t, id, versions[id]);
        if (round % 500)
            continue;
        for (unsigned all = FIRST; all < ATTR_COUNT; all++)
            ck_has(t, all, versions[all]);
        ck_assert_str_eq(name_get(t), "a ball");
    }
}
END_TEST

START_TEST(a_change_is_noted_of_its_kind_alone)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    give_all(t);
    for (unsigned id = FIRST; id < ATTR_COUNT; id++) {
        t->changed = (struct attr_set){0};
        write_set_clear(&noted);
        attr_mutable_at(t, (enum attr_id)id, SITE);
        ck_assert(play_has_only(&t->changed, (enum attr_id)id, (enum attr_id)id));
        ck_assert_uint_eq(noted.count, 1);
        ck_assert(play_noted(t, id));
    }
}
END_TEST

START_TEST(sets_are_walked_in_order)
{
    for (unsigned step = 1; step < ATTR_COUNT; step++) {
        struct attr_set s = {0};
        unsigned wanted = 0, count = 0;
        for (unsigned id = 0; id < ATTR_COUNT; id += step, count++)
            attr_set_add(&s, id);
        ck_assert_uint_eq(attr_set_count(&s), count);
        attr_set_foreach (id, &s) {
            ck_assert_uint_eq(id, wanted);
            wanted += step;
        }
        ck_assert_uint_ge(wanted, ATTR_COUNT);
        for (unsigned id = 0; id < ATTR_COUNT; id++)
            ck_assert_int_eq(attr_set_has(&s, id), id % step == 0);
    }
}
END_TEST

// What a journal keeps of the command that gives t all of them, as `count` records of one change
// each.
static size_t recorded(struct thing *t, unsigned char (*out)[RECORD_CHANGE_SIZE])
{
    static struct write_set_digest_entry list[ATTR_COUNT];
    write_set_clear(&noted);
    give_all(t);
    size_t count = write_set_digest(&noted, list, ATTR_COUNT);
    for (size_t i = 0; i < count; i++)
        record_change_put(out[i],
                          &(struct record_change){list[i].what, list[i].identity, list[i].value});
    return count;
}

START_TEST(what_a_journal_keeps_is_the_same_again)
{
    static unsigned char then[ATTR_COUNT][RECORD_CHANGE_SIZE],
        again[ATTR_COUNT][RECORD_CHANGE_SIZE];
    size_t count = recorded(play_thing("a ball", THING_COPY, room), then);
    ck_assert_uint_eq(count, ATTR_COUNT - FIRST);
    ck_assert_uint_eq(recorded(play_thing("a ball", THING_COPY, yard), again), count);
    ck_assert_mem_eq(then, again, sizeof(then));
    struct record r = {.changes = then[0], .change_count = (uint8_t)count};
    for (size_t i = 0; i < count; i++) {
        struct record_change c = record_change_at(&r, i);
        ck_assert_uint_eq(c.what, FIRST + i);
        ck_assert_str_eq(write_set_digest_name(c.what), attr_name(c.what));
        for (size_t k = 0; k < i; k++) // so another value, or another kind, is a divergence
            ck_assert_uint_ne(c.value, record_change_at(&r, k).value);
    }
}
END_TEST

static void settle(void)
{
    lockset_release(&ls);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
}

// The rule about AGAIN is checked for each kind alone: one that has its bit in the same place of
// another word is not taken for it.
START_TEST(a_stale_reading_is_told_of_its_kind_alone)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    unsigned id = FIRST + (unsigned)_i, other = id + 32 < ATTR_COUNT ? id + 32 : id - 32;
    give_all(t);
    lockset_clear(&ls);
    check_set_level(CHECK_OFF);
    check_set_level(CHECK_FLOW);
    lockset_begin(&ls, "test", NULL);
    play_hold_both();
    thing_outermost(t);
    attr_get_at(t, (enum attr_id)id, SITE);
    settle();
    thing_outermost(t);
    set(t, other, 2);
    ck_assert_uint_eq(check_count(L036_STALE_DECISION), 0);
    set(t, id, 2);
    ck_assert_uint_eq(check_count(L036_STALE_DECISION), 1);
    fflush(reports_file);
    ck_assert_ptr_nonnull(strstr(reports, attr_name(id)));
    expected++;
}
END_TEST

START_TEST(each_kind_is_checked)
{
    struct thing *t = play_thing("a ball", THING_COPY, room);
    give_all(t);
    for (unsigned id = FIRST; id < ATTR_COUNT; id++) {
        CK_TOLD(attr_get_at(t, (enum attr_id)id, SITE));
        CK_TOLD(set(t, id, 3));
    }
}
END_TEST

// The sets of a snapshot are read as the numbers that they were when there were 32 kinds at most.
START_TEST(few_kinds_are_written_as_ever)
{
    struct buf bytes = BUF_INIT;
    struct thing *t = play_thing("a ball", THING_COPY, room);
    set(t, ATTR_WRITING, 1);
    check_set_level(CHECK_OFF);
    snapshot_write(w, &bytes);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    ck_assert_uint_eq(unpack_uint(&in), SNAPSHOT_VERSION);
    unpack_uint(&in); // the length of the section
    for (uint64_t slot = 0; slot != t->place.index;) {
        slot = unpack_uint(&in);
        unpack_uint(&in); // flags
        uint64_t has = unpack_uint(&in), changed = unpack_uint(&in), written = unpack_uint(&in);
        unpack_uint(&in), unpack_uint(&in); // prototype, origin
        unpack_text(&in);
        for (int n = __builtin_popcountll(written); n; n--)
            unpack_skip_doc(&in);
        ck_assert(!in.bad);
        if (slot == t->place.index) {
            ck_assert_uint_eq(has, 1u << ATTR_NAME | 1u << ATTR_WRITING);
            ck_assert_uint_eq(changed, has);
            ck_assert_uint_eq(written, has);
        }
    }
    buf_fini(&bytes);
}
END_TEST

static struct world *same_world(void)
{
    struct world *mine = w;
    w = world_new();
    play_location("z:room");
    play_location("z:yard");
    world_settle(w);
    struct world *made = w;
    w = mine;
    return made;
}

START_TEST(all_kinds_come_back_from_a_snapshot)
{
    struct error reason;
    struct buf bytes = BUF_INIT;
    world_settle(w);
    struct thing *t = play_thing("a ball", THING_COPY, room),
                 *few = play_thing("a cube", THING_COPY, room);
    give_all(t);
    set(few, ATTR_COUNT - 1, 7);
    set(few, FIRST + 40, 8);
    check_set_level(CHECK_OFF);
    struct world *other = same_world();
    uint64_t digest = world_digest(w);
    ck_assert_uint_ne(digest, world_digest(other));
    snapshot_write(w, &bytes);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    struct snapshot_world *s = snapshot_read(other, &in, &reason);
    ck_assert_msg(s, "%s", error_text(&reason));
    ck_assert_uint_eq(s->problems.errors, 0);
    struct thing *now = snapshot_thing(s, t->place.index),
                 *now_few = snapshot_thing(s, few->place.index);
    for (unsigned id = FIRST; id < ATTR_COUNT; id++)
        ck_has(now, id, 1);
    ck_has(now_few, ATTR_COUNT - 1, 7);
    ck_has(now_few, FIRST + 40, 8);
    ck_assert_uint_eq(attr_set_count(&now_few->has), 3); // with its name
    ck_assert_mem_eq(&now->has, &t->has, sizeof(t->has));
    ck_assert_mem_eq(&now->changed, &t->changed, sizeof(t->changed));
    ck_assert_uint_eq(world_digest(other), digest);
    set(now, ATTR_COUNT - 1, 2); // and the last one counts
    ck_assert_uint_ne(world_digest(other), digest);
    snapshot_world_free(s);
    world_free(other);
    buf_fini(&bytes);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("many");
    TCase *t = tcase_create("many");
    tcase_add_checked_fixture(t, play_begin, play_end);
    tcase_add_test(t, there_are_more_than_two_hundred);
    tcase_add_test(t, each_kind_keeps_its_own_value);
    tcase_add_test(t, a_change_is_noted_of_its_kind_alone);
    tcase_add_test(t, sets_are_walked_in_order);
    tcase_add_test(t, what_a_journal_keeps_is_the_same_again);
    tcase_add_loop_test(t, a_stale_reading_is_told_of_its_kind_alone, 0, ATTR_COUNT - FIRST);
    tcase_add_test(t, each_kind_is_checked);
    tcase_add_test(t, few_kinds_are_written_as_ever);
    tcase_add_test(t, all_kinds_come_back_from_a_snapshot);
    suite_add_tcase(s, t);
    return play_run(s);
}

// Who is on: in the order of their names, under the roster's own lock.
#include "play_kit.h"

#include "world/roster.h"

enum { MANY = 40 };

static void begin(void)
{
    play_begin();
    lockset_need(&ls, world_roster_lock(w), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
}

// "name=label" of each, with its title.
static void ck_roster(const char *wanted)
{
    struct buf out = BUF_INIT;
    size_t n, peeked;
    const struct roster_entry *list = world_roster(w, &n);
    for (size_t i = 0; i < n; i++)
        buf_addf(&out, "%s%s=%s%s%s", i ? " " : "", list[i].name, thing_label(list[i].player),
                 list[i].title ? "/" : "", list[i].title ? list[i].title : "");
    ck_assert_str_eq(buf_str(&out), wanted);
    ck_assert_uint_eq(world_roster_count(w), n);
    ck_assert_ptr_eq(roster_peek(world_roster_peek(w), &peeked), list);
    ck_assert_uint_eq(peeked, n);
    buf_fini(&out);
}

static struct thing *join(const char *name)
{
    struct thing *t = play_player(name, 1, room);
    world_roster_add(w, t, name);
    return t;
}

START_TEST(nobody_is_on_at_first)
{
    ck_roster("");
    ck_assert_ptr_null(world_roster_find(w, "Ann"));
    ck_assert_ptr_null(world_roster_find(w, ""));
    roster_free(NULL);
}
END_TEST

START_TEST(names_are_in_order_whoever_came_first)
{
    char name[] = "Ben";
    struct thing *ben = join(name);
    name[0] = 'X';
    struct thing *cid = join("Cid"), *ann = join("Ann");
    ck_roster("Ann=Ann Ben=Ben Cid=Cid");
    world_roster_remove(w, ben);
    ck_roster("Ann=Ann Cid=Cid");
    world_roster_add(w, ben, "Ben");
    ck_roster("Ann=Ann Ben=Ben Cid=Cid");
    world_roster_remove(w, ann);
    ck_roster("Ben=Ben Cid=Cid");
    world_roster_remove(w, ben);
    world_roster_remove(w, ben); // is not there
    ck_roster("Cid=Cid");
    world_roster_remove(w, cid);
    ck_roster("");
}
END_TEST

START_TEST(many_find_room)
{
    char name[8];
    struct thing *all[MANY];
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "p%d", i);
        all[i] = join(name);
    }
    ck_assert_uint_eq(world_roster_count(w), MANY);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "P%d", i);
        ck_assert_ptr_eq(world_roster_find(w, name), all[i]);
    }
}
END_TEST

START_TEST(a_name_is_found_in_any_case)
{
    struct thing *ann = join("Ann");
    join("Anna");
    ck_assert_ptr_eq(world_roster_find(w, "Ann"), ann);
    ck_assert_ptr_eq(world_roster_find(w, "aNN"), ann);
    ck_assert_ptr_null(world_roster_find(w, "An"));
    ck_assert_ptr_null(world_roster_find(w, "Annas"));
}
END_TEST

// The names that begin so, as a list.
static void ck_beginning(const char *beginning, const char *wanted)
{
    struct buf out = BUF_INIT;
    size_t n;
    const struct roster_entry *list = world_roster_beginning(w, beginning, &n);
    ck_assert(list || !n);
    for (size_t i = 0; i < n; i++)
        buf_addf(&out, "%s%s", i ? " " : "", list[i].name);
    ck_assert_str_eq(buf_str(&out), wanted);
    buf_fini(&out);
}

START_TEST(names_are_found_by_how_they_begin)
{
    ck_beginning("", "");
    ck_beginning("a", "");
    join("Bob");
    join("Anna");
    join("ann");
    join("Andrew");
    join("Ben");
    ck_beginning("", "Andrew ann Anna Ben Bob");
    ck_beginning("a", "Andrew ann Anna");
    ck_beginning("AN", "Andrew ann Anna");
    ck_beginning("ann", "ann Anna");
    ck_beginning("anna", "Anna");
    ck_beginning("annas", "");
    ck_beginning("b", "Ben Bob");
    ck_beginning("0", "");
    ck_beginning("c", "");
}
END_TEST

// The roster refers to players by their address.
START_TEST(who_is_on_is_held_in_place)
{
    struct thing *ann = join("Ann");
    ck_assert_uint_eq(ann->place.pins, 1);
    world_roster_remove(w, ann);
    ck_assert_uint_eq(ann->place.pins, 0);
    world_roster_remove(w, ann);
    ck_assert_uint_eq(ann->place.pins, 0);
}
END_TEST

START_TEST(names_and_titles_are_changed_of_one)
{
    struct thing *ann = join("Ann"), *ben = join("Ben"), *stranger = play_player("Cid", 1, room);
    world_roster_entitle(w, ben, "hero of the mill");
    world_roster_entitle(w, stranger, "nobody");
    ck_roster("Ann=Ann Ben=Ben/hero of the mill");
    world_roster_entitle(w, ann, "coward");
    world_roster_entitle(w, ben, NULL);
    ck_roster("Ann=Ann/coward Ben=Ben");
    char name[] = "Bea";
    world_roster_rename(w, ben, name);
    name[0] = 'X';
    world_roster_rename(w, stranger, "Nobody");
    ck_roster("Ann=Ann/coward Bea=Ben");
    ck_assert_ptr_eq(world_roster_find(w, "bea"), ben);
    ck_assert_ptr_null(world_roster_find(w, "Ben"));
    world_roster_entitle(w, ben, "hero");
    world_roster_rename(w, ben, "Aaron");
    ck_roster("Aaron=Ben/hero Ann=Ann/coward"); // it moves with its title
    ck_assert_ptr_eq(world_roster_find(w, "aaron"), ben);
}
END_TEST

static bool shared_state_noted(void)
{
    struct place *anchor = world_roster_lock(w)->place;
    bool is = false;
    for (size_t i = 0; i < noted.count; i++)
        is |= noted.list[i].what == WRITE_SET_SHARED_STATE && noted.list[i].place == anchor;
    write_set_clear(&noted);
    return is;
}

START_TEST(coming_and_going_is_noted)
{
    size_t n;
    struct thing *ann = play_player("Ann", 1, room);
    write_set_clear(&noted);
    world_roster(w, &n);
    world_roster_find(w, "Ann");
    world_roster_count(w);
    ck_assert(!shared_state_noted());
    world_roster_add(w, ann, "Ann");
    ck_assert(shared_state_noted());
    world_roster_entitle(w, ann, "hero");
    ck_assert(shared_state_noted());
    world_roster_rename(w, ann, "Anna");
    ck_assert(shared_state_noted());
    world_roster_remove(w, ann);
    ck_assert(shared_state_noted());
}
END_TEST

START_TEST(each_access_is_checked)
{
    size_t n;
    struct thing *ann = join("Ann");
    CK_TOLD(world_roster(w, &n));
    CK_TOLD(world_roster_find(w, "Ann"));
    CK_TOLD(world_roster_count(w));
    CK_TOLD(world_roster_beginning(w, "a", &n));
    lockset_need(&ls, world_roster_lock(w), LOCK_SHARED);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    ck_assert_ptr_eq(world_roster_find(w, "Ann"), ann); // WHO reads with others
    CK_TOLD(world_roster_entitle(w, ann, NULL));
    CK_TOLD(world_roster_rename(w, ann, "Anna"));
    CK_TOLD(world_roster_remove(w, ann));
    CK_TOLD(world_roster_add(w, ann, "Ann"));
}
END_TEST

START_TEST(a_shared_lock_is_for_reading)
{
    struct thing *ann = join("Ann");
    lockset_clear(&ls);
    lockset_need(&ls, world_roster_lock(w), LOCK_SHARED);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    ck_roster("Ann=Ann");
    world_roster_entitle(w, ann, "hero");
    ck_assert_uint_eq(check_violations(), 1);
    expected++;
}
END_TEST

int main(void)
{
    Suite *s = suite_create("roster");
    TCase *t = tcase_create("roster");
    tcase_add_checked_fixture(t, begin, play_end);
    tcase_add_test(t, nobody_is_on_at_first);
    tcase_add_test(t, names_are_in_order_whoever_came_first);
    tcase_add_test(t, many_find_room);
    tcase_add_test(t, a_name_is_found_in_any_case);
    tcase_add_test(t, names_are_found_by_how_they_begin);
    tcase_add_test(t, who_is_on_is_held_in_place);
    tcase_add_test(t, names_and_titles_are_changed_of_one);
    tcase_add_test(t, coming_and_going_is_noted);
    tcase_add_test(t, each_access_is_checked);
    tcase_add_test(t, a_shared_lock_is_for_reading);
    suite_add_tcase(s, t);
    return play_run(s);
}

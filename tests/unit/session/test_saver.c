// Writing characters down: the latest version wins, what the disk refuses is tried again, and what
// restored or left the world reaches its file.
#include "session_rig.h"

#include "engine/offload.h"
#include "session/sessions_priv.h"
#include "store/character.h"
#include "store/savefile.h"
#include "util/file.h"

static void begin(void)
{
    static const char *const settings[] = {"world.autosave=2m", NULL};
    rig_begin(settings);
}

// A character that says only which version it is.
static struct doc *version(const char *which)
{
    struct doc *d = doc_new("character");
    struct doc_node *root = doc_object(d);
    doc_set_root(d, root);
    doc_put(d, root, "version", doc_string(d, which));
    return d;
}

static char *file_of(const char *character)
{
    struct buf b = BUF_INIT;
    char *path = mem_printf("data/characters/%s.json", character);
    int r = file_read(path, 1 << 20, &b);
    ck_assert_msg(r == 0, "%s: %s", path, strerror(-r));
    free(path);
    return buf_take(&b);
}

static bool says(const char *character, const char *text)
{
    char *file = file_of(character);
    bool is = strstr(file, text);
    free(file);
    return is;
}

// A character that is known, and in no world.
static void make_anna(void)
{
    struct peer *p = rig_play("anna", "anna");
    rig_type(p, "quit", "Choice: ");
    rig_gone(p);
    rig_settle();
    ck_assert(sessions_idle(rig.sessions));
}

static void forbid(void)
{
    ck_assert_int_eq(rename("data/characters", "data/away"), 0);
    ck_assert_int_eq(rename("data/accounts", "data/lost"), 0);
}

static void allow(void)
{
    ck_assert_int_eq(rename("data/away", "data/characters"), 0);
    ck_assert_int_eq(rename("data/lost", "data/accounts"), 0);
}

START_TEST(the_latest_version_wins)
{
    make_anna();
    saver_save(rig.sessions, "Anna", "anna", version("first"));
    ck_assert(saver_busy(rig.sessions, "Anna") && !saver_busy(rig.sessions, "Bella"));
    ck_assert(!sessions_idle(rig.sessions) && !sessions_dispatch_ops()->settled(rig.shared));
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), 1);
    saver_save(rig.sessions, "Anna", "anna", version("second"));
    saver_save(rig.sessions, "Anna", "anna", version("third"));
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), 1);
    rig_settle();
    ck_assert(!saver_busy(rig.sessions, "Anna"));
    ck_assert(sessions_idle(rig.sessions) && sessions_dispatch_ops()->settled(rig.shared));
    ck_assert(says("anna", "\"third\"") && says("anna", "\"account\": \"anna\""));
}

START_TEST(what_the_disk_refuses_is_tried_again_in_its_latest_version)
{
    make_anna();
    forbid();
    saver_save(rig.sessions, "Anna", "anna", version("first"));
    ck_assert(!saver_failed(rig.sessions, "Anna"));
    saver_save(rig.sessions, "Anna", "anna", version("second"));
    rig_settle();
    ck_assert(saver_failed(rig.sessions, "Anna") && saver_busy(rig.sessions, "Anna"));
    rig_pass(1000);
    saver_save(rig.sessions, "Anna", "anna", version("third"));
    rig_pass(1000);
    ck_assert_int_eq(
        rig_logged_times("save_failed character=Anna why=\"No such file or directory\""), 1);
    ck_assert(!rig_logged("save_going_on"));
    allow();
    rig_pass(1000);
    ck_assert(sessions_idle(rig.sessions));
    ck_assert(says("anna", "\"third\""));
    ck_assert_int_eq(rig_logged_times("save_going_on character=Anna"), 1);
    // A second failure is logged again; a save that succeeds is not logged.
    saver_save(rig.sessions, "Anna", "anna", version("fourth"));
    rig_settle();
    ck_assert_int_eq(rig_logged_times("save_going_on"), 1);
    forbid();
    saver_save(rig.sessions, "Anna", "anna", version("fifth"));
    rig_settle();
    ck_assert_int_eq(rig_logged_times("save_failed"), 2);
    allow();
    rig_pass(1000);
    ck_assert(says("anna", "\"fifth\""));
}

START_TEST(a_newer_version_that_waited_is_tried_next)
{
    make_anna();
    forbid();
    saver_save(rig.sessions, "Anna", "anna", version("first"));
    offload_drain(dispatch_offload(rig.dispatch)); // it has failed, which nobody knows yet
    saver_save(rig.sessions, "Anna", "anna", version("second"));
    allow();
    rig_settle();
    ck_assert(saver_failed(rig.sessions, "Anna"));
    rig_pass(1000);
    ck_assert(sessions_idle(rig.sessions));
    ck_assert(says("anna", "\"second\""));
}

// More than one batch, written while others wait: each reaches its file, and one that cannot be
// written holds up no other.
START_TEST(many_at_once_are_all_written)
{
    enum { MANY = 600, BAD = 300 };
    char names[MANY][8], which[16];
    make_anna();
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof(names[i]), "x%c%c%c", 'a' + i / 26 / 26, 'a' + i / 26 % 26,
                 'a' + i % 26);
        char *path = mem_printf("data/characters/%s.json", names[i]);
        FILE *f = fopen(path, "w");
        ck_assert(f && fputs("{}", f) >= 0 && fclose(f) == 0);
        free(path);
    }
    char *bad = mem_printf("rm data/characters/%s.json && mkdir data/characters/%s.json",
                           names[BAD], names[BAD]);
    ck_assert_int_eq(system(bad), 0);
    free(bad);
    for (int i = 0; i < MANY; i++) {
        snprintf(which, sizeof(which), "v%d", i);
        saver_save(rig.sessions, names[i], "anna", version(which));
    }
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), MANY);
    rig_settle();
    for (int i = 0; i < MANY; i++) {
        snprintf(which, sizeof(which), "\"v%d\"", i);
        ck_assert(i == BAD || says(names[i], which));
        ck_assert(saver_busy(rig.sessions, names[i]) == (i == BAD));
        ck_assert(saver_failed(rig.sessions, names[i]) == (i == BAD));
    }
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), 1);
    char *good = mem_printf("rmdir data/characters/%s.json && echo '{}' >data/characters/%s.json",
                            names[BAD], names[BAD]);
    ck_assert_int_eq(system(good), 0);
    free(good);
    rig_pass(1000);
    ck_assert(sessions_idle(rig.sessions));
    snprintf(which, sizeof(which), "\"v%d\"", BAD);
    ck_assert(says(names[BAD], which));
}

START_TEST(who_is_nobodys_is_not_kept_and_that_is_told)
{
    make_anna();
    ck_assert_int_eq(character_erase("data", "anna"), SAVEFILE_OK);
    saver_save(rig.sessions, "Anna", NULL, version("first"));
    rig_settle();
    ck_assert(sessions_idle(rig.sessions));
    ck_assert_int_ne(access("data/characters/anna.json", F_OK), 0);
    ck_assert_int_eq(rig_logged_times("not_kept character=Anna"), 1);
    // A character that has an owner gets no such line, and its lost file is made again.
    saver_save(rig.sessions, "Anna", "anna", version("second"));
    rig_settle();
    ck_assert(says("anna", "\"second\"") && says("anna", "\"account\": \"anna\""));
    ck_assert_int_eq(rig_logged_times("not_kept"), 1);
}

START_TEST(nobody_plays_a_character_that_is_still_to_be_saved)
{
    struct peer *p = rig_play("anna", "anna");
    forbid();
    rig_type(p, "quit", "Choice: ");
    rig_type(p, "1", "Anna cannot be saved just now; that is tried again every second");
    ck_assert(!rig_saw(p, "Choice: ")); // it waits
    rig_pass(1000);
    ck_assert(!rig_saw(p, "You see exits"));
    allow();
    rig_pass(1000);
    ck_assert(rig_saw(p, "You see exits"));
}

// From the journal, after a kill.
START_TEST(what_the_journal_restores_reaches_only_a_file_that_is_there)
{
    make_anna();
    sessions_dispatch_ops()->restored(rig.shared, "Anna", version("restored"));
    sessions_dispatch_ops()->restored(rig.shared, "Bella", version("restored"));
    ck_assert(says("anna", "\"restored\"") && says("anna", "\"account\": \"anna\""));
    ck_assert_int_ne(access("data/characters/bella.json", F_OK), 0);
    ck_assert(sessions_idle(rig.sessions));
    ck_assert_int_eq(system("rm data/characters/anna.json && mkdir data/characters/anna.json"), 0);
    sessions_dispatch_ops()->restored(rig.shared, "Anna", version("again"));
    ck_assert(saver_busy(rig.sessions, "Anna"));
    offload_drain(dispatch_offload(rig.dispatch)); // it has failed
    ck_assert_int_eq(
        system("rmdir data/characters/anna.json && echo '{}' >data/characters/anna.json"), 0);
    rig_pass(1000);
    rig_pass(1000);
    ck_assert(says("anna", "\"again\""));
}

START_TEST(the_end_waits_for_what_is_being_written)
{
    make_anna();
    saver_save(rig.sessions, "Anna", "anna", version("last"));
    sessions_free_all(rig.shared);
    rig_make_hub();
    ck_assert(says("anna", "\"last\""));
    ck_assert(!rig_logged("save_lost"));
    forbid();
    saver_save(rig.sessions, "Anna", "anna", version("lost"));
    saver_save(rig.sessions, "Anna", "anna", version("lost as well"));
    sessions_free_all(rig.shared);
    rig_make_hub();
    ck_assert_int_eq(rig_logged_times("save_lost character=Anna"), 1);
    allow();
    ck_assert(says("anna", "\"last\""));
}

START_TEST(players_are_saved_from_time_to_time)
{
    static const char *const names[] = {"anna", "bella", "carla"};
    int at[3] = {0}; // the second of each period in which a player is saved
    for (int i = 0; i < 3; i++)
        rig_play(names[i], names[i]);
    rig_pass(1000); // the first tick
    for (int i = 0; i < 3; i++) {
        char *path = mem_printf("data/characters/%s.json", names[i]);
        ck_assert_int_eq(unlink(path), 0);
        free(path);
    }
    for (int second = 1; second <= 360; second++) {
        rig_pass(1000);
        for (int i = 0; i < 3; i++) {
            char *path = mem_printf("data/characters/%s.json", names[i]);
            bool saved = access(path, F_OK) == 0;
            if (saved && !at[i])
                at[i] = second;
            ck_assert_int_eq(saved, at[i] && second % 120 == at[i] % 120);
            ck_assert(!saved || says(names[i], "\"thing\""));
            ck_assert(!saved || unlink(path) == 0);
            free(path);
        }
    }
    ck_assert(at[0] && at[1] && at[2] && at[0] <= 120 && at[1] <= 120 && at[2] <= 120);
    ck_assert(at[0] != at[1] && at[1] != at[2] && at[0] != at[2]);
}

START_TEST(a_stop_counts_what_is_left_to_do)
{
    struct peer *p = rig_play("anna", "anna");
    ck_assert(!sessions_stopped(rig.sessions) && !sessions_idle(rig.sessions));
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), 2); // to leave, and to be written down
    rig_type(p, "quit", "Choice: ");
    ck_assert_uint_eq(sessions_steps_left(rig.sessions), 0);
    ck_assert(!sessions_stopped(rig.sessions)); // it was not asked to
    ck_assert(!sessions_idle(rig.sessions));    // there is a session
    sessions_stop(rig.sessions, "The server is stopping.\n");
    ck_assert(sessions_stopped(rig.sessions));
}

int main(void)
{
    Suite *s = suite_create("saver");
    TCase *t = tcase_create("saver");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_set_timeout(t, 60); // one sync waits for all that others write to the disk
    tcase_add_test(t, the_latest_version_wins);
    tcase_add_test(t, what_the_disk_refuses_is_tried_again_in_its_latest_version);
    tcase_add_test(t, a_newer_version_that_waited_is_tried_next);
    tcase_add_test(t, many_at_once_are_all_written);
    tcase_add_test(t, who_is_nobodys_is_not_kept_and_that_is_told);
    tcase_add_test(t, nobody_plays_a_character_that_is_still_to_be_saved);
    tcase_add_test(t, what_the_journal_restores_reaches_only_a_file_that_is_there);
    tcase_add_test(t, the_end_waits_for_what_is_being_written);
    tcase_add_test(t, players_are_saved_from_time_to_time);
    tcase_add_test(t, a_stop_counts_what_is_left_to_do);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

// Starts that the server refuses: the message to the operator, to the last character, and the exit
// status.
#include "../tools/played_kit.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#define EPOCH "latchkey-data/journal/epoch-000000000000"

static char *source; // of data/text, as shipped

static void begin(void)
{
    source = mem_strdup(getenv("LATCHKEY_SOURCE"));
    played();
}

static void end(void)
{
    free(source);
    kit_end();
}

// A server that is stopped in order as soon as it listens: its epoch has nobody in the world then.
static pid_t start_server_here(const char *text)
{
    char *words = mem_printf("serve|--port|0|--text|%s/data/text", text);
    unlink("said.err");
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // it ends with a test that fails
        _exit(kit_tool(tool_serve, words));
    }
    for (bool ready = false; !ready; usleep(1000)) {
        ck_assert_int_eq(waitpid(child, NULL, WNOHANG), 0);
        if (access("said.err", F_OK))
            continue;
        kit_get("said.err", &kit_err);
        ready = strstr(buf_str(&kit_err), "listening");
    }
    free(words);
    return child;
}

// Log lines stand before it; nothing comes after it.
static void ends_with(int status, const char *told)
{
    char *words = mem_printf("serve|--port|0|--text|%s/data/text", source);
    int is = kit_tool_apart(tool_serve, words);
    const char *said = strstr(buf_str(&kit_err), "latchkey: ");
    ck_assert_msg(said, "%s", buf_str(&kit_err));
    ck_assert_str_eq(said, told);
    ck_assert_int_eq(is, status);
    free(words);
}

static void change_zones(void)
{
    struct buf text = BUF_INIT;
    kit_get("data/zones/z.json", &text);
    memcpy(strstr(text.data, "Mud."), "Dry.", 4);
    kit_put("data/zones/z.json", buf_str(&text));
    buf_fini(&text);
}

START_TEST(a_damaged_manifest)
{
    kit_put(EPOCH "/manifest", "format 3\n");
    ends_with(65,
              "latchkey: " EPOCH "/manifest:1:1: damaged, expected lines format, parent, world, "
              "program, base and settings\n");
}
END_TEST

START_TEST(a_table_that_is_cut_off)
{
    ck_assert_int_eq(truncate(EPOCH "/data.mdb", 100), 0);
    ends_with(65, "latchkey: " EPOCH "/data.mdb: damaged: cut off: 52 bytes at 0 are missing\n");
}
END_TEST

START_TEST(a_write_ahead_log_of_another_length)
{
    kit_put(EPOCH "/tail", "short");
    ends_with(65, "latchkey: " EPOCH ": its tail is cut off after 5 bytes, expected 4194304\n");
}
END_TEST

START_TEST(a_write_ahead_log_that_cannot_be_read)
{
    ck_assert_int_eq(mkdir(EPOCH "/tail", 0700), 0);
    ends_with(65, "latchkey: " EPOCH ": its tail cannot be read: Is a directory\n");
}
END_TEST

START_TEST(players_who_cannot_be_written_down)
{
    change_zones();
    ck_assert_int_eq(unlink(EPOCH "/world-files"), 0);
    ends_with(
        65,
        "latchkey: the zone files have changed since the server was killed, and players were in\n"
        "the world; they cannot be written down as they were: " EPOCH
        "/world-files: missing: this epoch kept no zone files\n"
        "Start once with everything as it was, or give up what the players did since they\n"
        "were last saved: \"latchkey journal roll --anew --data latchkey-data\".\n");
}
END_TEST

START_TEST(zone_files_that_cannot_be_kept)
{
    ck_assert_int_eq(unlink(EPOCH "/world-files"), 0);
    ck_assert_int_eq(mkdir(EPOCH "/world-files", 0700), 0);
    ck_assert_int_eq(mkdir(EPOCH "/world-files/in", 0700), 0);
    // The settings are others than those of the epoch, so a new one begins.
    ends_with(
        65,
        "latchkey: the journal cannot be replayed: latchkey-data/journal/epoch-000000000011: its "
        "zone files cannot be kept: Is a directory\n"
        "Nothing was changed. \"latchkey replay --data latchkey-data\" tells more. With "
        "--soft-digests\n"
        "it starts although events say something else than they said. \"latchkey journal roll\n"
        "--anew\" begins a new epoch: the world as its files make it, characters as last saved.\n");
}
END_TEST

START_TEST(an_epoch_that_cannot_be_made)
{
    change_zones();
    kit_put("latchkey-data/journal/carrying", "in the way");
    ends_with(73, "latchkey: the zone files have changed, and no new epoch can be made: "
                  "latchkey-data/journal/carrying: Not a directory\n");
}
END_TEST

// Nobody is in the world: the server has stopped in order.
START_TEST(a_world_that_cannot_be_carried_over)
{
    pid_t child = start_server_here(source);
    ck_assert_int_eq(kill(child, SIGTERM), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    change_zones();
    ck_assert_int_eq(system("rm latchkey-data/journal/epoch-*/world-files"), 0);
    ends_with(65,
              "latchkey: the zone files have changed, and what lies in the world cannot be carried "
              "over\n"
              "to them: latchkey-data/journal/epoch-000000000011/world-files: missing: this epoch "
              "kept no zone files\n"
              "Start with the zone files as they were, or give up what lies in the world:\n"
              "\"latchkey journal roll --anew --data latchkey-data\"; characters are kept.\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("recover");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, a_damaged_manifest);
    tcase_add_test(t, a_table_that_is_cut_off);
    tcase_add_test(t, a_write_ahead_log_of_another_length);
    tcase_add_test(t, a_write_ahead_log_that_cannot_be_read);
    tcase_add_test(t, players_who_cannot_be_written_down);
    tcase_add_test(t, zone_files_that_cannot_be_kept);
    tcase_add_test(t, an_epoch_that_cannot_be_made);
    tcase_add_test(t, a_world_that_cannot_be_carried_over);
    return kit_suite("recover", t);
}

// latchkey serve: its options and settings, why it does not start, and a server that starts,
// answers its console and is stopped.
#include "../tools/played_kit.h"

#include "serve/data_lock.h"

#include <signal.h>
#include <sys/prctl.h>

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

START_TEST(settings_are_shown_with_where_they_come_from)
{
    kit_put("my.conf", "[world]\ncrowd = 12\nautosave = 7m\n");
    ck_assert_int_eq(kit_tool_apart(tool_serve,
                                    "serve|--print-config|--config|my.conf|--port|4711|--set|"
                                    "world.autosave=9m|--durability|interval=50|--data|there|"
                                    "--workers|3"),
                     0);
    kit_has(&kit_out, "\nport = 4711                              ; --port\n");
    kit_has(&kit_out, "\naddress = 127.0.0.1                      ; default\n");
    kit_has(&kit_out, "\ncrowd = 12                               ; my.conf:2\n");
    kit_has(&kit_out, "\nautosave = 9m                            ; --set\n");
    kit_has(&kit_out, "\ndurability = interval                    ; --durability\n");
    kit_has(&kit_out, "\ninterval = 50ms                          ; --durability\n");
    kit_has(&kit_out, "\ndata = there                             ; --data\n");
    kit_has(&kit_out, "\nworkers = 3                              ; --workers\n");
    ck_assert(!kit_is_there("there"));
    ck_assert_int_eq(kit_tool_apart(tool_serve, "serve|--print-config|--durability|interval=2s"),
                     0);
    kit_has(&kit_out, "\ninterval = 2s                            ; --durability\n");
    ck_assert_int_eq(kit_tool_apart(tool_serve, "serve|--print-config|--durability|off|--at|3"), 0);
    kit_has(&kit_out, "\ndurability = off                         ; --durability\n");
    kit_has(&kit_out, "\ncreate = no                              ; --at\n");
    // The file that is read when none is named.
    kit_put("data/latchkey.conf", "[world]\ncrowd = 13\n");
    ck_assert_int_eq(kit_tool_apart(tool_serve, "serve|--print-config"), 0);
    kit_has(&kit_out, "\ncrowd = 13                               ; data/latchkey.conf:2\n");
}
END_TEST

static void refused(int status, const char *words, const char *told)
{
    int is = kit_tool_apart(tool_serve, words);
    kit_has(&kit_err, told);
    ck_assert_int_eq(is, status);
}

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool_apart(tool_serve, "serve|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey serve");
    refused(2, "serve|--loud", "latchkey serve: unknown option --loud\n");
    refused(2, "serve|--prot|0", "latchkey serve: unknown option --prot, did you mean --port?\n");
    refused(2, "serve|more", "latchkey serve: \"more\" is not understood");
    refused(2, "serve|--at|0", "--at \"0\": expected a number from 1 on");
    refused(2, "serve|--at|5x", "--at \"5x\": expected a number from 1 on");
    refused(2, "serve|--at|-5", "--at \"-5\": expected a number from 1 on");
    refused(2, "serve|--perturb|0", "--perturb \"0\": expected a number from 1 on");
    refused(2, "serve|--perturb|few", "--perturb \"few\": expected a number from 1 on");
    refused(2, "serve|--debug-locks=some", "expected rules, flow, sample=1/N or off");
    refused(78, "serve|--set|world.crowd=1", "--set: world.crowd: '1' is out of range");
    refused(78, "serve|--port|65536",
            "latchkey serve: --port: server.port: '65536' is out of range");
    kit_has(&kit_err, "\nTry \"latchkey serve --help\".\n");
    refused(78, "serve|--set|world.crows=1",
            "latchkey serve: --set: there is no setting world.crows");
    kit_has(&kit_err, "did you mean world.crowd?\nTry \"latchkey serve --help\".\n");
    refused(78, "serve|--config|nowhere", "nowhere: ");
    kit_lacks(&kit_err, "--help");
}
END_TEST

// None of them is passed over in silence.
START_TEST(settings_beyond_the_most_are_refused)
{
    struct buf words = BUF_INIT;
    buf_adds(&words, "serve|--print-config");
    for (int i = 0; i < 64; i++)
        buf_adds(&words, "|--set=world.crowd=12");
    ck_assert_int_eq(kit_tool_apart(tool_serve, buf_str(&words)), 0);
    buf_adds(&words, "|--port=0");
    refused(2, buf_str(&words), "--port \"0\": expected at most 64 settings in all\n");
    buf_fini(&words);
}
END_TEST

START_TEST(a_bad_world_is_no_world)
{
    kit_put("bad/z.json", "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\n\"locations\":{\"yard\":5}}");
    refused(65, "serve|--zones|bad|--port|0|--data|there", "not_loaded");
    kit_has(&kit_err, "zone_file file=bad/z.json line=2 ");
    kit_lacks(&kit_err, "ready");
    refused(65, "serve|--player|nowhere|--port|0|--data|there", "nowhere");
}
END_TEST

START_TEST(a_folder_has_one_server)
{
    int lock = data_lock("latchkey-data", NULL);
    ck_assert_int_ge(lock, 0);
    refused(73, "serve|--port|0", "latchkey: a server is running on ");
    close(lock);
}
END_TEST

// A past that is not there is said. Zone files of then that are none any more make no world.
START_TEST(a_past_that_cannot_be_is_told)
{
    refused(65, "serve|--port|0|--at|1000", "latchkey: there is no event 1000: the last is 11\n");
    kit_put("data/player.json", "{\"name\":\"a person\",\"body\":{\"hand\":2}}");
    ck_assert_int_eq(system("rm latchkey-data/journal/epoch-*/world-files"), 0);
    refused(65, "serve|--port|0|--at|4", "latchkey: the zone files as they were then: ");
    kit_put("bad/z.json", "{}");
    played_zones = "bad";
    ck_assert_int_eq(system("rm -r latchkey-data/journal"), 0);
    played_journal();
    refused(65, "serve|--port|0|--at|4", "not_loaded");
    kit_lacks(&kit_err, "ready");
}
END_TEST

// Until it listens it cannot be stopped in order.
static pid_t started(const char *words)
{
    char *all = mem_printf("serve|--port|0|--text|%s/data/text|%s", source, words);
    unlink("said.err");
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (!child) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); // it ends with a test that fails
        _exit(kit_tool(tool_serve, all));
    }
    for (;;) {
        int status;
        ck_assert_int_eq(waitpid(child, &status, WNOHANG), 0);
        if (!access("said.err", F_OK)) {
            kit_get("said.err", &kit_err);
            if (strstr(buf_str(&kit_err), "listening"))
                break;
        }
        usleep(1000);
    }
    free(all);
    return child;
}

static void stopped(pid_t child)
{
    int status;
    ck_assert_int_eq(kill(child, SIGTERM), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    kit_get("said.err", &kit_err);
    ck_assert_msg(!status, "status %#x: %s", (unsigned)status, buf_str(&kit_err));
}

// What the process that asks prints is kept apart from the server's.
static void asked(const char *words, const char *answer)
{
    struct buf b = BUF_INIT;
    int to = kit_redirect(stdout, "answer");
    char *argv[KIT_WORDS], *copy = mem_strdup(words), *rest = copy;
    int argc = 0;
    for (char *word; (word = strsep(&rest, "|"));)
        argv[argc++] = word;
    optind = 0;
    int status = tool_console(argc, argv);
    kit_put_back(stdout, to);
    kit_get("answer", &b);
    ck_assert_msg(strstr(buf_str(&b), answer), "%s", buf_str(&b));
    ck_assert_int_eq(status, 0);
    buf_fini(&b);
    free(copy);
}

START_TEST(it_goes_on_from_its_journal_and_stops)
{
    pid_t child = started("--debug-locks=rules");
    asked("console|locks", "No world lock is held.");
    stopped(child);
    kit_has(&kit_err, "world loaded files=1 locations=2 ");
    kit_has(&kit_err, "journal restored number=11 players=1 ");
    kit_has(&kit_err, "world ready ");
    kit_has(&kit_err, "dispatch stopped events=");
    kit_has(&kit_err, "lock checker: 0 violations");
    ck_assert(!kit_is_there("latchkey-data/console"));
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    // Bob was in the world when the server was killed and has no connection: the start has removed
    // the player.
    child = started("--console|here");
    ck_assert(kit_is_there("here"));
    asked("console|--socket|here|locks", "");
    stopped(child);
    kit_lacks(&kit_err, "lock checker");
    kit_has(&kit_err, " players=0 ");
}
END_TEST

// Who is in the world when the zone files change is written down, and the world goes on in a new
// epoch.
START_TEST(players_are_saved_when_the_zone_files_change)
{
    struct buf text = BUF_INIT;
    kit_get("data/zones/z.json", &text);
    memcpy(strstr(text.data, "Mud."), "Dry.", 4);
    kit_put("data/zones/z.json", buf_str(&text));
    kit_get("latchkey-data/characters/bob.json", &text);
    ck_assert_ptr_null(strstr(buf_str(&text), "\"saved\": "));
    stopped(started("--debug-locks=off"));
    kit_has(&kit_err, "journal epoch_closed epoch=0 players=1");
    kit_has(&kit_err, " players=0 ");
    kit_get("latchkey-data/characters/bob.json", &text);
    ck_assert_msg(strstr(buf_str(&text), "\"saved\": "), "%s", buf_str(&text));
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--epoch|0|--full"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    buf_fini(&text);
}
END_TEST

START_TEST(a_copy_of_the_past_writes_nothing)
{
    ck_assert_int_eq(system("cp -a latchkey-data before"), 0);
    int lock = data_lock("latchkey-data", NULL); // it may stand beside the server itself
    ck_assert_int_ge(lock, 0);
    pid_t child = started("--at|4");
    kit_has(&kit_err, "journal restored number=4 players=2 ");
    ck_assert(kit_is_there("latchkey-data/console-at"));
    ck_assert(!kit_is_there("latchkey-data/console"));
    stopped(child);
    close(lock);
    ck_assert_int_eq(system("diff -r -x lock -x lock.mdb -x 'console*' before latchkey-data"), 0);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_serve");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, settings_are_shown_with_where_they_come_from);
    tcase_add_test(t, wrong_usage_is_told);
    tcase_add_test(t, settings_beyond_the_most_are_refused);
    tcase_add_test(t, a_bad_world_is_no_world);
    tcase_add_test(t, a_folder_has_one_server);
    tcase_add_test(t, a_past_that_cannot_be_is_told);
    tcase_add_test(t, it_goes_on_from_its_journal_and_stops);
    tcase_add_test(t, players_are_saved_when_the_zone_files_change);
    tcase_add_test(t, a_copy_of_the_past_writes_nothing);
    return kit_suite("tool_serve", t);
}

// latchkey journal on a small journal: what each command says and what it leaves behind.
#include "journal_kit.h"

#include "util/build.h"

#include <sys/wait.h>

START_TEST(info_tells_what_there_is)
{
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "epoch 0\n  events   1 to 5\n  time     2025-11-17T00:00:01.000Z to "
              "2025-11-17T00:00:05.000Z\n");
    has(&out, "epoch 5 (the newest)\n  events   6 to 10\n");
    has(&out, "world    0000000000000def\n");
    has(&out, "program  ");
    has(&out, build_program());
    has(&out, "replay   events 6 to 10 (--epoch 5)");
    has(&out, "kinds    line 4 enter 2 linkdead 1 leave 1 timer 1 zone 1\n");
    char *data = at("data");
    int lock = data_lock(data, NULL);
    ck_assert_int_ge(lock, 0);
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "A running server is using this journal");
    has(&out, "events   6 to 10");
    close(lock);
    free(data);
}
END_TEST

START_TEST(show_can_be_narrowed)
{
    ck_assert_int_eq(run("show", NULL), 0);
    ck_assert_uint_eq(lines(), 10);
    has(&out, "       3  2025-11-17T00:00:03.000Z  line      Anna            get lost sword\n");
    has(&out, "changed: health 7f3a91c2, location 00000001\n");
    has(&out, "timer     -               asked for by event 3, request 1\n");
    has(&out, "zone      -               at the start, zone 2\n");
    has(&out, "linkdead  Bert            stays 5m\n");
    ck_assert_ptr_null(strchr(buf_str(&out), '\x1b'));
    ck_assert_int_eq(run("show", "--from", "4", "--to", "6", NULL), 0);
    ck_assert_uint_eq(lines(), 3);
    ck_assert_int_eq(run("show", "--epoch", "5", NULL), 0);
    ck_assert_uint_eq(lines(), 5);
    ck_assert_int_eq(run("show", "--player", "bert", NULL), 0);
    ck_assert_uint_eq(lines(), 2);
    ck_assert_int_eq(run("show", "--kind", "enter", NULL), 0);
    ck_assert_uint_eq(lines(), 2);
    ck_assert_int_eq(run("show", "--since", "2025-11-18", "--until", "2025-11-18T00:00:09Z", NULL),
                     0);
    ck_assert_uint_eq(lines(), 3);
    ck_assert_int_eq(run("show", "--since", "2d", NULL), 0);
    ck_assert_uint_eq(lines(), 0);
    ck_assert_int_eq(run("show", "--epoch", "4", NULL), 69);
}
END_TEST

START_TEST(show_writes_json)
{
    ck_assert_int_eq(run("show", "--json", NULL), 0);
    ck_assert_uint_eq(lines(), 10);
    has(&out,
        "{\"number\":3,\"epoch\":0,\"time\":\"2025-11-17T00:00:03.000Z\",\"clock\":1763337603000,"
        "\"kind\":\"line\",\"player\":\"Anna\",\"line\":\"get lost sword\",\"locks\":[3,7]}\n");
    has(&out, "\"changes\":[{\"what\":\"health\",\"identity\":\"1234\",\"value\":\"7f3a91c2\"},"
              "{\"what\":\"location\",\"identity\":\"5678\",\"value\":\"00000001\"}]}\n");
    has(&out, "\"character\":\"{\\\"gold\\\": 5}\",\"permissions\":\"goto\"");
    has(&out, "\"line\":\"say \\u001b[1m\\\"so\\\" \\\\ \\u0009\xc3\xa9\"");
    has(&out, "\"line-hex\":\"7361792062616420ff2062797465\"");
    has(&out, "\"kind\":\"timer\",\"origin\":3,\"request\":1");
    has(&out, "\"stays\":300000");
}
END_TEST

START_TEST(grep_finds_in_any_case)
{
    ck_assert_int_eq(run("grep", "SWORD", NULL), 0);
    ck_assert_uint_eq(lines(), 2);
    has(&out, "get lost sword");
    has(&out, "with {\"gold\": 9, \"on\": \"Sword\"}");
    ck_assert_int_eq(run("grep", "bert", NULL), 0);
    ck_assert_uint_eq(lines(), 2);
    ck_assert_int_eq(run("grep", "dragon", NULL), 1);
    ck_assert_uint_eq(lines(), 0);
}
END_TEST

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(run("--help", NULL), 0);
    has(&out, "chop");
    ck_assert_int_eq(run(NULL, NULL), 2);
    has(&err, "the name of a command is missing\n");
    ck_assert_int_eq(run("shwo", NULL), 2);
    has(&err, "there is no command \"shwo\", did you mean \"show\"?\n");
    ck_assert_int_eq(run("grep", NULL), 2);
    has(&err, "latchkey journal: grep needs TEXT\n");
    ck_assert_int_eq(run("info", "more", NULL), 2);
    ck_assert_int_eq(run("info", "--json", NULL), 2);
    has(&err, "info takes no --json");
    ck_assert_int_eq(run("chop", "--keep", "0", NULL), 2);
    ck_assert_int_eq(run("show", "--from", "-1", NULL), 2);
    ck_assert_int_eq(run("show", "--kind", "entre", NULL), 2);
    has(&err,
        "--kind \"entre\": expected line, enter, linkdead, attach, leave, save, timer, script, "
        "zone, void or rights; did you mean enter?\n");
    ck_assert_int_eq(run("show", "--since", "2025-02-30", NULL), 2);
    has(&err, "--since \"2025-02-30\": expected a time like ");
    ck_assert_int_eq(run("show", "--since", "2025-11-17T25:00", NULL), 2);
    ck_assert_int_eq(run("show", "--loud", NULL), 2);
    ck_assert_int_eq(run("show", "--from", "5", "--to", "4", NULL), 2);
    has(&err, "ends before it begins");
    ck_assert_int_eq(run("show", "--since", "2025-11-18", "--until", "2025-11-17", NULL), 2);
    ck_assert_int_eq(run("show", "--data", "@nowhere", NULL), 69);
    ck_assert_int_eq(run("info", "--data", "@nowhere", NULL), 69);
}
END_TEST

START_TEST(roll_begins_an_epoch)
{
    ck_assert_int_eq(run("roll", NULL), 69);
    has(&err, "no snapshot of event 10, the last one, can be used (there is none)");
    ck_assert_int_eq(run("roll", "--anew", NULL), 0);
    has(&out, "epoch 10 begins");
    ck_assert_int_eq(run("roll", NULL), 0);
    has(&out, "holds no event");
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "epoch 10 (the newest)\n  events   none\n");
    has(&out, "world    0000000000000def\n");
    has(&out, "zones    not kept\n  replay   nothing to replay\n");
    ck_assert_int_eq(run("fsck", NULL), 0);
}
END_TEST

START_TEST(chop_keeps_the_newest)
{
    ck_assert_int_eq(run("chop", NULL), 0);
    has(&out, "nothing to remove: there are 2 epochs");
    ck_assert_int_eq(run("chop", "--keep", "1", NULL), 0);
    has(&out, "epoch 0 is removed\nevents from 6 on are kept\n");
    ck_assert(!is_there(OLDEST));
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "gone     the events to 5;");
    ck_assert_int_eq(run("fsck", NULL), 0);
    has(&out, "5 events in 1 epoch, all whole");
    ck_assert_int_eq(run("chop", "--keep", "1", NULL), 0);
    ck_assert(is_there(NEWEST));
}
END_TEST

START_TEST(nothing_is_changed_under_a_server)
{
    char *data = at("data");
    int lock = data_lock(data, NULL);
    ck_assert_int_eq(run("roll", NULL), 73);
    has(&err, "a server is running on /");
    ck_assert_int_eq(run("chop", "--keep", "1", NULL), 73);
    ck_assert_int_eq(run("pack", NULL), 73);
    ck_assert_int_eq(run("fsck", "--repair", NULL), 73);
    ck_assert_int_eq(run("character", "Anna", "--at", "3", "--restore", NULL), 73);
    ck_assert_int_eq(run("fsck", NULL), 0);
    ck_assert_int_eq(run("show", NULL), 0);
    ck_assert_int_eq(run("character", "Anna", "--at", "3", NULL), 0);
    close(lock);
    free(data);
    ck_assert(is_there(OLDEST));
}
END_TEST

// Who was killed while it forked leaves the lock to the child for a moment.
START_TEST(a_lock_is_waited_for)
{
    char *data = at("data");
    int lock = data_lock(data, NULL), hold[2];
    ck_assert_int_eq(pipe(hold), 0);
    pid_t child = fork();
    if (!child) {
        char go;
        close(hold[1]);
        (void)!read(hold[0], &go, 1); // until the parent has no lock any more
        usleep(100000);
        _exit(0);
    }
    close(hold[0]);
    close(lock);
    ck_assert(data_lock_taken(data));
    close(hold[1]);
    lock = data_lock(data, NULL);
    ck_assert_int_ge(lock, 0);
    close(lock);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    free(data);
}
END_TEST

START_TEST(export_and_import_are_inverse)
{
    struct buf again = BUF_INIT;
    ck_assert_int_eq(run("export", "@one", NULL), 0);
    has(&out, "10 events to ");
    ck_assert_int_eq(run("import", "@one", NULL), 73);
    ck_assert_int_eq(run("import", "@one", "--data", "@other", NULL), 0);
    has(&out, "10 events in 2 epochs");
    ck_assert_int_eq(run("export", "@two", "--data", "@other", NULL), 0);
    get("one", &out);
    get("two", &again);
    ck_assert_uint_eq(out.len, again.len);
    ck_assert_mem_eq(out.data, again.data, out.len);
    ck_assert_int_eq(run("export", "-", "--data", "@other", NULL), 0);
    ck_assert_uint_eq(out.len, again.len);
    ck_assert_int_eq(run("fsck", "--data", "@other", NULL), 0);
    has(&out, "10 events in 2 epochs, all whole");
    ck_assert_int_eq(run("info", "--data", "@other", NULL), 0);
    has(&out, "world    0000000000000abc");
    buf_fini(&again);
}
END_TEST

// More than is written at once.
START_TEST(a_long_journal_is_imported_whole)
{
    write_many();
    ck_assert_int_eq(run("export", "@one", NULL), 0);
    has(&out, "3010 events to ");
    ck_assert_int_eq(run("import", "@one", "--data", "@other", NULL), 0);
    has(&out, "3010 events in 2 epochs");
    ck_assert_int_eq(run("fsck", "--data", "@other", NULL), 0);
    has(&out, "3010 events in 2 epochs, all whole");
}
END_TEST

START_TEST(import_refuses_what_is_not_whole)
{
    struct buf text = BUF_INIT;
    ck_assert_int_eq(run("export", "@one", NULL), 0);
    get("one", &text);
    refused(&text, "lost sword", "lost ring", ":14: expected the end of this text");
    refused(&text, "\"number\":4,", "\"number\":5,", ":6: expected the number after");
    refused(&text, "{\"epoch\":5,", "{\"epoch\":6,", ":8: expected an epoch that begins after");
    refused(&text, "\"kind\":\"timer\"", "\"kind\":\"timr\"", "expected an event with");
    refused(&text, "\"version\":2", "\"version\":3", ":1: expected format");
    refused(&text, "\"output\":\"", "\"output\":\"x", "expected an event with");
    refused(&text, "{\"number\":1,", "{\"numb", "expected an object");
    refused(&text, "\"changes\":\"0c", "\"changes\":\"0", "expected an event with");
    refused(&text, "\"changes\":\"0c", "\"changes\":\"0x", "expected an event with");
    refused(&text, "-hex\":\"73", "-hex\":\"00", "expected an event with");
    refused(&text, "{\"end\":10", "\n{\"end\":10", "expected an object");
    *strstr(text.data, "{\"end\"") = '\0';
    refused(&text, "", "", ":14: expected an end");
    refused(&text, text.data, "", ":1: expected an end");
    ck_assert_int_eq(run("import", "@nowhere", "--data", "@other", NULL), 69);
    ck_assert_int_eq(run("import", "/dev/zero", "--data", "@other", NULL), 65);
    has(&err, "/dev/zero:1: expected a shorter line");
    buf_fini(&text);
}
END_TEST

START_TEST(pack_makes_it_smaller)
{
    uint64_t before, after;
    write_many();
    ck_assert_int_eq(run("pack", NULL), 0);
    ck_assert_int_eq(sscanf(buf_str(&out), "epoch 5: %" SCNu64 " bytes before, %" SCNu64 " after",
                            &before, &after),
                     2);
    ck_assert_uint_lt(after, before);
    ck_assert_int_eq(run("fsck", NULL), 0);
    has(&out, "3010 events in 2 epochs, all whole");
    // It goes on where it was.
    struct journal *j = open_journal("data/journal", 0xdef);
    ck_assert_uint_eq(journal_last(j), 10 + MANY);
    write_one(j, &(struct record){.number = 11 + MANY, .kind = RECORD_SAVE, .name = "Anna"});
    journal_close(j);
    ck_assert_int_eq(run("show", "--from", "3010", NULL), 0);
    ck_assert_uint_eq(lines(), 2);
    ck_assert(!is_there(NEWEST ".packed"));
}
END_TEST

START_TEST(backup_copies_all_while_it_is_written)
{
    struct journal *j = open_journal("data/journal", 0xdef);
    write_one(j, &(struct record){.number = 11, .kind = RECORD_SAVE, .name = "Anna"});
    // LMDB wants an environment open once in a process: the reader is another one, as in life.
    pid_t child = fork();
    if (!child)
        _exit(run("backup", "@copy", NULL));
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    write_one(j, &(struct record){.number = 12, .kind = RECORD_SAVE, .name = "Anna"});
    journal_close(j);
    ck_assert_int_eq(run("fsck", "--data", "@copy", NULL), 0);
    has(&out, "11 events in 2 epochs, all whole");
    get("copy/accounts/anna.json", &out);
    ck_assert_str_eq(buf_str(&out), "{\"account\": \"anna\"}\n");
    ck_assert(is_there("copy/characters/anna.json"));
    ck_assert(!is_there("copy/accounts/anna.json.1-1.tmp"));
    ck_assert_int_eq(run("backup", "@copy", NULL), 73);
    has(&err, "must be a folder that is empty");
    put("data/accounts/bert.json", "{}");
    ck_assert_int_eq(run("backup", "@second", NULL), 0);
    has(&out, "second: events to 12, 2 accounts, 1 character\n");
    put("data/characters/bert.json", "{}");
    put("data/characters/carl.json", "{}");
    ck_assert_int_eq(run("backup", "@third", NULL), 0);
    has(&out, "third: events to 12, 2 accounts, 3 characters\n");
}
END_TEST

START_TEST(a_character_is_as_it_was)
{
    ck_assert_int_eq(run("character", "anna", "--at", "4", NULL), 0);
    has(&out, "\"gold\": 5");
    has(&err, "entered with event 2");
    ck_assert_int_eq(run("character", "Anna", "--at", "5", NULL), 0);
    has(&out, "\"gold\": 9");
    has(&err, "left with event 5");
    ck_assert_int_eq(run("character", "Anna", "--at", "9", NULL), 0);
    has(&out, "\"gold\": 9");
    has(&err, "entered with event 6");
    // The player has quit since, and its file holds what it left with.
    ck_assert_int_eq(run("character", "Anna", NULL), 0);
    has(&out, "\"gold\": 11");
    has(&err, "left with event 10");
    ck_assert_int_eq(run("character", "Anna", "--at", "1", NULL), 69);
    ck_assert_int_eq(run("character", "Carl", NULL), 69);
}
END_TEST

START_TEST(a_character_is_restored)
{
    ck_assert_int_eq(run("character", "Anna", "--at", "3", "--restore", NULL), 73);
    has(&err, "\"latchkey journal roll --anew\", which gives up");
    ck_assert_int_eq(run("roll", "--anew", NULL), 0);
    ck_assert_int_eq(run("character", "Anna", "--at", "3", "--restore", NULL), 0);
    get("data/characters/anna.json", &out);
    has(&out, "\"gold\": 5");
    get("data/characters/anna.json~", &out);
    has(&out, "\"gold\": 11");
    char *path = at("data/characters/anna.json");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(run("character", "Anna", "--at", "9", "--restore", NULL), 0);
    get("data/characters/anna.json", &out);
    has(&out, "\"gold\": 9");
    free(path);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_journal");
    tcase_add_test(t, info_tells_what_there_is);
    tcase_add_test(t, show_can_be_narrowed);
    tcase_add_test(t, show_writes_json);
    tcase_add_test(t, grep_finds_in_any_case);
    tcase_add_test(t, wrong_usage_is_told);
    tcase_add_test(t, roll_begins_an_epoch);
    tcase_add_test(t, chop_keeps_the_newest);
    tcase_add_test(t, nothing_is_changed_under_a_server);
    tcase_add_test(t, a_lock_is_waited_for);
    tcase_add_test(t, export_and_import_are_inverse);
    tcase_add_test(t, a_long_journal_is_imported_whole);
    tcase_add_test(t, import_refuses_what_is_not_whole);
    tcase_add_test(t, pack_makes_it_smaller);
    tcase_add_test(t, backup_copies_all_while_it_is_written);
    tcase_add_test(t, a_character_is_as_it_was);
    tcase_add_test(t, a_character_is_restored);
    return run_suite("tool_journal", t);
}

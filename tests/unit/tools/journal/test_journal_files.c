// latchkey journal on epochs with snapshots and kept zone files: what each command says of them,
// and that none of them loses what a start or a replay needs.
#include "journal_kit.h"

#include "journal/snapshot_file.h"
#include "serve/world_files.h"
#include "util/error.h"

#define BASED "based/journal/epoch-000000000010"
#define OTHER "other/journal/epoch-000000000010"

static uint64_t world;

static void snap(struct journal *j, uint64_t number, uint64_t players)
{
    struct buf body = BUF_INIT;
    struct snapshot_head head = {.number = number, .world = world, .players = players};
    for (int i = 0; i < 20000; i++) // more than a line of the portable text
        buf_addc(&body, (char)i);
    ck_assert_int_eq(snapshot_file_prepare(journal_path(j), &head, &body), 0);
    ck_assert_int_eq(snapshot_file_finish(journal_path(j), number), 0);
    buf_fini(&body);
}

static void write_lines(struct journal *j, uint64_t to, const char *name)
{
    while (journal_last(j) < to)
        write_one(j, &(struct record){.number = journal_last(j) + 1,
                                      .kind = RECORD_LINE,
                                      .clock = monday,
                                      .name = name,
                                      .text = "look"});
}

static void keep(struct journal *j)
{
    char *zones = at("zones"), *player = at("player.json");
    ck_assert_int_eq(world_files_keep(zones, player, journal_path(j), journal_world(j)), 0);
    free(player);
    free(zones);
}

// Events to 10 in an epoch whose world begins from its zone files, to 20 in one that goes on from
// there; Anna is last seen with event 15, a timer of 17 was asked for by 9, and there are snapshots
// of 10, 14, 16 and 20.
static void write_based(void)
{
    struct error why;
    put("zones/ring.json", "{\"zone\": 1}");
    put("player.json", "{\"health\": 1}");
    char *zones = at("zones"), *player = at("player.json"), *path = at("based/journal");
    world = world_files_digest(zones, player);
    struct journal_config config = {
        .folder = path, .world = world, .settings = {30, 64}, .epoch = UINT64_MAX};
    struct journal *j = journal_open(&config, &why);
    ck_assert_msg(j, "%s", error_text(&why));
    keep(j);
    write_lines(j, 10, "Anna");
    snap(j, 10, 2);
    ck_assert_int_ge(journal_roll(j, world, true), 0);
    write_lines(j, 15, "Anna");
    snap(j, 14, 1);
    write_lines(j, 16, "Bert");
    snap(j, 16, 1);
    write_one(j, &(struct record){.number = 17, .kind = RECORD_TIMER, .origin = 9, .ordinal = 1});
    write_lines(j, 20, "Bert");
    snap(j, 20, 0);
    journal_close(j);
    free(path);
    free(player);
    free(zones);
}

static void damage(const char *name)
{
    char *path = at(name);
    FILE *f = fopen(path, "r+");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, 60, SEEK_SET), 0);
    ck_assert_int_ne(fputc(0x77, f), EOF);
    fclose(f);
    free(path);
}

static void lose(const char *name)
{
    char *path = at(name);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}

START_TEST(info_tells_of_them)
{
    write_based();
    ck_assert_int_eq(run("info", "--data", "@based", NULL), 0);
    has(&out, "  settings world.crowd 30, limits.aliases 64\n"
              "  begins   anew: the world as its files make it\n  zones    kept\n");
    has(&out, "  begins   goes on from the snapshot of event 10\n  zones    kept\n");
    has(&out, "  snapshot of event 20, 20056 bytes, 0 players\n");
    has(&out, "  snapshot of event 10, 20056 bytes, 2 players, the one that it begins with\n");
    has(&out, "  replay   events 11 to 20 (--epoch 10 --full)\n");
    has(&out, "from the newest snapshot, after which nothing came (--epoch");
    damage(BASED "/snapshot-000000000020");
    lose(BASED "/snapshot-000000000010");
    lose(BASED "/world-files");
    ck_assert_int_eq(run("info", "--data", "@based", NULL), 0);
    has(&out, "  zones    not kept\n");
    has(&out, "snapshot of event 20: cannot be used: ");
    has(&out, "snapshot of event 10: cannot be used: it is missing");
    has(&out, "  replay   from the beginning: none");
    has(&out, "from the newest snapshot: events 17 to 20");
    has(&out, "with the zone files of that digest, which are not kept");
}
END_TEST

START_TEST(fsck_judges_them)
{
    write_based();
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
    has(&out, "20 events in 2 epochs, all whole");
    damage(BASED "/snapshot-000000000016");
    damage(BASED "/world-files");
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 65);
    has(&out, "epoch 10: the snapshot of event 16: ");
    has(&out, "world-files: damaged, expected its own checksum");
    has(&out, "2 faults");
    lose(BASED "/snapshot-000000000010");
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 65);
    has(&out, "the snapshot of event 10: it is missing, and the epoch begins with it");
}
END_TEST

START_TEST(repair_keeps_what_is_not_ahead)
{
    write_based();
    struct journal *j = open_journal("based/journal", world);
    write_one(j, &(struct record){.number = 21, .kind = RECORD_TIMER, .origin = 30});
    snap(j, 21, 0);
    journal_close(j);
    ck_assert_int_eq(run("fsck", "--repair", "--data", "@based", NULL), 65);
    has(&out, "events 11 to 20 are kept");
    ck_assert(is_there(BASED "/snapshot-000000000010"));
    ck_assert(is_there(BASED "/snapshot-000000000016"));
    ck_assert(is_there(BASED "/snapshot-000000000020"));
    ck_assert(!is_there(BASED "/snapshot-000000000021"));
    ck_assert(is_there(BASED "/world-files"));
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
    // What was kept says what a lost manifest said.
    put(BASED "/manifest", "format 2\n");
    ck_assert_int_eq(run("fsck", "--repair", "--data", "@based", NULL), 65);
    has(&out, "events 11 to 20 are kept");
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
    j = open_journal("based/journal", world);
    ck_assert(journal_based(j));
    ck_assert_uint_eq(journal_world(j), world);
    journal_close(j);
}
END_TEST

START_TEST(a_backup_has_them)
{
    write_based();
    ck_assert_int_eq(run("backup", "@other", "--data", "@based", NULL), 0);
    ck_assert(is_there(OTHER "/snapshot-000000000010"));
    ck_assert(is_there(OTHER "/snapshot-000000000016"));
    ck_assert(is_there(OTHER "/snapshot-000000000020"));
    ck_assert(is_there(OTHER "/world-files"));
    ck_assert_int_eq(run("fsck", "--data", "@other", NULL), 0);
    lose(BASED "/snapshot-000000000010");
    ck_assert_int_eq(run("backup", "@third", "--data", "@based", NULL), 65);
    has(&err, "the epoch begins with it");
}
END_TEST

START_TEST(export_takes_the_base_along)
{
    struct buf one = BUF_INIT, two = BUF_INIT;
    write_based();
    ck_assert_int_eq(run("export", "@one", "--data", "@based", NULL), 0);
    ck_assert_int_eq(run("import", "@one", "--data", "@other", NULL), 0);
    ck_assert_int_eq(run("fsck", "--data", "@other", NULL), 0);
    has(&out, "20 events in 2 epochs, all whole");
    get(BASED "/snapshot-000000000010", &one);
    get(OTHER "/snapshot-000000000010", &two);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_mem_eq(one.data, two.data, one.len);
    get(BASED "/world-files", &one);
    get(OTHER "/world-files", &two);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_mem_eq(one.data, two.data, one.len);
    struct journal *j = open_journal("other/journal", world);
    ck_assert(journal_based(j));
    ck_assert_uint_eq(journal_settings(j)[0], 30);
    journal_close(j);
    ck_assert_int_eq(run("export", "@two", "--data", "@other", NULL), 0);
    get("one", &one);
    get("two", &two);
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_mem_eq(one.data, two.data, one.len);
    buf_fini(&one);
    buf_fini(&two);
}
END_TEST

// The digest at its end would refuse all of these: the parts must notice before it is read.
START_TEST(import_judges_files)
{
    struct buf text = BUF_INIT;
    write_based();
    ck_assert_int_eq(run("export", "@one", "--data", "@based", NULL), 0);
    get("one", &text);
    refused(&text, "\"file\":\"world-files\"", "\"file\":\"data.mdb\"",
            "expected files of an epoch");
    refused(&text, "\"file\":\"world-files\"", "\"file\":\"../x\"", "expected files of an epoch");
    refused(&text, "\"offset\":16384", "\"offset\":16383", "expected the next part");
    refused(&text, "\"size\":20056,\"offset\":0", "\"size\":99999999999,\"offset\":0",
            "expected a part of a file");
    refused(&text, "\"size\":20056,\"offset\":0", "\"size\":10000,\"offset\":0",
            "expected a part of a file");
    refused(&text, "\"bytes\":\"4c4b", "\"bytes\":\"4c4c", "expected before this line the files");
    refused(&text, "\"bytes\":\"4c4b", "\"bytes\":\"4c4", "expected a part of a file");
    refused(&text, "\"base\":true", "\"base\":false", "expected files of an epoch");
    refused(&text, "\"base\":false", "\"base\":true", "expected before this line the files");
    refused(&text, "\"settings\":[30,64]", "\"settings\":[30]", "expected an epoch with");
    buf_fini(&text);
}
END_TEST

// As an earlier version wrote it, with its digest.
START_TEST(an_older_export_is_read)
{
    struct buf b = BUF_INIT;
    uint64_t digest = 0;
    static const char *const lines[] = {
        "{\"format\":\"latchkey journal\",\"version\":1}\n",
        "{\"epoch\":0,\"world\":\"0000000000000abc\",\"program\":\"0.1.0\"}\n",
        "{\"number\":1,\"kind\":\"line\",\"clock\":1,\"origin\":0,\"ordinal\":0,\"mailbox\":0,\"param\":0,"
        "\"output\":\"0000000000000000\",\"state\":\"0000000000000000\",\"name\":\"Anna\","
        "\"text\":\"look\",\"more\":\"\",\"locks\":[]}\n"};
    for (size_t i = 0; i < 3; i++) {
        digest = record_digest(lines[i], strlen(lines[i]), digest);
        buf_adds(&b, lines[i]);
    }
    buf_addf(&b, "{\"end\":1,\"events\":1,\"digest\":\"%016" PRIx64 "\"}\n", digest);
    put("old", buf_str(&b));
    ck_assert_int_eq(run("import", "@old", "--data", "@other", NULL), 0);
    has(&out, "1 event in 1 epoch");
    ck_assert_int_eq(run("fsck", "--data", "@other", NULL), 0);
    buf_fini(&b);
}
END_TEST

START_TEST(chop_and_pack_keep_what_is_needed)
{
    write_based();
    ck_assert_int_eq(run("chop", "--keep", "1", "--data", "@based", NULL), 0);
    has(&out, "epoch 0 is removed");
    ck_assert(!is_there("based/journal/epoch-000000000000"));
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
    has(&out, "10 events in 1 epoch, all whole");
    ck_assert_int_eq(run("pack", "--data", "@based", NULL), 0);
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
    ck_assert(is_there(BASED "/snapshot-000000000010"));
    ck_assert(is_there(BASED "/world-files"));
}
END_TEST

START_TEST(roll_needs_a_whole_snapshot)
{
    write_based();
    damage(BASED "/snapshot-000000000020");
    ck_assert_int_eq(run("roll", "--data", "@based", NULL), 69);
    has(&err, "no snapshot of event 20, the last one, can be used");
    struct journal *j = open_journal("based/journal", world);
    snap(j, 20, 0);
    journal_close(j);
    ck_assert_int_eq(run("roll", "--data", "@based", NULL), 0);
    has(&out, "epoch 20 begins: the world goes on as it was");
    ck_assert(is_there("based/journal/epoch-000000000020/snapshot-000000000020"));
    ck_assert(is_there("based/journal/epoch-000000000020/world-files"));
    ck_assert_int_eq(run("roll", "--data", "@based", NULL), 0);
    has(&out, "holds no event: it is new already");
    // Though it holds no event, its world is not new.
    ck_assert_int_eq(run("roll", "--anew", "--data", "@based", NULL), 0);
    has(&out, "epoch 20 begins: the world begins anew");
    ck_assert(!is_there("based/journal/epoch-000000000020/snapshot-000000000020"));
    ck_assert_int_eq(run("fsck", "--data", "@based", NULL), 0);
}
END_TEST

// The file is safe when the next start does not replay the player's events: no player was in the
// world at a snapshot that is not before the player's last event.
START_TEST(restoring_waits_for_an_end_in_order)
{
    write_based();
    struct journal *j = open_journal("based/journal", world);
    write_one(j, &(struct record){
                     .number = 21, .kind = RECORD_ENTER, .name = "Carl", .text = "{\"gold\": 3}"});
    write_one(j, &(struct record){.number = 22, .kind = RECORD_LEAVE, .name = "Carl"});
    journal_close(j);
    ck_assert_int_eq(run("character", "Carl", "--at", "21", "--restore", "--data", "@based", NULL),
                     73);
    has(&err, "start it and stop it (SIGTERM) first");
    j = open_journal("based/journal", world);
    snap(j, 22, 1);
    journal_close(j);
    ck_assert_int_eq(run("character", "Carl", "--at", "21", "--restore", "--data", "@based", NULL),
                     73);
    j = open_journal("based/journal", world);
    snap(j, 22, 0);
    journal_close(j);
    ck_assert_int_eq(run("character", "Carl", "--at", "21", "--restore", "--data", "@based", NULL),
                     0);
    get("based/characters/carl.json", &out);
    has(&out, "\"gold\": 3");
    damage(BASED "/snapshot-000000000022");
    ck_assert_int_eq(run("character", "Carl", "--at", "21", "--restore", "--data", "@based", NULL),
                     73);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("journal_files");
    tcase_add_test(t, info_tells_of_them);
    tcase_add_test(t, fsck_judges_them);
    tcase_add_test(t, repair_keeps_what_is_not_ahead);
    tcase_add_test(t, a_backup_has_them);
    tcase_add_test(t, export_takes_the_base_along);
    tcase_add_test(t, import_judges_files);
    tcase_add_test(t, an_older_export_is_read);
    tcase_add_test(t, chop_and_pack_keep_what_is_needed);
    tcase_add_test(t, roll_needs_a_whole_snapshot);
    tcase_add_test(t, restoring_waits_for_an_end_in_order);
    return run_suite("journal_files", t);
}

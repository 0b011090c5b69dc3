// latchkey journal on journals with every kind of damage: each fault is named, what is before it is
// kept, and nothing ends the program.
#include "journal_kit.h"

#include <lmdb.h>

#include "journal/manifest.h"
#include "journal/wal.h"

// Damages a file of an epoch behind the back of LMDB.
static void overwrite(const char *name, long offset, const void *bytes, size_t n)
{
    char *path = at(name);
    FILE *f = fopen(path, "r+");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fseek(f, offset, SEEK_SET), 0);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
    free(path);
}

// When LMDB is left in the middle of a damaged page, what it has in hand is lost.
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:liblmdb";
}

// In all pages where it stands, also those that are used no more.
static void spoil(const char *name, const char *text)
{
    struct buf b = BUF_INIT;
    get(name, &b);
    size_t n = 0;
    for (char *p = b.data; (p = memmem(p, b.len - (size_t)(p - b.data), text, strlen(text)));
         p++, n++)
        overwrite(name, p - b.data, "?", 1);
    ck_assert_uint_gt(n, 0);
    buf_fini(&b);
}

START_TEST(a_damaged_record_is_named_and_cut_off)
{
    spoil(NEWEST "/data.mdb", "bad \xff byte");
    ck_assert_int_eq(run("fsck", NULL), 65);
    has(&out, "epoch 5, event 8: its checksum is not that of its bytes\n");
    has(&out, "9 events in 2 epochs, 1 fault\n");
    ck_assert_int_eq(run("show", NULL), 65);
    ck_assert_uint_eq(lines(), 9);
    ck_assert_int_eq(run("info", NULL), 65);
    has(&out, "replay   events 6 to 7");
    ck_assert_int_eq(run("export", "@one", NULL), 65);
    ck_assert(!is_there("one"));
    ck_assert_int_eq(run("roll", "--anew", NULL), 65);
    ck_assert_int_eq(run("pack", NULL), 65);
    ck_assert_int_eq(run("fsck", "--repair", NULL), 65);
    has(&out, "repaired: events 6 to 7 are kept;");
    ck_assert(is_there(NEWEST ".damaged/data.mdb"));
    ck_assert(!is_there("data/journal/repair"));
    ck_assert_int_eq(run("fsck", NULL), 0);
    has(&out, "7 events in 2 epochs, all whole");
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "world    0000000000000def");
    struct journal *j = open_journal("data/journal", 0xdef);
    ck_assert_uint_eq(journal_last(j), 7);
    journal_close(j);
}
END_TEST

static void put_raw(uint64_t key, const struct record *r, bool erase)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi events;
    struct buf b = BUF_INIT;
    char *path = at(NEWEST);
    ck_assert_int_eq(mdb_env_create(&env), 0);
    mdb_env_set_maxdbs(env, 4);
    ck_assert_int_eq(mdb_env_open(env, path, 0, 0600), 0);
    ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
    ck_assert_int_eq(mdb_dbi_open(txn, "events", MDB_INTEGERKEY, &events), 0);
    if (r)
        record_encode(&b, r);
    MDB_val k = {sizeof(key), &key}, v = {b.len, b.data};
    ck_assert_int_eq(erase ? mdb_del(txn, events, &k, NULL) : mdb_put(txn, events, &k, &v, 0), 0);
    ck_assert_int_eq(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    buf_fini(&b);
    free(path);
}

// Two events of Anna's, as a killed server leaves them; a byte of the second one is wrong.
static void leave_torn_wal(void)
{
    struct buf b = BUF_INIT;
    size_t lengths[2];
    char *path = at(NEWEST);
    struct wal *t = wal_make(path, 5);
    ck_assert_ptr_nonnull(t);
    for (uint64_t i = 0, before = 0; i < 2; i++, before = b.len) {
        record_encode(&b,
                      &(struct record){
                          .number = 11 + i, .kind = RECORD_LINE, .name = "Anna", .text = "look"});
        lengths[i] = b.len - before;
    }
    ck_assert_int_eq(wal_write(t, 11, b.data, lengths, 2), 0);
    wal_free(t);
    overwrite(NEWEST "/tail", 64 + 2 * 4 + (long)b.len - 3, "?", 1);
    buf_fini(&b);
    free(path);
}

START_TEST(a_last_batch_that_is_not_whole_is_told_and_taken)
{
    static const char *const told =
        "epoch 5: a batch with events 11 to 12, at byte 0 of its tail, was not finished and shown to nobody, or is "
        "damaged and lost\n10 events in 2 epochs, all whole\n";
    leave_torn_wal();
    ck_assert_int_eq(run("fsck", NULL), 0);
    has(&out, told);
    has(&out, "--repair keeps what of that batch is whole\n");
    ck_assert(is_there(NEWEST "/tail"));
    ck_assert_int_eq(run("show", NULL), 0);
    ck_assert_uint_eq(lines(), 10);
    ck_assert_int_eq(run("fsck", "--repair", NULL), 0);
    has(&out, told);
    has(&out, "repaired: events 6 to 11 are kept;");
    ck_assert(is_there(NEWEST ".damaged/tail"));
    ck_assert(!is_there(NEWEST "/tail"));
    ck_assert_int_eq(run("fsck", NULL), 0);
    ck_assert_ptr_null(strstr(buf_str(&out), "batch"));
    has(&out, "11 events in 2 epochs, all whole\n");
}
END_TEST

START_TEST(each_fault_is_named)
{
    put_raw(7, NULL, true);
    put_raw(8, &(struct record){.number = 9, .kind = RECORD_LINE, .name = "Bert"}, false);
    put_raw(9, &(struct record){.number = 9, .kind = RECORD_TIMER, .origin = 9}, false);
    put_raw(10, &(struct record){.number = 10, .kind = RECORD_TIMER, .origin = 5}, false);
    put_raw(11, &(struct record){.number = 11, .kind = RECORD_LINE}, false);
    put_raw(15, &(struct record){.number = 15, .kind = (enum record_kind)77}, false);
    ck_assert_int_eq(run("fsck", NULL), 65);
    has(&out, "epoch 5, event 7: it is missing\n"
              "epoch 5, event 8: it calls itself by another number\n"
              "epoch 5, event 9: it was asked for by an event that is not before it\n"
              "epoch 5, event 10: it was asked for by an event before this epoch\n"
              "epoch 5, event 11: it is a player's, and names none\n"
              "epoch 5, event 12: it and those to 14 are missing\n"
              "epoch 5, event 15: a kind of event that this program does not know\n"
              "6 events in 2 epochs, 7 faults\n");
    ck_assert_int_eq(run("fsck", "--repair", NULL), 65);
    has(&out, "events 6 to "); // and 7, where an old page still holds it
    ck_assert_int_eq(run("fsck", NULL), 0);
}
END_TEST

START_TEST(epochs_must_join)
{
    char *path = at(NEWEST), *moved = at("data/journal/epoch-000000000007");
    ck_assert_int_eq(rename(path, moved), 0);
    ck_assert_int_eq(run("fsck", NULL), 65);
    has(&out, "epoch 7: its manifest is that of another epoch\n");
    struct manifest m = {.format = 1, .parent = 7, .program = "1"};
    ck_assert_int_eq(manifest_write(moved, &m), 0);
    ck_assert_int_eq(run("fsck", NULL), 65);
    has(&out, "epoch 7, event 6: it is from before this epoch\n");
    has(&out, "epoch 7: begins after event 7, the one before ends with event 5\n");
    free(moved);
    free(path);
}
END_TEST

START_TEST(a_lost_manifest_begins_a_new_world)
{
    put(NEWEST "/manifest", "format 1\nparent 5\n");
    ck_assert_int_eq(run("info", NULL), 65);
    has(&out, "replay   none: its manifest is damaged");
    ck_assert_int_eq(run("fsck", "--repair", NULL), 65);
    has(&out, "events 6 to 10 are kept");
    has(&out, "its manifest was lost; nobody knows which zone files these were");
    ck_assert_int_eq(run("fsck", NULL), 0);
    struct journal *j = open_journal("data/journal", 0xdef);
    ck_assert_uint_eq(journal_world(j), 0);
    ck_assert_uint_eq(journal_last(j), 10);
    journal_close(j);
}
END_TEST

START_TEST(an_unfinished_epoch_is_no_fault)
{
    put("data/journal/epoch-000000000010/lock.mdb", "");
    ck_assert_int_eq(run("info", NULL), 0);
    has(&out, "epoch 5 (the newest)");
    has(&out, "epoch 10 (never finished: holds nothing)");
    ck_assert_int_eq(run("chop", NULL), 0);
    ck_assert(is_there(OLDEST));
    ck_assert_int_eq(run("fsck", NULL), 0);
}
END_TEST

// Whatever stands in the file, every command ends with an exit status, and repair makes it whole.
static void survive(void)
{
    int status = run("fsck", NULL);
    ck_assert_msg(status == 65 || status == 0, "%d", status);
    run("info", NULL);
    run("show", "--json", NULL);
    run("character", "Anna", NULL);
    run("export", "@any", NULL);
    run("pack", NULL);
    run("fsck", "--repair", NULL);
    ck_assert_int_eq(run("fsck", NULL), 0);
    ck_assert_int_eq(run("roll", "--anew", NULL), 0);
}

START_TEST(a_cut_file_is_salvaged)
{
    struct stat st;
    char *path = at(NEWEST "/data.mdb");
    write_many();
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(truncate(path, st.st_size / 8 * _i / 4096 * 4096), 0);
    survive();
    // The newest root was at the end of the file, but not the events.
    struct journal *j = open_journal("data/journal", 0xdef);
    if (_i == 7)
        ck_assert_uint_gt(journal_last(j), MANY / 2);
    journal_close(j);
    free(path);
}
END_TEST

START_TEST(damaged_pages_are_salvaged)
{
    struct stat st;
    char bytes[4096], *path = at(NEWEST "/data.mdb");
    uint32_t seed = (uint32_t)_i * 2654435761u + 1;
    write_many();
    ck_assert_int_eq(stat(path, &st), 0);
    // Every few pages one that holds anything, or nothing at all.
    for (long page = 2 + _i % 3; page < st.st_size / 4096; page += 5 + _i) {
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = _i % 2 ? (char)((seed = seed * 1664525 + 1013904223) >> 24) : 0;
        // Half of them keep what tells the kind of page.
        overwrite(NEWEST "/data.mdb", page * 4096 + (page % 2 ? 16 : 0), bytes,
                  sizeof(bytes) - (page % 2 ? 16 : 0));
    }
    survive();
    free(path);
}
END_TEST

START_TEST(a_file_of_another_kind_is_put_aside)
{
    put(NEWEST "/data.mdb", "this was a journal");
    ck_assert_int_eq(run("show", "--epoch", "5", NULL), 65);
    ck_assert_int_eq(run("fsck", "--repair", NULL), 65);
    has(&out, "no event could be kept");
    ck_assert_int_eq(run("fsck", NULL), 0);
    ck_assert(is_there(NEWEST ".damaged/data.mdb"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("journal_damage");
    tcase_add_test(t, a_damaged_record_is_named_and_cut_off);
    tcase_add_test(t, a_last_batch_that_is_not_whole_is_told_and_taken);
    tcase_add_test(t, each_fault_is_named);
    tcase_add_test(t, epochs_must_join);
    tcase_add_test(t, a_lost_manifest_begins_a_new_world);
    tcase_add_test(t, an_unfinished_epoch_is_no_fault);
    tcase_add_loop_test(t, a_cut_file_is_salvaged, 0, 8);
    tcase_add_loop_test(t, damaged_pages_are_salvaged, 0, 12);
    tcase_add_test(t, a_file_of_another_kind_is_put_aside);
    return run_suite("journal_damage", t);
}

// latchkey journal thing: what became of a thing, from what records say in numbers, with the zone
// files that their epoch has kept.
#include "journal_kit.h"

#include "lock/write_set.h"
#include "serve/world_files.h"
#include "util/doc.h"
#include "world/attr.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world.h"

static const char zone[] =
    "{\"zone\": {\"ref\": \"keep\", \"name\": \"The Keep\"},\n"
    " \"locations\": {\"hall\": {\"name\": \"The hall\", \"description\": \"Stone.\", \"start\": true}},\n"
    " \"things\": {\n"
    "  \"sword\": {\"name\": \"a lost sword\", \"aliases\": [\"sword\"], \"description\": \"Rust.\",\n"
    "   \"in\": \"hall\"},\n"
    "  \"chest\": {\"name\": \"a chest\", \"aliases\": [\"chest\"], \"description\": \"Oak.\", \"in\": \"hall\",\n"
    "   \"inventory\": true}}}\n";

static uint16_t sword, chest, hall;
static uint32_t place_of_hall;
static uint64_t digest; // of the zone file

static void look_at_world(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world_files f = {.zones = at("zones"), .player = at("none")};
    struct world *w = world_files_load(&f, &p);
    ck_assert_ptr_nonnull(w);
    struct thing *t = world_lookup(w, "keep:hall");
    hall = write_set_digest_identity(t);
    place_of_hall = thing_ref(t).index;
    sword = write_set_digest_identity(world_lookup(w, "keep:sword"));
    chest = write_set_digest_identity(world_lookup(w, "keep:chest"));
    digest = world_files_digest(f.zones, f.player);
    world_free(w);
    doc_problems_fini(&p);
    world_files_fini(&f);
}

static void write_change(struct journal *j, uint64_t number, const char *name, const char *line,
                         unsigned what, uint32_t value)
{
    unsigned char changes[2 * RECORD_CHANGE_SIZE];
    record_change_put(changes, &(struct record_change){(uint8_t)what, sword, value});
    record_change_put(changes + RECORD_CHANGE_SIZE, &(struct record_change){ATTR_TIMERS, sword, 1});
    write_one(j, &(struct record){.number = number,
                                  .kind = RECORD_LINE,
                                  .clock = monday + (int64_t)number * 1000,
                                  .name = name,
                                  .text = line,
                                  .locks = &place_of_hall,
                                  .lock_count = 1,
                                  .changes = changes,
                                  .change_count = 2});
}

static uint16_t person(const char *name)
{
    return write_set_digest_identity_of(name, "");
}

// The sword goes from hand to hand; the second epoch is of files that nobody has kept.
static void begin(void)
{
    put("zones/keep.json", zone);
    look_at_world();
    struct journal *j = open_journal("keep/journal", digest);
    char *zones = at("zones"), *player = at("none");
    ck_assert_int_eq(world_files_keep(zones, player, journal_path(j), journal_world(j)), 0);
    write_one(j,
              &(struct record){.number = 1, .kind = RECORD_LINE, .name = "Carl", .text = "wait"});
    write_change(j, 2, "Anna", "get all", WRITE_SET_MOVED,
                 write_set_digest_inside(person("Anna"), INVENTORY_THINGS));
    write_change(j, 3, "Anna", "give sword to carl", WRITE_SET_MOVED,
                 write_set_digest_inside(person("Carl"), INVENTORY_THINGS));
    write_change(j, 4, "Carl", "put sword in chest", WRITE_SET_MOVED,
                 write_set_digest_inside(chest, INVENTORY_THINGS));
    write_change(j, 5, "Anna", "get all from chest", ATTR_WORN, 7);
    write_change(j, 6, "Anna", "drop it", WRITE_SET_MOVED,
                 write_set_digest_inside(hall, INVENTORY_THINGS));
    write_change(j, 7, "Anna", "junk sword", WRITE_SET_MOVED,
                 write_set_digest_inside(hall, INVENTORY_DISABLED));
    write_change(j, 8, "Anna", "what", WRITE_SET_MOVED, 99);
    write_change(j, 9, "Anna", "quit", WRITE_SET_ENDED, 0);
    free(zones);
    free(player);
    journal_close(j);
}

START_TEST(who_had_it_is_told)
{
    begin();
    ck_assert_int_eq(run("thing", "LOST SWORD", "--data", "@keep", NULL), 0);
    ck_assert_uint_eq(lines(), 8);
    has(&out,
        "       2  2025-11-17T00:00:02.000Z  line      Anna            get all  a lost sword is with Anna\n");
    has(&out, "give sword to carl  a lost sword is with Carl\n");
    has(&out, "put sword in chest  a lost sword is with a chest\n");
    has(&out, "get all from chest  a lost sword changes its worn\n");
    has(&out, "drop it  a lost sword is in The hall\n");
    has(&out, "junk sword  a lost sword is out of play in The hall\n");
    has(&out, "what  a lost sword is elsewhere\n");
    has(&out, "quit  a lost sword is no more\n");
}
END_TEST

START_TEST(it_may_be_narrowed)
{
    begin();
    // Carl has done nothing since; the name was learned before.
    ck_assert_int_eq(
        run("thing", "keep:sword", "--from", "3", "--to", "3", "--data", "@keep", NULL), 0);
    ck_assert_uint_eq(lines(), 1);
    has(&out, "is with Carl");
    ck_assert_int_eq(run("thing", "keep:sword", "--player", "carl", "--data", "@keep", NULL), 0);
    ck_assert_uint_eq(lines(), 1);
    ck_assert_int_eq(
        run("thing", "sword", "--from", "6", "--to", "6", "--json", "--data", "@keep", NULL), 0);
    has(&out, "\"line\":\"drop it\"");
    has(&out, "\"things\":[{\"name\":\"a lost sword\",\"what\":\"is in The hall\"}]}\n");
    ck_assert_uint_eq(lines(), 1);
}
END_TEST

START_TEST(what_is_not_known_is_told)
{
    begin();
    ck_assert_int_eq(run("thing", "dragon", "--data", "@keep", NULL), 69);
    has(&err, "nothing in the zone files is called \"dragon\"");
    ck_assert_int_eq(run("thing", "The hall", "--data", "@keep", NULL), 69); // a place is no thing
    ck_assert_int_eq(run("thing", NULL), 2);
    // Another epoch, whose zone files were not kept.
    struct journal *j = open_journal("keep/journal", digest);
    ck_assert_int_eq(journal_roll(j, 0xdef, false), 0);
    write_one(j,
              &(struct record){.number = 10, .kind = RECORD_LINE, .name = "Anna", .text = "look"});
    journal_close(j);
    ck_assert_int_eq(run("thing", "sword", "--data", "@keep", NULL), 65);
    ck_assert_uint_eq(lines(), 8);
    has(&err, "epoch 9 is left out");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("journal_things");
    tcase_add_test(t, who_had_it_is_told);
    tcase_add_test(t, it_may_be_narrowed);
    tcase_add_test(t, what_is_not_known_is_told);
    return run_suite("journal_things", t);
}

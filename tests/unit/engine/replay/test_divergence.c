// A replay that differs names the event, the thing and what of it by itself. The journal is written
// here, and between two of its events something is changed that no event knows of.
#include "engine/dispatch.h"
#include "engine/replay/replay.h"

#include "check/check.h"
#include "check/check_report.h"
#include "journal/journal.h"
#include "lock/lockset.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/mem.h"
#include "world/attr.h"
#include "world/attr/health.h"
#include "world/inventory.h"
#include "world/player.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[64];
static struct world *w;
static struct outboxes *boxes;
static struct dispatch *d;
static struct journal *j;
static struct player_task *actor;

static void wake(void *arg)
{
    (void)arg;
}

static void answered(void *session)
{
    (void)session;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    (void)session;
    actor = a;
}

enum { PEBBLES = 45 };

static const char *room = "mill:cellar"; // where things are looked for
static bool strong;                      // Ann can carry anything
static int rat_health = 50;

static const char zone[] = // the pebbles are put in
    "{\"zone\": {\"ref\": \"mill\", \"name\": \"Mill\"},"
    " \"locations\": {\"cellar\": {\"name\": \"The cellar\", \"start\": true,"
    "  \"exits\": {\"up\": \"attic\"}}, \"attic\": {\"name\": \"The attic\"}},"
    " \"things\": {"
    "  \"rat\": {\"name\": \"a large rat\", \"aliases\": [\"rat\"], \"mobile\": true,"
    "            \"health\": {\"maximum\": 50, \"current\": %d}},"
    "  \"lamp\": {\"name\": \"a lamp\", \"aliases\": [\"lamp\"], \"in\": \"cellar\"},"
    "%s"
    "  \"sack\": {\"name\": \"a sack\", \"aliases\": [\"sack\"], \"in\": \"cellar\","
    "            \"inventory\": true}},"
    " \"resets\": [{\"place\": \"rat\", \"in\": \"cellar\", \"limit\": 1}]}";

static void write_zone(const char *path)
{
    struct buf pebbles = BUF_INIT;
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    for (int i = 0; i < PEBBLES; i++)
        buf_addf(&pebbles,
                 "\"pebble%d\": {\"name\": \"pebble %d\", \"aliases\": [\"pebble\"],"
                 " \"in\": \"attic\"},",
                 i, i);
    ck_assert_int_gt(fprintf(f, zone, rat_health, buf_str(&pebbles)), 0);
    ck_assert_int_eq(fclose(f), 0);
    buf_fini(&pebbles);
}

static void load(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/mill.json", folder);
    char *player = mem_printf("%s/tests/data/zones/player.json", getenv("LATCHKEY_SOURCE"));
    const char *const paths[] = {path};
    write_zone(path);
    w = world_new();
    if (!strong)
        ck_assert_int_eq(zones_load_player(w, player, &p), ZONES_LOADED);
    ck_assert_int_eq(zones_load(w, paths, 1, false, &p, NULL), ZONES_LOADED);
    doc_problems_fini(&p);
    free(player);
    free(path);
    boxes = outboxes_new(0);
}

static void unload(void)
{
    dispatch_free(d);
    outboxes_free(boxes);
    world_free(w);
}

static void open_journal(bool read_only)
{
    struct error why;
    char *path = mem_printf("%s/journal", folder);
    struct journal_config config = {
        .folder = path, .read_only = read_only, .epoch = UINT64_MAX, .map = 1 << 20};
    j = journal_open(&config, &why);
    ck_assert_msg(j != NULL, "%s", error_text(&why));
    free(path);
}

// Ann is in the yard, and what happens is written down.
static void begin(void)
{
    static const struct dispatch_ops ops = {.answered = answered, .save = save, .entered = entered};
    struct style style = STYLE_INIT;
    struct dispatch_journal journal = {.interval = 0};
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = wake, .outboxes = NULL, .linkdead = 1000};
    struct error why;
    snprintf(folder, sizeof(folder), "/tmp/latchkey-divergence-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    check_set_level(CHECK_RULES);
    check_reset();
    load();
    config.outboxes = boxes;
    d = dispatch_new(w, &config, &ops);
    open_journal(false);
    ck_assert_int_eq(dispatch_journal(d, j, &journal, &why), 0);
    dispatch_prepare(d);
    dispatch_run(d);
    struct dispatch_entry e = {.name = "Ann",
                               .permissions = "",
                               .outbox = outbox_open(boxes, &style, 1 << 20, &boxes),
                               .session = &actor};
    actor = NULL;
    dispatch_enter(d, &e);
    dispatch_run(d);
    while (!actor) // until it is written
        dispatch_run(d);
}

static void type(const char *line)
{
    dispatch_line(actor, line);
    dispatch_run(d);
}

static struct thing *find(const char *label)
{
    struct thing *in = world_lookup(w, room);
    for (int list = 0; list < INVENTORY_LISTS; list++)
        inventory_foreach (t, in, (enum inventory_list)list)
            if (!strcmp(thing_label(t), label))
                return t;
    ck_abort_msg("no %s", label);
}

// Behind the journal's back, but with the lock: what is wrong is only that no event says so.
static void tamper(const char *label, void (*change)(struct thing *t))
{
    struct lockset ls;
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    lockset_need(&ls, thing_lock(world_lookup(w, room)), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    change(find(label));
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
}

static void end(void)
{
    dispatch_stop(d);
    dispatch_journal_stop(d);
    journal_close(j);
    unload();
    ck_assert_uint_eq(check_violations(), 0);
}

// The whole of it once more, in another world.
static struct replay_result again(void)
{
    static const struct dispatch_ops ops = {0};
    struct replay_config config = {.full = true};
    struct replay_result result;
    load();
    struct dispatch_config dc = {
        .workers = 1, .offload_threads = 1, .wake = wake, .outboxes = boxes};
    d = dispatch_new(w, &dc, &ops);
    open_journal(true);
    bool good = replay_run(d, j, &config, &result);
    ck_assert_int_eq(good, !result.mismatches);
    ck_assert(!result.damaged);
    return result;
}

static void finish(void)
{
    char line[200];
    room = "mill:cellar";
    strong = false;
    rat_health = 50;
    journal_close(j);
    unload();
    snprintf(line, sizeof(line), "rm -rf '%s'", folder);
    ck_assert_int_eq(system(line), 0);
    check_set_level(CHECK_OFF);
}

// The event of that line, with the changes that it keeps as words.
static uint64_t event_of(const char *line, char *words, size_t size)
{
    struct record e;
    uint32_t locks[RECORD_LOCKS_MAX];
    uint64_t number = 0;
    struct journal_cursor *c = journal_cursor_open(j, journal_first(j));
    while (journal_cursor_next(c, &e, locks) == 0) {
        if (strcmp(e.text, line))
            continue;
        ck_assert_ptr_nonnull(e.changes);
        number = e.number;
        *words = '\0';
        for (size_t i = 0; i < e.change_count; i++) {
            size_t n = strlen(words);
            snprintf(words + n, size - n, "%s ",
                     write_set_digest_name(record_change_at(&e, i).what));
        }
    }
    journal_cursor_close(c);
    return number;
}

// The report begins with that event and has each of these words, down to NULL.
static void ck_names(const struct replay_result *r, const char *line, const char *const *words)
{
    char head[200], changes[1000];
    uint64_t number = event_of(line, changes, sizeof(changes));
    ck_assert_uint_eq(r->first_mismatch, number);
    snprintf(head, sizeof(head), "event %" PRIu64 " (line by Ann: %s): ", number, line);
    ck_assert_msg(!strncmp(error_text(&r->why), head, strlen(head)), "%s", error_text(&r->why));
    for (; *words; words++)
        ck_assert_msg(strstr(error_text(&r->why), *words) != NULL, "no \"%s\" in \"%s\"", *words,
                      error_text(&r->why));
    if (getenv("LATCHKEY_SHOW"))
        puts(error_text(&r->why));
}

// The end of a test: replayed, it differs at that line's event, with these words.
static struct replay_result ck_differs(const char *line, const char *const *words)
{
    end();
    struct replay_result r = again();
    ck_names(&r, line, words);
    finish();
    return r;
}

static void weaken(struct thing *t, int32_t to)
{
    struct health h;
    ck_assert(health_get(t, &h));
    h.current = to;
    health_set(t, &h);
}

static void wound(struct thing *t)
{
    weaken(t, 49);
}

static void almost_kill(struct thing *t)
{
    weaken(t, 1);
}

static void promote(struct thing *t)
{
    player_set_permissions(t, "goto");
}

START_TEST(what_nobody_touched_is_equal)
{
    char words[300];
    begin();
    type("get lamp");
    type("hit rat");
    type("drop lamp");
    end();
    struct replay_result r = again();
    ck_assert_msg(!r.mismatches, "%s", error_text(&r.why));
    ck_assert_uint_gt(event_of("get lamp", words, sizeof(words)), 0);
    ck_assert_msg(strstr(words, "location ") != NULL, "%s", words);
    ck_assert_uint_gt(event_of("hit rat", words, sizeof(words)), 0);
    ck_assert_msg(strstr(words, "health ") != NULL, "%s", words);
    finish();
}
END_TEST

START_TEST(a_value_that_is_another_is_named)
{
    static const char *const words[] = {"attribute health of \"a large rat\" (#",
                                        "mill:rat",
                                        "in \"The cellar\"",
                                        " had digest ",
                                        " now: {\"current\":",
                                        NULL};
    begin();
    type("get lamp");
    tamper("a large rat", wound);
    type("hit rat");
    type("drop lamp");
    struct replay_result r = ck_differs("hit rat", words);
    ck_assert_ptr_null(strchr(error_text(&r.why), '\n')); // that, and nothing else
}
END_TEST

// Ann's place is known to the journal; Bob's is not, so in the replay Bob drops things into the lap
// of others,
// before events with lower numbers that come after each other there.
static void move_to_attic(const char *label)
{
    struct lockset ls;
    struct thing *attic = world_lookup(w, "mill:attic");
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    lockset_need(&ls, thing_lock(world_lookup(w, room)), LOCK_EXCLUSIVE);
    lockset_need(&ls, thing_lock(attic), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    inventory_relocate(find(label), attic);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
}

static struct player_task *enter(const char *name)
{
    struct player_task *first = actor;
    struct dispatch_entry e = {.name = name, .permissions = "", .session = &actor};
    actor = NULL;
    dispatch_enter(d, &e);
    while (!actor) // until it is written
        dispatch_run(d);
    struct player_task *second = actor;
    actor = first;
    return second;
}

START_TEST(a_replay_that_differs_accuses_no_numbers)
{
    begin();
    struct player_task *ann = actor, *bob = enter("Bob");
    actor = bob;
    type("get sack");
    move_to_attic("Bob");
    actor = ann;
    for (int i = 0; i < 3; i++) {
        type("get lamp");
        type("drop lamp");
    }
    actor = bob;
    type("drop sack");
    end();
    struct replay_result r = again();
    ck_assert_uint_gt(r.mismatches, 0);
    ck_assert_uint_eq(check_count(L041_EARLY_RELEASE), 0);
    ck_assert_uint_eq(check_violations(), 0);
    finish();
}
END_TEST

START_TEST(what_ended_then_and_does_not_now_is_named)
{
    static const char *const words[] = {"\"a large rat\" (#",
                                        "in \"The cellar\" ended then, and does not now", NULL};
    begin();
    tamper("a large rat", almost_kill);
    type("hit rat");
    ck_differs("hit rat", words);
}
END_TEST

START_TEST(what_ends_now_has_a_name_for_what_it_lacks)
{
    static const char *const words[] = {"\"a large rat\" ends now, and did not then",
                                        "changed attribute fight of \"a large rat\" then", NULL};
    rat_health = 1;
    begin();
    tamper("a large rat", wound);
    type("hit rat");
    ck_differs("hit rat", words);
}
END_TEST

START_TEST(a_player_is_named_too)
{
    static const char *const words[] = {"attribute player of \"Ann\" (#", "in \"The cellar\"",
                                        NULL};
    begin();
    tamper("Ann", promote);
    type("prompt >>");
    ck_differs("prompt >>", words);
}
END_TEST

static void take_away(struct thing *t)
{
    ck_assert_int_eq(inventory_move(t, find("a sack")), INVENTORY_MOVED);
}

START_TEST(what_is_moved_now_and_was_not_then_is_named)
{
    static const char *const words[] = {"changes the location of \"a lamp\" (#",
                                        "in \"Ann\" now, and did not then", NULL};
    begin();
    tamper("a lamp", take_away);
    type("get all");
    ck_differs("get all", words);
}
END_TEST

static void take_out(struct thing *sack)
{
    struct thing *lamp = inventory_first(sack, INVENTORY_THINGS);
    ck_assert_ptr_nonnull(lamp);
    ck_assert_int_eq(inventory_move(lamp, world_lookup(w, "mill:cellar")), INVENTORY_MOVED);
}

START_TEST(what_was_moved_then_and_is_not_now_is_named)
{
    static const char *const words[] = {"changed the location of \"a lamp\" (#",
                                        "in \"a sack\" then (digest ", "and does not now", NULL};
    begin();
    type("get lamp");
    type("put lamp in sack");
    tamper("a sack", take_out);
    type("get all");
    ck_differs("get all", words);
}
END_TEST

static void hide(struct thing *t)
{
    inventory_disable(t);
}

START_TEST(of_very_many_the_first_are_named_and_the_rest_is_one)
{
    static const char *const words[] = {"one of the many others had digest ", NULL};
    char changes[1000];
    room = "mill:attic";
    strong = true;
    begin();
    type("up");
    tamper("pebble 44", hide);
    type("get all");
    end();
    struct replay_result r = again();
    ck_names(&r, "get all", words);
    event_of("get all", changes, sizeof(changes));
    ck_assert_msg(strstr(changes, "others ") != NULL, "%s", changes);
    finish();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("divergence");
    TCase *t = tcase_create("divergence");
    tcase_add_test(t, what_nobody_touched_is_equal);
    tcase_add_test(t, a_value_that_is_another_is_named);
    tcase_add_test(t, a_replay_that_differs_accuses_no_numbers);
    tcase_add_test(t, what_ended_then_and_does_not_now_is_named);
    tcase_add_test(t, what_ends_now_has_a_name_for_what_it_lacks);
    tcase_add_test(t, a_player_is_named_too);
    tcase_add_test(t, what_is_moved_now_and_was_not_then_is_named);
    tcase_add_test(t, what_was_moved_then_and_is_not_now_is_named);
    tcase_add_test(t, of_very_many_the_first_are_named_and_the_rest_is_one);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

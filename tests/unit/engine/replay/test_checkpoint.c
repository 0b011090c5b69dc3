// Snapshots of a running server: taken while players act on several workers, and read after a
// crash; the newest that can be used with what came after it, an older one, or the whole journal
// all give the same world, and it goes on.
#include "checkpoint_kit.h"

#include "lock/lockset.h"
#include "world/inventory.h"

#include <signal.h>

enum { COMMANDS = 120 };

static const char *const names[PLAYERS_MAX] = {"Ann", "Bob", "Cat", "Dan", "Eve", "Fay",
                                               "Gus", "Hal", "Ida", "Jim", "Kit", "Lee"};

static void copy(const char *a, const char *b)
{
    struct buf line = BUF_INIT;
    // One under way may get its name or lose it meanwhile.
    buf_addf(&line, "cp -a '%s'/snapshot-???????????? '%s'/ 2>/dev/null; true", a, b);
    ck_assert_int_eq(system(buf_str(&line)), 0);
    buf_fini(&line);
}

// As a crash leaves it: all events, but no snapshot at the end; the digest of the world then.
static uint64_t crash(void)
{
    char *epoch = mem_strdup(journal_path(server.journal));
    char *aside = mem_printf("%s/aside", folder);
    char *line = mem_printf("rm -rf '%s'; mkdir '%s'", aside, aside);
    ck_assert_int_eq(system(line), 0);
    dispatch_stop(server.dispatch);
    copy(epoch, aside);
    dispatch_journal_stop(server.dispatch);
    ck_no_child();
    ck_no_new_file(epoch);
    enum check_level level = check_level();
    check_set_level(CHECK_OFF);
    uint64_t digest = world_digest(server.world);
    check_set_level(level);
    dispatch_free(server.dispatch);
    journal_close(server.journal);
    outboxes_free(server.outboxes);
    world_free(server.world);
    server = (struct server){0};
    free(line);
    line = mem_printf("rm -f '%s'/snapshot-* '%s'/*.new", epoch, aside);
    ck_assert_int_eq(system(line), 0);
    copy(aside, epoch);
    free(line);
    free(epoch);
    free(aside);
    return digest;
}

// Offline, from the newest snapshot or from the beginning: everything is as it was.
static uint64_t ck_replays(unsigned workers, bool full, uint64_t digest)
{
    struct server s = {0};
    struct replay_config config = {.full = full};
    struct replay_result result;
    struct journal *j = open_journal(true);
    new_dispatch(&s, workers);
    if (workers > 1)
        dispatch_start(s.dispatch);
    bool good = replay_run(s.dispatch, j, &config, &result);
    dispatch_stop(s.dispatch);
    ck_assert_msg(good, "%s", error_text(&result.why));
    check_set_level(CHECK_OFF);
    ck_assert_uint_eq(world_digest(s.world), digest);
    check_set_level(CHECK_RULES);
    ck_assert_uint_eq(result.last, journal_last(j));
    dispatch_free(s.dispatch);
    journal_close(j);
    outboxes_free(s.outboxes);
    world_free(s.world);
    return result.from;
}

static void snapshot_now(void)
{
    snapshots += dispatch_snapshot(server.dispatch);
}

// Turns until no snapshot is under way, by when the last one has its name.
static void settle(void)
{
    struct timespec moment = {0, 1000000};
    while (dispatch_snapshot_under_way(server.dispatch)) {
        dispatch_turn_begin(server.dispatch);
        dispatch_deliver(server.dispatch);
        dispatch_turn_end(server.dispatch);
        nanosleep(&moment, NULL);
    }
}

// Players act, and snapshots are taken meanwhile.
static void play(unsigned players, unsigned commands)
{
    unsigned last = 0;
    for (unsigned i = 0; i < players; i++)
        enter(names[i], &visitors[i]);
    finished = 0;
    dispatch_turn_begin(server.dispatch);
    for (unsigned i = 0; i < players; i++) {
        visitors[i].left = commands;
        next_command(&visitors[i]);
    }
    dispatch_turn_end(server.dispatch);
    while (finished < players) {
        turn();
        unsigned done = 0;
        for (unsigned i = 0; i < players; i++)
            done += visitors[i].answered;
        if (done >= last + 40) {
            if (rng_below(&rng, 2))
                settle(); // so that some take their time and others are many
            snapshot_now();
            last = done;
        }
    }
    for (unsigned was = snapshots; was < 2; was++) { // the machine had no time for them
        settle();
        visitors[0].answered = 0;
        dispatch_line(visitors[0].actor, "prompt %h>");
        while (!visitors[0].answered)
            turn();
        snapshot_now();
    }
}

static size_t list(uint64_t *numbers)
{
    struct journal *j = open_journal(true);
    size_t n = snapshot_file_list(journal_path(j), numbers, SNAPSHOTS_MAX);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_le(numbers[i], journal_last(j));
    journal_close(j);
    return n;
}

static void damage(uint64_t number)
{
    struct journal *j = open_journal(true);
    char *path = mem_printf("%s/snapshot-%012llu", journal_path(j), (unsigned long long)number);
    FILE *f = fopen(path, "r+b");
    ck_assert_ptr_nonnull(f);
    fseek(f, 100, SEEK_SET);
    fputs("damage", f);
    fclose(f);
    free(path);
    journal_close(j);
}

// Starts on what a crash has left; Ann comes back and acts, what was to happen does, and all of it
// can be replayed.
static uint64_t goes_on(unsigned workers, uint64_t digest)
{
    struct dispatch_stats before, now;
    in_world = finished = 0;
    memset(visitors, 0, sizeof(visitors));
    start_server(0, 0);
    check_set_level(CHECK_OFF);
    ck_assert_uint_eq(world_digest(server.world), digest);
    check_set_level(CHECK_RULES);
    dispatch_stats(server.dispatch, &before);
    later = 20 * 60000; // whatever was asked for
    struct player_task *ann = dispatch_find(server.dispatch, "ann");
    if (ann) {
        struct style style = {.utf8 = true};
        struct visitor *v = &visitors[0];
        v->actor = ann;
        v->outbox = outbox_open(server.outboxes, &style, 1 << 20, v);
        dispatch_attach(ann, v->outbox, v, "", NULL);
        dispatch_line(ann, "say I am back");
        for (int i = 0; i < 20 && !v->answered; i++)
            turn();
        ck_assert_uint_ge(v->answered, 1);
    }
    for (int i = 0; i < 3; i++)
        turn();
    dispatch_stats(server.dispatch, &now);
    ck_assert_uint_gt(now.events, before.events);
    uint64_t after = crash();
    ck_replays(workers, true, after);
    ck_replays(workers, false, after);
    return after;
}

START_TEST(every_way_back_gives_the_same_world)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    unsigned workers = 1 + (unsigned)_i;
    rng_seed(&rng, 100 + (uint64_t)_i);
    start_server(workers, _i % 2 ? 3 : 0);
    play(8, COMMANDS);
    settle();
    uint64_t digest = crash();
    ck_assert_uint_ge(snapshots, 2);
    ck_assert_uint_eq(list(numbers), 2);
    ck_assert_uint_eq(ck_replays(workers, false, digest), numbers[0]);
    ck_assert_uint_eq(ck_replays(4, true, digest), 0);
    damage(numbers[0]);
    ck_assert_uint_eq(ck_replays(workers, false, digest), numbers[1]);
    damage(numbers[1]);
    ck_assert_uint_eq(ck_replays(workers, false, digest), 0);
}
END_TEST

START_TEST(a_server_goes_on_after_a_crash)
{
    start_server(3, 0);
    play(6, COMMANDS);
    settle();
    uint64_t digest = crash();
    ck_assert_uint_ge(snapshots, 2);
    digest = goes_on(2, digest);
    goes_on(3, digest);
}
END_TEST

// The committer is behind: a snapshot under way is ended without a trace.
START_TEST(one_under_way_is_ended_at_a_stop)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    start_server(2, 0);
    play(3, 20);
    settle();
    for (int i = 0; i < 10; i++) {
        dispatch_line(visitors[0].actor, "prompt %h>");
        visitors[0].answered = 0;
        while (!visitors[0].answered)
            turn();
        snapshot_now();
    }
    ck_assert(dispatch_snapshot_under_way(server.dispatch));
    uint64_t digest = crash(); // no child is left, no new file
    list(numbers);
    ck_replays(2, false, digest);
}
END_TEST

START_TEST(a_snapshot_ahead_of_the_journal_is_never_taken)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    struct buf body = BUF_INIT;
    start_server(2, 0);
    play(4, 40);
    settle();
    uint64_t digest = crash();
    struct journal *j = open_journal(true);
    struct snapshot_head head = {
        .number = journal_last(j) + 3, .world = journal_world(j), .digest = 1};
    buf_adds(&body, "of a history that was lost");
    ck_assert_int_eq(snapshot_file_prepare(journal_path(j), &head, &body), 0);
    ck_assert_int_eq(snapshot_file_finish(journal_path(j), head.number), 0);
    buf_fini(&body);
    journal_close(j);
    ck_assert_uint_le(ck_replays(2, false, digest), head.number - 3);
    // Other events get those numbers now; it must not be taken for theirs.
    digest = goes_on(1, digest);
    size_t n = list(numbers);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_ne(numbers[i], head.number);
}
END_TEST

// A command that waits for a lock has done nothing yet, and is not in it.
START_TEST(one_is_taken_while_a_command_is_parked)
{
    struct lockset ls;
    uint64_t numbers[SNAPSHOTS_MAX];
    start_server(0, 0);
    enter("Ann", &visitors[0]);
    enter("Bob", &visitors[1]);
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    for (size_t i = 0; i < world_starts(server.world); i++)
        lockset_need(&ls, thing_lock(world_start(server.world, i)), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(&ls), LOCKSET_HELD);
    ls.waiting = ls.entries[0].lock; // only so may a task leave with locks held
    lockset_leave(&ls);
    dispatch_line(visitors[0].actor, "prompt %h>");
    dispatch_line(visitors[1].actor, "east");
    turn();
    ck_assert_uint_eq(visitors[0].answered + visitors[1].answered, 0);
    ck_assert(dispatch_snapshot(server.dispatch));
    settle();
    lockset_enter(&ls);
    ls.waiting = NULL;
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    turn();
    ck_assert_uint_eq(visitors[0].answered + visitors[1].answered, 2);
    uint64_t digest = crash();
    lockset_fini(&ls);
    ck_assert_uint_eq(list(numbers), 1);
    ck_assert_uint_eq(ck_replays(2, false, digest), numbers[0]);
    ck_replays(2, true, digest);
}
END_TEST

START_TEST(a_replay_that_ends_at_a_snapshot_is_held_against_it_once)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    start_server(2, 0);
    play(4, 60);
    settle();
    crash();
    ck_assert_uint_eq(list(numbers), 2);
    for (int i = 0; i < 2; i++) {
        struct server s = {0};
        struct replay_config config = {.full = true, .to = numbers[i]};
        struct replay_result result;
        struct journal *j = open_journal(true);
        new_dispatch(&s, 1);
        ck_assert(replay_run(s.dispatch, j, &config, &result));
        ck_assert_uint_eq(result.last, numbers[i]);
        ck_assert_uint_eq(result.snapshots, (unsigned)(2 - i));
        dispatch_free(s.dispatch);
        journal_close(j);
        outboxes_free(s.outboxes);
        world_free(s.world);
    }
}
END_TEST

// Whom a blow is for is known by a slot, which is another after a start.
START_TEST(a_fight_goes_on)
{
    start_server(0, 0);
    enter("Zoe", &visitors[2]); // leaves slots behind
    enter("Yan", &visitors[3]);
    enter("Ann", &visitors[0]);
    dispatch_leave(visitors[2].actor);
    turn();
    enter("Bob", &visitors[1]);
    dispatch_leave(visitors[3].actor);
    turn();
    dispatch_line(visitors[0].actor, "west");
    dispatch_line(visitors[1].actor, "west");
    turn();
    dispatch_line(visitors[0].actor, "consent bob");
    dispatch_line(visitors[1].actor, "consent ann");
    turn();
    dispatch_line(visitors[0].actor, "hit bob");
    turn();
    snapshot_now();
    ck_assert_uint_eq(snapshots, 1);
    settle();
    struct dispatch_stats before, after;
    dispatch_stats(server.dispatch, &before);
    for (int i = 0; i < 3; i++) {
        later += 3100;
        turn();
    }
    dispatch_stats(server.dispatch, &after);
    ck_assert_uint_ge(after.events, before.events + 2); // blows
    uint64_t digest = crash();
    ck_assert_uint_gt(ck_replays(1, false, digest), 0);
    ck_assert_uint_eq(ck_replays(1, true, digest), 0);
}
END_TEST

// One that could not be written does not count as the last: the next one is made.
// Does somebody of that name carry such a thing?
static bool carries(const char *name, const char *ref)
{
    bool found = false;
    check_set_level(CHECK_OFF);
    for (uint32_t i = 1; i < world_slots(server.world); i++) {
        struct thing *t = world_slot(server.world, i);
        if (place_kind(place_peek(thing_place(t))) != PLACE_PLACED || strcmp(thing_refname(t), ref))
            continue;
        struct thing *in = thing_where(t);
        found |= in && !strcmp(thing_label(in), name);
    }
    check_set_level(CHECK_RULES);
    return found;
}

// An answer that comes with a gift is under way when the server is killed: the one who asked gets
// it.
START_TEST(a_gift_that_was_promised_is_given)
{
    static const char *const lines[] = {"west", "west",  "west",
                                        "west", "north", "ask keeper about chest"};
    start_server(0, 0);
    enter("Zoe", &visitors[1]); // leaves slots behind
    enter("Ann", &visitors[0]);
    dispatch_leave(visitors[1].actor);
    turn();
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        dispatch_line(visitors[0].actor, lines[i]);
        turn();
    }
    snapshot_now();
    settle();
    ck_assert(!carries("Ann", "canal:copperkey"));
    uint64_t digest = crash();
    ck_assert_uint_gt(ck_replays(1, false, digest), 0);
    start_server(0, 0);
    later += 5000;
    for (int i = 0; i < 3; i++)
        turn();
    ck_assert(carries("Ann", "canal:copperkey"));
    digest = crash();
    ck_replays(2, false, digest);
    ck_assert_uint_eq(ck_replays(2, true, digest), 0);
}
END_TEST

START_TEST(a_snapshot_that_failed_is_tried_again)
{
    start_server(2, 0);
    play(2, 10);
    settle();
    dispatch_line(visitors[0].actor, "prompt %h>");
    visitors[0].answered = 0;
    while (!visitors[0].answered)
        turn();
    char *epoch = mem_strdup(journal_path(server.journal));
    char *aside = mem_printf("%s/elsewhere", folder);
    ck_assert_int_eq(rename(epoch, aside), 0);
    ck_assert(dispatch_snapshot(server.dispatch));
    settle();
    ck_assert_int_eq(rename(aside, epoch), 0);
    ck_assert(dispatch_snapshot(server.dispatch));
    settle();
    uint64_t numbers[SNAPSHOTS_MAX];
    uint64_t digest = crash();
    ck_assert_uint_gt(list(numbers), 0);
    ck_assert_uint_eq(ck_replays(1, false, digest), numbers[0]);
    free(epoch);
    free(aside);
}
END_TEST

// As when the system is out of memory: the log says what became of it, and the next one is made.
START_TEST(one_whose_process_dies_is_told)
{
    char *log = mem_printf("%s/log", folder);
    char line[256], last[256] = "";
    int child = 0;
    signal(SIGPIPE, SIG_IGN);
    start_server(2, 0);
    play(2, 10);
    settle();
    dispatch_line(visitors[0].actor, "prompt %h>");
    visitors[0].answered = 0;
    while (!visitors[0].answered)
        turn();
    log_open(log);
    ck_assert(dispatch_snapshot(server.dispatch));
    FILE *f = fopen("/proc/thread-self/children", "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%d", &child), 1); // it waits for a word that has not been given
    fclose(f);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    settle();
    log_open("/dev/null");
    f = fopen(log, "r");
    while (fgets(line, sizeof(line), f))
        if (strstr(line, "no_snapshot"))
            memcpy(last, line, sizeof(last));
    fclose(f);
    ck_assert_msg(strstr(last, "why=\"its process died\" signal=9"), "%s", last);
    ck_assert(dispatch_snapshot(server.dispatch));
    settle();
    uint64_t numbers[SNAPSHOTS_MAX];
    uint64_t digest = crash();
    ck_assert_uint_gt(list(numbers), 0);
    ck_assert_uint_eq(ck_replays(1, false, digest), numbers[0]);
    free(log);
}
END_TEST

// Events become durable after their replies, when nobody does anything any more.
START_TEST(one_is_finished_when_its_events_are_kept)
{
    uint64_t numbers[SNAPSHOTS_MAX];
    start_server(1, 100);
    enter("Ann", &visitors[0]);
    for (unsigned i = 0; i < 3; i++) {
        dispatch_line(visitors[0].actor, "prompt %h>");
        while (visitors[0].answered <= i)
            turn();
    }
    ck_assert(dispatch_snapshot(server.dispatch));
    while (dispatch_snapshot_under_way(server.dispatch))
        turn(); // waits until the loop is woken
    crash();
    ck_assert_uint_eq(list(numbers), 1);
}
END_TEST

// The only player is on another loop; the kit's loop is woken when there is something to do for it.
START_TEST(another_loop_lets_one_go_on)
{
    struct style style = {.utf8 = true};
    others = outboxes_new(1);
    start_server(1, 0);
    snapshot_policy_start(server.dispatch, 1);
    loopguard_act_for(1);
    struct dispatch_entry e = {.name = "Ann",
                               .permissions = "",
                               .outbox = outbox_open(others, &style, 1 << 20, NULL),
                               .session = &visitors[0]};
    dispatch_enter(server.dispatch, &e);
    for (uint64_t made = 0; !made; usleep(1000)) {
        loopguard_act_for(1);
        dispatch_deliver(server.dispatch);
        loopguard_act_for(0);
        pthread_mutex_lock(&mutex);
        bool wanted = woken;
        pthread_mutex_unlock(&mutex);
        if (wanted)
            turn();
        made = atomic_load(&server.dispatch->snapshots);
    }
    crash();
    outboxes_free(others);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint");
    TCase *c = tcase_create("checkpoint");
    tcase_add_checked_fixture(c, start, finish);
    tcase_set_timeout(c, 300);
    tcase_add_loop_test(c, every_way_back_gives_the_same_world, 0, 4);
    tcase_add_test(c, a_server_goes_on_after_a_crash);
    tcase_add_test(c, one_under_way_is_ended_at_a_stop);
    tcase_add_test(c, a_snapshot_ahead_of_the_journal_is_never_taken);
    tcase_add_test(c, one_is_taken_while_a_command_is_parked);
    tcase_add_test(c, a_replay_that_ends_at_a_snapshot_is_held_against_it_once);
    tcase_add_test(c, a_fight_goes_on);
    tcase_add_test(c, a_gift_that_was_promised_is_given);
    tcase_add_test(c, a_snapshot_that_failed_is_tried_again);
    tcase_add_test(c, one_whose_process_dies_is_told);
    tcase_add_test(c, one_is_finished_when_its_events_are_kept);
    tcase_add_test(c, another_loop_lets_one_go_on);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}

// A command on its way: re-validation after a move that came between, ordered release.
#include "command/outcome.h"
#include "command/report.h"
#include "engine/dispatch_priv.h"

#include "check/check.h"
#include "check/check_data.h"
#include "check/check_report.h"
#include "console/locks_command.h"
#include "lock/lockset.h"
#include "output/outbox.h"
#include "runtime/task.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct world *w;
static struct outboxes *boxes;
static struct dispatch *d;
static struct player_task *actor;
static outbox_id box;
static unsigned answers;

static void wake(void *arg)
{
    (void)arg;
}

static void answered(void *session)
{
    (void)session;
    answers++;
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

static void setup(void)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = save};
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct style style = STYLE_INIT;
    char *path = mem_printf("%s/tests/data/zones/yard.json", getenv("LATCHKEY_SOURCE"));
    const char *const paths[] = {path};
    check_set_level(CHECK_RULES);
    check_reset();
    w = world_new();
    ck_assert_int_eq(zones_load(w, paths, 1, false, &p, NULL), ZONES_LOADED);
    doc_problems_fini(&p);
    free(path);
    boxes = outboxes_new(0);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = wake, .outboxes = boxes, .linkdead = 1000};
    d = dispatch_new(w, &config, &ops);
    dispatch_prepare(d);
    box = outbox_open(boxes, &style, 1 << 20, &box);
    struct dispatch_entry e = {
        .name = "Ann", .permissions = "", .outbox = box, .session = &answers};
    answers = 0;
    dispatch_enter(d, &e);
    dispatch_run(d);
    ck_assert_ptr_nonnull(actor);
}

static void teardown(void)
{
    dispatch_free(d);
    outboxes_free(boxes);
    world_free(w);
    ck_assert_uint_eq(check_violations(), 0);
}

static struct thing *find(struct thing *in, enum inventory_list list, const char *label)
{
    inventory_foreach (t, in, list)
        if (!strcmp(thing_label(t), label))
            return t;
    return NULL;
}

static void hold(struct lockset *ls, struct thing *a, struct thing *b)
{
    lockset_begin(ls, "test", NULL);
    lockset_need(ls, thing_lock(a), LOCK_EXCLUSIVE);
    lockset_need(ls, thing_lock(b), LOCK_EXCLUSIVE);
    ck_assert_int_eq(lockset_acquire(ls), LOCKSET_HELD);
}

// As if it waited for another lock: only then may a task give up its worker with locks held.
static void suspend(struct lockset *ls)
{
    ls->waiting = ls->held ? ls->entries[0].lock : NULL;
    lockset_leave(ls);
}

static void resume(struct lockset *ls)
{
    lockset_enter(ls);
    ls->waiting = NULL;
}

// The roster, and when it is held the location that it goes to: AGAIN each time.
START_TEST(a_command_that_asks_twice_is_counted)
{
    struct dispatch_stats s;
    dispatch_rights(actor, "goto", NULL);
    dispatch_run(d);
    dispatch_stats(d, &s);
    uint64_t before = s.again_twice;
    dispatch_line(actor, "who"); // the roster only: AGAIN once
    dispatch_run(d);
    dispatch_stats(d, &s);
    ck_assert_uint_eq(s.again_twice, before);
    dispatch_line(actor, "goto yard:lane");
    dispatch_run(d);
    dispatch_stats(d, &s);
    ck_assert_uint_eq(s.again_twice, before + 1);
    ck_assert_uint_eq(s.snapshots, 0);
}
END_TEST

// The console names the command that waits, not only the task.
START_TEST(a_command_that_waits_is_named)
{
    struct buf text = BUF_INIT;
    struct thing *lane = world_lookup(w, "yard:lane");
    struct lockset ls;
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    hold(&ls, lane, lane);
    suspend(&ls);
    dispatch_line(actor, "east");
    dispatch_run(d);
    ck_assert_uint_eq(answers, 0);
    ck_assert(locks_command("", &text));
    ck_assert_msg(strstr(buf_str(&text), " east (Ann)"), "%s", buf_str(&text));
    resume(&ls);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    dispatch_run(d);
    ck_assert_uint_eq(answers, 1);
    lockset_fini(&ls);
    buf_fini(&text);
}
END_TEST

// No prompt comes after them that would hurry them on.
START_TEST(the_last_words_are_shown_at_once)
{
    size_t n;
    for (outbox_id id; (id = outboxes_next_urgent(boxes)) || (id = outboxes_next_relaxed(boxes));) {
        outbox_peek(boxes, id, &n);
        outbox_drained(boxes, id, n);
    }
    dispatch_line(actor, "quit");
    dispatch_run(d);
    ck_assert_uint_eq(outboxes_next_urgent(boxes), box);
    char *copy = mem_strndup(outbox_peek(boxes, box, &n), n);
    ck_assert_ptr_nonnull(strstr(copy, "Until next time."));
    free(copy);
}
END_TEST

START_TEST(a_carried_container_is_noticed_and_tried_again)
{
    struct thing *yard = world_lookup(w, "yard:yard"), *lane = world_lookup(w, "yard:lane");
    struct lockset ls;
    lockset_init(&ls, 4000000, NULL);
    lockset_enter(&ls);
    hold(&ls, yard, lane);
    struct thing *sack = find(yard, INVENTORY_THINGS, "an old sack");
    struct thing *ann = find(yard, INVENTORY_PLAYERS, "Ann");
    ck_assert_int_eq(inventory_move(ann, sack), INVENTORY_MOVED);
    suspend(&ls);

    // Her command finds the yard's lock held, and waits for it.
    dispatch_line(actor, "inventory");
    dispatch_run(d);
    ck_assert_uint_eq(answers, 0);

    // Meanwhile the sack that she is in is carried to the lane.
    resume(&ls);
    ck_assert_int_eq(inventory_move(sack, lane), INVENTORY_MOVED);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    dispatch_run(d);

    struct dispatch_stats s;
    dispatch_stats(d, &s);
    ck_assert_uint_eq(answers, 1);
    ck_assert_uint_eq(s.retries, 1);
    ck_assert_uint_ge(s.waits, 1);
    lockset_fini(&ls);
}
END_TEST

START_TEST(lines_are_answered_one_by_one_in_order)
{
    for (int i = 0; i < 50; i++)
        dispatch_line(actor, "prompt #%n>");
    dispatch_run(d);
    ck_assert_uint_eq(answers, 50);
    size_t n;
    ck_assert_uint_ne(outboxes_next_urgent(boxes), 0);
    const char *text = outbox_peek(boxes, box, &n);
    ck_assert_ptr_nonnull(text);
    char *copy = mem_strndup(text, n);
    ck_assert_ptr_nonnull(strstr(copy, "#50>"));
    free(copy);
}
END_TEST

// As a task of its own: who reads a list holds its lock.
static struct tref find_player(struct thing *in, const char *label)
{
    struct lockset ls;
    lockset_init(&ls, 4000001, NULL);
    lockset_enter(&ls);
    hold(&ls, in, in);
    struct thing *t = find(in, INVENTORY_PLAYERS, label);
    struct tref ref = t ? thing_ref(t) : (struct tref){0, 0};
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    return ref;
}

// An execution as a task of its own, stepped once.
struct stepped {
    struct task task; // first
    struct execution *execution;
    enum execution_result result;
};

static enum task_result step(struct task *t)
{
    struct stepped *s = (struct stepped *)t;
    s->result = execution_step(s->execution);
    return TASK_DONE;
}

static void no_release(struct task *t)
{
    (void)t;
}

static void begin(struct stepped *s)
{
    task_init(&s->task, d->sched, step, "test", no_release);
    s->execution = execution_take(d, &s->task);
}

static void finish(struct stepped *s)
{
    task_spawn(&s->task);
    dispatch_run(d);
    ck_assert_int_eq(s->result, EXECUTION_DONE);
}

// A script is asked for; between its beginning and its lock its thing ends, and the thing's slot
// becomes another's, in the same place.
START_TEST(nobody_acts_for_whom_his_slot_belonged_to)
{
    struct stepped one;
    struct thing *yard = world_lookup(w, "yard:yard");
    struct tref ann = find_player(yard, "Ann");
    begin(&one);
    struct timer_request q = {.thing = ann, .line = mem_strdup("get sack")};
    struct execution *r = one.execution;
    timer_task_begin(r, &q);

    dispatch_leave(actor);
    dispatch_run(d);
    ck_assert_ptr_null(thing_find(w, ann));
    actor = NULL;
    struct dispatch_entry e = {
        .name = "Bob", .permissions = "", .outbox = box, .session = &answers};
    check_set_level(CHECK_OFF); // or her slot would rest
    dispatch_enter(d, &e);
    dispatch_run(d);
    check_set_level(CHECK_RULES);
    ck_assert_uint_eq(find_player(yard, "Bob").index, ann.index);

    finish(&one);
    ck_assert_uint_eq(r->outcome->number, 0); // the sack is where it was
    dispatch_publish(d, r->outcome);
    execution_give(r);
    free(q.line);
}
END_TEST

// Whether a line that is done while nothing can be written down takes an event number.
static bool takes_a_number(const char *line)
{
    struct stepped one;
    begin(&one);
    struct execution *r = one.execution;
    execution_begin(r, find_player(world_lookup(w, "yard:yard"), "Ann"), NULL, "command", line);
    r->context.read_only = true;
    finish(&one);
    bool numbered = r->outcome->number;
    dispatch_publish(d, r->outcome);
    execution_give(r);
    dispatch_run(d);
    return numbered;
}

// What the checker said, and nothing else; afterwards it has said nothing.
static void expect_one(enum check_code code, const char *words, FILE *out, char **text)
{
    fflush(out);
    ck_assert_msg(check_count(code) == 1 && check_violations() == 1 && strstr(*text, words),
                  "no \"%s\" alone in: %s", words, *text);
    check_reset();
    check_set_output(NULL);
    fclose(out);
    free(*text);
}

START_TEST(l030_an_execution_given_back_twice)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct stepped one, two, three;
    check_set_output(out);
    begin(&one);
    execution_give(one.execution);
    execution_give(one.execution);
    expect_one(L030_RACE, "give back an execution", out, &text);
    begin(&two);
    begin(&three);
    ck_assert_ptr_ne(two.execution, three.execution);
    execution_give(two.execution);
    execution_give(three.execution);
}
END_TEST

// Not from a queue: a worker may be in the same step.
START_TEST(l030_a_task_stepped_by_whoever_comes)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct stepped one;
    check_set_output(out);
    begin(&one);
    execution_begin(one.execution, find_player(world_lookup(w, "yard:yard"), "Ann"), NULL,
                    "command", "look");
    ck_assert_int_eq(execution_step(one.execution), EXECUTION_DONE);
    dispatch_publish(d, one.execution->outcome);
    execution_give(one.execution);
    dispatch_run(d);
    expect_one(L030_RACE, "not taken from a run queue", out, &text);
}
END_TEST

static enum task_result post(struct task *t)
{
    (void)t;
    outbox_text(boxes, box, "Done.", false);
    return TASK_DONE;
}

// Also when no command runs, and when the worker's thread is that of the loop.
// Nobody waits for ever for a slot that is never free again, and the loop has each outcome once.
START_TEST(l030_an_outcome_handed_on_twice)
{
    struct sequencer *r = sequencer_new();
    struct outcome *o = outcome_new(), *next = outcome_new();
    o->seq = sequencer_next_seq(r);
    next->seq = sequencer_next_seq(r);
    sequencer_publish(r, o);
    ck_assert_uint_eq(check_violations(), 0);
    sequencer_publish(r, o); // before the loop has looked
    ck_assert_uint_eq(check_count(L030_RACE), 1);
    ck_assert_ptr_eq(sequencer_take(r), o);
    sequencer_publish(r, o); // after
    ck_assert_uint_eq(check_count(L030_RACE), 2);
    ck_assert_ptr_null(sequencer_take(r));
    sequencer_publish(r, next);
    ck_assert_ptr_eq(sequencer_take(r), next);
    ck_assert_uint_eq(check_violations(), 2);
    check_reset();
    outcome_free(o);
    outcome_free(next);
    sequencer_free(r);
}
END_TEST

START_TEST(l028_a_task_that_posts)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct task task;
    check_set_output(out);
    check_data_guard_loop();
    task_init(&task, d->sched, post, "test", no_release);
    task_spawn(&task);
    dispatch_run(d);
    expect_one(L028_OFF_LOOP, "call outbox_text()", out, &text);
}
END_TEST

// The loop asks a player's context for something instead of sending an event.
START_TEST(l043_the_loop_that_reports)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct lockset locks = {0};
    struct context c;
    check_set_output(out);
    check_data_guard_loop();
    context_init(&c, w, &locks);
    report_buf(&c);
    context_fini(&c);
    expect_one(L043_OFF_TASK, "call report_buf()", out, &text);
}
END_TEST

// At level debug each command leaves a line, written when nothing is held (or the checker would
// speak); what was said is in none.
START_TEST(debug_tells_what_was_done)
{
    char name[] = "/tmp/latchkey-execution-XXXXXX", text[4096] = "";
    int fd = mkstemp(name);
    log_set_fd(fd);
    log_set_level(LOG_LEVEL_DEBUG);
    dispatch_line(actor, "say open sesame");
    dispatch_line(actor, "get sack");
    dispatch_run(d);
    log_set_level(LOG_LEVEL_INFO);
    dispatch_line(actor, "drop sack");
    dispatch_run(d);
    log_flush(1000);
    log_set_fd(STDERR_FILENO);
    ck_assert_int_gt(pread(fd, text, sizeof(text) - 1, 0), 0);
    for (const char *const *p =
             (const char *const[]){" debug dispatch done ", " what=say actor=Ann ",
                                   " what=get actor=Ann ", " debug dispatch delivered ", NULL};
         *p; p++)
        ck_assert_msg(strstr(text, *p), "no \"%s\" in: %s", *p, text);
    ck_assert_ptr_null(strstr(text, "sesame"));
    ck_assert_ptr_null(strstr(text, "what=drop"));
    close(fd);
    unlink(name);
}
END_TEST

static struct dispatch_stats stats(void)
{
    struct dispatch_stats s;
    dispatch_stats(d, &s);
    return s;
}

START_TEST(a_full_disk_lets_nothing_change)
{
    uint64_t before = stats().refused;
    static const char *const lines[] = {"get all",    "north",       "alias hi say hi",
                                        "unalias hi", "prompt %h> ", "alias",
                                        "prompt",     "look",        "say I wait for it"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        ck_assert_msg(!takes_a_number(lines[i]), "%s", lines[i]);
    ck_assert_uint_eq(stats().refused, before + 5); // those before "alias" alone, which only looks
}
END_TEST

static void begin_timer(struct stepped *one, struct tref who, uint32_t generation)
{
    struct timer_request q = {.thing = who, .kind = TIMER_CLEANUP, .timer_token = generation};
    begin(one);
    timer_task_begin(one->execution, &q);
}

static void end_timer(struct stepped *one)
{
    finish(one);
    dispatch_publish(d, one->execution->outcome);
    execution_give(one->execution);
}

static struct tref sack_of(struct thing *in)
{
    struct lockset ls;
    lockset_init(&ls, 4000002, NULL);
    lockset_enter(&ls);
    hold(&ls, in, in);
    struct tref ref = thing_ref(find(in, INVENTORY_THINGS, "an old sack"));
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    return ref;
}

// Its time comes, and there is no such timer any more.
START_TEST(a_timer_that_was_called_off_is_counted)
{
    struct stepped one;
    uint64_t before = stats().stale_timers;
    begin_timer(&one, sack_of(world_lookup(w, "yard:yard")), 77);
    end_timer(&one);
    ck_assert_uint_eq(stats().stale_timers, before + 1);
    ck_assert_uint_eq(stats().stale_again, 0);
}
END_TEST

// An event begins while what it is for is in the hands of another.
START_TEST(who_is_in_limbo_is_counted)
{
    struct stepped one;
    struct lockset ls;
    struct thing *yard = world_lookup(w, "yard:yard");
    begin_timer(&one, sack_of(yard), 77);
    lockset_init(&ls, 4000003, NULL);
    lockset_enter(&ls);
    hold(&ls, yard, yard);
    struct thing *sack = find(yard, INVENTORY_THINGS, "an old sack");
    limbo_take(sack);
    suspend(&ls);

    uint64_t stale = stats().stale_timers;
    end_timer(&one);
    ck_assert_uint_eq(stats().limbo_seen, 1);
    ck_assert_uint_eq(stats().stale_timers, stale); // it was not asked

    resume(&ls);
    ck_assert_int_eq(limbo_publish(sack, yard), INVENTORY_MOVED);
    lockset_clear(&ls);
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("execution");
    TCase *t = tcase_create("execution");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_command_that_asks_twice_is_counted);
    tcase_add_test(t, a_command_that_waits_is_named);
    tcase_add_test(t, the_last_words_are_shown_at_once);
    tcase_add_test(t, a_carried_container_is_noticed_and_tried_again);
    tcase_add_test(t, lines_are_answered_one_by_one_in_order);
    tcase_add_test(t, nobody_acts_for_whom_his_slot_belonged_to);
    tcase_add_test(t, l030_an_execution_given_back_twice);
    tcase_add_test(t, l030_a_task_stepped_by_whoever_comes);
    tcase_add_test(t, l030_an_outcome_handed_on_twice);
    tcase_add_test(t, l028_a_task_that_posts);
    tcase_add_test(t, l043_the_loop_that_reports);
    tcase_add_test(t, debug_tells_what_was_done);
    tcase_add_test(t, a_full_disk_lets_nothing_change);
    tcase_add_test(t, a_timer_that_was_called_off_is_counted);
    tcase_add_test(t, who_is_in_limbo_is_counted);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

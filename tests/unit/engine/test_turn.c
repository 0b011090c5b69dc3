// What the loop runs itself at the end of its turn, and what it leaves to the workers.
#include "engine/dispatch_priv.h"

#include "check/check.h"
#include "check/check_data.h"
#include "check/check_report.h"
#include "command/outcome.h"
#include "command/report.h"
#include "output/outbox.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "store/zones.h"
#include "util/doc.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/world.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

enum { LINES = 5 };

static struct world *w;
static struct outboxes *boxes;
static struct dispatch *d;
static struct player_task *actor;
static outbox_id box;
static unsigned answers;
static _Atomic unsigned woken;

static void wake(void *arg)
{
    (void)arg;
    atomic_fetch_add(&woken, 1);
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

static void begin(size_t turn_tasks, int64_t turn_us)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = save};
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct style style = STYLE_INIT;
    char *path = mem_printf("%s/tests/data/zones/yard.json", getenv("LATCHKEY_SOURCE"));
    const char *const paths[] = {path};
    check_set_level(CHECK_RULES);
    check_reset();
    check_data_guard_loop();
    loopguard_enter();
    w = world_new();
    ck_assert_int_eq(zones_load(w, paths, 1, false, &p, NULL), ZONES_LOADED);
    doc_problems_fini(&p);
    free(path);
    boxes = outboxes_new(0);
    struct dispatch_config config = {.workers = 1,
                                     .turn_tasks = turn_tasks,
                                     .turn_us = turn_us,
                                     .offload_threads = 1,
                                     .wake = wake,
                                     .outboxes = boxes,
                                     .linkdead = 1000};
    d = dispatch_new(w, &config, &ops);
    dispatch_prepare(d);
    box = outbox_open(boxes, &style, 1 << 20, &box);
    struct dispatch_entry e = {
        .name = "Ann", .permissions = "", .outbox = box, .session = &answers};
    answers = 0;
    dispatch_enter(d, &e);
    dispatch_run(d);
    ck_assert_ptr_nonnull(actor);
    atomic_store(&woken, 0);
}

static void end(void)
{
    dispatch_free(d);
    outboxes_free(boxes);
    world_free(w);
    loopguard_leave();
}

static void turn(unsigned lines)
{
    dispatch_turn_begin(d);
    for (unsigned i = 0; i < lines; i++)
        dispatch_line(actor, i % 2 ? "inventory" : "alias l look");
    dispatch_turn_end(d);
}

static void wait_for(unsigned n)
{
    for (int i = 0; answers < n && i < 100000; i++) {
        nanosleep(&(struct timespec){0, 100000}, NULL);
        dispatch_deliver(d);
    }
    ck_assert_uint_eq(answers, n);
}

static struct sched_stats stats(void)
{
    struct sched_stats s;
    sched_stats(d->sched, &s);
    return s;
}

// All lines of the player, each of which waits for the one before, in one turn; nobody is woken.
START_TEST(the_loop_runs_its_turn)
{
    begin(100, 60000000);
    dispatch_start(d);
    turn(LINES);
    ck_assert_uint_eq(answers, LINES);
    ck_assert_uint_eq(atomic_load(&woken), 0);
    ck_assert_uint_eq(stats().wakes, 0);
    ck_assert(!dispatch_ready(d));
    turn(0);
    turn(1);
    ck_assert_uint_eq(answers, LINES + 1);
    ck_assert_uint_eq(check_violations(), 0);
    end();
}
END_TEST

START_TEST(the_workers_run_what_is_over_the_budget)
{
    begin(2, 60000000);
    dispatch_start(d);
    turn(LINES);
    ck_assert_uint_ge(answers, 2); // the worker may have been quick
    wait_for(LINES);
    ck_assert_uint_gt(stats().wakes, 0);
    ck_assert_uint_eq(check_violations(), 0);
    end();
}
END_TEST

START_TEST(without_a_budget_the_workers_run_all)
{
    for (int which = 0; which < 2; which++) {
        begin(which ? 100 : 0, which ? 0 : 60000000);
        dispatch_start(d);
        uint64_t injected = stats().injected;
        turn(1);
        ck_assert_uint_eq(stats().injected, injected + 1);
        for (int i = 0; !atomic_load(&woken) && i < 100000; i++)
            nanosleep(&(struct timespec){0, 100000}, NULL);
        ck_assert_uint_eq(atomic_load(&woken), 1); // the worker says that it has done it
        dispatch_deliver(d);
        ck_assert_uint_eq(answers, 1);
        end();
    }
}
END_TEST

// Without workers it runs nothing, as nobody would run the rest.
START_TEST(before_the_start_the_loop_runs_nothing)
{
    begin(100, 60000000);
    turn(LINES);
    ck_assert_uint_eq(answers, 0);
    dispatch_run(d);
    ck_assert_uint_eq(answers, LINES);
    end();
}
END_TEST

static enum task_result post(struct task *t)
{
    (void)t;
    outbox_prompt(boxes, box, "> ", 2);
    return TASK_DONE;
}

// A step that the loop runs is a step: nothing of the loop's may be used in it, and nothing of a
// step's outside.
START_TEST(a_step_of_the_loop_is_a_step)
{
    struct task t;
    begin(100, 60000000);
    dispatch_start(d);
    task_init(&t, d->sched, post, "post", NULL);
    dispatch_turn_begin(d);
    task_spawn(&t);
    dispatch_turn_end(d);
    ck_assert(task_complete(&t));
    ck_assert_uint_eq(check_violations(), 1);
    outbox_prompt(boxes, box, "> ", 2);
    ck_assert_uint_eq(check_violations(), 1);
    loopguard_check_worker("of_a_step()");
    ck_assert_uint_eq(check_violations(), 2);
    check_reset();
    end();
}
END_TEST

static _Atomic uint64_t first;

static enum task_result publish_many(struct task *t)
{
    (void)t;
    atomic_store(&first, sequencer_next_seq(d->sequencer));
    for (unsigned i = 0; i < SEQUENCER_SLOTS + LINES; i++) {
        struct outcome *o = outcome_pool_take(&d->outcomes);
        o->seq = sequencer_next_seq(d->sequencer);
        dispatch_publish(d, o);
    }
    return TASK_DONE;
}

// A worker that is late with its outcome.
static void *publish_first(void *arg)
{
    (void)arg;
    while (!atomic_load(&first))
        sched_yield();
    nanosleep(&(struct timespec){0, 50000000}, NULL);
    struct outcome *o = outcome_new();
    o->seq = atomic_load(&first);
    dispatch_publish(d, o);
    return NULL;
}

// The loop waits for the outcome that is missing, and makes room in the ring itself.
START_TEST(a_full_ring_does_not_stop_the_loop)
{
    struct task t;
    pthread_t late;
    begin(100, 60000000);
    dispatch_start(d);
    task_init(&t, d->sched, publish_many, "many", NULL);
    ck_assert_int_eq(pthread_create(&late, NULL, publish_first, NULL), 0);
    dispatch_turn_begin(d);
    task_spawn(&t);
    dispatch_turn_end(d);
    pthread_join(late, NULL);
    ck_assert(task_complete(&t));
    dispatch_deliver(d);
    ck_assert(!dispatch_ready(d));
    turn(1);
    ck_assert_uint_eq(answers, 1);
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine/turn");
    TCase *t = tcase_create("turn");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, the_loop_runs_its_turn);
    tcase_add_test(t, the_workers_run_what_is_over_the_budget);
    tcase_add_test(t, without_a_budget_the_workers_run_all);
    tcase_add_test(t, before_the_start_the_loop_runs_nothing);
    tcase_add_test(t, a_step_of_the_loop_is_a_step);
    tcase_add_test(t, a_full_ring_does_not_stop_the_loop);
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}

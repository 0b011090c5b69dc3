// The way of outcomes to several loops: one order for all, only to those who hear them, once for
// each, and held back until what they reveal is durable.
#include "engine/dispatch_priv.h"

#include "command/outcome.h"
#include "engine/committer.h"
#include "engine/player_task_priv.h"
#include "output/outbox.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/world.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOPS = 3, THREADS = 3, EACH = 4000, BOX_BYTES = 1 << 20 };

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

// Outcomes that were given back to the pool.
static _Atomic unsigned given_back;

void __real_outcome_pool_give(struct outcome_pool *p, struct outcome *o);
void __wrap_outcome_pool_give(struct outcome_pool *p, struct outcome *o)
{
    atomic_fetch_add(&given_back, 1);
    __real_outcome_pool_give(p, o);
}

// Up to this event all is durable, as far as the router sees.
static _Atomic uint64_t durable;
static bool held;

uint64_t __real_committer_durable(const struct committer *l);
uint64_t __wrap_committer_durable(const struct committer *l)
{
    return held ? atomic_load(&durable) : __real_committer_durable(l);
}

static struct world *w;
static struct outboxes *sets[LOOPS];
static outbox_id boxes[LOOPS];
static struct dispatch *d;
static _Atomic unsigned woken[LOOPS];

static void wake(void *arg)
{
    atomic_fetch_add((_Atomic unsigned *)arg, 1);
}

static void setup(void)
{
    struct style style = STYLE_INIT;
    held = false;
    w = world_new();
    for (unsigned i = 0; i < LOOPS; i++)
        sets[i] = outboxes_new(i);
    struct dispatch_config config = {.workers = 1,
                                     .loops = LOOPS,
                                     .offload_threads = 1,
                                     .wake = wake,
                                     .wake_arg = &woken[0],
                                     .outboxes = sets[0]};
    d = dispatch_new(w, &config, &(struct dispatch_ops){0});
    for (unsigned i = 1; i < LOOPS; i++)
        ck_assert_uint_eq(dispatch_add_loop(d, wake, &woken[i], sets[i]), i);
    for (unsigned i = 0; i < LOOPS; i++) {
        loopguard_act_for(i);
        boxes[i] = outbox_open(sets[i], &style, BOX_BYTES, &boxes[i]);
        atomic_store(&woken[i], 0);
    }
    loopguard_act_for(0);
    atomic_store(&given_back, 0);
}

static void teardown(void)
{
    d->committer = NULL;
    loopguard_act_for(0);
    dispatch_free(d);
    for (unsigned i = 0; i < LOOPS; i++)
        outboxes_free(sets[i]);
    world_free(w);
}

// An outcome with this text for the outboxes of these loops.
static struct outcome *said(uint64_t seq, const char *text, unsigned loops)
{
    struct outcome *o = outcome_pool_take(&d->outcomes);
    o->seq = seq;
    if (!loops)
        return o;
    struct message *m = outcome_add(o, text, strlen(text), (uint32_t)__builtin_popcount(loops));
    for (uint32_t n = 0; loops; loops &= loops - 1)
        m->outboxes[n++] = boxes[__builtin_ctz(loops)];
    return o;
}

static void publish(struct outcome *o)
{
    dispatch_publish(d, o);
    dispatch_flush(d);
}

static void say(const char *text, unsigned loops)
{
    publish(said(sequencer_next_seq(d->sequencer), text, loops));
}

static void deliver(unsigned loop)
{
    loopguard_act_for(loop);
    dispatch_deliver(d);
    loopguard_act_for(0);
}

static void expect(unsigned loop, const char *text)
{
    size_t n;
    loopguard_act_for(loop);
    const char *bytes = outbox_peek(sets[loop], boxes[loop], &n);
    ck_assert_msg(n == strlen(text) && !memcmp(bytes ? bytes : "", text, n), "%.*s, not %s", (int)n,
                  bytes, text);
    outbox_drained(sets[loop], boxes[loop], n);
    loopguard_act_for(0);
}

static unsigned waiting(unsigned loop)
{
    return (unsigned)atomic_load(&d->loops[loop]->inbox.count);
}

START_TEST(only_the_loops_with_a_hearer_get_it)
{
    say("a", 1 << 1);
    say("b", 1 << 0 | 1 << 2);
    ck_assert_uint_eq(waiting(0), 1);
    ck_assert_uint_eq(waiting(1), 1);
    ck_assert_uint_eq(waiting(2), 1);
    for (unsigned i = 0; i < LOOPS; i++) {
        ck_assert_uint_eq(atomic_load(&woken[i]), 1);
        deliver(i);
    }
    expect(0, "b");
    expect(1, "a");
    expect(2, "b");
    ck_assert_uint_eq(atomic_load(&given_back), 2);
}
END_TEST

// Of the actor too, who may have a new prompt and nothing to hear.
START_TEST(the_loop_of_the_actors_window_gets_it)
{
    struct outcome *o = outcome_pool_take(&d->outcomes);
    o->seq = sequencer_next_seq(d->sequencer);
    o->outbox = boxes[2];
    o->prompt = "> ";
    o->typed = true;
    publish(o);
    ck_assert_uint_eq(waiting(0) + waiting(1), 0);
    deliver(2);
    expect(2, "> ");
}
END_TEST

// And the player's own loop, also when its line gave no text: the next one waits for that.
START_TEST(the_loop_of_the_player_gets_it)
{
    struct player_task a = {.loop = 2};
    struct outcome *o = outcome_pool_take(&d->outcomes);
    o->seq = sequencer_next_seq(d->sequencer);
    o->source = &a;
    publish(o);
    ck_assert_uint_eq(waiting(0) + waiting(1), 0);
    ck_assert_uint_eq(waiting(2), 1);
    ck_assert_uint_eq(o->home, 2);
}
END_TEST

// A player who is made to leave may be any loop's.
START_TEST(who_leaves_by_itself_is_looked_for_by_all)
{
    struct outcome *o = outcome_pool_take(&d->outcomes);
    o->seq = sequencer_next_seq(d->sequencer);
    o->session = CONTEXT_LEAVE;
    publish(o);
    for (unsigned i = 0; i < LOOPS; i++) {
        ck_assert_uint_eq(waiting(i), 1);
        ck_assert_uint_eq(atomic_load(&given_back), 0);
        deliver(i);
    }
    ck_assert_uint_eq(atomic_load(&given_back), 1);
}
END_TEST

START_TEST(what_nobody_hears_is_given_back_at_once)
{
    say("", 0);
    ck_assert_uint_eq(atomic_load(&given_back), 1);
    for (unsigned i = 0; i < LOOPS; i++)
        ck_assert_uint_eq(waiting(i) + atomic_load(&woken[i]), 0);
    ck_assert(router_has_delivered(d, 1));
}
END_TEST

// An outbox of an earlier run with more loops.
START_TEST(a_loop_that_is_not_there_hears_nothing)
{
    boxes[1] = 1 << OUTBOX_GENERATION_SHIFT | 9 << OUTBOX_LOOP_SHIFT;
    say("a", 1 << 0 | 1 << 1);
    ck_assert_uint_eq(waiting(0), 1);
    ck_assert_uint_eq(waiting(1) + waiting(2), 0);
    deliver(0);
    expect(0, "a");
    ck_assert_uint_eq(atomic_load(&given_back), 1);
}
END_TEST

START_TEST(a_later_one_waits_for_an_earlier)
{
    uint64_t first = sequencer_next_seq(d->sequencer), second = sequencer_next_seq(d->sequencer);
    publish(said(second, "b", 7));
    ck_assert_uint_eq(waiting(0) + waiting(1) + waiting(2), 0);
    ck_assert(!router_has_delivered(d, first));
    publish(said(first, "a", 2));
    deliver(0);
    deliver(1);
    ck_assert(!router_has_delivered(d, second)); // loop 2 has yet to deliver
    deliver(2);
    expect(0, "b");
    expect(1, "ab");
    expect(2, "b");
    ck_assert(router_has_delivered(d, first));
    ck_assert(router_has_delivered(d, second));
    ck_assert(!router_has_delivered(d, second + 1));
}
END_TEST

// What comes later is not waited for: only what was there when it was asked first.
START_TEST(has_delivered_asks_for_what_was_before)
{
    say("a", 1);
    uint64_t seq = sequencer_last_seq(d->sequencer);
    ck_assert(!router_has_delivered(d, seq));
    say("b", 1 << 1);
    deliver(0);
    ck_assert(router_has_delivered(d, seq));
    ck_assert(!router_has_delivered(d, sequencer_last_seq(d->sequencer)));
    deliver(1);
    ck_assert(router_has_delivered(d, sequencer_last_seq(d->sequencer)));
}
END_TEST

static struct outcome *event(uint64_t number, const char *text, unsigned loops)
{
    struct outcome *o = said(sequencer_next_seq(d->sequencer), text, loops);
    o->number = number;
    return o;
}

static struct outcome *look(uint64_t observed, const char *text, unsigned loops)
{
    struct outcome *o = said(sequencer_next_seq(d->sequencer), text, loops);
    o->observed_seq = observed;
    return o;
}

// No journal is written: only the number of the last durable event is asked for.
static void hold(void)
{
    held = true;
    atomic_store(&durable, 0);
    d->committer = (struct committer *)&durable;
}

static void make_durable(uint64_t number)
{
    atomic_store(&durable, number);
    router_run(d, NULL);
}

// From now on all is durable; each loop delivers.
static void deliver_all(void)
{
    d->committer = NULL;
    held = false;
    for (unsigned i = 0; i < LOOPS; i++)
        deliver(i);
}

// To all loops, by the router alone.
static void offer(struct outcome *o)
{
    o->loops = 7;
    o->home = LOOPS_MAX;
    ck_assert(sequencer_offer(d->sequencer, o));
    router_run(d, NULL);
    ck_assert_uint_eq(atomic_load(&d->router.wanted), 0);
}

START_TEST(an_event_waits_until_it_is_durable)
{
    hold();
    offer(event(1, "a", 7));
    offer(event(2, "b", 7));
    ck_assert_uint_eq(waiting(0) + waiting(1) + waiting(2), 0);
    ck_assert_uint_eq(atomic_load(&d->router.waiting_event), 2);
    ck_assert(!router_has_delivered(d, 1));
    make_durable(1);
    ck_assert_uint_eq(waiting(0), 1);
    ck_assert_uint_eq(waiting(2), 1);
    make_durable(2);
    ck_assert_uint_eq(waiting(1), 2);
    ck_assert_uint_eq(atomic_load(&d->router.waiting_event), 0);
    deliver_all();
    for (unsigned i = 0; i < LOOPS; i++) {
        expect(i, "ab");
    }
}
END_TEST

// A look overtakes events that it shows nothing of, and no others.
START_TEST(a_look_overtakes_what_it_does_not_show)
{
    hold();
    offer(event(1, "a", 7)); // seq 1
    offer(look(0, "b", 7));  // saw nothing of it
    offer(look(1, "c", 7));  // saw it
    ck_assert_uint_eq(waiting(0), 1);
    offer(event(2, "d", 7)); // seq 4
    offer(look(1, "e", 7));
    ck_assert_uint_eq(waiting(0), 1);
    make_durable(1); // a, c; then d holds e back, which has come behind it
    ck_assert_uint_eq(waiting(0), 3);
    offer(look(3, "f", 7));
    ck_assert_uint_eq(waiting(0), 4);
    offer(look(4, "g", 7));
    ck_assert_uint_eq(waiting(0), 4);
    make_durable(2);
    ck_assert_uint_eq(waiting(0), 7);
    deliver_all();
    for (unsigned i = 0; i < LOOPS; i++) {
        expect(i, "bacfdeg");
    }
}
END_TEST

// A look has no event of its own: it waits for the last one before it.
START_TEST(a_look_behind_an_event_waits_for_that_event)
{
    hold();
    offer(event(5, "a", 1));
    offer(look(1, "b", 1));
    ck_assert_uint_eq(atomic_load(&d->router.waiting_event), 5);
    make_durable(4);
    ck_assert_uint_eq(waiting(0), 0);
    make_durable(5);
    deliver_all();
    expect(0, "ab");
}
END_TEST

START_TEST(what_is_held_back_at_the_end_is_freed)
{
    hold();
    offer(event(1, "a", 7));
    offer(event(2, "b", 7));
}
END_TEST

// A loop is woken once until it looks; the one that runs the router itself is not.
START_TEST(a_loop_is_woken_once_until_it_looks)
{
    say("a", 1 << 1);
    say("b", 1 << 1);
    ck_assert_uint_eq(atomic_load(&woken[1]), 1);
    deliver(1);
    say("c", 1 << 1);
    ck_assert_uint_eq(atomic_load(&woken[1]), 2);
    deliver(1);
    expect(1, "abc");
    struct outcome *o = said(sequencer_next_seq(d->sequencer), "d", 1 << 1 | 1 << 2);
    o->loops = 1 << 1 | 1 << 2;
    ck_assert(sequencer_offer(d->sequencer, o)); // and nobody has run the router
    deliver(1);
    expect(1, "d");
    ck_assert_uint_eq(atomic_load(&woken[1]), 2);
    ck_assert_uint_eq(atomic_load(&woken[2]), 1);
    deliver(2);
    expect(2, "d");
}
END_TEST

// Publishers and loops that sleep until they are woken, each with a thread of its own.
struct loop_thread {
    unsigned loop;
    pthread_t thread;
    char *heard;
    size_t n;
};

static void *loop_run(void *arg)
{
    struct loop_thread *l = arg;
    size_t all = (size_t)THREADS * EACH * 8, n;
    loopguard_act_for(l->loop);
    l->heard = mem_alloc(all);
    for (unsigned seen = 0; l->n < all;) {
        // Only a wake-up makes it look.
        for (int i = 0; atomic_load(&woken[l->loop]) == seen; i++) {
            if (i > 1000000)
                return NULL; // a wake-up was lost
            if (i > 1000)
                nanosleep(&(struct timespec){0, 10000}, NULL);
            else
                sched_yield();
        }
        seen = atomic_load(&woken[l->loop]);
        dispatch_deliver(d);
        const char *bytes = outbox_peek(sets[l->loop], boxes[l->loop], &n);
        if (n)
            memcpy(l->heard + l->n, bytes, n);
        l->n += n;
        outbox_drained(sets[l->loop], boxes[l->loop], n);
    }
    return NULL;
}

static void *publisher_run(void *arg)
{
    char text[9];
    (void)arg;
    for (int i = 0; i < EACH; i++) {
        uint64_t seq = sequencer_next_seq(d->sequencer);
        snprintf(text, sizeof(text), "%08u", (unsigned)seq);
        dispatch_publish(d, said(seq, text, 7));
        if (i % 7 == 0)
            dispatch_flush(d);
    }
    dispatch_flush(d);
    outcome_pool_leave();
    return NULL;
}

START_TEST(each_loop_hears_all_in_order_whoever_publishes)
{
    struct loop_thread loops[LOOPS];
    pthread_t publishers[THREADS];
    for (unsigned i = 0; i < LOOPS; i++) {
        loops[i] = (struct loop_thread){.loop = i};
        ck_assert_int_eq(pthread_create(&loops[i].thread, NULL, loop_run, &loops[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&publishers[i], NULL, publisher_run, NULL), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(publishers[i], NULL);
    for (unsigned i = 0; i < LOOPS; i++) {
        pthread_join(loops[i].thread, NULL);
        ck_assert_uint_eq(loops[i].n, (size_t)THREADS * EACH * 8);
        for (unsigned n = 0; n < THREADS * EACH; n++) {
            char text[9];
            snprintf(text, sizeof(text), "%08u", n + 1);
            ck_assert(!memcmp(loops[i].heard + (size_t)n * 8, text, 8));
        }
        free(loops[i].heard);
    }
    ck_assert_uint_eq(atomic_load(&given_back), THREADS * EACH);
    ck_assert(router_has_delivered(d, THREADS * EACH));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("engine/router");
    TCase *t = tcase_create("router");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, only_the_loops_with_a_hearer_get_it);
    tcase_add_test(t, the_loop_of_the_actors_window_gets_it);
    tcase_add_test(t, the_loop_of_the_player_gets_it);
    tcase_add_test(t, who_leaves_by_itself_is_looked_for_by_all);
    tcase_add_test(t, what_nobody_hears_is_given_back_at_once);
    tcase_add_test(t, a_loop_that_is_not_there_hears_nothing);
    tcase_add_test(t, a_later_one_waits_for_an_earlier);
    tcase_add_test(t, has_delivered_asks_for_what_was_before);
    tcase_add_test(t, an_event_waits_until_it_is_durable);
    tcase_add_test(t, a_look_overtakes_what_it_does_not_show);
    tcase_add_test(t, a_look_behind_an_event_waits_for_that_event);
    tcase_add_test(t, what_is_held_back_at_the_end_is_freed);
    tcase_add_test(t, a_loop_is_woken_once_until_it_looks);
    tcase_add_test(t, each_loop_hears_all_in_order_whoever_publishes);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

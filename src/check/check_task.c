// The checks of tasks and locks: order, ends, suspension, waiting for other things; and the level,
// which decides what is checked and kept. Renumbers what a task knows when it changes its worker.
// Accesses are checked in check_access.c.
#include "check/check_priv.h"

#include "check/check_text.h"
#include "check/check_values.h"
#include "check/interpose.h"
#include "runtime/task.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <stdlib.h>
#include <string.h>

_Atomic uint32_t check_level_now;
_Atomic uint32_t check_epoch = 1;

static _Atomic uint32_t sample_one_in = 64;
static const char *(*attribute_name)(unsigned n);

void check_set_level(enum check_level level)
{
    if (level >= CHECK_SAMPLE)
        trace_ready(); // one thread prepares the trace before any other records in it
    atomic_fetch_add(&check_epoch, 1);
    atomic_store(&check_level_now, (uint32_t)level);
    lock_hooks_set(check_table(level));
    loopguard_heed(level != CHECK_OFF);
}

enum check_level check_level(void)
{
    return (enum check_level)atomic_load(&check_level_now);
}

uint32_t check_sample(void)
{
    return atomic_load(&sample_one_in);
}

void check_set_sample(uint32_t one_in)
{
    atomic_store(&sample_one_in, one_in ? one_in : 1);
}

static const char *const level_names[] = {"off", "rules", "sample", "flow"};

const char *check_level_name(enum check_level level)
{
    return level_names[level];
}

bool check_parse_level(const char *text, enum check_level *level, uint32_t *sample)
{
    if (!strncmp(text, "sample=1/", 9)) {
        char *end;
        unsigned long n = strtoul(text + 9, &end, 10);
        if (!n || *end || n > 1000000000)
            return false;
        *level = CHECK_SAMPLE;
        *sample = (uint32_t)n;
        return true;
    }
    for (unsigned i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++)
        if (i != CHECK_SAMPLE && !strcmp(text, level_names[i])) {
            *level = (enum check_level)i;
            return true;
        }
    return false;
}

unsigned check_attributes = CHECK_ATTRIBUTES;

void check_set_names(const char *(*attribute)(unsigned n), unsigned count)
{
    attribute_name = attribute;
    check_attributes = count;
}

const char *check_attribute(unsigned n)
{
    return attribute_name ? attribute_name(n) : "attribute";
}

void check_name_lock(struct lock *l)
{
    uint32_t recording = trace_recording();
    struct check_lock *known = check_lock(l);
    if (atomic_load_explicit(&known->traced, memory_order_relaxed) == recording)
        return;
    atomic_store_explicit(&known->traced, recording, memory_order_relaxed);
    trace_name_lock(l->id, l->place ? l->place->index : 0,
                    l->place ? atomic_load(&l->place->label) : l->label);
}

static void lock_event(enum trace_kind kind, unsigned flags, const struct check_task *t,
                       const struct lockset_entry *e, uint64_t arg)
{
    if (!flows(t))
        return;
    check_name_lock(e->lock);
    if (e->mode == LOCK_SHARED)
        flags |= TRACE_SHARED;
    check_event(kind, flags, e->site, e->lock->id, (uint32_t)arg);
}

static void task_event(enum trace_kind kind, unsigned flags, const struct lockset *ls,
                       const struct check_task *t)
{
    if (!flows(t))
        return;
    uint32_t what = kind == TRACE_TASK_BEGIN ? trace_name_what(ls->what) : 0;
    check_time(); // recorded at both ends, so that hold times can be computed
    check_event(kind, flags, NULL, what, ls->id);
}

// Whole commands are sampled, so that every flow that is kept is complete.
static bool sampled(void)
{
    static _Thread_local uint32_t count;
    switch (check_level()) {
    case CHECK_FLOW:
        return true;
    case CHECK_SAMPLE:
        return count++ % atomic_load_explicit(&sample_one_in, memory_order_relaxed) == 0;
    default:
        return false;
    }
}

void check_begin_slow(struct lockset *ls)
{
    struct checker *c = checker_self();
    struct check_task *t = check_task_make(ls);
    if (ls == lockset_current())
        c->task = t;
    t->epoch = atomic_load_explicit(&check_epoch, memory_order_relaxed);
    t->flow = sampled();
    t->timer = CHECK_TIMER_NONE;
    t->replays = t->numbered = t->committed = t->read_released = t->touched = t->changed =
        t->altered = t->read_open = false;
    t->first_serial = ++c->serial;
    t->last_unlock = 0;
    checker_own_change(c, t);
    t->met_count = t->read_count = t->read_before = t->grant_count = 0;
    check_text_free(t);
    check_values_forget(t);
    t->limbo = 0;
    task_event(TRACE_TASK_BEGIN, 0, ls, t);
}

void check_expect_number_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (t)
        t->numbered = true;
}

void check_expect_timer_check_slow(struct lockset *ls, uint32_t generation)
{
    struct check_task *t = check_task(ls);
    if (!t)
        return;
    t->timer_generation = generation;
    t->timer = CHECK_TIMER_NOT_ASKED;
}

void check_replays_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (t)
        t->replays = true;
}

void check_gone_slow(struct lockset *ls)
{
    check_task_drop(ls);
}

void check_actor_slow(struct lockset *ls, struct place *actor)
{
    struct check_task *t = check_task(ls);
    if (!flows(t) || !is_task_checked(t))
        return;
    check_name_thing(actor);
    check_event(TRACE_ACTOR, 0, NULL, actor->index, ls->id);
}

// Forgets what an earlier pass found out, even if all locks were kept: with other lock ids they
// would have been released.
void check_pass_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (!t)
        return;
    t->read_before = t->read_count;
    check_text_withdraw(ls, t);
    t->touched = t->read_released = t->altered = false;
    if (t->timer == CHECK_TIMER_STANDS)
        t->timer = CHECK_TIMER_NOT_ASKED;
    if (is_task_checked(t))
        checker_own_change(checker_self(), t);
}

void check_spawn_slow(struct lockset *ls, uint32_t task)
{
    struct check_task *t = check_task(ls);
    if (flows(t) && is_task_checked(t))
        check_event(TRACE_SPAWN, 0, NULL, task, ls->id);
}

// Reports mutexes that the task leaves held: the next task on this worker would release them, or
// none.
static void mutex_kept(const struct lockset *ls)
{
    check_report(
        &(struct violation){.code = L007_HELD_AT_END,
                            .ls = ls,
                            .attr = -1,
                            .act = "leave the worker while holding",
                            .object = "a mutex",
                            .cause = "a task gives back every mutex before it ends or waits",
                            .site = site_of_call(interpose_mutex_from(), NULL)});
}

void check_left_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    struct checker *c = checker_self();
    atomic_store_explicit(&c->inside, 0, memory_order_release);
    c->task = NULL;
    if (t)
        atomic_store_explicit(&t->stepped, 0, memory_order_release);
    if (!is_task_checked(t))
        return;
    t->last_serial = c->serial;
    if (interpose_mutex_held())
        mutex_kept(ls);
    for (size_t i = 0; i < t->met_count; i++)
        t->met[i].serial = c->cells[t->met[i].place->index].seen;
    if (ls->held && !ls->waiting)
        check_report(&(struct violation){
            .code = L006_BLOCKING,
            .ls = ls,
            .attr = -1,
            .act = "suspend",
            .object = "the task",
            .cause = "the task gives up its worker with world locks held, and not for another lock",
            .site = ls->count ? ls->entries[0].site : NULL});
}

static void stepped_wrongly(const struct lockset *ls, const char *cause, const struct site *at)
{
    check_report(&(struct violation){.code = L030_RACE,
                                     .ls = ls,
                                     .attr = -1,
                                     .write = true,
                                     .act = "step",
                                     .object = "the task",
                                     .cause = cause,
                                     .site = at});
}

// Serials are per worker. When a task resumes, perhaps on another worker, renumber what it knows
// above the worker's current serial, keeping its order.
void check_entered_slow(struct lockset *ls, const void *from, const void *frame)
{
    struct checker *c = checker_self();
    struct check_task *t = check_task_make(ls);
    c->task = t;
    uint32_t now = atomic_load_explicit(&check_epoch, memory_order_relaxed);
    atomic_store_explicit(&c->inside, now, memory_order_relaxed);
    if (atomic_load_explicit(&t->stepped, memory_order_acquire) == now)
        stepped_wrongly(ls,
                        "another worker is stepping it: it was woken, or handed on, while it ran",
                        site_of_call(from, frame));
    else if (ls->task && ls->task != task_current())
        stepped_wrongly(ls,
                        "it was not taken from a run queue: a worker may step it at the same time; "
                        "wake it instead",
                        site_of_call(from, frame));
    atomic_store_explicit(&t->stepped, now, memory_order_relaxed);
    if (!is_task_checked(t))
        return;
    if (!ls->held && !t->met_count) {
        // Other tasks may have used this worker since: what they found accessible does not count
        // for this one.
        checker_own_change(c, t);
        t->first_serial = t->last_serial = c->serial;
        t->last_unlock = 0;
        return;
    }
    uint64_t base = c->serial + 1, first = t->first_serial;
    for (size_t i = 0; i < t->grant_count; i++)
        t->grants[i].serial = base + (t->grants[i].serial - first);
    for (size_t i = 0; i < t->met_count; i++) {
        struct check_met *m = &t->met[i];
        m->serial = m->serial < first ? 0 : base + (m->serial - first);
        if (m->serial)
            c->cells[m->place->index].seen = m->serial;
    }
    c->serial = base + (t->last_serial - first);
    t->first_serial = base;
    t->last_unlock = t->last_unlock > first ? base + (t->last_unlock - first) : 0;
    checker_own_change(c, t);
}

void check_resumed_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (is_task_checked(t))
        task_event(TRACE_TASK_BEGIN, TRACE_RESUMED, ls, t);
}

// Reports a release before the event number (strict two-phase locking), once for each command.
static void early(struct lockset *ls, const struct lock *l, const char *act, const char *cause,
                  const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (!t->numbered)
        return;
    t->numbered = false;
    check_report(&(struct violation){.code = L041_EARLY_RELEASE,
                                     .ls = ls,
                                     .lock = l,
                                     .attr = -1,
                                     .act = act,
                                     .cause = cause,
                                     .site = at});
}

static void check_lock_context(const struct lockset *ls, const struct lockset_entry *e)
{
    const char *mutex = interpose_mutex_held();
    int code = interpose_in_signal() ? L040_SIGNAL_HANDLER : mutex ? L014_RANK : 0;
    if (code)
        check_report(&(struct violation){
            .code = code,
            .ls = ls,
            .lock = e->lock,
            .attr = -1,
            .act = "lock",
            .cause = code == L014_RANK
                         ? "a mutex is held: world locks come before every mutex, and may wait long"
                         : "a signal handler may have interrupted the holder of anything",
            .site = e->site});
}

void check_want_slow(struct lockset *ls, const struct lockset_entry *e)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    lock_event(TRACE_LOCK_WANT, 0, t, e, ls->id);
    check_lock_context(ls, e);
    if (t->changed && !t->committed)
        early(ls, e->lock, "want another lock after a change",
              "it may have to start again from the beginning: ask for all locks first", e->site);
    if (t->committed)
        early(ls, e->lock, "want another lock after taking the event number",
              "another task may change it under a higher number, and this one see the change",
              e->site);
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *h = &ls->entries[i];
        if (!h->held || h == e)
            continue;
        int code = h->lock == e->lock          ? L012_SELF_DEADLOCK
                   : h->lock->id > e->lock->id ? L004_ORDER
                                               : 0;
        if (code)
            check_report(&(struct violation){
                .code = code,
                .ls = ls,
                .lock = e->lock,
                .attr = -1,
                .act = "lock",
                .cause = code == L004_ORDER
                             ? "locks are taken in ascending order of their ids"
                             : "this task holds it already and would wait for itself",
                .site = e->site,
                .other = h->site});
    }
}

void check_parked_slow(struct lockset *ls, const struct lockset_entry *e)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t) || !flows(t))
        return;
    lock_event(TRACE_PARK, 0, t, e, ls->id);
    check_time();
}

// Shadow count of a lock's holders, kept independently of lock.state, to find bugs in the lock
// itself. It is valid within one checker epoch.
enum { SHADOW_EXCLUSIVE = 0xffff };

static void granted_twice(const struct lockset *ls, const struct lockset_entry *e)
{
    check_report(
        &(struct violation){.code = L008_FOREIGN_UNLOCK,
                            .ls = ls,
                            .lock = e->lock,
                            .attr = -1,
                            .act = "be granted",
                            .cause = "the lock was not given to this task, or another task has "
                                     "it: released by one that does not hold it, or granted twice",
                            .site = e->site});
}

static void note_holder(const struct lockset *ls, struct check_lock *known)
{
    atomic_store_explicit(&known->what, ls->what, memory_order_relaxed);
    atomic_store_explicit(&known->actor, ls->actor, memory_order_relaxed);
}

// Called by the task that gives the lock, under the lock's latch. If this waited until the new
// holder runs, two tasks could be given the lock one after the other without being noticed.
void check_given_slow(struct lock *l, struct lock_waiter *w)
{
    struct check_task *t = check_task(w->waiting_set);
    if (!is_task_checked(t))
        return;
    struct check_lock *known = check_lock(l);
    uint32_t now = t->epoch, count;
    uint64_t epoch = (uint64_t)now << 32;
    uint64_t was = atomic_load_explicit(&known->shadow, memory_order_relaxed);
    t->given = true;
    note_holder(w->waiting_set, known);
    atomic_store_explicit(&known->site, w->site, memory_order_relaxed);
    if (w->mode == LOCK_EXCLUSIVE) {
        t->given_twice = was >> 32 == now && (uint32_t)was;
        atomic_store_explicit(&known->shadow, epoch | SHADOW_EXCLUSIVE, memory_order_relaxed);
        return;
    }
    do
        count = was >> 32 == now ? (uint32_t)was : 0;
    while (!atomic_compare_exchange_weak_explicit(&known->shadow, &was, epoch | (count + 1),
                                                  memory_order_relaxed, memory_order_relaxed));
    t->given_twice = count == SHADOW_EXCLUSIVE;
}

bool check_released_slow(struct lock *l, enum lock_mode mode)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return true;
    struct check_lock *known = check_lock(l);
    uint64_t was = atomic_load_explicit(&known->shadow, memory_order_relaxed), now;
    if (was >> 32 == t->epoch && !(uint32_t)was) {
        check_report(&(struct violation){.code = L008_FOREIGN_UNLOCK,
                                         .ls = ls,
                                         .lock = l,
                                         .attr = -1,
                                         .act = "unlock",
                                         .cause = "no task holds it: it was released twice"});
        return false;
    }
    if (mode == LOCK_EXCLUSIVE) {
        atomic_store_explicit(&known->shadow, was >> 32 << 32, memory_order_relaxed);
        return true;
    }
    do {
        uint32_t count = (uint32_t)was;
        now = was >> 32 << 32 | (count ? count - 1 : 0);
    } while (!atomic_compare_exchange_weak_explicit(&known->shadow, &was, now, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

void check_named_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held && ls->entries[i].held_mode == LOCK_EXCLUSIVE)
            note_holder(ls, check_lock(ls->entries[i].lock));
    if (flows(t))
        check_event(TRACE_NAMED, 0, NULL, trace_name_what(ls->what), ls->id);
}

static void note_grant(struct check_task *t, const struct lock *l, uint64_t serial)
{
    if (t->grant_count == t->grant_cap) {
        t->grant_cap = t->grant_cap ? t->grant_cap * 2 : LOCKSET_INLINE;
        t->grants = mem_realloc_array(t->grants, t->grant_cap, sizeof(*t->grants));
    }
    t->grants[t->grant_count++] = (struct check_grant){l, serial};
}

// Locks are released in the reverse order, so the one that is looked for is the last as a rule.
static void forget_grant(struct check_task *t, const struct lock *l)
{
    for (size_t i = t->grant_count; i-- > 0;)
        if (t->grants[i].lock == l) {
            t->grants[i] = t->grants[--t->grant_count];
            return;
        }
}

void check_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    note_grant(t, e->lock, ++checker_self()->serial);
    if (!t->given || t->given_twice)
        granted_twice(ls, e);
    t->given = t->given_twice = false;
    lock_event(TRACE_LOCKED, contended ? TRACE_CONTENDED : 0, t, e, e->ticket);
}

void check_unlock_slow(struct lockset *ls, struct lockset_entry *e)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    struct checker *c = checker_self();
    checker_settle(c, ls);
    if (t->lent)
        check_text_compare(ls, t);
    if (check_values_on())
        check_values_settle(ls, t);
    if (t->changed && !t->committed)
        early(ls, e->lock, "release, after a change and before the event number,",
              "another command can take a lower number and yet see the change", e->site);
    t->read_released |= t->touched && !t->committed;
    if (e->held_mode == LOCK_EXCLUSIVE && atomic_load(&e->lock->holder) != ls->id)
        check_foreign_unlock_slow(ls, e->lock, e->site);
    t->read_before = t->read_count;
    t->last_unlock = c->serial;
    forget_grant(t, e->lock);
    checker_own_change(c, t);
    lock_event(TRACE_UNLOCKED, 0, t, e, e->ticket);
}

// Exclusive holders of a lock must have ascending event numbers; shared holders may have any order
// among each other.
static bool ascends(const struct lockset *ls, const struct lockset_entry *e, uint64_t number)
{
    struct check_task *t = check_task(ls);
    struct check_lock *l = check_lock(e->lock);
    if (atomic_load_explicit(&l->number_epoch, memory_order_relaxed) != t->epoch) {
        atomic_store_explicit(&l->number_any, 0, memory_order_relaxed);
        atomic_store_explicit(&l->number_alone, 0, memory_order_relaxed);
        atomic_store_explicit(&l->number_epoch, t->epoch, memory_order_relaxed);
    }
    uint64_t any = atomic_load_explicit(&l->number_any, memory_order_relaxed);
    bool alone = e->held_mode == LOCK_EXCLUSIVE;
    uint64_t before = alone ? any : atomic_load_explicit(&l->number_alone, memory_order_relaxed);
    if (alone)
        atomic_store_explicit(&l->number_alone, number, memory_order_relaxed);
    while (number > any &&
           !atomic_compare_exchange_weak_explicit(&l->number_any, &any, number,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
    return number > before;
}

static void check_number(struct lockset *ls, uint64_t number, const struct site *at)
{
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held && !ascends(ls, &ls->entries[i], number))
            early(ls, ls->entries[i].lock,
                  "take an event number that is not above the last one here,",
                  "it was taken before the locks, or twice: event numbers must be a serial order",
                  at);
}

void check_commit_slow(struct lockset *ls, uint64_t number, const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    if (flows(t))
        check_event(TRACE_NUMBER, 0, at, (uint32_t)(number >> 32), (uint32_t)number);
    if (t->touched && (!ls->held || t->read_released))
        early(ls, NULL, "take an event number after a release,",
              "what was read may have changed: take it before any of the locks is released", at);
    if (!number && (ls->dirty || t->altered))
        early(ls, NULL, "end without an event number, after a change,",
              "a change that is no event has no place in the order, and no replay repeats it", at);
    if (number && !t->replays)
        check_number(ls, number, at);
    t->changed = false;
    t->committed = true;
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (e->held && e->lock->place && !place_is_root(e->lock->place))
            check_report(&(struct violation){
                .code = L002_NESTED_LOCK,
                .ls = ls,
                .place = e->lock->place,
                .attr = -1,
                .act = "lock the inner inventory of",
                .cause = "only the outermost inventory is locked; it protects all that is inside",
                .site = e->site ? e->site : at});
    }
}

struct search {
    uint32_t holder;
    struct lock *found;
};

static void is_held_by(struct lock *l, void *arg)
{
    struct search *s = arg;
    if (atomic_load_explicit(&l->holder, memory_order_relaxed) == s->holder)
        s->found = l;
}

// Reports and releases locks that the set no longer lists but that name it as their holder.
static void lost_sight(const struct lockset *ls)
{
    struct search s = {.holder = ls->id};
    interpose_own(1);
    lock_each(is_held_by, &s);
    interpose_own(-1);
    check_report(&(struct violation){
        .code = L007_HELD_AT_END,
        .ls = ls,
        .lock = s.found,
        .attr = -1,
        .act = s.found ? "end while holding, and no longer listing," : "end while holding",
        .object = s.found ? NULL : "a lock that its lock set does not list",
        .cause = "the task ended without releasing it",
        .site = s.found ? atomic_load(&check_lock(s.found)->site) : NULL});
}

void check_end_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held)
            check_report(&(struct violation){.code = L007_HELD_AT_END,
                                             .ls = ls,
                                             .lock = ls->entries[i].lock,
                                             .attr = -1,
                                             .act = "end while holding",
                                             .cause = "the task ended without releasing it",
                                             .site = ls->entries[i].site});
    if (ls->held && !ls->count)
        lost_sight(ls);
    if (t->limbo)
        check_report(&(struct violation){.code = L017_TOKEN_LEAKED,
                                         .ls = ls,
                                         .attr = -1,
                                         .act = "end while owning",
                                         .object = "things in limbo",
                                         .cause = "a token was neither published, passed nor freed",
                                         .site = t->limbo_site});
    t->limbo = 0;
    task_event(TRACE_TASK_END, 0, ls, t);
}

void check_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at)
{
    check_report(&(struct violation){.code = L008_FOREIGN_UNLOCK,
                                     .ls = ls,
                                     .lock = l,
                                     .attr = -1,
                                     .act = "unlock",
                                     .cause = "only the task that holds a lock may release it",
                                     .site = at});
}

void check_lock_gone_slow(struct lock *l, const struct site *at)
{
    if (!atomic_load(&l->state))
        return;
    check_report(&(struct violation){.code = L034_LOCK_DESTROYED,
                                     .ls = lockset_current(),
                                     .lock = l,
                                     .attr = -1,
                                     .act = "destroy",
                                     .cause = "a task holds it or waits for it",
                                     .site = at});
}

void check_block_slow(const char *call, const struct site *at)
{
    const struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!ls || !ls->held || !is_checked(ls))
        return;
    trace_name_sites_made();
    if (flows(t))
        check_event(TRACE_BLOCK_ENTER, 0, at, 0, ls->id);
    check_report(&(struct violation){
        .code = L006_BLOCKING,
        .ls = ls,
        .attr = -1,
        .act = "call",
        .object = call,
        .cause = "it may wait, and tasks that want these locks wait with it: do it after releasing",
        .site = at});
}

void check_off_thread(enum loopguard_owner owner, const char *call, const void *from,
                      const void *frame)
{
    static const char *const cause[] = {
        [LOOPGUARD_LOOP] =
            "libuv's handles belong to the loop's thread: put it in an outcome, or wake the loop",
        [LOOPGUARD_WORKER] =
            "it works under the locks of a task's step: make it a command or an event",
    };
    const struct lockset *ls = lockset_current();
    if (!check_on())
        return;
    check_report(
        &(struct violation){.code = owner == LOOPGUARD_LOOP ? L028_OFF_LOOP : L043_OFF_TASK,
                            .ls = ls,
                            .attr = -1,
                            .act = "call",
                            .object = call,
                            .cause = cause[owner],
                            .site = site_of_call(from, frame)});
}

// The checks of everything that is not an attribute of a thing in play. Keeps the list of threads
// that have a checker, to know whether any of them is inside a task. Accesses are checked in
// check_access.c, locks and tasks in check_task.c. Any thread; changes nothing in the world.
#include "check/check_data.h"

#include "check/check_priv.h"
#include "check/interpose.h"
#include "runtime/task.h"
#include "util/loopguard.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

static struct checker *checkers; // under a spin latch, as mutexes are checked here
static atomic_flag spin = ATOMIC_FLAG_INIT;

static void latch(void)
{
    while (atomic_flag_test_and_set_explicit(&spin, memory_order_acquire))
        ;
}

static void unlatch(void)
{
    atomic_flag_clear_explicit(&spin, memory_order_release);
}

void checker_list(struct checker *c)
{
    assert(c && !c->next);
    latch();
    c->next = checkers;
    checkers = c;
    unlatch();
}

void checker_unlist(struct checker *c)
{
    assert(c);
    latch();
    for (struct checker **at = &checkers; *at; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    unlatch();
}

// Reports a violation about an object that is not a thing.
static void report_data(enum check_code code, bool write, const char *act, const char *object,
                        const char *cause, const struct site *at)
{
    assert(code && act);
    struct lockset *ls = lockset_current();
    check_report(&(struct violation){.code = code,
                                     .ls = ls,
                                     .attr = -1,
                                     .write = write,
                                     .act = act,
                                     .object = object,
                                     .cause = cause,
                                     .site = at});
}

static void report_place(enum check_code code, struct place *p, bool write, const char *act,
                         const char *cause, const struct site *at)
{
    assert(code && p && act);
    check_report(&(struct violation){.code = code,
                                     .ls = lockset_current(),
                                     .place = p,
                                     .attr = -1,
                                     .write = write,
                                     .act = act,
                                     .cause = cause,
                                     .site = at});
}

void check_data_thing_slow(struct place *p, bool write, const char *act, const struct site *at)
{
    if (!is_checked(lockset_current()))
        return;
    int code = check_raw_code(p, write);
    if (code)
        report_place(code, p, write, act, checker_cause(code), at);
}

void check_data_copied_slow(struct place *of, unsigned attr, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (is_checked(ls))
        checker_report_value(
            ls, of, attr,
            "its copy was given the same value without counting the reference: what one changes or "
            "frees belongs to the other too",
            at);
}

void check_data_renewed_slow(struct place *p, uint32_t was, uint32_t now, const struct site *at)
{
    if (!is_checked(lockset_current()) || (int32_t)(now - was) > 0)
        return;
    report_place(L027_STALE_TIMER, p, true, "set again a timer of",
                 "its generation is not a new one: an older timer would seem to stand", at);
}

void check_data_ended_slow(struct place *p, uint32_t was, const struct site *at)
{
    if (is_checked(lockset_current()) &&
        atomic_load_explicit(&p->generation, memory_order_relaxed) == was)
        report_place(L033_DEAD, p, true, "end",
                     "its generation is what it was: old references will find the next thing here",
                     at);
}

void check_data_referred_slow(const struct place *p, const struct site *at)
{
    if (place_kind(place_peek(p)) == PLACE_DEAD && is_checked(lockset_current()))
        report_place(
            L033_DEAD, (struct place *)p, false, "ask for the reference of",
            "its pointer was kept when it ended: the next thing in its slot would be taken for it",
            at);
}

void check_data_emptied_slow(struct place *p, const struct site *at)
{
    if (is_checked(lockset_current()))
        report_place(L010_FREED_WHILE_REFERENCED, p, false, "free",
                     "things are still inside it: they could never be found or freed", at);
}

static unsigned forks; // how many forks led to this process: in a child threads have other numbers

static void forked(void)
{
    forks++;
}

__attribute__((constructor)) static void hear_of_forks(void)
{
    pthread_atfork(NULL, NULL, forked);
}

// Does this thread hold the mutex? Asks the C library, if it tells: the checker's own list lacks
// mutexes that were taken before the level was raised.
static bool has_mutex(pthread_mutex_t *m)
{
#ifdef __GLIBC__
    static _Thread_local pid_t self;
    static _Thread_local unsigned self_forks;
    if (!self || self_forks != forks) {
        self = gettid();
        self_forks = forks;
    }
    return m->__data.__owner == self;
#else
    (void)m;
    return true;
#endif
}

void check_data_guarded_slow(pthread_mutex_t *m, const char *what, const struct site *at)
{
    if (is_checked(lockset_current()) && !has_mutex(m))
        report_data(L001_NO_LOCK, true, "touch", what, "the mutex that guards it is not held", at);
}

// Called before a mutex is taken: if this thread holds it already, it would wait for ever.
void check_data_mutex_take_slow(pthread_mutex_t *m, const void *from, const void *frame)
{
#ifdef __GLIBC__
    bool again = (m->__data.__kind & 3) != PTHREAD_MUTEX_RECURSIVE && has_mutex(m);
    if (again && !interpose_is_own() && is_checked(lockset_current()))
        report_data(L012_SELF_DEADLOCK, true, "take", "a mutex",
                    "this thread has it already and would wait for itself",
                    site_of_call(from, frame));
#else
    (void)m, (void)from, (void)frame;
#endif
}

void check_data_mutex_drop_slow(pthread_mutex_t *m, const void *from, const void *frame)
{
    if (!has_mutex(m) && !interpose_is_own() && is_checked(lockset_current()))
        report_data(L008_FOREIGN_UNLOCK, true, "unlock", "a mutex",
                    "this thread does not have it: released twice, or by another than took it",
                    site_of_call(from, frame));
}

// The lock set of the running command, or NULL. Building a world uses a lock set too, but takes no
// event numbers.
static const struct lockset *command_here(void)
{
    const struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    return is_task_checked(t) && t->numbered ? ls : NULL;
}

void check_data_built_slow(const char *what, const struct site *at)
{
    if (command_here())
        report_data(L032_FROZEN_WRITTEN, true, "write", what,
                    "it is built before the world runs, and read without a lock from then on", at);
}

static bool in_task(void)
{
    return lockset_current() || task_current();
}

void check_data_guard_loop(void)
{
    loopguard_listen(check_off_thread);
    loopguard_ask(in_task);
    loopguard_heed(check_on());
}

void check_data_quiet_slow(bool stands, const char *act, const struct site *at)
{
    uint32_t now = atomic_load_explicit(&check_epoch, memory_order_relaxed);
    bool inside = !stands;
    latch();
    for (const struct checker *c = checkers; c && !inside; c = c->next)
        inside = atomic_load_explicit(&c->inside, memory_order_acquire) == now;
    unlatch();
    if (inside)
        report_data(L001_NO_LOCK, false, act, "all of the world",
                    "tasks are at work in it, or may be: nothing may run meanwhile", at);
}

void check_data_handed_slow(bool done, const char *what, const struct site *at)
{
    if (!done)
        report_data(L030_RACE, true, "hand on", what,
                    "the thread that gets it goes on with it at once, while this one still uses it",
                    at);
}

void check_data_pooled_slow(const char *act, const char *what, const void *from, const void *frame)
{
    report_data(L030_RACE, true, act, what,
                "it has been given back to its pool: a thread that takes it from there uses it too",
                site_of_call(from, frame));
}

void check_data_twice_slow(const char *what, const struct site *at)
{
    report_data(L030_RACE, true, "hand on", what,
                "it was handed on already: the thread that took it uses it, or has freed it", at);
}

void check_data_placed_slow(struct lockset *ls, const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t) || !t->numbered || !t->touched || ls->held)
        return;
    t->numbered = false; // reported once for each command
    check_report(&(struct violation){
        .code = L041_EARLY_RELEASE,
        .ls = ls,
        .attr = -1,
        .act = "take the sequence number of its reply after the release",
        .cause = "a command that saw the change may have a lower one, so its reply comes first",
        .site = at});
}

void check_data_chance_slow(const char *call, const void *from, const void *frame)
{
    const struct lockset *ls = command_here();
    if (ls && ls->held && !interpose_is_own())
        report_data(L039_DIVERGED, false, "ask", call,
                    "what it answers is not in the event: a replay would be told something else",
                    site_of_call(from, frame));
}

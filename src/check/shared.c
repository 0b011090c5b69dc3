// Checks uses of shared objects. An object with a guard must be used under it. A use of another
// object is compared with the last write and the last read by tasks that no barrier orders with
// this one. Threads: any; each object has a latch, held for a few instructions only.
#include "check/shared.h"

#include "check/check_priv.h"

#include <sched.h>
#include <stdio.h>

void shared_init(struct shared *s, const char *label, struct lock *guard)
{
    *s = (struct shared){.label = label, .guard = guard};
}

void shared_init_thread(struct shared *s, const char *label)
{
    *s = (struct shared){.label = label, .of_thread = true};
}

static void latch(struct shared *s)
{
    uint32_t open = 0;
    for (unsigned spins = 0; !atomic_compare_exchange_weak_explicit(
             &s->latch, &open, 1, memory_order_acquire, memory_order_relaxed);
         open = 0)
        if (++spins > 64)
            sched_yield();
}

static void unlatch(struct shared *s)
{
    atomic_store_explicit(&s->latch, 0, memory_order_release);
}

static struct shared_use use_of(const struct lockset *ls, const struct site *at)
{
    struct check_task *t = check_task(ls);
    static _Thread_local char here;
    struct shared_use u = {
        .task = ls ? ls->id : 0, .group = t ? t->group : 0, .site = at, .thread = &here};
    u.what = ls && ls->what ? ls->what : "outside any task";
    for (size_t i = 0, n = 0; ls && i < ls->count && n < SHARED_LOCKS; i++)
        if (ls->entries[i].held)
            u.locks[n++] = ls->entries[i].lock->id;
    return u;
}

static bool lock_in_common(const struct shared_use *a, const struct shared_use *b)
{
    for (int i = 0; i < SHARED_LOCKS && a->locks[i]; i++)
        for (int k = 0; k < SHARED_LOCKS && b->locks[k]; k++)
            if (a->locks[i] == b->locks[k])
                return true;
    return false;
}

// Did two tasks use it without a lock in common?
static bool apart(const struct shared *s, const struct shared_use *a, const struct shared_use *b)
{
    return a->site && a->task != b->task && !(s->of_thread && a->thread == b->thread) &&
           !lock_in_common(a, b);
}

// Tasks with the same group (of one fork, or of none) are ordered by locks only; between groups
// there are barriers.
static bool unordered(const struct shared *s, const struct shared_use *a,
                      const struct shared_use *b)
{
    return apart(s, a, b) && a->group == b->group;
}

static void report(const struct shared *s, const struct lockset *ls, int code, bool write,
                   const char *cause, const struct site *at, const struct site *other)
{
    check_report(&(struct violation){.code = code,
                                     .ls = ls,
                                     .lock = s->guard,
                                     .attr = -1,
                                     .write = write,
                                     .act = write ? "write" : "read",
                                     .object = s->label,
                                     .cause = cause,
                                     .site = at,
                                     .other = other});
}

// Reports a use without the guard (L001, L003).
static void check_guard(const struct shared *s, const struct lockset *ls, bool write,
                        const struct site *at)
{
    if (ls && lockset_holds(ls, s->guard, write ? LOCK_EXCLUSIVE : LOCK_SHARED))
        return;
    bool nothing = !ls || !ls->held;
    report(s, ls, nothing ? L001_NO_LOCK : L003_WRONG_LOCK, write,
           nothing ? "the object's guard is not held, nor any other lock"
                   : "locks are held, but not the object's guard",
           at, NULL);
}

// Reports two uses that no lock and no barrier orders (L030, L031).
static void report_race(const struct shared *s, const struct lockset *ls, bool write,
                        const struct shared_use *mine, const struct shared_use *theirs, bool inside)
{
    char cause[160];
    snprintf(cause, sizeof(cause),
             "task %u %s uses it too, with no barrier between and no lock in common%s",
             theirs->task, theirs->what, inside ? ", and is inside now" : "");
    report(s, ls, inside ? L030_RACE : L031_PREDICTED_RACE, write, cause, mine->site, theirs->site);
}

void shared_group_slow(struct lockset *ls, uint32_t group)
{
    check_task_make(ls)->group = group;
}

void shared_enter_slow(struct shared *s, bool write, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (!is_checked(ls))
        return;
    if (s->guard) {
        check_guard(s, ls, write, at);
        return;
    }
    struct shared_use mine = use_of(ls, at);
    latch(s);
    struct shared_use last = s->write, read = s->read, now = s->now;
    bool inside = s->inside && (write || s->writing) && apart(s, &now, &mine);
    s->inside++;
    s->writing |= write;
    s->now = mine;
    *(write ? &s->write : &s->read) = mine;
    unlatch(s);
    if (inside)
        report_race(s, ls, write, &mine, &now, true);
    else if (unordered(s, &last, &mine))
        report_race(s, ls, write, &mine, &last, false);
    else if (write && unordered(s, &read, &mine))
        report_race(s, ls, write, &mine, &read, false);
}

void shared_leave_slow(struct shared *s, bool write)
{
    if (s->guard || !is_checked(lockset_current()))
        return;
    latch(s);
    if (s->inside && !--s->inside)
        s->writing = false;
    (void)write;
    unlatch(s);
}

// Searches the sleepers of all locks for lost ones. What is known of a lost one is copied under the
// latch of the list of sleepers, and reported when the latch is free again.
#include "console/lost_wake.h"

#include "check/check_priv.h"
#include "console/sleepers.h"
#include "runtime/sched.h"
#include "runtime/task.h"
#include "util/buf.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { ASLEEP_MS = 2000, LOST_MAX = 16, HELD_MAX = 32, TOLD = -1 };

struct lost {
    struct lock *lock;
    struct lockset task; // its name and what it holds, for the report
    struct lockset_entry held[HELD_MAX];
    bool handed;
    struct sleepers_gift gift;
    const struct site *asked;
    const char *why;
};

struct search {
    int64_t now;
    bool late, at_end;
    struct lock *lock; // the lock that is being searched
    struct lost *list; // of LOST_MAX entries; allocated for the first one
    size_t count;      // in the list
    size_t all;        // how many there are, with those that were reported before
};

// Will a worker step the task? Workers that have stopped leave their run queues as they are, so at
// the end none will.
static bool will_be_stepped(struct task *t, bool at_end)
{
    return task_stepped(t) ||
           (task_woken(t) && sched_queues(t->sched, t) && (at_end || !sched_sleeps(t->sched)));
}

static const char *why(const struct sleeper *s)
{
    assert(s->waiter);
    const struct lock_waiter *w = s->waiter;
    if (!s->handed)
        return "it is not in the queue of the lock any more, so nobody will give it to it";
    if (task_complete(w->task))
        return "its task has ended";
    if (!task_woken(w->task))
        return "it sleeps, and nothing wakes it";
    return sched_queues(w->task->sched, w->task) ? "it is in a run queue, and every worker sleeps"
                                                 : "it was woken, and is in no run queue";
}

static void keep(struct search *s, const struct sleeper *sleeper)
{
    assert(s->count < LOST_MAX && s->lock);
    const struct lock_waiter *w = sleeper->waiter;
    const struct lockset *ls = w->waiting_set;
    if (!s->list)
        s->list = mem_alloc(LOST_MAX * sizeof(*s->list));
    struct lost *lost = &s->list[s->count++];
    *lost = (struct lost){.lock = s->lock,
                          .task = {.id = w->owner, .what = ls->what, .actor = ls->actor},
                          .handed = sleeper->handed,
                          .gift = sleeper->gift,
                          .asked = w->site,
                          .why = why(sleeper)};
    for (size_t i = 0; i < ls->count && lost->task.count < HELD_MAX; i++)
        if (ls->entries[i].held)
            lost->held[lost->task.count++] = ls->entries[i];
    lost->task.held = lost->task.count;
}

static void look(struct sleeper *sleeper, bool queued, void *arg)
{
    struct search *s = arg;
    const struct lock_waiter *w = sleeper->waiter;
    if (queued || !w->task || !w->waiting_set ||
        (sleeper->handed && will_be_stepped(w->task, s->at_end))) {
        sleeper->missed = 0;
        return;
    }
    if (sleeper->missed == TOLD) {
        s->all++;
        return;
    }
    if (!sleeper->missed || s->late)
        sleeper->missed = s->now > 0 ? s->now : 1;
    if ((!s->at_end && s->now - sleeper->missed <= ASLEEP_MS) || s->count == LOST_MAX)
        return;
    sleeper->missed = TOLD;
    s->all++;
    keep(s, sleeper);
}

static void look_at(struct lock *l, void *arg)
{
    struct search *s = arg;
    s->lock = l;
    sleepers_visit(l, look, s);
}

static void tell(struct lost *lost)
{
    assert(lost->task.count <= HELD_MAX);
    struct buf cause = BUF_INIT;
    const struct sleepers_gift *g = &lost->gift;
    if (lost->handed && g->owner)
        buf_addf(&cause, "task %u %s (%s) released it and gave it to this one; ", g->owner,
                 g->what ? g->what : "?", g->actor ? g->actor : "no actor");
    buf_addf(&cause, "%s%s", lost->why,
             lost->handed ? ": every other task that wants the lock waits for ever" : "");
    lost->task.entries = lost->held;
    check_report(&(struct violation){.code = L042_LOST_WAKE,
                                     .ls = &lost->task,
                                     .lock = lost->lock,
                                     .attr = -1,
                                     .act = lost->handed ? "be given, and never go on with,"
                                                         : "wait, and be in no queue, for",
                                     .cause = buf_str(&cause),
                                     .site = lost->handed ? lost->gift.site : lost->asked,
                                     .other = lost->handed ? lost->asked : NULL});
    buf_fini(&cause);
}

static size_t find(struct search *s)
{
    assert(!s->list && !s->count);
    lock_each(look_at, s);
    for (size_t i = 0; i < s->count; i++)
        tell(&s->list[i]);
    free(s->list);
    return s->all;
}

size_t lost_wake_sweep(int64_t now_ms, bool late)
{
    return find(&(struct search){.now = now_ms, .late = late});
}

size_t lost_wake_at_end(void)
{
    return find(&(struct search){.at_end = true});
}

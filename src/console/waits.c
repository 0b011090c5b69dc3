// Gathers parked tasks from the queues of all locks, and follows who waits for whom.
#include "console/waits.h"

#include "check/check_report_priv.h"
#include "util/buf.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS_MAX = 4096, CHAIN_MAX = 64 };

const char *waits_label(const struct lock *l)
{
    assert(l);
    const char *label = l->place ? atomic_load(&l->place->label) : l->label;
    return label ? label : "?";
}

static void add_parked(const struct lock_waiter *w, void *arg)
{
    struct waits *p = arg;
    assert(p->lock && p->count <= p->cap);
    const struct lockset *ls = w->waiting_set;
    if (p->count == p->cap || !ls)
        return;
    struct waits_task *q = &p->list[p->count++];
    *q = (struct waits_task){.owner = w->owner,
                             .lock = p->lock,
                             .wants = p->lock->id,
                             .wants_label = waits_label(p->lock),
                             .wants_ticket = atomic_load(&p->lock->ticket),
                             .what = ls->what,
                             .actor = ls->actor};
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (e->lock == p->lock)
            q->site = e->site;
        else if (e->held && q->held_count < WAITS_HELD_MAX)
            q->held[q->held_count++] = e->lock->id;
    }
}

static void visit_parked(struct lock *l, void *arg)
{
    struct waits *p = arg;
    p->lock = l;
    lock_visit(l, add_parked, p);
}

void waits_gather(struct waits *p)
{
    *p = (struct waits){.list = mem_alloc(TASKS_MAX * sizeof(struct waits_task)), .cap = TASKS_MAX};
    lock_each(visit_parked, p);
}

static bool holds(const struct waits_task *p, uint32_t lock)
{
    for (unsigned i = 0; i < p->held_count; i++)
        if (p->held[i] == lock)
            return true;
    return false;
}

static int holder_of(const struct waits *p, uint32_t lock)
{
    for (size_t i = 0; i < p->count; i++)
        if (holds(&p->list[i], lock))
            return (int)i;
    return -1;
}

// Follows waits from one parked task. Returns the length of the cycle that they lead into, or 0.
static size_t cycle_from(const struct waits *p, size_t start, int *chain)
{
    assert(start < p->count);
    size_t n = 0;
    for (int at = (int)start; at >= 0 && n < CHAIN_MAX; at = holder_of(p, p->list[at].wants)) {
        for (size_t i = 0; i < n; i++)
            if (chain[i] == at) {
                memmove(chain, chain + i, (n - i) * sizeof(*chain));
                return n - i;
            }
        chain[n++] = at;
    }
    return 0;
}

static bool same_wait(const struct waits *again, const struct waits_task *p)
{
    for (size_t i = 0; i < again->count; i++)
        if (again->list[i].owner == p->owner && again->list[i].wants == p->wants &&
            again->list[i].wants_ticket == p->wants_ticket)
            return true;
    return false;
}

static void report_cycle(const struct waits *p, const int *chain, size_t n)
{
    assert(n && n <= CHAIN_MAX);
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        const struct waits_task *q = &p->list[chain[i]];
        buf_addf(&text, "%stask %u %s (%s) waits for \"%s\"", i ? ", held by " : "", q->owner,
                 q->what ? q->what : "?", q->actor ? q->actor : "no actor", q->wants_label);
    }
    buf_addf(&text, ", held by task %u", p->list[chain[0]].owner);
    check_report(&(struct violation){.code = L011_DEADLOCK,
                                     .attr = -1,
                                     .act = "wait in a circle:",
                                     .object = buf_str(&text),
                                     .cause = "none of them can ever go on",
                                     .site = p->list[chain[0]].site});
    buf_fini(&text);
}

// Reports a deadlock when two looks show the same waits for the same grants: nothing moved, so the
// cycle is real.
void waits_find_deadlocks(void)
{
    struct waits first, again;
    int chain[CHAIN_MAX];
    waits_gather(&first);
    for (size_t i = 0; i < first.count; i++) {
        size_t n = cycle_from(&first, i, chain);
        if (!n)
            continue;
        waits_gather(&again);
        bool real = true;
        for (size_t k = 0; k < n; k++)
            real &= same_wait(&again, &first.list[chain[k]]);
        free(again.list);
        if (real) {
            report_cycle(&first, chain, n);
            break;
        }
    }
    free(first.list);
}

void waits_report_abandoned(void)
{
    struct waits waiting;
    waits_gather(&waiting);
    for (size_t i = 0; i < waiting.count; i++) {
        const struct waits_task *p = &waiting.list[i];
        struct buf text = BUF_INIT;
        bool nobody = !lock_held(p->lock);
        buf_addf(&text, "task %u %s (%s) waits for a lock that %s:", p->owner,
                 p->what ? p->what : "?", p->actor ? p->actor : "no actor",
                 nobody ? "nobody holds" : "its holder will not release");
        check_report(&(struct violation){
            .code = L011_DEADLOCK,
            .lock = p->lock,
            .attr = -1,
            .act = "wait for ever:",
            .object = buf_str(&text),
            .cause =
                nobody ? "it was released without being handed on"
                       : "the task that it was given to never went on, or ended without a release",
            .site = p->site});
        buf_fini(&text);
    }
    free(waiting.list);
}

// Sweeps over all locks, and the text of the operator's commands. Reads atomics, queues under their
// latches and rings while they are written; takes no world lock. What it remembers from one sweep
// to the next is in the locks themselves and in a small table of tokens, under `mutex`.
#include "console/watchdog.h"

#include "check/check_report_priv.h"
#include "check/interpose.h"
#include "console/lost_wake.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HELD_MAX = 32, SETS_MAX = 4096, CHAIN_MAX = 64, TOKENS_MAX = 1024 };

// A task that is parked: which lock it waits for, and what it holds meanwhile.
struct parked {
    uint32_t owner, wants;
    const char *what, *actor, *wants_label;
    uint64_t wants_ticket;
    const struct site *site;
    struct lock *lock; // the lock that it waits for
    uint32_t held[HELD_MAX];
    unsigned held_count;
};

struct parked_list {
    struct parked *list;
    size_t count, cap;
    struct lock *lock; // the lock that is being visited
};

struct token {
    uint32_t index;
    uint64_t where;
    int64_t since;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // everything below
static struct watchdog_things things;
static int64_t wait_limit = 5000, hold_limit = 5000, last_sweep;
static struct token tokens[TOKENS_MAX];
static size_t token_count;
static bool lost;          // a task sleeps for ever: other tasks may wait long because of it
static bool misunderstood; // the operator's words were not understood, as the command itself found

void watchdog_set_things(const struct watchdog_things *t)
{
    pthread_mutex_lock(&mutex);
    things = t ? *t : (struct watchdog_things){0};
    token_count = 0;
    pthread_mutex_unlock(&mutex);
}

void watchdog_set_limits(int64_t wait, int64_t hold)
{
    pthread_mutex_lock(&mutex);
    wait_limit = wait;
    hold_limit = hold;
    pthread_mutex_unlock(&mutex);
}

static const char *label_of(const struct lock *l)
{
    const char *label = l->place ? atomic_load(&l->place->label) : l->label;
    return label ? label : "?";
}

static void add_parked(const struct lock_waiter *w, void *arg)
{
    struct parked_list *p = arg;
    const struct lockset *ls = w->waiting_set;
    if (p->count == p->cap || !ls)
        return;
    struct parked *q = &p->list[p->count++];
    *q = (struct parked){.owner = w->owner,
                         .lock = p->lock,
                         .wants = p->lock->id,
                         .wants_label = label_of(p->lock),
                         .wants_ticket = atomic_load(&p->lock->ticket),
                         .what = ls->what,
                         .actor = ls->actor};
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (e->lock == p->lock)
            q->site = e->site;
        else if (e->held && q->held_count < HELD_MAX)
            q->held[q->held_count++] = e->lock->id;
    }
}

static void visit_parked(struct lock *l, void *arg)
{
    struct parked_list *p = arg;
    p->lock = l;
    lock_visit(l, add_parked, p);
}

static void gather(struct parked_list *p)
{
    *p = (struct parked_list){.list = mem_alloc(SETS_MAX * sizeof(struct parked)), .cap = SETS_MAX};
    lock_each(visit_parked, p);
}

static bool holds(const struct parked *p, uint32_t lock)
{
    for (unsigned i = 0; i < p->held_count; i++)
        if (p->held[i] == lock)
            return true;
    return false;
}

static int holder_of(const struct parked_list *p, uint32_t lock)
{
    for (size_t i = 0; i < p->count; i++)
        if (holds(&p->list[i], lock))
            return (int)i;
    return -1;
}

// Follows waits from one parked task. Returns the length of the cycle that they lead into, or 0.
static size_t cycle_from(const struct parked_list *p, size_t start, int *chain)
{
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

static bool same_wait(const struct parked_list *again, const struct parked *p)
{
    for (size_t i = 0; i < again->count; i++)
        if (again->list[i].owner == p->owner && again->list[i].wants == p->wants &&
            again->list[i].wants_ticket == p->wants_ticket)
            return true;
    return false;
}

static void report_cycle(const struct parked_list *p, const int *chain, size_t n)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        const struct parked *q = &p->list[chain[i]];
        buf_addf(&text, "%stask %u %s (%s) waits for \"%s\"", i ? ", held by " : "", q->owner,
                 q->what ? q->what : "?", q->actor ? q->actor : "no actor", q->wants_label);
    }
    buf_addf(&text, ", held by task %u", p->list[chain[0]].owner);
    lockreport(&(struct violation){.code = L011_DEADLOCK,
                                   .attr = -1,
                                   .act = "wait in a circle:",
                                   .object = buf_str(&text),
                                   .cause = "none of them can ever go on",
                                   .site = p->list[chain[0]].site});
    buf_fini(&text);
}

// Reports a deadlock when two looks show the same waits for the same grants: nothing moved, so the
// cycle is real.
static void find_deadlocks(void)
{
    struct parked_list first, again;
    int chain[CHAIN_MAX];
    gather(&first);
    for (size_t i = 0; i < first.count; i++) {
        size_t n = cycle_from(&first, i, chain);
        if (!n)
            continue;
        gather(&again);
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

void watchdog_abandoned(void)
{
    struct parked_list waiting;
    gather(&waiting);
    for (size_t i = 0; i < waiting.count; i++) {
        const struct parked *p = &waiting.list[i];
        struct buf text = BUF_INIT;
        bool nobody = !lock_held(p->lock);
        buf_addf(&text, "task %u %s (%s) waits for a lock that %s:", p->owner,
                 p->what ? p->what : "?", p->actor ? p->actor : "no actor",
                 nobody ? "nobody holds" : "its holder will not release");
        lockreport(&(struct violation){
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

static void first_waiter(const struct lock_waiter *w, void *arg)
{
    uint32_t *first = arg;
    if (!*first)
        *first = w->owner;
}

static void over_limit(struct lock *l, enum lockcheck_code code, int64_t ms, const char *what)
{
    static char cause[80];
    snprintf(cause, sizeof(cause), "%s for %lld ms or more", what, (long long)ms);
    lockreport(&(struct violation){.code = code,
                                   .lock = l,
                                   .attr = -1,
                                   .act = code == L025_LONG_HOLD ? "hold" : "wait for",
                                   .cause = cause,
                                   .site = atomic_load(&l->holder_site)});
    l->watch_told = true;
}

// The command that last held the lock has ended, as the checker's own count of holders shows, and
// yet the lock is marked as held.
static void never_released(struct lock *l)
{
    static char object[120];
    const char *what = atomic_load(&l->holder_what);
    snprintf(object, sizeof(object),
             "a lock that its holder (%.60s) has done with:", what ? what : "?");
    lockreport(
        &(struct violation){.code = L011_DEADLOCK,
                            .lock = l,
                            .attr = -1,
                            .act = "leave locked for ever",
                            .object = object,
                            .cause = "it was never given back: whoever wants it waits for ever",
                            .site = atomic_load(&l->holder_site)});
    l->watch_told = true;
}

static void lost_wakeup(struct lock *l, uint32_t waiter)
{
    static char object[80];
    snprintf(object, sizeof(object), "task %u waits for a lock that nobody holds:", waiter);
    lockreport(&(struct violation){.code = L011_DEADLOCK,
                                   .lock = l,
                                   .attr = -1,
                                   .act = "wait for ever:",
                                   .object = object,
                                   .cause = "it was released without being handed on"});
    l->watch_told = true;
}

// `arg`: the time, made negative when the sweep itself came late and must report nothing.
static void watch(struct lock *l, void *arg)
{
    int64_t now = *(int64_t *)arg;
    bool late = now < 0;
    now = late ? -now : now;
    uint64_t ticket = atomic_load(&l->ticket);
    uint32_t waiter = 0;
    lock_visit(l, first_waiter, &waiter);
    bool idle = !lock_held(l) && !waiter;
    if (idle || ticket != l->watch_ticket || late) {
        l->watch_ticket = ticket;
        l->watch_since = now;
        l->watch_told = false;
    }
    if (waiter != l->watch_waiter || late) {
        l->watch_waiter = waiter;
        l->watch_waiting = now;
    }
    if (l->watch_told)
        return;
    // The lock was not granted for so long, also counted from the first look: between two holders a
    // lock is free for a moment too.
    if (waiter && !lock_held(l) && now - l->watch_waiting > 2000 && now - l->watch_since > 2000 &&
        atomic_load(&l->ticket) == ticket) {
        lost_wakeup(l, waiter);
        return;
    }
    if (!lock_held(l))
        return;
    uint64_t shadow = atomic_load(&l->shadow);
    if (shadow == (uint64_t)atomic_load(&lockcheck_epoch) << 32 && now - l->watch_since > 2000) {
        never_released(l);
        return;
    }
    if (lost)
        return;
    if (hold_limit && now - l->watch_since > hold_limit)
        over_limit(l, L025_LONG_HOLD, now - l->watch_since, "held");
    else if (wait_limit && waiter && now - l->watch_waiting > wait_limit)
        over_limit(l, L024_LONG_WAIT, now - l->watch_waiting, "waited for");
}

static void watch_tokens(int64_t now)
{
    struct token old[TOKENS_MAX];
    size_t old_count = token_count;
    memcpy(old, tokens, old_count * sizeof(*old));
    token_count = 0;
    uint32_t end = things.end ? things.end(things.arg) : 0;
    for (uint32_t i = 1; i < end && token_count < TOKENS_MAX; i++) {
        struct place *p = things.at(things.arg, i);
        uint64_t where = p ? place_peek(p) : 0;
        if (!p || place_kind(where) != PLACE_LIMBO)
            continue;
        struct token t = {i, where, now};
        for (size_t k = 0; k < old_count; k++)
            if (old[k].index == i && old[k].where == where)
                t.since = old[k].since;
        tokens[token_count++] = t;
    }
}

static void sweep(int64_t now)
{
    int64_t time = last_sweep && now - last_sweep > 3000 ? -now : now;
    last_sweep = now;
    lost = lost_wake_sweep(now, time < 0);
    lock_each(watch, &time);
    watch_tokens(now);
    find_deadlocks();
}

void watchdog_sweep(int64_t now_ms)
{
    pthread_mutex_lock(&mutex);
    sweep(now_ms);
    pthread_mutex_unlock(&mutex);
}

// --- the operator's commands

struct listing {
    struct buf *out;
    int64_t now;
    size_t told, most;
};

static void add_waiter(const struct lock_waiter *w, void *arg)
{
    struct buf *out = arg;
    const struct lockset *ls = w->waiting_set;
    buf_addf(out, " <- task %u %s (%s)", w->owner, ls && ls->what ? ls->what : "?",
             ls && ls->actor ? ls->actor : "no actor");
}

static void add_sleeper(struct lock_waiter *w, bool queued, void *arg)
{
    struct buf *out = arg;
    if (queued || !w->handed)
        return;
    buf_addf(out, ", given to task %u by task %u %s at ", w->owner, w->gift.owner,
             w->gift.what ? w->gift.what : "?");
    lockstory_site(out, w->gift.site);
    buf_adds(out, ", has not gone on");
}

static void add_held(struct lock *l, void *arg)
{
    struct listing *list = arg;
    if (!lock_held(l))
        return;
    uint32_t holder = atomic_load(&l->holder);
    const char *what = atomic_load(&l->holder_what), *actor = atomic_load(&l->holder_actor);
    if (list->told++ >= list->most)
        return;
    buf_addf(list->out, "%6u %-28.28s ", l->id, label_of(l));
    if (holder)
        buf_addf(list->out, "task %u %s (%s)", holder, what ? what : "?",
                 actor ? actor : "no actor");
    else
        buf_adds(list->out, "shared");
    buf_addf(list->out, ", ticket %llu, %lld ms", (unsigned long long)atomic_load(&l->ticket),
             (long long)(list->now - l->watch_since));
    if (atomic_load(&l->holder_site)) {
        buf_adds(list->out, ", taken ");
        lockstory_site(list->out, atomic_load(&l->holder_site));
    }
    lock_visit_sleepers(l, add_sleeper, list->out);
    lock_visit(l, add_waiter, list->out);
    buf_addc(list->out, '\n');
}

static void say_held(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    struct listing list = {out, now, 0, 100};
    lock_each(add_held, &list);
    if (!list.told)
        buf_adds(out, "No world lock is held.\n");
    else
        buf_addf(out, "%zu held.\n", list.told);
}

enum { TOP = 15 };

struct row {
    uint32_t id, waits, handoffs, retries;
    uint64_t grants;
    int64_t held, waiting;
    char label[32];
};

struct rows {
    struct row top[TOP];
    size_t count;
    uint64_t (*key)(const struct row *);
    int64_t now;
};

static uint64_t by_waits(const struct row *r)
{
    return r->waits;
}

static uint64_t by_hold(const struct row *r)
{
    return r->held > 0 ? (uint64_t)r->held : 0;
}

static uint64_t by_waiting(const struct row *r)
{
    return r->waiting > 0 ? (uint64_t)r->waiting : 0;
}

static void add_row(struct lock *l, void *arg)
{
    struct rows *rows = arg;
    struct row r = {.id = l->id,
                    .waits = atomic_load(&l->waits),
                    .handoffs = atomic_load(&l->handoffs),
                    .retries = atomic_load(&l->retries),
                    .grants = atomic_load(&l->ticket),
                    .held = lock_held(l) ? rows->now - l->watch_since : 0,
                    .waiting = l->watch_waiter ? rows->now - l->watch_waiting : 0};
    if (!rows->key(&r))
        return;
    size_t at = rows->count;
    while (at > 0 && rows->key(&rows->top[at - 1]) < rows->key(&r))
        at--;
    if (at == TOP)
        return;
    snprintf(r.label, sizeof(r.label), "%s", label_of(l));
    size_t moved = (rows->count < TOP ? rows->count : TOP - 1) - at;
    memmove(&rows->top[at + 1], &rows->top[at], moved * sizeof(r));
    rows->top[at] = r;
    if (rows->count < TOP)
        rows->count++;
}

static void say_rows(struct buf *out, int64_t now, uint64_t (*key)(const struct row *),
                     const char *none)
{
    struct rows rows = {.key = key, .now = now};
    lock_each(add_row, &rows);
    if (!rows.count) {
        buf_adds(out, none);
        return;
    }
    buf_adds(
        out,
        "  lock                              grants   waits handoffs retries  held ms  wait ms\n");
    for (size_t i = 0; i < rows.count; i++) {
        const struct row *r = &rows.top[i];
        buf_addf(out, "%6u %-26.26s %9llu %7u %8u %7u %8lld %8lld\n", r->id, r->label,
                 (unsigned long long)r->grants, r->waits, r->handoffs, r->retries,
                 (long long)r->held, (long long)r->waiting);
    }
}

static void say_top(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    say_rows(out, now, by_waits, "Nobody has ever waited for a lock.\n");
}

static void say_hold(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    say_rows(out, now, by_hold, "No lock has been held for long.\n");
}

static void say_wait(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    say_rows(out, now, by_waiting, "Nobody waits for a lock.\n");
    find_deadlocks();
}

static void add_thing(struct buf *out, uint32_t index)
{
    struct place *p = things.at && index ? things.at(things.arg, index) : NULL;
    const char *label = p ? atomic_load(&p->label) : NULL;
    buf_addf(out, "#%u \"%s\"", index, label ? label : "?");
}

static void add_found(struct buf *out, const struct trace_found *f)
{
    const struct trace_event *e = &f->event;
    buf_addf(out, "  %-10s task %u %s, %s ", trace_kind_name((enum trace_kind)e->kind), f->task,
             trace_what(f->what), f->thread);
    if (e->kind == TRACE_ATTR_READ || e->kind == TRACE_ATTR_WRITE)
        buf_addf(out, ".%s ", lockcheck_attribute(e->arg));
    lockstory_site(out, site_by_index(e->site));
    buf_addf(out, " (%llu events ago)\n", (unsigned long long)f->ago);
}

static void say_thing(struct buf *out, const char *rest, int64_t now)
{
    (void)now;
    uint32_t index = (uint32_t)strtoul(rest, NULL, 10);
    struct place *p = things.at && index ? things.at(things.arg, index) : NULL;
    if (!p) {
        buf_adds(out, "There is no thing of that number: @locks thing N\n");
        misunderstood = !index;
        return;
    }
    add_thing(out, index);
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        if (place_kind(where) == PLACE_LIMBO)
            buf_addf(out, " in limbo, token of task %u", place_limbo_owner(where));
        if (place_kind(where) == PLACE_FROZEN)
            buf_adds(out, " (frozen)");
        if (place_kind(where) == PLACE_DEAD)
            buf_adds(out, " (dead)");
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            break;
        p = place_container(where);
        buf_adds(out, " in ");
        add_thing(out, p->index);
    }
    buf_addc(out, '\n');
    struct trace_found found[20];
    size_t n = trace_last_of(index, false, found, 20);
    for (size_t i = 0; i < n; i++)
        add_found(out, &found[i]);
    if (!n)
        buf_addf(out, "  No access is on record%s\n",
                 lockcheck_level() == LOCKCHECK_FLOW ? "." : ": @locks level flow");
}

static void say_task(struct buf *out, const char *rest, int64_t now)
{
    (void)now;
    struct trace_event e[40];
    size_t n = trace_last_of_task((uint32_t)strtoul(rest, NULL, 10), e, 40);
    for (size_t i = 0; i < n; i++) {
        struct trace_found f = {.event = e[i], .thread = ""};
        if (e[i].kind == TRACE_TIME)
            continue;
        buf_addf(out, "  %-10s %u %u ", trace_kind_name((enum trace_kind)e[i].kind), e[i].object,
                 e[i].arg);
        lockstory_site(out, site_by_index(f.event.site));
        buf_addc(out, '\n');
    }
    if (!n)
        buf_adds(out, "Nothing of that task is on record: @locks task N, at level flow\n");
}

static void say_limbo(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    for (size_t i = 0; i < token_count; i++) {
        add_thing(out, tokens[i].index);
        buf_addf(out, " owned by task %u, %lld ms\n", place_limbo_owner(tokens[i].where),
                 (long long)(now - tokens[i].since));
    }
    if (!token_count)
        buf_adds(out, "Nothing is in limbo.\n");
}

static void say_graph(struct buf *out, const char *rest, int64_t now)
{
    (void)rest;
    (void)now;
    struct parked_list p;
    gather(&p);
    for (size_t i = 0; i < p.count; i++) {
        const struct parked *q = &p.list[i];
        buf_addf(out, "task %u %s holds", q->owner, q->what ? q->what : "?");
        for (unsigned k = 0; k < q->held_count; k++)
            buf_addf(out, " %u", q->held[k]);
        buf_addf(out, "%s and waits for %u \"%s\"\n", q->held_count ? "" : " nothing", q->wants,
                 q->wants_label);
    }
    if (!p.count)
        buf_adds(out,
                 "Nobody waits; the order of the past is in the trace: latchkey locks graph\n");
    free(p.list);
}

static void say_violations(struct buf *out, const char *rest, int64_t now)
{
    (void)now;
    int code = *rest == 'L' || *rest == 'l' ? atoi(rest + 1) : atoi(rest);
    size_t n, told = 0;
    if (*rest && !lockreport_title((enum lockcheck_code)code)) {
        buf_adds(out, "There is no such code: @locks viol L003\n");
        misunderstood = true;
        return;
    }
    const struct problem *list = lockreport_problems(&n);
    for (size_t i = 0; i < n; i++) {
        if (code && (int)list[i].code != code)
            continue;
        buf_addf(out, "%llu times%s\n%s", (unsigned long long)list[i].count,
                 list[i].suppression >= 0 ? " (suppressed)" : "", list[i].text ? list[i].text : "");
        told++;
    }
    if (!told)
        buf_addf(out, "No violations%s.\n", lockcheck_on() ? "" : ", but the checker is off");
}

static void say_level(struct buf *out, const char *rest, int64_t now)
{
    (void)now;
    enum lockcheck_level level;
    uint32_t sample = 0;
    if (*rest && !lockcheck_parse_level(rest, &level, &sample)) {
        buf_adds(out, "Levels are off, rules, flow and sample=1/N.\n");
        misunderstood = true;
        return;
    }
    if (*rest) {
        if (sample)
            lockcheck_set_sample(sample);
        lockcheck_set_level(level);
    }
    buf_addf(out, "The lock checker's level is %s", lockcheck_level_name(lockcheck_level()));
    if (lockcheck_level() == LOCKCHECK_SAMPLE)
        buf_addf(out, "=1/%u", lockcheck_sample());
    buf_adds(out, ".\n");
}

static void say_dump(struct buf *out, const char *rest, int64_t now)
{
    say_held(out, rest, now);
    say_wait(out, rest, now);
    say_limbo(out, rest, now);
    say_violations(out, "", now);
    if (trace_path())
        buf_addf(out, "The trace is in %s; %llu events overwritten, %llu lost.\n", trace_path(),
                 (unsigned long long)trace_overwritten(), (unsigned long long)trace_lost());
}

static const struct {
    const char *word, *help;
    void (*say)(struct buf *out, const char *rest, int64_t now);
} commands[] = {
    {"held", "what is held now, by whom, since when, and who waits (also without a word)",
     say_held},
    {"top", "the locks that tasks waited for most", say_top},
    {"wait", "who waits longest; looks for circles", say_wait},
    {"hold", "what is held longest", say_hold},
    {"thing", "N: where it is, and its last accesses", say_thing},
    {"task", "N: its last steps", say_task},
    {"limbo", "everything out of play, its owner and age", say_limbo},
    {"graph", "who holds what while waiting for what", say_graph},
    {"viol", "[CODE]: violations found", say_violations},
    {"level", "[off|rules|flow|sample=1/N]: show or change what is checked", say_level},
    {"dump", "all of it", say_dump},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

bool locks_command(const char *line, struct buf *out)
{
    lockwrap_own(1); // also inside a command: what is printed here is not the world's
    int64_t now_ms = clock_mono_ms();
    lockwrap_own(-1);
    line += strspn(line, " ");
    size_t n = strcspn(line, " ");
    const char *rest = line + n + strspn(line + n, " ");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (n && (strlen(commands[i].word) < n || strncasecmp(commands[i].word, line, n)))
            continue;
        pthread_mutex_lock(&mutex);
        if (!last_sweep || now_ms - last_sweep > 100)
            sweep(now_ms);
        misunderstood = false;
        commands[i].say(out, rest, now_ms);
        bool good = !misunderstood;
        pthread_mutex_unlock(&mutex);
        return good;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        buf_addf(out, "@locks %-6s %s\n", commands[i].word, commands[i].help);
    return n == 4 && !strncasecmp(line, "help", n);
}

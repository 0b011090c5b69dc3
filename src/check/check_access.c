// The checks of accesses. For each thread it keeps a serial number and an array indexed by slab
// slot: when a thing was last found to be accessible, and when its location was last seen. A thing
// may be accessed when the lock of its outermost inventory is held and its location was seen after
// that lock was granted; then no other task can have accessed it in between, whatever the
// interleaving. Locks and tasks are checked in check_task.c. Changes nothing in the world.
#include "check/check_priv.h"
#include "check/check_values.h"

#include "runtime/schedule_point.h"
#include "util/fatal.h"
#include "util/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { INDEXES = 1 << 24 };

_Thread_local struct checker *checker_here;
static pthread_key_t checker_key;
static pthread_once_t checker_once = PTHREAD_ONCE_INIT;

static void checker_free(void *arg)
{
    struct checker *c = arg;
    checker_unlist(c);
    check_tasks_leave(c->spare);
    munmap(c->cells, INDEXES * sizeof(*c->cells));
    munmap(c->masks, INDEXES * c->mask_words * sizeof(*c->masks));
    free(c);
}

static void make_key(void)
{
    pthread_key_create(&checker_key, checker_free);
}

// Reserves address space for all slots; memory is used only for the pages of slots that exist.
static void *array_map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED)
        fatal_system("reserve room for the lock checker", errno);
    return p;
}

struct checker *checker_make(void)
{
    pthread_once(&checker_once, make_key);
    checker_here = mem_new(struct checker);
    checker_here->serial = 1;
    checker_here->cells = array_map(INDEXES * sizeof(*checker_here->cells));
    checker_here->mask_words = (check_attributes + 31) / 32;
    checker_here->masks =
        array_map(INDEXES * checker_here->mask_words * sizeof(*checker_here->masks));
    pthread_setspecific(checker_key, checker_here);
    checker_list(checker_here);
    return checker_here;
}

static void thing_event(enum trace_kind kind, const struct check_task *t, const struct site *at,
                        struct place *p, uint32_t arg)
{
    if (!flows(t))
        return;
    check_name_thing(p);
    check_event(kind, 0, at, p->index, arg);
}

// Remembers that this task has seen where p is, in a form that survives a change of worker.
void checker_see(struct checker *c, struct check_task *t, struct place *p)
{
    struct checker_cell *cell = &c->cells[p->index];
    if (cell->seen < t->first_serial) {
        if (t->met_count == t->met_cap) {
            t->met_cap = t->met_cap ? t->met_cap * 2 : 32;
            t->met = mem_realloc_array(t->met, t->met_cap, sizeof(*t->met));
        }
        t->met[t->met_count++] = (struct check_met){.place = p};
    }
    cell->seen = c->serial;
}

void checker_own_change(struct checker *c, struct check_task *t)
{
    if (t)
        t->last_change = c->serial;
    c->serial++;
}

void check_look_again_slow(struct lockset *ls)
{
    checker_own_change(checker_self(), check_task(ls));
}

static const struct lockset_entry *held_entry(const struct lockset *ls, const struct lock *l)
{
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].lock == l && ls->entries[i].held)
            return &ls->entries[i];
    return NULL;
}

// The serial at which the lock was granted; nothing was seen after it when that is not known.
static uint64_t granted_at(const struct lockset *ls, const struct lock *l)
{
    const struct check_task *t = check_task(ls);
    for (size_t i = 0; t && i < t->grant_count; i++)
        if (t->grants[i].lock == l)
            return t->grants[i].serial;
    return UINT64_MAX;
}

// True when a lock is held whose inventory lies on the way from p outward: an inner one is locked.
static bool inner_lock_held(const struct lockset *ls, struct place *p)
{
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        struct lock *l = atomic_load_explicit(&p->lock, memory_order_relaxed);
        if (l && held_entry(ls, l))
            return true;
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return false;
        p = place_container(where);
    }
    return false;
}

// As below, for a thing that is in the inventory `root`, or is it.
static int find_code_placed(struct checker *c, const struct lockset *ls, struct place *p,
                            struct place *root, bool write)
{
    struct lock *l = atomic_load_explicit(&root->lock, memory_order_relaxed);
    const struct lockset_entry *e = l && ls ? held_entry(ls, lock_effective(l)) : NULL;
    if (!e) {
        if (!ls || !ls->held)
            return L001_NO_LOCK;
        return inner_lock_held(ls, p) ? L002_NESTED_LOCK : L003_WRONG_LOCK;
    }
    if (write && e->held_mode != LOCK_EXCLUSIVE)
        return L003_WRONG_LOCK;
    if (p != root && c->cells[p->index].seen < granted_at(ls, e->lock))
        return L009_NOT_REVALIDATED;
    return 0;
}

// The code of the rule that touching p would break now, or 0.
static int find_code(struct checker *c, const struct lockset *ls, struct place *p, bool write)
{
    uint64_t where;
    struct place *root = place_root_peek(p, &where);
    switch (place_kind(where)) {
    case PLACE_PLACED:
        if (place_container(where) != root)
            return L023_CYCLE;
        return find_code_placed(c, ls, p, root, write);
    case PLACE_LIMBO:
        return ls && place_limbo_owner(where) == ls->id ? 0 : L005_LIMBO;
    case PLACE_FROZEN:
        return write ? L032_FROZEN_WRITTEN : 0;
    case PLACE_DEAD:
        break;
    }
    return L033_DEAD;
}

int check_raw_code(struct place *p, bool write)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    struct checker *c = checker_self();
    uint64_t ok = c->cells[p->index].ok;
    if (ls && ok >> 1 > t->last_change && (!write || ok & 1))
        return 0;
    return find_code(c, ls, p, write);
}

const char *checker_cause(int code)
{
    switch (code) {
    case L002_NESTED_LOCK:
        return "an inner inventory is locked; only the outermost one protects what is inside";
    case L009_NOT_REVALIDATED:
        return "its location was read before the lock was granted, or never: read it again";
    case L005_LIMBO:
        return "it is out of play and owned by another task's token";
    case L023_CYCLE:
        return "going outward from it never ends: a thing is inside itself";
    case L033_DEAD:
        return "the reference outlived the thing: find it again by its generation, under the lock";
    default:
        return NULL;
    }
}

// Reports a violation that is about a thing, not about one of its attributes.
static void report_place(const struct lockset *ls, enum check_code code, struct place *p,
                         bool write, const char *act, const char *cause, const struct site *at)
{
    check_report(&(struct violation){.code = code,
                                     .ls = ls,
                                     .place = p,
                                     .attr = -1,
                                     .write = write,
                                     .act = act,
                                     .cause = cause,
                                     .site = at});
}

// Reports a timer's task that changes something before it has checked that its timer stands.
static void check_timer_stands(struct lockset *ls, struct place *p, int attr, const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (!t || t->timer != CHECK_TIMER_NOT_ASKED || place_kind(place_peek(p)) != PLACE_PLACED)
        return;
    t->timer = CHECK_TIMER_NONE; // reported once for each command
    check_report(&(struct violation){
        .code = L027_STALE_TIMER,
        .ls = ls,
        .place = p,
        .attr = attr,
        .write = true,
        .act = "change",
        .cause = "the timer was called off, or the task did not ask whether it stands",
        .site = at});
}

// Notes accesses for the rule that a command keeps the locks of all it has read and changed until
// it has its event number.
static void note_change(struct lockset *ls, struct place *p, bool write)
{
    struct check_task *t = check_task(ls);
    if (!ls || place_kind(place_peek(p)) != PLACE_PLACED)
        return;
    t->touched = true;
    t->changed |= write;
}

// Only for a task whose steps are kept.
static void note_use(struct checker *c, struct lockset *ls, struct check_task *t, struct place *p,
                     unsigned attr, bool write, const struct site *at)
{
    uint64_t bit = (uint64_t)1 << attr % 32 << (write ? 32 : 0);
    uint64_t *mask = &c->masks[p->index * c->mask_words + attr / 32];
    bool first = !(*mask & bit);
    if (write && first && t->read_before)
        checker_check_stale(ls, p, attr, at);
    bool known = !first && (write || checker_has_read(ls, p, attr, at));
    t->read_open = !known && checker_remember_use(ls, p, attr, write, at) && !write;
    if (!first)
        return;
    *mask |= bit;
    thing_event(write ? TRACE_ATTR_WRITE : TRACE_ATTR_READ, t, at, p, attr);
}

void check_access_slow(struct place *p, unsigned attr, bool write, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (ls && !is_task_checked(t))
        return;
    struct checker *c = checker_self();
    struct checker_cell *cell = &c->cells[p->index];
    if (write && ls)
        t->altered = true;
    if (ls && cell->ok >> 1 > t->last_change && (!write || cell->ok & 1)) {
        if (t->flow)
            note_use(c, ls, t, p, attr, write, at);
        if (check_values_on())
            check_values_access(ls, p, attr, write, at);
        return;
    }
    if (flows(t) && cell->ok >> 1 <= t->last_change)
        for (size_t i = 0; i < c->mask_words; i++)
            c->masks[p->index * c->mask_words + i] = 0;
    int code = find_code(c, ls, p, write);
    if (flows(t))
        note_use(c, ls, t, p, attr, write, at);
    note_change(ls, p, write);
    if (write)
        check_timer_stands(ls, p, (int)attr, at);
    if (!code) {
        cell->ok = c->serial * 2 + write;
        if (check_values_on() && ls)
            check_values_access(ls, p, attr, write, at);
        return;
    }
    check_report(&(struct violation){.code = code,
                                     .ls = ls,
                                     .place = p,
                                     .attr = (int)attr,
                                     .write = write,
                                     .cause = checker_cause(code),
                                     .site = at});
}

void check_list_slow(struct place *p, bool write, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (ls && !is_task_checked(t))
        return;
    thing_event(write ? TRACE_LIST_WRITE : TRACE_LIST_READ, t, at, p, 0);
    int code = find_code(checker_self(), ls, p, write);
    note_change(ls, p, write);
    if (write)
        check_timer_stands(ls, p, -1, at);
    if (!code)
        return;
    if (code == L001_NO_LOCK || code == L003_WRONG_LOCK)
        code = L013_LIST_UNLOCKED;
    report_place(ls, code, p, write, write ? "change contents of" : "read contents of",
                 checker_cause(code), at);
}

void check_met_slow(struct place *p, struct place *in, unsigned list)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    struct checker *c = checker_self();
    struct checker_cell *cell = &c->cells[p->index];
    checker_see(c, t, p);
    cell->met = c->serial;
    cell->met_in = in->index;
    cell->met_list = list;
}

// An iteration may continue from p when p was met in a list under the present lock and is still in
// that list.
void check_next_slow(struct place *p, unsigned list, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    const struct checker_cell *cell = &checker_self()->cells[p->index];
    uint64_t where = place_peek(p);
    bool there = place_kind(where) == PLACE_PLACED &&
                 place_container(where)->index == cell->met_in && list == cell->met_list;
    bool fresh = cell->met >= t->first_serial && cell->met > t->last_unlock;
    if (there && fresh)
        return;
    report_place(ls, L021_LIST_CHANGED, p, false, "go on in a list from",
                 there ? "it was met before a lock was released; the list may have changed since"
                       : "it has left the list in which it was met: take the next one first",
                 at);
}

void check_where_slow(struct place *p, struct place *in, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    schedule_point(SCHEDULE_POINT_WHERE, p->index);
    checker_see(checker_self(), t, p);
    thing_event(TRACE_WHERE_READ, t, at, p, in->index);
}

void check_move_slow(struct place *p, struct place *to, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (ls && !is_task_checked(t))
        return;
    struct checker *c = checker_self();
    if (flows(t))
        check_name_thing(to);
    thing_event(TRACE_MOVE, t, at, p, to->index);
    int code = find_code(c, ls, p, true);
    struct place *wrong = p;
    bool in_play = place_kind(place_peek(p)) == PLACE_PLACED;
    if (!code && !in_play)
        code = L018_TOKEN_MISUSED;
    if (!code) {
        code = find_code(c, ls, to, true);
        wrong = to;
    }
    if (code == L001_NO_LOCK || code == L003_WRONG_LOCK)
        code = L016_MOVE_UNLOCKED;
    check_timer_stands(ls, to, -1, at);
    note_change(ls, to, true);
    if (code)
        report_place(ls, code, wrong, true, wrong == p ? "move" : "move something into",
                     code == L016_MOVE_UNLOCKED
                         ? "a move needs the outermost locks of where it was and where it goes"
                     : code == L018_TOKEN_MISUSED ? "what is out of play is published, not moved"
                                                  : checker_cause(code),
                     at);
    c->permit = p;
    checker_own_change(c, t);
    if (ls)
        checker_see(c, t, p);
}

void check_take_slow(struct place *p, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (!is_checked(ls))
        return;
    report_place(ls, L018_TOKEN_MISUSED, p, true, "take out of play",
                 "it is not in play: taken already, or never published", at);
}

void check_token_missing_slow(struct place *p, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (!is_checked(ls))
        return;
    report_place(ls, L018_TOKEN_MISUSED, p, true, "use the token of",
                 "it is not in limbo: its token was used already, or never taken", at);
}

static const enum trace_kind limbo_kinds[] = {[HOOKS_LIMBO_TAKE] = TRACE_LIMBO_TAKE,
                                              [HOOKS_LIMBO_PUBLISH] = TRACE_LIMBO_PUBLISH,
                                              [HOOKS_LIMBO_FREE] = TRACE_FREE};

static void limbo_count(struct checker *c, struct lockset *ls, enum hooks_limbo kind,
                        struct place *p, const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (kind == HOOKS_LIMBO_TAKE) {
        t->limbo++;
        t->limbo_site = at;
    }
    if (kind != HOOKS_LIMBO_TAKE && t->limbo)
        t->limbo--;
    checker_own_change(c, t);
    if (kind == HOOKS_LIMBO_PUBLISH)
        checker_see(c, t, p);
}

static void take_out(struct checker *c, struct place *p)
{
    c->unlisted = p;
    c->unlisted_epoch = atomic_load_explicit(&check_epoch, memory_order_relaxed);
}

void check_limbo_slow(enum hooks_limbo kind, struct place *p, uint32_t owner, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (ls && !is_task_checked(t))
        return;
    struct checker *c = checker_self();
    schedule_point(SCHEDULE_POINT_LIMBO, p->index);
    thing_event(limbo_kinds[kind], t, at, p, owner);
    int code = find_code(c, ls, p, true);
    if (code) {
        if (kind == HOOKS_LIMBO_TAKE)
            code = L016_MOVE_UNLOCKED;
        else if (code != L005_LIMBO)
            code = L018_TOKEN_MISUSED;
        report_place(ls, code, p, true,
                     kind == HOOKS_LIMBO_TAKE ? "take out of play" : "use the token of",
                     code == L018_TOKEN_MISUSED ? "it is not in limbo under this task's token"
                                                : checker_cause(code),
                     at);
    }
    if (kind == HOOKS_LIMBO_TAKE)
        check_timer_stands(ls, p, -1, at);
    c->permit = p;
    if (kind == HOOKS_LIMBO_PUBLISH)
        take_out(c, p); // it is in no list yet
    else if (c->unlisted == p)
        c->unlisted = NULL; // in limbo: it is in no list
    if (ls)
        limbo_count(c, ls, kind, p, at);
    else
        checker_own_change(c, t);
}

void check_permit_slow(struct place *p)
{
    checker_self()->permit = p;
}

static void misplaced(const struct lockset *ls, struct place *p, const char *cause,
                      const struct site *at)
{
    report_place(ls, L022_WHERE_STORED, p, true, "list", cause, at);
}

// A thing that was taken out of a list and is still in play must be in another list by now.
void checker_settle(struct checker *c, const struct lockset *ls)
{
    struct place *p = c->unlisted;
    c->unlisted = NULL;
    if (p && c->unlisted_epoch == atomic_load_explicit(&check_epoch, memory_order_relaxed) &&
        place_kind(place_peek(p)) == PLACE_PLACED && !place_is_root(p))
        misplaced(ls, p, "it was taken out of its list and put into no other", NULL);
}

void check_unlisted_slow(struct place *p)
{
    struct lockset *ls = lockset_current();
    if (!is_checked(ls))
        return;
    struct checker *c = checker_self();
    if (c->unlisted != p)
        checker_settle(c, ls);
    take_out(c, p);
    c->cells[p->index].met = 0;
}

void check_listed_slow(struct place *p, struct place *in, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (!is_checked(ls))
        return;
    struct checker *c = checker_self();
    if (c->unlisted != p)
        misplaced(ls, p, "it was not taken out of the list that it was in", at);
    else if (place_peek(p) != place_word_in(in))
        misplaced(ls, p, "it is listed in one thing and its location says another", at);
    c->unlisted = NULL;
}

// A thing was found by a reference: does it have the generation that the reference names?
void check_found_slow(struct place *p, uint32_t seen, uint32_t wanted, const struct site *at)
{
    struct lockset *ls = lockset_current();
    // If the thing ends a moment later, that is no mistake: the code that found it looks again
    // under the lock.
    if (!is_checked(ls) || seen == wanted)
        return;
    report_place(ls, L033_DEAD, p, false, "find by a stale reference",
                 "the slot is another thing's by now", at);
}

void checker_report_value(struct lockset *ls, struct place *p, unsigned attr, const char *cause,
                          const struct site *at)
{
    check_report(&(struct violation){.code = L032_FROZEN_WRITTEN,
                                     .ls = ls,
                                     .place = p,
                                     .attr = (int)attr,
                                     .write = true,
                                     .cause = cause,
                                     .site = at});
}

// A value that a prototype and its copies share by reference count must not be changed.
void check_shared_value_slow(struct place *p, unsigned attr, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (is_checked(ls))
        checker_report_value(
            ls, p, attr, "the value is shared with its prototype and other copies: store a new one",
            at);
}

static bool inside(struct place *p, struct place *container)
{
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        if (p == container)
            return true;
        uint64_t where = place_peek(p);
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return false;
        p = place_container(where);
    }
    return true;
}

void check_store_slow(struct place *p, uint64_t where, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (ls && !is_task_checked(t))
        return;
    struct checker *c = checker_self();
    int code = c->permit == p ? 0 : L022_WHERE_STORED;
    c->permit = NULL;
    if (ls)
        t->altered = true;
    // Only a thing that leaves limbo, or is new, may become its own outermost inventory.
    bool itself = place_container(where) == p;
    if (!code && place_kind(where) == PLACE_PLACED &&
        (itself ? place_kind(place_peek(p)) == PLACE_PLACED && !place_is_root(p)
                : inside(place_container(where), p)))
        code = L023_CYCLE;
    if (!code)
        return;
    report_place(ls, code, p, true, "store the location of",
                 code == L023_CYCLE
                     ? "it would be inside itself"
                     : "a location changes only through a move or a step into or out of limbo",
                 at);
}

void check_release_slow(struct place *p, const struct site *at)
{
    struct lockset *ls = lockset_current();
    uint32_t pins = atomic_load_explicit(&p->pins, memory_order_relaxed);
    if (!is_checked(ls) || !pins)
        return;
    report_place(ls, L010_FREED_WHILE_REFERENCED, p, false, "free",
                 "a register still refers to it: take it out there first", at);
}

void check_timer_asked_slow(struct place *p, bool pending, uint32_t generation,
                            const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    (void)p;
    (void)at;
    // Compare with the generation that the dispatcher scheduled, not with the one that the command
    // passes.
    if (t && t->timer == CHECK_TIMER_NOT_ASKED && pending && generation == t->timer_generation)
        t->timer = CHECK_TIMER_STANDS;
}

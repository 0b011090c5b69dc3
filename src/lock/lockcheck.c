// The judge. For each thread it keeps a serial number and two exact arrays over slab indexes: when a
// thing was last found to be accessible, and when its location was last seen. A thing may be touched
// when the lock of its outermost inventory is held and its location was seen after that lock was
// granted; then no other task can have touched it in between, whatever the interleaving.
// Does not write reports (lockreport.c) and changes nothing in the world.
#include "lock/lockcheck_priv.h"

#include "lock/trace.h"
#include "util/mem.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { INDEXES = 1 << 24 };

struct checker {
    uint64_t serial;
    uint64_t *ok;   // serial * 2 + 1 when writable
    uint64_t *seen; // serial
};

enum lockcheck_level lockcheck_level_now;

static _Thread_local struct checker *checker;
static pthread_key_t checker_key;
static pthread_once_t checker_once = PTHREAD_ONCE_INIT;

static void checker_free(void *arg)
{
    struct checker *c = arg;
    munmap(c->ok, INDEXES * sizeof(uint64_t));
    munmap(c->seen, INDEXES * sizeof(uint64_t));
    free(c);
}

static void make_key(void)
{
    pthread_key_create(&checker_key, checker_free);
}

static uint64_t *array_map(void)
{
    // Pages are touched only where things are, so the whole index space costs nothing.
    void *p = mmap(NULL, INDEXES * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        abort();
    return p;
}

static struct checker *self(void)
{
    if (checker)
        return checker;
    pthread_once(&checker_once, make_key);
    checker = mem_new(struct checker);
    checker->serial = 1;
    checker->ok = array_map();
    checker->seen = array_map();
    pthread_setspecific(checker_key, checker);
    return checker;
}

void lockcheck_set_level(enum lockcheck_level level)
{
    lockcheck_level_now = level;
}

static void event(enum trace_kind kind, unsigned flags, const struct site *at, uint32_t object,
                  uint64_t arg)
{
    if (lockcheck_level_now >= LOCKCHECK_FLOW)
        trace_event(kind, flags, at, object, (uint32_t)arg);
}

static uint32_t lock_object(const struct lock *l)
{
    return l->place ? l->place->index : l->id;
}

// Remembers that this task has seen where p is, in a form that survives a change of worker.
static void see(struct checker *c, struct lockset *ls, struct place *p)
{
    if (c->seen[p->index] < ls->first_serial) {
        if (ls->met_count == ls->met_cap) {
            ls->met_cap = ls->met_cap ? ls->met_cap * 2 : 32;
            ls->met = mem_realloc_array(ls->met, ls->met_cap, sizeof(*ls->met));
        }
        ls->met[ls->met_count++] = (struct lockset_met){.place = p};
    }
    c->seen[p->index] = c->serial;
}

static const struct lockset_entry *held_entry(const struct lockset *ls, const struct lock *l)
{
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].lock == l && ls->entries[i].held)
            return &ls->entries[i];
    return NULL;
}

// True when a lock is held whose inventory lies on the way from p outward: the inner one was locked.
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

static int judge_placed(struct checker *c, const struct lockset *ls, struct place *p,
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
    if (p != root && c->seen[p->index] < e->serial)
        return L009_NOT_REVALIDATED;
    return 0;
}

// The code of the rule that touching p would break now, or 0.
static int judge(struct checker *c, const struct lockset *ls, struct place *p, bool write)
{
    uint64_t where;
    struct place *root = place_root_peek(p, &where);
    switch (place_kind(where)) {
    case PLACE_PLACED:
        if (place_container(where) != root)
            return L023_CYCLE;
        return judge_placed(c, ls, p, root, write);
    case PLACE_LIMBO:
        return ls && place_limbo_owner(where) == ls->id ? 0 : L005_LIMBO;
    case PLACE_FROZEN:
        return write ? L032_FROZEN_WRITTEN : 0;
    case PLACE_DEAD:
        break;
    }
    return L033_DEAD;
}

static const char *cause_of(int code)
{
    switch (code) {
    case L002_NESTED_LOCK:
        return "an inner inventory is locked; only the outermost one protects what is inside";
    case L009_NOT_REVALIDATED:
        return "its location was read before the lock was granted, or never: read it again";
    case L005_LIMBO:
        return "it is out of play and owned by another task's token";
    default:
        return NULL;
    }
}

void lockcheck_access_slow(struct place *p, unsigned attr, bool write, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct checker *c = self();
    uint64_t ok = c->ok[p->index];
    if (ls && ok >> 1 > ls->last_change && (!write || ok & 1)) {
        event(write ? TRACE_ATTR_WRITE : TRACE_ATTR_READ, 0, at, p->index, attr);
        return;
    }
    event(write ? TRACE_ATTR_WRITE : TRACE_ATTR_READ, 0, at, p->index, attr);
    int code = judge(c, ls, p, write);
    if (!code) {
        c->ok[p->index] = c->serial * 2 + write;
        return;
    }
    lockreport(&(struct violation){.code = code,
                                   .ls = ls,
                                   .place = p,
                                   .attr = (int)attr,
                                   .write = write,
                                   .cause = cause_of(code),
                                   .site = at});
}

void lockcheck_list_slow(struct place *p, bool write, const struct site *at)
{
    struct lockset *ls = lockset_current();
    int code = judge(self(), ls, p, write);
    if (!code)
        return;
    if (code == L001_NO_LOCK || code == L003_WRONG_LOCK)
        code = L013_LIST_UNLOCKED;
    lockreport(&(struct violation){.code = code,
                                   .ls = ls,
                                   .place = p,
                                   .attr = -1,
                                   .write = write,
                                   .act = write ? "change contents of" : "read contents of",
                                   .cause = cause_of(code),
                                   .site = at});
}

void lockcheck_met_slow(struct place *p)
{
    struct lockset *ls = lockset_current();
    if (ls)
        see(self(), ls, p);
}

void lockcheck_where_slow(struct place *p, struct place *in, const struct site *at)
{
    struct lockset *ls = lockset_current();
    if (ls)
        see(self(), ls, p);
    event(TRACE_WHERE_READ, 0, at, p->index, in->index);
}

static void own_change(struct checker *c, struct lockset *ls)
{
    if (ls)
        ls->last_change = c->serial;
    c->serial++;
}

void lockcheck_move_slow(struct place *p, struct place *to, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct checker *c = self();
    event(TRACE_MOVE, 0, at, p->index, to->index);
    int code = judge(c, ls, p, true);
    struct place *wrong = p;
    if (!code) {
        code = judge(c, ls, to, true);
        wrong = to;
    }
    if (code == L001_NO_LOCK || code == L003_WRONG_LOCK)
        code = L016_MOVE_UNLOCKED;
    if (code)
        lockreport(&(struct violation){
            .code = code,
            .ls = ls,
            .place = wrong,
            .attr = -1,
            .write = true,
            .act = wrong == p ? "move" : "move something into",
            .cause = code == L016_MOVE_UNLOCKED
                         ? "a move needs the outermost locks of where it was and where it goes"
                         : cause_of(code),
            .site = at});
    own_change(c, ls);
    if (ls)
        see(c, ls, p);
}

void lockcheck_limbo_slow(unsigned kind, struct place *p, uint32_t owner, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct checker *c = self();
    event((enum trace_kind)kind, 0, at, p->index, owner);
    int code = judge(c, ls, p, true);
    if (code) {
        if (kind == TRACE_LIMBO_TAKE)
            code = L016_MOVE_UNLOCKED;
        else if (code != L005_LIMBO)
            code = L018_TOKEN_MISUSED;
        lockreport(&(struct violation){.code = code,
                                       .ls = ls,
                                       .place = p,
                                       .attr = -1,
                                       .write = true,
                                       .act = kind == TRACE_LIMBO_TAKE ? "take out of play"
                                                                       : "use the token of",
                                       .site = at});
    }
    if (ls) {
        if (kind == TRACE_LIMBO_TAKE)
            ls->limbo++;
        else if (ls->limbo)
            ls->limbo--;
        if (kind == TRACE_LIMBO_PUBLISH)
            see(c, ls, p);
    }
    own_change(c, ls);
    if (ls && kind == TRACE_LIMBO_PUBLISH)
        see(c, ls, p);
}

void lockcheck_begin_slow(struct lockset *ls)
{
    struct checker *c = self();
    ls->first_serial = ++c->serial;
    own_change(c, ls);
    ls->met_count = 0;
    ls->limbo = 0;
    event(TRACE_TASK_BEGIN, 0, NULL, 0, ls->id);
}

void lockcheck_left_slow(struct lockset *ls)
{
    struct checker *c = self();
    ls->last_serial = c->serial;
    for (size_t i = 0; i < ls->met_count; i++)
        ls->met[i].serial = c->seen[ls->met[i].place->index];
}

// The serials and the arrays belong to the worker. What this task knows is lifted above everything
// that other tasks have stamped there meanwhile, in its own order.
void lockcheck_entered_slow(struct lockset *ls)
{
    struct checker *c = self();
    if (!ls->held && !ls->met_count) {
        // Others may have used this worker since: what they found accessible is not ours.
        own_change(c, ls);
        return;
    }
    uint64_t base = c->serial + 1, first = ls->first_serial;
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held)
            ls->entries[i].serial = base + (ls->entries[i].serial - first);
    for (size_t i = 0; i < ls->met_count; i++) {
        struct lockset_met *m = &ls->met[i];
        m->serial = m->serial < first ? 0 : base + (m->serial - first);
        if (m->serial)
            c->seen[m->place->index] = m->serial;
    }
    c->serial = base + (ls->last_serial - first);
    ls->first_serial = base;
    own_change(c, ls);
}

void lockcheck_resumed_slow(struct lockset *ls)
{
    event(TRACE_TASK_BEGIN, TRACE_RESUMED, NULL, 0, ls->id);
}

void lockcheck_want_slow(struct lockset *ls, const struct lockset_entry *e)
{
    event(TRACE_LOCK_WANT, 0, e->site, lock_object(e->lock), ls->id);
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *h = &ls->entries[i];
        if (!h->held || h == e)
            continue;
        int code = h->lock == e->lock           ? L012_SELF_DEADLOCK
                   : h->lock->id > e->lock->id ? L004_ORDER
                                               : 0;
        if (code)
            lockreport(&(struct violation){
                .code = code,
                .ls = ls,
                .lock = e->lock,
                .attr = -1,
                .act = "lock",
                .cause = code == L004_ORDER ? "locks are taken in ascending order of their ids"
                                            : "this task holds it already and would wait for itself",
                .site = e->site});
    }
}

void lockcheck_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended)
{
    struct checker *c = self();
    e->serial = ++c->serial;
    atomic_store_explicit(&e->lock->holder_what, ls->what, memory_order_relaxed);
    atomic_store_explicit(&e->lock->holder_site, e->site, memory_order_relaxed);
    event(TRACE_LOCKED, contended ? TRACE_CONTENDED : 0, e->site, lock_object(e->lock), e->ticket);
}

void lockcheck_unlock_slow(struct lockset *ls, struct lockset_entry *e)
{
    own_change(self(), ls);
    event(TRACE_UNLOCKED, 0, e->site, lock_object(e->lock), e->ticket);
}

void lockcheck_commit_slow(struct lockset *ls, const struct site *at)
{
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (e->held && e->lock->place && !place_is_root(e->lock->place))
            lockreport(&(struct violation){.code = L002_NESTED_LOCK,
                                           .ls = ls,
                                           .place = e->lock->place,
                                           .attr = -1,
                                           .act = "lock the inner inventory of",
                                           .cause = cause_of(L002_NESTED_LOCK),
                                           .site = e->site ? e->site : at});
    }
}

void lockcheck_end_slow(struct lockset *ls)
{
    for (size_t i = 0; i < ls->count; i++)
        if (ls->entries[i].held)
            lockreport(&(struct violation){.code = L007_HELD_AT_END,
                                           .ls = ls,
                                           .lock = ls->entries[i].lock,
                                           .attr = -1,
                                           .act = "end while holding",
                                           .cause = "the task ended without releasing it",
                                           .site = ls->entries[i].site});
    if (ls->limbo)
        lockreport(&(struct violation){.code = L017_TOKEN_LEAKED,
                                       .ls = ls,
                                       .attr = -1,
                                       .act = "end while owning things in limbo",
                                       .cause = "a token was neither published, passed nor freed"});
    ls->limbo = 0;
    event(TRACE_TASK_END, 0, NULL, 0, ls->id);
}

void lockcheck_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at)
{
    lockreport(&(struct violation){.code = L008_FOREIGN_UNLOCK,
                                   .ls = ls,
                                   .lock = l,
                                   .attr = -1,
                                   .act = "unlock",
                                   .cause = "only the task that holds a lock may release it",
                                   .site = at});
}

// The report of a violation: what was needed, what was held, who holds it, what made it wrong, and
// the last steps of this thread. Each distinct code and site is told once in full, then counted.
// Any thread; one short mutex round the writing.
#include "lock/lockcheck_priv.h"

#include "lock/trace.h"
#include "util/buf.h"

#include <pthread.h>

enum { SEEN_MAX = 1024, FLOW_EVENTS = 8 };

struct seen {
    enum lockcheck_code code;
    const struct site *site;
    uint64_t count;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct seen seen[SEEN_MAX];
static size_t seen_count;
static _Atomic uint64_t counts[LOCKCHECK_CODES];
static FILE *output;
static const char *(*attribute_name)(unsigned n);

static const char *const titles[LOCKCHECK_CODES] = {
    [L001_NO_LOCK] = "no-lock",
    [L002_NESTED_LOCK] = "nested-lock",
    [L003_WRONG_LOCK] = "wrong-lock",
    [L004_ORDER] = "lock-order",
    [L005_LIMBO] = "limbo",
    [L007_HELD_AT_END] = "held-at-end",
    [L008_FOREIGN_UNLOCK] = "foreign-unlock",
    [L009_NOT_REVALIDATED] = "not-revalidated",
    [L012_SELF_DEADLOCK] = "self-deadlock",
    [L013_LIST_UNLOCKED] = "list-unlocked",
    [L016_MOVE_UNLOCKED] = "move-unlocked",
    [L017_TOKEN_LEAKED] = "token-leaked",
    [L018_TOKEN_MISUSED] = "token-misused",
    [L023_CYCLE] = "cycle",
    [L032_FROZEN_WRITTEN] = "frozen-written",
    [L033_DEAD] = "dead",
};

void lockcheck_set_names(const char *(*attribute)(unsigned n))
{
    attribute_name = attribute;
}

void lockcheck_set_output(FILE *out)
{
    output = out;
}

static const char *label_of(struct place *p)
{
    const char *label = atomic_load_explicit(&p->label, memory_order_relaxed);
    return label ? label : "?";
}

static void add_place(struct buf *b, struct place *p)
{
    buf_addf(b, "#%ug%u \"%s\"", p->index, atomic_load(&p->generation) & 0xff, label_of(p));
}

static void add_lock(struct buf *b, const struct lock *l)
{
    if (l->place)
        add_place(b, l->place);
    else
        buf_addf(b, "lock %u \"%s\"", l->id, l->label ? l->label : "?");
}

// "#812 … ⊂ #790 … ⊂ #14 …", outward.
static void add_path(struct buf *b, struct place *p)
{
    for (int depth = 0; depth < PLACE_DEPTH_MAX; depth++) {
        uint64_t where = place_peek(p);
        add_place(b, p);
        if (place_kind(where) == PLACE_LIMBO) {
            buf_addf(b, " in limbo, token of task %u", place_limbo_owner(where));
            return;
        }
        if (place_kind(where) == PLACE_FROZEN)
            buf_adds(b, " (frozen prototype)");
        if (place_kind(where) == PLACE_DEAD)
            buf_adds(b, " (dead)");
        if (place_kind(where) != PLACE_PLACED || place_container(where) == p)
            return;
        buf_adds(b, " \u2282 ");
        p = place_container(where);
    }
    buf_adds(b, "\u2026");
}

static void add_site(struct buf *b, const struct site *at)
{
    if (at)
        buf_addf(b, "%s:%d %s()", site_file(at), at->line, at->func);
    else
        buf_adds(b, "(no site)");
}

static void add_holder(struct buf *b, const struct lock *l)
{
    uint32_t holder = atomic_load(&l->holder);
    const char *what = atomic_load(&l->holder_what);
    if (holder) {
        buf_addf(b, "   held by task %u %s, ticket %llu, taken ", holder, what ? what : "?",
                 (unsigned long long)atomic_load(&l->ticket));
        add_site(b, atomic_load(&l->holder_site));
    } else {
        buf_adds(b, lock_held(l) ? "   held shared" : "   held by nobody");
    }
}

static void add_needs(struct buf *b, const struct violation *v)
{
    if (v->lock) {
        buf_adds(b, "  lock    ");
        add_lock(b, v->lock);
        add_holder(b, v->lock);
        buf_addc(b, '\n');
        return;
    }
    if (!v->place)
        return;
    uint64_t where;
    struct place *root = place_root_peek(v->place, &where);
    buf_adds(b, "  path    ");
    add_path(b, v->place);
    buf_addc(b, '\n');
    struct lock *l = atomic_load(&root->lock);
    if (place_kind(where) != PLACE_PLACED || !l)
        return;
    buf_adds(b, "  needs   ");
    add_place(b, root);
    add_holder(b, l);
    buf_addc(b, '\n');
}

static void add_holds(struct buf *b, const struct lockset *ls)
{
    buf_adds(b, "  holds   ");
    if (!ls || !ls->held) {
        buf_adds(b, "nothing\n");
        return;
    }
    const char *gap = "";
    for (size_t i = 0; i < ls->count; i++) {
        const struct lockset_entry *e = &ls->entries[i];
        if (!e->held)
            continue;
        buf_adds(b, gap);
        add_lock(b, e->lock);
        buf_addf(b, " ticket %llu%s taken ", (unsigned long long)e->ticket,
                 e->held_mode == LOCK_SHARED ? " shared" : "");
        add_site(b, e->site);
        gap = " | ";
    }
    buf_addc(b, '\n');
}

static void add_flow(struct buf *b)
{
    struct trace_event last[FLOW_EVENTS];
    size_t n = trace_last(last, FLOW_EVENTS);
    if (!n)
        return;
    buf_adds(b, "  flow    ");
    for (size_t i = 0; i < n; i++) {
        buf_addf(b, "%s%d %s", i ? " | " : "", (int)(i + 1) - (int)n,
                 trace_kind_name((enum trace_kind)last[i].kind));
        if (last[i].object)
            buf_addf(b, " #%u", last[i].object);
        if (last[i].kind == TRACE_LOCKED || last[i].kind == TRACE_UNLOCKED)
            buf_addf(b, " t%u", last[i].arg);
        else if (last[i].kind == TRACE_WHERE_READ || last[i].kind == TRACE_MOVE)
            buf_addf(b, "\u2192#%u", last[i].arg);
        else if ((last[i].kind == TRACE_ATTR_READ || last[i].kind == TRACE_ATTR_WRITE) &&
                 attribute_name)
            buf_addf(b, ".%s", attribute_name(last[i].arg));
    }
    buf_addc(b, '\n');
}

static void compose(struct buf *b, const struct violation *v)
{
    buf_addf(b, "L%03d %s  ", (int)v->code, titles[v->code]);
    if (v->attr >= 0)
        buf_addf(b, "%s %s of ", v->write ? "write" : "read",
                 attribute_name ? attribute_name((unsigned)v->attr) : "attribute");
    else
        buf_addf(b, "%s ", v->act ? v->act : "");
    if (v->place) {
        buf_adds(b, "thing ");
        add_place(b, v->place);
    } else if (v->lock) {
        add_lock(b, v->lock);
    }
    if (v->ls)
        buf_addf(b, "   task %u %s (%s)   ", v->ls->id, v->ls->what ? v->ls->what : "?",
                 v->ls->actor ? v->ls->actor : "no actor");
    else
        buf_adds(b, "   outside any task   ");
    add_site(b, v->site);
    buf_addc(b, '\n');
    add_needs(b, v);
    add_holds(b, v->ls);
    if (v->cause)
        buf_addf(b, "  cause   %s\n", v->cause);
    add_flow(b);
    buf_addf(b, "  doc     docs/locking.md#l%03d\n", (int)v->code);
}

// True the first time; the caller holds the mutex.
static bool first_time(const struct violation *v)
{
    for (size_t i = 0; i < seen_count; i++)
        if (seen[i].code == v->code && seen[i].site == v->site) {
            seen[i].count++;
            return false;
        }
    if (seen_count < SEEN_MAX)
        seen[seen_count++] = (struct seen){v->code, v->site, 1};
    return true;
}

void lockreport(const struct violation *v)
{
    atomic_fetch_add(&counts[v->code], 1);
    pthread_mutex_lock(&mutex);
    if (first_time(v)) {
        struct buf b = BUF_INIT;
        compose(&b, v);
        FILE *out = output ? output : stderr;
        fwrite(b.data, 1, b.len, out);
        fflush(out);
        buf_fini(&b);
    }
    pthread_mutex_unlock(&mutex);
}

uint64_t lockcheck_count(enum lockcheck_code code)
{
    return atomic_load(&counts[code]);
}

uint64_t lockcheck_violations(void)
{
    uint64_t n = 0;
    for (int i = 0; i < LOCKCHECK_CODES; i++)
        n += atomic_load(&counts[i]);
    return n;
}

void lockcheck_summary(FILE *out)
{
    fprintf(out, "lock checker: %llu violations\n", (unsigned long long)lockcheck_violations());
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < seen_count; i++) {
        struct buf b = BUF_INIT;
        add_site(&b, seen[i].site);
        fprintf(out, "  L%03d %-16s %8llu times at %s\n", (int)seen[i].code,
                titles[seen[i].code], (unsigned long long)seen[i].count, buf_str(&b));
        buf_fini(&b);
    }
    pthread_mutex_unlock(&mutex);
}

void lockcheck_reset(void)
{
    pthread_mutex_lock(&mutex);
    seen_count = 0;
    for (int i = 0; i < LOCKCHECK_CODES; i++)
        atomic_store(&counts[i], 0);
    pthread_mutex_unlock(&mutex);
}

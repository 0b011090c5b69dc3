// Raw mode: which memory belongs to which thing, and the check of an access to it. Compiled only
// with the option `raw`. Any thread; the map is read without a lock. It keeps no order of events:
// an access is right or wrong by the locking rules alone.
#include "check/raw/raw_priv.h"

#include "check/check_priv.h"
#include "lock/lockset.h"
#include "lock/raw.h"
#include "util/mem.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern char __executable_start[] __attribute__((weak)), etext[] __attribute__((weak));
extern char __data_start[] __attribute__((weak)), _end[] __attribute__((weak));

// --- the map: address → region, in two levels, one word for each 16 bytes (malloc's grain: no two
// blocks share one). Leaves and regions are never given back, so that a reader needs no lock.

enum { GRAIN = 4, LEAF = 20, SPACE = 47, OFFSETS = 256 };

struct region {
    uintptr_t base;
    size_t size, stride;           // stride 0: the region is the value of an attribute
    _Atomic(struct place *) owner; // owner of a value; NULL while several things share it
    _Atomic bool guarded;          // not an attribute: the state of a lock anchor
    size_t owners;                 // under `spin`, like the fields that follow
    uintptr_t sum;                 // xor of all owners: when one is left, this is it
    struct region *next;           // list of unused regions
};

typedef _Atomic(struct region *) grain;

static _Atomic(_Atomic(grain *) *) top;
static atomic_flag spin = ATOMIC_FLAG_INIT;
static struct region *unused;
static uint8_t rules[OFFSETS]; // one for each byte of a slot
static const struct raw_field *fields;
static size_t field_count;
static _Thread_local int own;
static _Thread_local const struct place *fresh_place;

void raw_own(int step)
{
    own += step;
}

void raw_fresh(const struct place *p)
{
    fresh_place = p;
}

// True while the slot is allocated but not yet published: its location word says dead, or nothing
// yet.
static bool is_fresh(const struct place *p)
{
    uint64_t where = p && p == fresh_place ? place_peek(p) : 1;
    return !where || place_kind(where) == PLACE_DEAD;
}

static void *zero_pages(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED)
        abort();
    return p;
}

// Takes `spin`. Not a mutex, as the checker checks those.
static void enter(void)
{
    while (atomic_flag_test_and_set_explicit(&spin, memory_order_acquire))
        ;
}

static void leave(void)
{
    atomic_flag_clear_explicit(&spin, memory_order_release);
}

static struct region *region_at(uintptr_t at)
{
    _Atomic(grain *) *leaves = atomic_load_explicit(&top, memory_order_acquire);
    if (!leaves || at >> SPACE)
        return NULL;
    grain *leaf = atomic_load_explicit(&leaves[at >> LEAF], memory_order_acquire);
    if (!leaf)
        return NULL;
    uintptr_t within = at & (((uintptr_t)1 << LEAF) - 1);
    return atomic_load_explicit(&leaf[within >> GRAIN], memory_order_acquire);
}

// The caller holds `spin`.
static void map(uintptr_t base, size_t size, struct region *r)
{
    _Atomic(grain *) *leaves = atomic_load_explicit(&top, memory_order_relaxed);
    if (!leaves) {
        leaves = zero_pages(sizeof(*leaves) << (SPACE - LEAF));
        atomic_store_explicit(&top, leaves, memory_order_release);
    }
    for (uintptr_t at = base; at < base + size; at += (uintptr_t)1 << GRAIN) {
        grain *leaf = atomic_load_explicit(&leaves[at >> LEAF], memory_order_relaxed);
        if (!leaf) {
            leaf = zero_pages(sizeof(*leaf) << (LEAF - GRAIN));
            atomic_store_explicit(&leaves[at >> LEAF], leaf, memory_order_release);
        }
        uintptr_t within = at & (((uintptr_t)1 << LEAF) - 1);
        atomic_store_explicit(&leaf[within >> GRAIN], r, memory_order_release);
    }
}

// The caller holds `spin`.
static struct region *region_new(const void *p, size_t size, size_t stride)
{
    struct region *r = stride ? NULL : unused;
    if (r)
        unused = r->next;
    else
        r = mem_new(struct region);
    r->base = (uintptr_t)p;
    r->size = size;
    r->stride = stride;
    r->owners = 0;
    r->sum = 0;
    atomic_store_explicit(&r->guarded, false, memory_order_relaxed);
    return r;
}

// Recycles a value region only as a value region: a concurrent reader may still hold the pointer
// and must not take it for a slab.
static void region_drop(struct region *r)
{
    map(r->base, r->size, NULL);
    if (r->stride)
        return;
    r->next = unused;
    unused = r;
}

void raw_fields(const struct raw_field *list, size_t count)
{
    enter();
    for (size_t i = 0; i < count; i++)
        memset(&rules[list[i].offset], (int)list[i].rule, list[i].size);
    fields = list;
    field_count = count;
    leave();
}

void raw_slab(const void *chunk, size_t count, size_t stride)
{
    if (stride > OFFSETS)
        abort();
    enter();
    map((uintptr_t)chunk, count * stride, region_new(chunk, count * stride, stride));
    leave();
}

void raw_slab_gone(const void *chunk)
{
    enter();
    struct region *r = region_at((uintptr_t)chunk);
    if (r)
        region_drop(r);
    leave();
}

// Some attributes are a small number in place of a pointer.
static bool is_number(const void *p)
{
    return (uintptr_t)p < 4096;
}

static void range_add(const void *p, size_t n, struct place *owner, bool guarded)
{
    if (is_number(p))
        return;
    enter();
    struct region *r = region_at((uintptr_t)p);
    bool fresh = !r;
    if (fresh)
        r = region_new(p, n ? n : malloc_usable_size((void *)p), 0);
    if (guarded)
        atomic_store_explicit(&r->guarded, true, memory_order_relaxed);
    r->owners++;
    r->sum ^= (uintptr_t)owner;
    atomic_store_explicit(&r->owner, r->owners == 1 ? (struct place *)r->sum : NULL,
                          memory_order_release);
    if (fresh)
        map(r->base, r->size, r);
    leave();
}

void raw_range_add(const void *p, size_t n, struct place *owner)
{
    range_add(p, n, owner, false);
}

void raw_guard_add(const void *p, size_t n, struct place *guard)
{
    range_add(p, n, guard, true);
}

void raw_guard_remove(const void *p, struct place *guard)
{
    raw_range_remove(p, guard);
}

void raw_range_remove(const void *p, struct place *owner)
{
    if (is_number(p))
        return;
    enter();
    struct region *r = region_at((uintptr_t)p);
    if (r) {
        r->sum ^= (uintptr_t)owner;
        if (!--r->owners)
            region_drop(r);
        else
            atomic_store_explicit(&r->owner, r->owners == 1 ? (struct place *)r->sum : NULL,
                                  memory_order_release);
    }
    leave();
}

// --- the verdict

enum { SITES = 1 << 12, CALLERS_TOLD = 3, TOLD = 4 };

static _Thread_local bool judging;

// What was reported lately on this thread, and in which section of which command.
static _Thread_local struct told {
    const struct place *place;
    const struct lockset *ls;
    uint64_t first, unlock;
} told[TOLD];
static _Thread_local unsigned told_next;

static struct told told_now(const struct place *p)
{
    const struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    return (struct told){p, ls, t ? t->first_serial : 0, t ? t->last_unlock : 0};
}

void raw_told(const struct place *p)
{
    if (p && !judging)
        told[told_next++ % TOLD] = told_now(p);
}

static bool is_told(const struct place *p)
{
    struct told now = told_now(p);
    for (int i = 0; i < TOLD; i++)
        if (told[i].place == p && told[i].ls == now.ls && told[i].first == now.first &&
            told[i].unlock == now.unlock)
            return true;
    return false;
}

static size_t code_offset(const void *from)
{
    return (size_t)((const char *)from - __executable_start);
}

struct access {
    const struct region *region;
    struct place *place;
    size_t offset, size; // offset of the access in the slot or value, and its size
    bool write;
    bool guarded; // the access is to what `place` guards, not to the thing itself
    // a write to a thing's value without an accessor having been asked to change the thing
    bool unasked;
    const void *from;
};

static bool is_free(const struct access *a)
{
    if (!a->region->stride)
        return !a->place && !a->write;
    for (size_t at = a->offset; at < a->offset + a->size && at < a->region->stride; at++)
        if (rules[at] != RAW_FREE_READ || a->write)
            return false;
    return true;
}

// True when the task had access through an accessor, but has released the lock that it had then.
static bool outlived(const struct lockset *ls, const struct access *a)
{
    struct check_task *t = check_task(ls);
    if (!t || a->region->stride || a->guarded || !a->place)
        return false;
    uint64_t ok = checker_self()->cells[a->place->index].ok >> 1;
    return ok && ok >= t->first_serial && ok <= t->last_unlock;
}

static const struct raw_field *field_at(size_t offset)
{
    static const struct raw_field none = {.name = "slot"};
    for (size_t i = 0; i < field_count; i++)
        if (offset - fields[i].offset < fields[i].size)
            return &fields[i];
    return &none;
}

static void tell(const struct lockset *ls, const struct access *a, int code)
{
    static _Thread_local char act[64], cause[320];
    bool late = outlived(ls, a);
    if (a->region->stride)
        snprintf(act, sizeof(act), "%s field %s %s", a->write ? "write" : "read",
                 field_at(a->offset)->name, a->guarded ? "of what is counted by" : "of");
    else if (a->guarded)
        snprintf(act, sizeof(act), "%s byte %zu of what is kept by", a->write ? "write" : "read",
                 a->offset);
    else
        snprintf(act, sizeof(act), "%s byte %zu of an attribute's value of",
                 a->write ? "write" : "read", a->offset);
    const char *what =
        late   ? "the value was got under a lock that was released since: get it again"
        : code ? "memory was touched past the accessors, which would say "
        : a->unasked
            ? "no accessor was asked to change the thing: written through a pointer for reading"
            : "several things share this value: it may only be replaced";
    const char *title = code && !late ? check_report_title((enum check_code)code) : "";
    int n = snprintf(cause, sizeof(cause), "%s%s; called at %.40s+0x%zx", what, title,
                     program_invocation_short_name, code_offset(a->from));
    for (unsigned i = 0; i < CALLERS_TOLD && raw_caller(i); i++) {
        size_t from = code_offset(raw_caller(i));
        // the address is in the program, not in a library
        if (from < (size_t)(etext - __executable_start))
            n += snprintf(cause + n, sizeof(cause) - (size_t)n, " from +0x%zx", from);
    }
    check_report(&(struct violation){.code = late ? L019_ATTRIBUTE_OUTLIVED : L020_RAW_ACCESS,
                                     .ls = ls,
                                     .place = a->place,
                                     .attr = -1,
                                     .write = a->write,
                                     .act = act,
                                     .object = a->place ? NULL : "a shared value",
                                     .cause = cause,
                                     .site = site_of_call(a->from, NULL)});
}

// Sets `place` to the thing whose lock is needed; false: no lock guards that memory.
static bool guard_of(struct access *a)
{
    if (!a->region->stride || rules[a->offset] != RAW_GUARDED)
        return true;
    a->place = field_at(a->offset)->guard(a->place);
    a->guarded = true;
    return a->place;
}

// True when no accessor was asked, in this section of the command, to change the thing, which is in
// play. The lock may be held, but a change that no accessor announces is in no event.
static bool is_unasked(const struct lockset *ls, const struct access *a)
{
    struct check_task *t = check_task(ls);
    if (!a->write || a->region->stride || a->guarded || !a->place || !t || !t->numbered ||
        place_kind(place_peek(a->place)) != PLACE_PLACED)
        return false;
    uint64_t ok = checker_self()->cells[a->place->index].ok;
    return !(ok & 1) || ok >> 1 < t->first_serial || ok >> 1 <= t->last_unlock;
}

static void check_touched(const struct region *r, uintptr_t at, size_t size, bool write,
                          const void *from)
{
    struct lockset *ls = lockset_current();
    if (own || judging || !is_checked(ls) || at - r->base >= r->size)
        return;
    struct access a = {
        .region = r, .offset = at - r->base, .size = size, .write = write, .from = from};
    if (r->stride) {
        a.place = (struct place *)(at - a.offset % r->stride);
        a.offset %= r->stride;
    } else {
        a.place = atomic_load_explicit(&r->owner, memory_order_acquire);
        a.guarded = atomic_load_explicit(&r->guarded, memory_order_relaxed);
    }
    if (is_free(&a) || is_fresh(a.place) || !guard_of(&a))
        return;
    judging = true;
    int code = a.place ? check_raw_code(a.place, write) : 0;
    a.unasked = !code && is_unasked(ls, &a);
    if (!a.place || ((code || a.unasked) && !is_told(a.place)))
        tell(ls, &a, code);
    judging = false;
}

// Reports a write to a variable of the program itself, which all commands on all workers share: no
// lock guards it.
static void check_static(const volatile void *p, const void *from)
{
    static _Thread_local char object[80], cause[160];
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (own || judging || !is_task_checked(t) || !t->numbered || !ls->held ||
        (uintptr_t)p - (uintptr_t)ls < sizeof(*ls)) // a task's own lock set, wherever it is
        return;
    judging = true;
    snprintf(object, sizeof(object), "a static variable at %.20s+0x%zx",
             program_invocation_short_name, code_offset((const void *)(uintptr_t)p));
    snprintf(cause, sizeof(cause),
             "every worker may be in this command, and no lock is in common; called at %.20s+0x%zx",
             program_invocation_short_name, code_offset(from));
    check_report(&(struct violation){.code = L031_PREDICTED_RACE,
                                     .ls = ls,
                                     .attr = -1,
                                     .write = true,
                                     .act = "write",
                                     .object = object,
                                     .cause = cause,
                                     .site = site_of_call(from, NULL)});
    judging = false;
}

void raw_touched(const volatile void *p, size_t size, bool write, const void *from)
{
    const struct region *r = region_at((uintptr_t)p);
    if (r)
        check_touched(r, (uintptr_t)p, size, write, from);
    else if (write && (const volatile char *)p >= __data_start && (const volatile char *)p < _end)
        check_static(p, from);
}

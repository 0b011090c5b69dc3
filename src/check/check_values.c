// Digests of what a task has read in its present section, kept in its lock set. Only things that
// the task may still access are compared. On workers.
#include "check/check_values.h"

#include "check/check_priv.h"
#include "util/mem.h"

#include <assert.h>

struct value {
    struct place *place;
    uint32_t generation;
    uint8_t attr;
    bool changes; // an accessor was asked to change it: from then on it may differ
    uint64_t digest;
    const struct site *site; // the line that read it
};

struct check_values {
    struct value *list;
    size_t count, cap;
};

uint64_t (*check_values_digest)(struct place *p, unsigned attr);

void check_values_watch(uint64_t (*digest)(struct place *p, unsigned attr))
{
    check_values_digest = digest;
}

static struct value *find(struct check_values *v, const struct place *p, unsigned attr)
{
    assert(v->count <= v->cap);
    for (size_t i = v->count; i-- > 0;)
        if (v->list[i].place == p && v->list[i].attr == attr)
            return &v->list[i];
    return NULL;
}

static struct value *add(struct check_values *v)
{
    if (v->count == v->cap) {
        v->cap = v->cap ? v->cap * 2 : 32;
        v->list = mem_realloc_array(v->list, v->cap, sizeof(*v->list));
    }
    return &v->list[v->count++];
}

static uint32_t generation(const struct place *p)
{
    return atomic_load_explicit(&p->generation, memory_order_relaxed);
}

// True when the task holds the lock of where p is now: no other task changes p, whether or not this
// task has read where it is.
static bool may_look(struct place *p)
{
    int code = check_raw_code(p, false);
    return !code || code == L009_NOT_REVALIDATED;
}

static void look_again(struct lockset *ls, const struct value *known)
{
    assert(known->place);
    struct place *p = known->place;
    if (known->changes || generation(p) != known->generation || !may_look(p) ||
        check_values_digest(p, known->attr) == known->digest)
        return;
    check_report(&(struct violation){
        .code = L020_RAW_ACCESS,
        .ls = ls,
        .place = p,
        .attr = known->attr,
        .write = true,
        .cause =
            "it is not what it was when it was read here, and no accessor was asked to change it: "
            "it was "
            "written through a pointer for reading, or by somebody without the lock",
        .site = known->site});
}

void check_values_access(struct lockset *ls, struct place *p, unsigned attr, bool write,
                         const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (!ls->held)
        return;
    if (!t->values)
        t->values = mem_new(struct check_values);
    struct value *known = find(t->values, p, attr);
    if (known && known->generation == generation(p)) {
        if (write)
            look_again(ls, known);
        known->changes |= write;
        return;
    }
    if (!known)
        known = add(t->values);
    *known = (struct value){.place = p,
                            .generation = generation(p),
                            .attr = (uint8_t)attr,
                            .changes = write,
                            .digest = write ? 0 : check_values_digest(p, attr),
                            .site = at};
}

void check_values_known(struct lockset *ls, const struct check_read *r)
{
    if (generation(r->place) == r->generation && may_look(r->place))
        check_values_access(ls, r->place, r->attr, false, r->site);
}

void check_values_settle(struct lockset *ls, struct check_task *t)
{
    for (size_t i = 0; t->values && i < t->values->count; i++)
        look_again(ls, &t->values->list[i]);
    check_values_forget(t);
}

void check_values_forget(struct check_task *t)
{
    if (t->values)
        t->values->count = 0;
}

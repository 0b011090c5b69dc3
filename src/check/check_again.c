// What a command has read, for the rules about AGAIN: it starts again from the beginning, so
// nothing that it found out in an earlier pass may decide in a later one. Checks writes that depend
// on an earlier reading, and what is kept in the context of the command. On the thread that steps
// the command.
#include "check/check_priv.h"
#include "check/check_text.h"
#include "check/check_values.h"

#include "util/mem.h"

#include <assert.h>
#include <malloc.h>

enum { USES_LOOKED_BACK = 8, USES_MAX = 8192 };

static bool is_use(const struct check_read *r, const struct place *p, unsigned attr)
{
    return r->place == p && r->attr == attr &&
           r->generation == atomic_load_explicit(&p->generation, memory_order_relaxed);
}

// Was the attribute read at that line again in this section, or written already?
static bool is_renewed(const struct lockset *ls, const struct check_read *before)
{
    struct check_task *t = check_task(ls);
    for (size_t i = t->read_before; i < t->read_count; i++)
        if (is_use(&t->read[i], before->place, before->attr) &&
            (t->read[i].write || t->read[i].site == before->site))
            return true;
    return false;
}

static bool was_read_there(const struct lockset *ls, const struct check_read *now)
{
    struct check_task *t = check_task(ls);
    for (size_t i = t->read_before; i-- > 0;)
        if (t->read[i].site == now->site && is_use(&t->read[i], now->place, now->attr))
            return true;
    return false;
}

// Was the attribute last read at a line that had not read it before? Then the command has taken
// another path than in its earlier pass, and has read the present value there.
static bool is_read_anew(const struct lockset *ls, const struct place *p, unsigned attr)
{
    struct check_task *t = check_task(ls);
    for (size_t i = t->read_count; i-- > t->read_before;)
        if (is_use(&t->read[i], p, attr) && !t->read[i].write)
            return !was_read_there(ls, &t->read[i]);
    return false;
}

static bool was_passed(const struct lockset *ls, const struct site *at)
{
    struct check_task *t = check_task(ls);
    for (size_t i = t->read_before; i < t->read_count; i++)
        if (t->read[i].site == at)
            return true;
    return false;
}

enum { LINES_MISSED = 2 };

// How many lines that had read something were not run again in this section; at most one more than
// LINES_MISSED. If there are many, the world has changed and the command takes another path.
static unsigned lines_missed(const struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    const struct site *missed[LINES_MISSED + 1];
    unsigned n = 0;
    for (size_t i = 0; i < t->read_before && n <= LINES_MISSED; i++) {
        bool counted = t->read[i].write || was_passed(ls, t->read[i].site);
        for (unsigned k = 0; k < n && !counted; k++)
            counted = missed[k] == t->read[i].site;
        if (!counted)
            missed[n++] = t->read[i].site;
    }
    return n;
}

// Reports a write to an attribute if a line that had read the attribute did not read it again: the
// command may use the old value. Reports nothing if not all readings were kept.
void checker_check_stale(const struct lockset *ls, struct place *p, unsigned attr,
                         const struct site *at)
{
    struct check_task *t = check_task(ls);
    if (t->read_count == USES_MAX)
        return;
    for (size_t i = t->read_before; i-- > 0;) {
        const struct check_read *r = &t->read[i];
        if (!is_use(r, p, attr) || r->write || is_renewed(ls, r))
            continue;
        if (is_read_anew(ls, p, attr) || lines_missed(ls) > LINES_MISSED)
            return;
        check_report(&(struct violation){
            .code = L036_STALE_DECISION,
            .ls = ls,
            .place = p,
            .attr = (int)attr,
            .write = true,
            .cause = "it was read before the lock was released, or before AGAIN, and that line has "
                     "not read it again since: what another task wrote meanwhile may be lost",
            .site = at,
            .other = r->site});
        return;
    }
}

bool checker_has_read(const struct lockset *ls, const struct place *p, unsigned attr,
                      const struct site *at)
{
    struct check_task *t = check_task(ls);
    size_t stop = t->read_count > t->read_before + USES_LOOKED_BACK
                      ? t->read_count - USES_LOOKED_BACK
                      : t->read_before;
    for (size_t i = t->read_count; i-- > stop;)
        if (t->read[i].place == p && t->read[i].site == at && t->read[i].attr == attr &&
            !t->read[i].write)
            return true;
    return false;
}

bool checker_remember_use(struct lockset *ls, struct place *p, unsigned attr, bool write,
                          const struct site *at)
{
    assert(attr <= UINT8_MAX);
    struct check_task *t = check_task(ls);
    if (t->read_count == USES_MAX)
        return false;
    if (t->read_count == t->read_cap) {
        t->read_cap = t->read_cap ? t->read_cap * 2 : 32;
        t->read = mem_realloc_array(t->read, t->read_cap, sizeof(*t->read));
    }
    t->read[t->read_count++] = (struct check_read){
        .place = p,
        .generation = atomic_load_explicit(&p->generation, memory_order_relaxed),
        .attr = (uint8_t)attr,
        .write = write,
        .site = at};
    return true;
}

// Some attributes are a small number in place of a pointer.
void check_handed_slow(const void *value)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!t || !t->read_open)
        return;
    t->read_open = false;
    if ((uintptr_t)value < 4096)
        return;
    struct check_read *r = &t->read[t->read_count - 1];
    r->value = value;
    r->size = malloc_usable_size((void *)(uintptr_t)value);
}

// The site that asked for the lock because of which the command starts again.
static const struct site *missing(const struct lockset *ls)
{
    for (size_t i = 0; i < ls->count; i++)
        if (!ls->entries[i].held || ls->entries[i].held_mode < ls->entries[i].mode)
            return ls->entries[i].site;
    return NULL;
}

// The first pass looks up the command that was typed, so those readings do not count for later
// passes.
void check_run_slow(struct lockset *ls)
{
    struct check_task *t = check_task(ls);
    if (!t)
        return;
    t->read_count = t->read_before;
    t->read_open = false;
    for (size_t i = 0; check_values_on() && is_task_checked(t) && i < t->read_before; i++)
        check_values_known(ls, &t->read[i]);
}

// Finds the reading whose value `word` points to; NULL: none.
static const struct check_read *value_at(const struct lockset *ls, const void *word)
{
    struct check_task *t = check_task(ls);
    for (size_t i = t->read_count; i-- > 0;)
        if (t->read[i].value && (uintptr_t)word - (uintptr_t)t->read[i].value < t->read[i].size)
            return &t->read[i];
    return NULL;
}

void check_kept_slow(struct lockset *ls, const char *where, const void *word)
{
    const struct check_task *t = check_task(ls);
    if (!is_task_checked(t))
        return;
    const struct check_text_copy *lent = check_text_find(t, word);
    const struct check_read *r = lent ? NULL : value_at(ls, word);
    if (lent || r) {
        check_report(&(struct violation){
            .code = L019_ATTRIBUTE_OUTLIVED,
            .ls = ls,
            .place = lent ? lent->place : r->place,
            .attr = lent ? lent->attr : r->attr,
            .cause =
                "a pointer to its value is kept over AGAIN: when the command starts again it may "
                "be "
                "another's, or freed",
            .site = missing(ls),
            .other = lent ? lent->site : r->site});
        return;
    }
    check_report(&(struct violation){
        .code = L036_STALE_DECISION,
        .ls = ls,
        .attr = -1,
        .act = "keep over AGAIN",
        .object = where,
        .cause =
            "a command starts again from the beginning: what it found out before may not be so "
            "any more",
        .site = missing(ls)});
}

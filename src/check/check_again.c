// What a command has read, for the rules about AGAIN: it starts again from the beginning, so
// nothing that it found out in an earlier pass may decide in a later one. Checks writes that depend
// on an earlier reading, and what is kept in the context of the command. On the thread that steps
// the command.
#include "check/check_priv.h"
#include "check/check_text.h"
#include "check/check_values.h"

#include "util/mem.h"

#include <malloc.h>

enum { USES_LOOKED_BACK = 8, USES_MAX = 8192 };

static bool is_use(const struct lockset_read *r, const struct place *p, unsigned attr)
{
    return r->place == p && r->attr == attr &&
           r->generation == atomic_load_explicit(&p->generation, memory_order_relaxed);
}

// Was the attribute read at that line again in this section, or written already?
static bool is_renewed(const struct lockset *ls, const struct lockset_read *before)
{
    for (size_t i = ls->read_before; i < ls->read_count; i++)
        if (is_use(&ls->read[i], before->place, before->attr) &&
            (ls->read[i].write || ls->read[i].site == before->site))
            return true;
    return false;
}

static bool was_read_there(const struct lockset *ls, const struct lockset_read *now)
{
    for (size_t i = ls->read_before; i-- > 0;)
        if (ls->read[i].site == now->site && is_use(&ls->read[i], now->place, now->attr))
            return true;
    return false;
}

// Was the attribute last read at a line that had not read it before? Then the command has taken
// another path than in its earlier pass, and has read the present value there.
static bool is_read_anew(const struct lockset *ls, const struct place *p, unsigned attr)
{
    for (size_t i = ls->read_count; i-- > ls->read_before;)
        if (is_use(&ls->read[i], p, attr) && !ls->read[i].write)
            return !was_read_there(ls, &ls->read[i]);
    return false;
}

static bool was_passed(const struct lockset *ls, const struct site *at)
{
    for (size_t i = ls->read_before; i < ls->read_count; i++)
        if (ls->read[i].site == at)
            return true;
    return false;
}

enum { LINES_MISSED = 2 };

// How many lines that had read something were not run again in this section; at most one more than
// LINES_MISSED. If there are many, the world has changed and the command takes another path.
static unsigned lines_missed(const struct lockset *ls)
{
    const struct site *missed[LINES_MISSED + 1];
    unsigned n = 0;
    for (size_t i = 0; i < ls->read_before && n <= LINES_MISSED; i++) {
        bool counted = ls->read[i].write || was_passed(ls, ls->read[i].site);
        for (unsigned k = 0; k < n && !counted; k++)
            counted = missed[k] == ls->read[i].site;
        if (!counted)
            missed[n++] = ls->read[i].site;
    }
    return n;
}

// Reports a write to an attribute if a line that had read the attribute did not read it again: the
// command may use the old value. Reports nothing if not all readings were kept.
void checker_judge_stale(const struct lockset *ls, struct place *p, unsigned attr,
                         const struct site *at)
{
    if (ls->read_count == USES_MAX)
        return;
    for (size_t i = ls->read_before; i-- > 0;) {
        const struct lockset_read *r = &ls->read[i];
        if (!is_use(r, p, attr) || r->write || is_renewed(ls, r))
            continue;
        if (is_read_anew(ls, p, attr) || lines_missed(ls) > LINES_MISSED)
            return;
        lockreport(&(struct violation){
            .code = L036_STALE_DECISION,
            .ls = ls,
            .place = p,
            .attr = (int)attr,
            .write = true,
            .cause = "it was read before the lock was let go, or before AGAIN, and not there again "
                     "since: "
                     "what another wrote meanwhile may be lost",
            .site = at,
            .other = r->site});
        return;
    }
}

bool checker_has_read(const struct lockset *ls, const struct place *p, unsigned attr,
                      const struct site *at)
{
    size_t stop = ls->read_count > ls->read_before + USES_LOOKED_BACK
                      ? ls->read_count - USES_LOOKED_BACK
                      : ls->read_before;
    for (size_t i = ls->read_count; i-- > stop;)
        if (ls->read[i].place == p && ls->read[i].site == at && ls->read[i].attr == attr &&
            !ls->read[i].write)
            return true;
    return false;
}

bool checker_remember_use(struct lockset *ls, struct place *p, unsigned attr, bool write,
                          const struct site *at)
{
    if (ls->read_count == USES_MAX)
        return false;
    if (ls->read_count == ls->read_cap) {
        ls->read_cap = ls->read_cap ? ls->read_cap * 2 : 32;
        ls->read = mem_realloc_array(ls->read, ls->read_cap, sizeof(*ls->read));
    }
    ls->read[ls->read_count++] = (struct lockset_read){
        .place = p,
        .generation = atomic_load_explicit(&p->generation, memory_order_relaxed),
        .attr = (uint8_t)attr,
        .write = write,
        .site = at};
    return true;
}

// Some attributes are a small number in place of a pointer.
void lockcheck_handed_slow(const void *value)
{
    struct lockset *ls = lockset_current();
    if (!ls || !ls->read_open)
        return;
    ls->read_open = false;
    if ((uintptr_t)value < 4096)
        return;
    struct lockset_read *r = &ls->read[ls->read_count - 1];
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
void lockcheck_run_slow(struct lockset *ls)
{
    ls->read_count = ls->read_before;
    ls->read_open = false;
    for (size_t i = 0; lockvalues_on() && judged(ls) && i < ls->read_before; i++)
        lockvalues_known(ls, &ls->read[i]);
}

// Finds the reading whose value `word` points to; NULL: none.
static const struct lockset_read *value_at(const struct lockset *ls, const void *word)
{
    for (size_t i = ls->read_count; i-- > 0;)
        if (ls->read[i].value && (uintptr_t)word - (uintptr_t)ls->read[i].value < ls->read[i].size)
            return &ls->read[i];
    return NULL;
}

void lockcheck_kept_slow(struct lockset *ls, const char *where, const void *word)
{
    if (!judged(ls))
        return;
    const struct lent_copy *lent = lent_find(ls, word);
    const struct lockset_read *r = lent ? NULL : value_at(ls, word);
    if (lent || r) {
        lockreport(&(struct violation){
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
    lockreport(&(struct violation){
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

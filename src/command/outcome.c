// Outcomes are made on workers and freed on the loop thread. An outcome and the memory behind it,
// its area, are one allocation; what does not fit into the area is allocated by itself and kept in
// a list.
#include "command/outcome.h"

#include "output/block.h"
#include "util/doc.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

// An outcome with its area is this big: room for the text of a location, the prompt and the record
// of a command.
enum { OUTCOME_SIZE = 2048 };

struct outcome_extra {
    struct outcome_extra *next;
    _Alignas(16) char bytes[];
};

struct outcome *outcome_new(void)
{
    struct outcome *o = mem_alloc(OUTCOME_SIZE);
    *o = (struct outcome){0};
    return o;
}

static void outcome_fini(struct outcome *o)
{
    for (struct message *m = o->first; m; m = m->next)
        block_fini(m->block);
    doc_free(o->saved);
    for (struct outcome_extra *e = o->extras, *next; e; e = next) {
        next = e->next;
        free(e);
    }
}

void outcome_reset(struct outcome *o)
{
    outcome_fini(o);
    *o = (struct outcome){0};
}

void outcome_free(struct outcome *o)
{
    if (!o)
        return;
    outcome_fini(o);
    free(o);
}

void *outcome_take(struct outcome *o, size_t size)
{
    enum { AREA = OUTCOME_SIZE - sizeof(struct outcome), ALIGN = _Alignof(max_align_t) };
    if (size <= AREA - o->area_used) {
        void *p = o->area + o->area_used;
        size_t end = (o->area_used + size + ALIGN - 1) / ALIGN * ALIGN;
        o->area_used = end < AREA ? end : AREA;
        return p;
    }
    struct outcome_extra *e = mem_alloc(sizeof(*e) + size);
    e->next = o->extras;
    o->extras = e;
    return e->bytes;
}

static void *take_for_block(void *outcome, size_t size)
{
    return outcome_take(outcome, size);
}

struct message *outcome_add(struct outcome *o, const char *text, size_t n, uint32_t count)
{
    assert((text || !n) && count);
    struct message *m = outcome_take(o, sizeof(*m) + count * sizeof(m->outboxes[0]));
    m->next = NULL;
    m->block = block_make(text, n, take_for_block, o);
    m->urgent = false;
    m->count = count;
    if (o->last)
        o->last->next = m;
    else
        o->first = m;
    o->last = m;
    return m;
}

// Outcomes are made on workers and freed on the loop thread.
#include "command/outcome.h"

#include "output/block.h"
#include "util/doc.h"
#include "util/mem.h"

#include <stdlib.h>

struct outcome *outcome_new(void)
{
    return mem_new(struct outcome);
}

void outcome_free(struct outcome *o)
{
    if (!o)
        return;
    for (struct message *m = o->first, *next; m; m = next) {
        next = m->next;
        block_unref(m->block);
        free(m);
    }
    free(o->prompt);
    free(o->record);
    doc_free(o->saved);
    free(o);
}

struct message *outcome_add(struct outcome *o, struct block *block, uint32_t count)
{
    struct message *m = mem_alloc(sizeof(*m) + count * sizeof(m->outboxes[0]));
    m->next = NULL;
    m->block = block;
    m->urgent = false;
    m->count = count;
    if (o->last)
        o->last->next = m;
    else
        o->first = m;
    o->last = m;
    return m;
}

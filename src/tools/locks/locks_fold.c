// `latchkey locks fold`: folded stacks for flame graphs, weighted with the estimated microseconds
// that a lock was held: what;file:function;lock WEIGHT.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "trace/reader_sums.h"
#include "util/map.h"
#include "util/mem.h"

#include <stdlib.h>

// A stack is split at ';', and the weight at the last blank.
static void add_frame(struct buf *b, const char *s)
{
    size_t from = b->len;
    buf_adds(b, *s ? s : "?");
    for (size_t i = from; i < b->len; i++)
        if (b->data[i] == ';')
            b->data[i] = ',';
}

static void add_stack(struct buf *b, const struct reader_trace *t, const struct reader_grant *g)
{
    const struct reader_names *names = &t->file->names;
    struct buf text = BUF_INIT;
    add_frame(b, reader_names_text(names, TRACE_NAME_WHAT, t->runs[g->run].what, "?"));
    buf_addc(b, ';');
    unsigned site = t->events[g->locked].e.site;
    const struct reader_name *n = site ? reader_names_find(names, TRACE_NAME_SITE, site) : NULL;
    if (n)
        buf_addf(&text, "%s:%s", n->text, n->func);
    add_frame(b, buf_str(&text));
    buf_addc(b, ';');
    buf_clear(&text);
    buf_addf(&text, "lock %u %s", g->lock, reader_names_text(names, TRACE_NAME_LOCK, g->lock, ""));
    add_frame(b, buf_str(&text));
    buf_fini(&text);
}

void locks_fold(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    struct map *stacks = map_new();
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        if (g->locked == READER_NONE || !locks_query_run(q, t, g->run) ||
            (q->lock && !reader_index_has(&q->locks, g->lock)))
            continue;
        buf_clear(&b);
        add_stack(&b, t, g);
        int64_t *ns = map_get(stacks, buf_str(&b));
        if (!ns)
            map_put(stacks, buf_str(&b), ns = mem_new(int64_t));
        *ns += reader_hold_ns(t, g);
    }
    struct map_iter it = {0};
    const char *stack;
    for (void *value; map_next(stacks, &it, &stack, &value); free(value)) {
        int64_t us = (*(int64_t *)value + 500) / 1000;
        fprintf(out, "%s %lld\n", stack, (long long)(us > 0 ? us : 1));
    }
    map_free(stacks);
    buf_fini(&b);
}

// `latchkey locks top`, `wait` and `hold`: which locks are busy, which tasks waited longest, and
// where locks are taken. Times are estimates, as threads record the time only now and then.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "trace/reader_sums.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { LONGEST = 20 };

static const char estimated[] = "Times are estimated from the clock readings in the trace; counts "
                                "are exact for what is kept.\n";

static int by_grants(const void *a, const void *b)
{
    const struct reader_row *x = a, *y = b;
    if (x->grants != y->grants)
        return x->grants > y->grants ? -1 : 1;
    return x->lock < y->lock ? -1 : x->lock > y->lock;
}

static int by_wait(const void *a, const void *b)
{
    const struct reader_row *x = a, *y = b;
    return x->wait_ns != y->wait_ns ? (x->wait_ns > y->wait_ns ? -1 : 1) : by_grants(a, b);
}

static int locks_tables_by_hold(const void *a, const void *b)
{
    const struct reader_row *x = a, *y = b;
    return x->hold_ns != y->hold_ns ? (x->hold_ns > y->hold_ns ? -1 : 1) : by_grants(a, b);
}

static void add_span(struct buf *b, int64_t ns)
{
    struct buf s = BUF_INIT;
    locks_text_span(&s, ns);
    buf_addf(b, " %8s", ns ? buf_str(&s) : "-");
    buf_fini(&s);
}

static void add_table(struct buf *b, const struct reader_trace *t, const struct locks_query *q,
                      const struct reader_rows *r)
{
    enum { NAME = 28 };
    buf_adds(b, "lock                          grants  waited wait sum     mean     most hold sum"
                "     mean     most\n");
    for (size_t i = 0; i < r->count; i++) {
        const struct reader_row *row = &r->list[i];
        if (q->lock && !reader_index_has(&q->locks, row->lock))
            continue;
        struct buf name = BUF_INIT;
        buf_addf(&name, "%u %s", row->lock,
                 reader_names_text(&t->file->names, TRACE_NAME_LOCK, row->lock, ""));
        size_t from = b->len;
        locks_text_cut(b, buf_str(&name), NAME - 1);
        locks_text_pad(b, from, NAME);
        buf_fini(&name);
        buf_addf(b, "%8llu %7llu", (unsigned long long)row->grants,
                 (unsigned long long)row->contended);
        add_span(b, row->wait_ns);
        add_span(b, row->contended ? row->wait_ns / (int64_t)row->contended : 0);
        add_span(b, row->wait_most_ns);
        add_span(b, row->hold_ns);
        add_span(b, row->held ? row->hold_ns / (int64_t)row->held : 0);
        add_span(b, row->hold_most_ns);
        buf_addc(b, '\n');
    }
}

static int by_site_grants(const void *a, const void *b)
{
    const struct reader_site_row *x = a, *y = b;
    if (x->grants != y->grants)
        return x->grants > y->grants ? -1 : 1;
    return x->site < y->site ? -1 : x->site > y->site;
}

static void add_sites(struct buf *b, const struct reader_trace *t, const struct locks_query *q)
{
    struct reader_site_rows r;
    reader_site_rows_make(&r, t, q->lock ? &q->locks : NULL);
    if (r.count)
        qsort(r.list, r.count, sizeof(*r.list), by_site_grants);
    buf_adds(b, "\n  grants  waited wait sum hold sum  site\n");
    for (size_t i = 0; i < r.count; i++) {
        buf_addf(b, "%8llu %7llu", (unsigned long long)r.list[i].grants,
                 (unsigned long long)r.list[i].contended);
        add_span(b, r.list[i].wait_ns);
        add_span(b, r.list[i].hold_ns);
        buf_adds(b, "  ");
        size_t from = b->len;
        locks_text_site(b, t, r.list[i].site, false);
        buf_adds(b, b->len == from ? "unknown\n" : "\n");
    }
    free(r.list);
}

static void locks_tables_print(const struct reader_trace *t, const struct locks_query *q, FILE *out,
                               int (*order)(const void *, const void *))
{
    assert(q && out && order);
    struct reader_rows r;
    struct buf b = BUF_INIT;
    reader_rows_make(&r, t);
    if (r.count)
        qsort(r.list, r.count, sizeof(*r.list), order);
    buf_adds(&b, estimated);
    add_table(&b, t, q, &r);
    add_sites(&b, t, q);
    fwrite(b.data, 1, b.len, out);
    buf_fini(&b);
    reader_rows_fini(&r);
}

struct longest {
    uint32_t grant;
    int64_t ns;
};

static int by_length(const void *a, const void *b)
{
    const struct longest *x = a, *y = b;
    if (x->ns != y->ns)
        return x->ns > y->ns ? -1 : 1;
    return x->grant < y->grant ? -1 : x->grant > y->grant;
}

static void add_longest(struct buf *b, const struct reader_trace *t, const struct longest *l,
                        bool wait)
{
    assert(l->grant < t->grant_count);
    const struct reader_grant *g = &t->grants[l->grant];
    uint32_t at = g->want != READER_NONE ? g->want : g->locked;
    add_span(b, l->ns);
    buf_adds(b, "  ");
    size_t from = b->len;
    locks_text_lock(b, t, g->lock);
    locks_text_pad(b, from, 30);
    locks_text_run(b, t, g->run);
    if (wait && g->locked == READER_NONE)
        buf_adds(b, ", STILL WAITING");
    if (at == READER_NONE)
        at = g->park;
    if (at != READER_NONE && t->events[at].e.site) {
        buf_adds(b, "  ");
        locks_text_site(b, t, t->events[at].e.site, true);
    }
    buf_addc(b, '\n');
}

static void longest(const struct reader_trace *t, const struct locks_query *q, FILE *out, bool wait)
{
    struct longest *all = mem_calloc(t->grant_count + 1, sizeof(*all));
    size_t n = 0;
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        int64_t ns = wait ? reader_wait_ns(t, g) : reader_hold_ns(t, g);
        bool still = wait && g->park != READER_NONE && g->locked == READER_NONE;
        if ((ns || still) && (!q->lock || reader_index_has(&q->locks, g->lock)) &&
            locks_query_run(q, t, g->run))
            all[n++] = (struct longest){(uint32_t)i, ns};
    }
    if (n)
        qsort(all, n, sizeof(*all), by_length);
    struct buf b = BUF_INIT;
    buf_addf(&b, "\n%s\n", wait ? "Tasks that waited longest:" : "Tasks that held longest:");
    for (size_t i = 0; i < n && i < (q->last ? q->last : LONGEST); i++)
        add_longest(&b, t, &all[i], wait);
    fwrite(b.data, 1, b.len, out);
    buf_fini(&b);
    free(all);
}

void locks_top(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    locks_tables_print(t, q, out, by_grants);
}

void locks_wait(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    locks_tables_print(t, q, out, by_wait);
    longest(t, q, out, true);
}

void locks_hold(const struct reader_trace *t, const struct locks_query *q, FILE *out)
{
    locks_tables_print(t, q, out, locks_tables_by_hold);
    longest(t, q, out, false);
}

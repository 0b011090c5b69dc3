// `latchkey locks diff A B`: two runs side by side. Locks are compared by their labels and sites by
// file and function, since numbers and lines move when the code changes; what changed most comes
// first.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "trace/reader_sums.h"
#include "util/map.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS, GRANTS, WAITS, COUNTS };

struct pair {
    const char *key; // key in the map
    uint64_t n[2][COUNTS];
};

static struct pair *locks_diff_pair_of(struct map *m, const char *key)
{
    assert(key);
    struct pair *p = map_get(m, key);
    if (!p)
        map_put(m, key, p = mem_new(struct pair));
    return p;
}

static struct pair *pair_of_lock(struct map *m, const struct reader_trace *t, uint32_t lock)
{
    const struct reader_name *n = reader_names_find(&t->file->names, TRACE_NAME_LOCK, lock);
    struct buf key = BUF_INIT;
    if (n)
        buf_addf(&key, "\"%s\"", n->text);
    else
        buf_addf(&key, "lock %u", lock);
    struct pair *p = locks_diff_pair_of(m, buf_str(&key));
    buf_fini(&key);
    return p;
}

static struct pair *pair_of_site(struct map *m, const struct reader_trace *t, unsigned site)
{
    const struct reader_name *n = reader_names_find(&t->file->names, TRACE_NAME_SITE, site);
    struct buf key = BUF_INIT;
    if (n)
        buf_addf(&key, "%s %s()", n->text, n->func);
    else
        buf_addf(&key, "site %u", site);
    struct pair *p = locks_diff_pair_of(m, buf_str(&key));
    buf_fini(&key);
    return p;
}

// Counts the events of each lock or site by number first, so that the map is searched once for
// each, not for each event.
static void count_events(struct map *m, const struct reader_trace *t, int side, bool sites)
{
    assert(side == 0 || side == 1);
    struct reader_index rows = READER_INDEX_INIT;
    struct pair **pairs = NULL;
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_event *e = &t->events[i].e;
        if (sites ? !e->site : locks_text_object_kind(e) != LOCKS_OBJECT_LOCK)
            continue;
        uint32_t id = sites ? e->site : e->object, at = reader_index_get(&rows, id);
        if (at == READER_NONE) {
            at = (uint32_t)count++;
            reader_index_put(&rows, id, at);
            pairs = mem_realloc_array(pairs, count, sizeof(struct pair *));
            pairs[at] = sites ? pair_of_site(m, t, id) : pair_of_lock(m, t, id);
        }
        pairs[at]->n[side][EVENTS]++;
    }
    free(pairs);
    reader_index_fini(&rows);
}

static void count_locks(struct map *m, const struct reader_trace *t, int side)
{
    struct reader_rows r;
    count_events(m, t, side, false);
    reader_rows_make(&r, t);
    for (size_t i = 0; i < r.count; i++) {
        struct pair *p = pair_of_lock(m, t, r.list[i].lock);
        p->n[side][GRANTS] += r.list[i].grants;
        p->n[side][WAITS] += r.list[i].contended;
    }
    reader_rows_fini(&r);
}

static void count_sites(struct map *m, const struct reader_trace *t, int side)
{
    struct reader_site_rows r;
    count_events(m, t, side, true);
    reader_site_rows_make(&r, t, NULL);
    for (size_t i = 0; i < r.count; i++) {
        if (!r.list[i].site)
            continue;
        struct pair *p = pair_of_site(m, t, r.list[i].site);
        p->n[side][GRANTS] += r.list[i].grants;
        p->n[side][WAITS] += r.list[i].contended;
    }
    free(r.list);
}

static double change_of(const struct pair *p, int what)
{
    assert(what < COUNTS);
    double a = (double)p->n[0][what], b = (double)p->n[1][what], most = a > b ? a : b;
    return most > 0 ? (b > a ? b - a : a - b) / most : 0;
}

static double change(const struct pair *p)
{
    double most = 0;
    for (int i = 0; i < COUNTS; i++)
        most = change_of(p, i) > most ? change_of(p, i) : most;
    return most;
}

static int locks_diff_compare(const void *a, const void *b)
{
    const struct pair *x = *(struct pair *const *)a, *y = *(struct pair *const *)b;
    double cx = change(x), cy = change(y);
    if (cx < cy || cx > cy)
        return cx > cy ? -1 : 1;
    uint64_t nx = x->n[0][EVENTS] + x->n[1][EVENTS], ny = y->n[0][EVENTS] + y->n[1][EVENTS];
    return nx != ny ? (nx > ny ? -1 : 1) : strcmp(x->key, y->key);
}

static void locks_diff_add_row(struct buf *b, const struct pair *p)
{
    for (int i = 0; i < COUNTS; i++)
        buf_addf(b, "%9llu %9llu ", (unsigned long long)p->n[0][i], (unsigned long long)p->n[1][i]);
    if (!p->n[0][EVENTS])
        buf_adds(b, " only B ");
    else if (!p->n[1][EVENTS])
        buf_adds(b, " only A ");
    else
        buf_addf(b, "%6.0f%% ", change(p) * 100);
    locks_text_cut(b, p->key, 31);
    buf_addc(b, '\n');
}

static void locks_diff_print(struct map *m, const char *what, FILE *out)
{
    size_t n = map_count(m), i = 0;
    struct pair **all = mem_calloc(n + 1, sizeof(struct pair *));
    struct map_iter it = {0};
    const char *key;
    for (void *value; map_next(m, &it, &key, &value); i++) {
        all[i] = value;
        all[i]->key = key;
    }
    if (n)
        qsort(all, n, sizeof(struct pair *), locks_diff_compare);
    struct buf b = BUF_INIT;
    buf_addf(&b, "%9s %9s %9s %9s %9s %9s %7s %s\n", "events A", "B", "grants A", "B", "waits A",
             "B", "change", what);
    for (i = 0; i < n; i++) {
        locks_diff_add_row(&b, all[i]);
        free(all[i]);
    }
    fwrite(b.data, 1, b.len, out);
    buf_fini(&b);
    free(all);
    map_free(m);
}

void locks_diff(const struct reader_trace *a, const struct reader_trace *b, FILE *out)
{
    assert(a && b && out);
    struct map *locks = map_new(), *sites = map_new();
    count_locks(locks, a, 0);
    count_locks(locks, b, 1);
    count_sites(sites, a, 0);
    count_sites(sites, b, 1);
    fprintf(out, "A: %s\nB: %s\n\n", a->file->path, b->file->path);
    locks_diff_print(locks, "lock", out);
    fputc('\n', out);
    locks_diff_print(sites, "site", out);
}

// `latchkey locks FILE`: what the trace is, what it has, what it lost, and what the checker found.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "trace/codes.h"

#include <time.h>

static void add_start(struct buf *b, const struct reader_file *f)
{
    char text[64] = "?";
    time_t seconds = (time_t)(f->started_wall_ms / 1000);
    struct tm tm;
    if (gmtime_r(&seconds, &tm))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
    int64_t kind = f->closed;
    buf_addf(b, "%s: %s, process %u, begun %s, %s\n", f->path, *f->command ? f->command : "?",
             f->pid, text, kind ? "ended in order" : "not ended: it was killed, or still runs");
}

static void add_rings(struct buf *b, const struct reader_file *f)
{
    buf_addf(b, "\n%-20s %10s %12s %12s %9s\n", "thread", "system id", "events kept", "overwritten",
             "damaged");
    for (size_t i = 0; i < f->ring_count; i++) {
        const struct reader_ring *r = &f->rings[i];
        buf_addf(b, "%-20s %10u %12zu %12llu %9llu\n", r->name, r->thread, r->count,
                 (unsigned long long)r->overwritten, (unsigned long long)r->damaged);
    }
}

static void add_counts(struct buf *b, const struct reader_trace *t)
{
    const struct reader_file *f = t->file;
    uint64_t kinds[TRACE_KINDS] = {0};
    int64_t first = t->count ? t->events[0].ns : 0, last = first;
    for (size_t i = 0; i < t->count; i++) {
        kinds[t->events[i].e.kind]++;
        first = t->events[i].ns < first ? t->events[i].ns : first;
        last = t->events[i].ns > last ? t->events[i].ns : last;
    }
    buf_adds(b, "\nduration   ");
    locks_text_span(b, last - first);
    buf_addf(b, ", from ms ");
    locks_text_ms(b, first);
    buf_adds(b, " to ms ");
    locks_text_ms(b, last);
    const struct reader_name_table *n = f->names.tables;
    buf_addf(b,
             "\nnames      %zu things, %zu locks, %zu sites, %zu attributes, %zu kinds of work\n",
             n[TRACE_NAME_THING].count, n[TRACE_NAME_LOCK].count, n[TRACE_NAME_SITE].count,
             n[TRACE_NAME_ATTRIBUTE].count, n[TRACE_NAME_WHAT].count);
    buf_addf(b, "tasks      %zu runs, %zu lock grants\n", t->run_count, t->grant_count);
    buf_addf(b, "lost       %llu events, %llu names; %llu events overwritten\n",
             (unsigned long long)f->lost, (unsigned long long)f->lost_names,
             (unsigned long long)reader_file_overwritten(f));
    if (t->forced)
        buf_addf(b, "order      contradicts itself %llu times\n", (unsigned long long)t->forced);
    buf_adds(b, "events    ");
    size_t column = 10;
    for (int i = 1; i < TRACE_KINDS; i++) {
        if (!kinds[i])
            continue;
        char text[48];
        int width = snprintf(text, sizeof(text), " %s %llu", trace_kind_name((enum trace_kind)i),
                             (unsigned long long)kinds[i]);
        if (column + (size_t)width > 100) {
            buf_adds(b, "\n          ");
            column = 10;
        }
        buf_adds(b, text);
        column += (size_t)width;
    }
    buf_addc(b, '\n');
}

static void add_violations(struct buf *b, const struct reader_trace *t)
{
    uint32_t first[CHECK_CODES] = {0};
    uint64_t counts[CHECK_CODES] = {0}, other = 0, all = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct trace_event *e = &t->events[i].e;
        if (e->kind != TRACE_VIOLATION)
            continue;
        all++;
        if (e->arg >= CHECK_CODES)
            other++;
        else if (counts[e->arg]++ == 0)
            first[e->arg] = i;
    }
    buf_addf(b, "\n%llu violations\n", (unsigned long long)all);
    for (unsigned code = 0; code < CHECK_CODES; code++) {
        if (!counts[code])
            continue;
        buf_addf(b, "  L%03u %-20s %8llu  first at ", code, locks_text_code(code),
                 (unsigned long long)counts[code]);
        locks_text_id(b, t, first[code]);
        buf_adds(b, "  ");
        locks_text_site(b, t, t->events[first[code]].e.site, false);
        buf_addc(b, '\n');
    }
    if (other)
        buf_addf(b, "  of unknown codes          %8llu\n", (unsigned long long)other);
}

void locks_info(const struct reader_trace *t, FILE *out)
{
    struct buf b = BUF_INIT;
    add_start(&b, t->file);
    add_rings(&b, t->file);
    add_counts(&b, t);
    add_violations(&b, t);
    fwrite(b.data, 1, b.len, out);
    buf_fini(&b);
}

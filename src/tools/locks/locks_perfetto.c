// `latchkey locks perfetto`: the trace as Chrome's JSON, which ui.perfetto.dev opens. A track a
// thread with the stretches of tasks and the sections in them, a track for each lock that somebody
// waited for, and arrows for hand-overs and for tasks that go on. Times are estimates.
#include "tools/locks/locks_commands.h"

#include "tools/locks/locks_text.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>

enum { THREADS = 1, LOCKS = 2 }; // "processes" of the picture, for each trace

struct picture {
    const struct reader_trace *t;
    FILE *out;
    struct buf b;
    uint64_t arrows;
    unsigned nth;
    bool any;
};

static void begin_slice(struct picture *p, const char *phase, unsigned process, uint32_t track,
                        int64_t ns)
{
    assert(phase);
    buf_clear(&p->b);
    buf_addf(&p->b, "%s\n{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u,\"ts\":%.3f",
             p->any || p->nth ? "," : "", phase, process + 2 * p->nth, track, (double)ns / 1e3);
    p->any = true;
}

static void end_slice(struct picture *p)
{
    buf_addc(&p->b, '}');
    fwrite(p->b.data, 1, p->b.len, p->out);
}

static void add_name(struct picture *p, const char *name)
{
    buf_adds(&p->b, ",\"name\":");
    locks_text_json(&p->b, name);
}

static void metadata(struct picture *p, const char *what, unsigned process, uint32_t track,
                     const char *name)
{
    begin_slice(p, "M", process, track, 0);
    add_name(p, what);
    buf_adds(&p->b, ",\"args\":{\"name\":");
    locks_text_json(&p->b, name);
    buf_addc(&p->b, '}');
    end_slice(p);
}

static void add_run_args(struct picture *p, uint32_t run)
{
    assert(run < p->t->run_count);
    const struct reader_run *r = &p->t->runs[run];
    buf_addf(&p->b, ",\"args\":{\"task\":%u,\"event\":%llu,\"actor\":", r->task,
             (unsigned long long)r->event);
    locks_text_json(
        &p->b,
        r->actor ? reader_names_text(&p->t->file->names, TRACE_NAME_THING, r->actor, "?") : "");
    buf_addc(&p->b, '}');
}

static void slice(struct picture *p, uint32_t from, uint32_t to, const char *name, uint32_t run)
{
    assert(from < p->t->count && to < p->t->count);
    const struct reader_event *a = &p->t->events[from];
    int64_t length = p->t->events[to].ns - a->ns;
    begin_slice(p, "X", THREADS, a->ring + 1, a->ns);
    buf_addf(&p->b, ",\"dur\":%.3f", (double)(length > 0 ? length : 0) / 1e3);
    add_name(p, name);
    add_run_args(p, run);
    end_slice(p);
}

// A stretch is from a begin to the park or end after it in the same ring, or to the ring's last
// event. Fills for every event where the stretch it is in ends.
static uint32_t *stretch_ends(const struct reader_trace *t)
{
    uint32_t *ends = mem_calloc(t->count + 1, sizeof(*ends));
    uint32_t *now = mem_calloc(t->file->ring_count + 1, sizeof(*now));
    for (size_t r = 0; r < t->file->ring_count; r++)
        now[r] = READER_NONE;
    for (size_t i = t->count; i-- > 0;) {
        const struct reader_event *e = &t->events[i];
        if (now[e->ring] == READER_NONE || e->e.kind == TRACE_PARK || e->e.kind == TRACE_TASK_END)
            now[e->ring] = (uint32_t)i;
        ends[i] = now[e->ring];
        if (e->e.kind == TRACE_TASK_BEGIN)
            now[e->ring] = READER_NONE;
    }
    free(now);
    return ends;
}

static void stretches(struct picture *p, const uint32_t *ends)
{
    const struct reader_trace *t = p->t;
    struct buf name = BUF_INIT;
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->events[i].e.kind != TRACE_TASK_BEGIN || t->events[i].run == READER_NONE)
            continue;
        buf_clear(&name);
        locks_text_what(&name, t, t->events[i].run);
        slice(p, i, ends[i], buf_str(&name), t->events[i].run);
    }
    buf_fini(&name);
}

// Draws the part of a section that lies in the stretch where it began, so that slices nest.
static void sections(struct picture *p, const uint32_t *ends)
{
    const struct reader_trace *t = p->t;
    struct buf name = BUF_INIT;
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        if (g->locked == READER_NONE)
            continue;
        uint32_t to = ends[g->locked];
        if (g->unlocked != READER_NONE && g->unlocked < to &&
            t->events[g->unlocked].ring == t->events[g->locked].ring)
            to = g->unlocked;
        buf_clear(&name);
        locks_text_lock(&name, t, g->lock);
        slice(p, g->locked, to, buf_str(&name), g->run);
    }
    buf_fini(&name);
}

static void slice_holder(struct picture *p, size_t i, const char *phase, uint32_t at)
{
    const struct reader_grant *g = &p->t->grants[i];
    struct buf name = BUF_INIT;
    locks_text_run(&name, p->t, g->run);
    begin_slice(p, phase, LOCKS, g->lock, p->t->events[at].ns);
    buf_addf(&p->b, ",\"cat\":\"lock\",\"id\":\"%u.%zu\"", p->nth, i + 1);
    add_name(p, buf_str(&name));
    buf_addf(&p->b, ",\"args\":{\"ticket\":%u}", g->ticket);
    end_slice(p);
    buf_fini(&name);
}

static struct reader_index contended_locks(const struct reader_trace *t)
{
    struct reader_index locks = READER_INDEX_INIT;
    for (size_t i = 0; i < t->grant_count; i++)
        if (t->grants[i].contended || t->grants[i].park != READER_NONE)
            reader_index_put(&locks, t->grants[i].lock, 1);
    return locks;
}

static void holders(struct picture *p, const struct reader_index *locks)
{
    const struct reader_trace *t = p->t;
    struct reader_index named = READER_INDEX_INIT;
    for (size_t i = 0; i < t->grant_count; i++) {
        const struct reader_grant *g = &t->grants[i];
        if (g->locked == READER_NONE || !reader_index_has(locks, g->lock))
            continue;
        if (!reader_index_has(&named, g->lock)) {
            struct buf name = BUF_INIT;
            reader_index_put(&named, g->lock, 1);
            locks_text_lock(&name, t, g->lock);
            metadata(p, "thread_name", LOCKS, g->lock, buf_str(&name));
            buf_fini(&name);
        }
        slice_holder(p, i, "b", g->locked);
        slice_holder(p, i, "e", g->unlocked != READER_NONE ? g->unlocked : (uint32_t)t->count - 1);
    }
    reader_index_fini(&named);
}

static void arrow(struct picture *p, uint32_t from, uint32_t to, const char *name)
{
    p->arrows++;
    for (int head = 0; head < 2; head++) {
        const struct reader_event *e = &p->t->events[head ? to : from];
        begin_slice(p, head ? "f" : "s", THREADS, e->ring + 1, e->ns);
        buf_addf(&p->b, ",\"cat\":\"%s\",\"id\":%llu%s", name,
                 (unsigned long long)p->nth << 32 | p->arrows, head ? ",\"bp\":\"e\"" : "");
        add_name(p, name);
        end_slice(p);
    }
}

// Draws an arrow from the release with ticket k to the grant with k + 1, if that one had to wait;
// and from a park to where the task goes on.
static void arrows(struct picture *p)
{
    const struct reader_trace *t = p->t;
    struct reader_index given = READER_INDEX_INIT, parked = READER_INDEX_INIT;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct reader_event *e = &t->events[i];
        uint64_t lock = (uint64_t)e->e.object << 32;
        if (e->e.kind == TRACE_UNLOCKED) {
            reader_index_put(&given, lock | e->e.arg, i);
        } else if (e->e.kind == TRACE_LOCKED && e->e.flags & TRACE_CONTENDED) {
            uint32_t from = reader_index_get(&given, lock | (uint32_t)(e->e.arg - 1));
            if (from != READER_NONE)
                arrow(p, from, i, "hand-over");
        } else if (e->e.kind == TRACE_PARK && e->run != READER_NONE) {
            reader_index_put(&parked, e->run, i);
        } else if (e->e.kind == TRACE_TASK_BEGIN && e->e.flags & TRACE_RESUMED) {
            uint32_t from = reader_index_get(&parked, e->run);
            if (from != READER_NONE)
                arrow(p, from, i, "goes on");
        }
    }
    reader_index_fini(&given);
    reader_index_fini(&parked);
}

static void violations(struct picture *p)
{
    struct buf name = BUF_INIT;
    for (uint32_t i = 0; i < p->t->count; i++) {
        const struct reader_event *e = &p->t->events[i];
        if (e->e.kind != TRACE_VIOLATION)
            continue;
        buf_clear(&name);
        buf_addf(&name, "L%03u %s", e->e.arg, locks_text_code(e->e.arg));
        begin_slice(p, "i", THREADS, e->ring + 1, e->ns);
        add_name(p, buf_str(&name));
        buf_clear(&name);
        locks_text_object(&name, p->t, e);
        buf_adds(&name, "  ");
        locks_text_site(&name, p->t, e->e.site, false);
        buf_adds(&p->b, ",\"s\":\"t\",\"args\":{\"on\":");
        locks_text_json(&p->b, buf_str(&name));
        buf_addc(&p->b, '}');
        end_slice(p);
    }
    buf_fini(&name);
}

static void process(struct picture *p, unsigned process, const char *what, const char *title)
{
    struct buf name = BUF_INIT;
    buf_addf(&name, "%s%s%s", what, title ? ", " : "", title ? title : "");
    metadata(p, "process_name", process, 0, buf_str(&name));
    buf_fini(&name);
}

void locks_perfetto_begin(FILE *out)
{
    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
}

void locks_perfetto_end(FILE *out)
{
    fputs("\n]}\n", out);
}

void locks_perfetto(const struct reader_trace *t, unsigned nth, const char *title, FILE *out)
{
    assert(t && out);
    struct picture p = {.t = t, .out = out, .nth = nth};
    uint32_t *ends = stretch_ends(t);
    struct reader_index locks = contended_locks(t);
    process(&p, THREADS, "threads", title);
    process(&p, LOCKS, "locks that were waited for", title);
    for (size_t r = 0; r < t->file->ring_count; r++)
        metadata(&p, "thread_name", THREADS, (uint32_t)r + 1, t->file->rings[r].name);
    stretches(&p, ends);
    sections(&p, ends);
    holders(&p, &locks);
    arrows(&p);
    violations(&p);
    reader_index_fini(&locks);
    free(ends);
    buf_fini(&p.b);
}

// The report of a violation: what was needed, what was held, which task holds it, why it is wrong,
// the last steps of both sides, how to see it again and how to suppress it. Each distinct problem
// is reported once in full, then counted. Any thread; one short mutex round the writing.
#include "check/check_report_priv.h"

#include "check/interpose.h"
#include "lock/raw.h"
#include "trace/recorder.h"
#include "util/log.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // guards all below except the counts
static struct problem problems[CHECK_REPORT_PROBLEMS];
static size_t problem_count;
static _Atomic uint64_t counts[CHECK_CODES];
static _Atomic uint64_t errors;
static FILE *output, *json;
static void (*repro)(FILE *);
static const char *again;

const char *check_report_title(enum check_code code)
{
    return codes_title(code);
}

enum check_report_severity check_report_severity(enum check_code code)
{
    assert(code && code < CHECK_CODES);
    bool warning = code == L024_LONG_WAIT || code == L025_LONG_HOLD || code == L038_EVENTS_LOST;
    return warning ? CHECK_REPORT_WARNING : CHECK_REPORT_ERROR;
}

void check_set_output(FILE *out)
{
    output = out;
}

void check_report_set_json(FILE *out)
{
    json = out;
}

void check_report_set_repro(void (*add)(FILE *out))
{
    repro = add;
}

void check_report_set_again(const char *text)
{
    again = text;
}

// Adds nothing when there is no next step to name.
static void add_repro(struct buf *b, const struct violation *v)
{
    assert(v);
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (repro && f)
        repro(f);
    else if (f && trace_path() && v->place)
        fprintf(f, "latchkey locks why --violation=L%03d --thing %u %s", (int)v->code,
                v->place->index, trace_path());
    else if (f && trace_path() && v->lock)
        fprintf(f, "latchkey locks flow --lock %u %s", v->lock->id, trace_path());
    else if (f && trace_path())
        fprintf(f, "latchkey locks graph %s", trace_path());
    else if (f && again)
        fputs(again, f);
    if (f)
        fclose(f);
    buf_adds(b, text ? text : "");
    free(text);
}

static void add_suppression(struct buf *b, const struct violation *v)
{
    buf_addf(b, "L%03d ", (int)v->code);
    if (v->site && v->site->line)
        buf_addf(b, "%s:%d", site_file(v->site), v->site->line);
    else if (v->site)
        buf_adds(b, v->site->func);
    else
        buf_adds(b, "*");
    buf_adds(b, " * until=YYYY-MM-DD reason=\"…\"");
}

static void compose(struct buf *b, const struct violation *v)
{
    assert(codes_title(v->code));
    buf_addf(b, "L%03d %s  ", (int)v->code, codes_title(v->code));
    check_report_text_act(b, v);
    buf_adds(b, "   ");
    check_report_text_task(b, v);
    buf_adds(b, "   ");
    check_report_text_site(b, v->site);
    buf_addc(b, '\n');
    check_report_text_needs(b, v);
    check_report_text_holds(b, v->ls);
    if (v->other) {
        buf_adds(b, "  other   ");
        check_report_text_site(b, v->other);
        buf_addc(b, '\n');
    }
    check_report_text_cause(b, v);
    check_report_text_flow(b, v);
    struct buf line = BUF_INIT;
    add_repro(&line, v);
    if (line.len)
        buf_addf(b, "  repro   %s\n", buf_str(&line));
    buf_fini(&line);
    buf_adds(b, "  suppress  ");
    add_suppression(b, v);
    buf_addf(b, "   doc: docs/locking.md#l%03d\n", (int)v->code);
}

// The text of one line of a report without its indentation, its first word and the line break.
static const char *line_text(struct buf *b)
{
    while (b->len && b->data[b->len - 1] == '\n')
        b->len--;
    const char *text = buf_str(b);
    return *text == ' ' ? text + strspn(text, " ") : text;
}

// Writes what compose() writes, one field for each part: a log of JSON lines must stay readable by
// machines.
static void write_to_log(const struct violation *v)
{
    enum { TASK, ACT, SITE_OF, OTHER, NEEDS, HOLDS, CAUSE, FLOW, REPRO, SUPPRESS, PARTS };
    struct buf part[PARTS] = {0};
    char code[8], doc[40];
    snprintf(code, sizeof(code), "L%03d", (int)v->code);
    snprintf(doc, sizeof(doc), "docs/locking.md#l%03d", (int)v->code);
    check_report_text_task(&part[TASK], v);
    check_report_text_act(&part[ACT], v);
    check_report_text_site(&part[SITE_OF], v->site);
    if (v->other)
        check_report_text_site(&part[OTHER], v->other);
    check_report_text_needs(&part[NEEDS], v);
    check_report_text_holds(&part[HOLDS], v->ls);
    check_report_text_cause(&part[CAUSE], v);
    check_report_text_flow(&part[FLOW], v);
    add_repro(&part[REPRO], v);
    add_suppression(&part[SUPPRESS], v);
    const char *text[PARTS];
    for (int i = 0; i < PARTS; i++)
        text[i] = part[i].len ? line_text(&part[i]) : NULL;
    void (*log_line)(const char *, const char *, ...) =
        check_report_severity(v->code) == CHECK_REPORT_ERROR ? log_error : log_warning;
    log_line("locks", "violation", "code", code, "title", codes_title(v->code), "act", text[ACT],
             "task", text[TASK], "site", text[SITE_OF], "needs", text[NEEDS], "holds", text[HOLDS],
             "other", text[OTHER], "cause", text[CAUSE], "flow", text[FLOW], "repro", text[REPRO],
             "suppress", text[SUPPRESS], "doc", doc, NULL);
    for (int i = 0; i < PARTS; i++)
        buf_fini(&part[i]);
}

static bool writes_to_log(void)
{
    return !output && log_is_json();
}

// Two calls on one line are distinguished by name.
static bool same_call(const struct problem *p, const struct violation *v)
{
    return v->code != L006_BLOCKING || !v->object || !p->object || !strcmp(p->object, v->object);
}

// Finds the problem that v belongs to. A suppressed one is a problem of its own, as a suppression
// may cover one thing only.
static struct problem *find(const struct violation *v, int suppression)
{
    for (size_t i = 0; i < problem_count; i++)
        if (problems[i].code == v->code && problems[i].site == v->site &&
            problems[i].other == v->other && problems[i].suppression == suppression &&
            same_call(&problems[i], v))
            return &problems[i];
    return NULL;
}

// Writes a problem that is reported for the first time; the caller holds the mutex.
static void write_report(struct problem *p, const struct violation *v)
{
    assert(!p->text && p->suppression < 0);
    struct buf b = BUF_INIT;
    compose(&b, v);
    p->text = strdup(buf_str(&b));
    if (writes_to_log()) {
        write_to_log(v);
    } else {
        fwrite(b.data, 1, b.len, output ? output : stderr);
        fflush(output ? output : stderr);
    }
    if (json) {
        buf_clear(&b);
        check_report_text_json(&b, v, p->severity);
        fwrite(b.data, 1, b.len, json);
        fflush(json);
    }
    buf_fini(&b);
}

void check_report(const struct violation *v)
{
    assert(v->code && v->code < CHECK_CODES && v->attr >= -1);
    interpose_own(1);
    raw_told(v->place);
    atomic_fetch_add(&counts[v->code], 1);
    if (flows(check_task(v->ls))) {
        trace_name_sites_made();
        check_event(TRACE_VIOLATION, v->place ? 0 : TRACE_ON_LOCK, v->site,
                    v->place  ? v->place->index
                    : v->lock ? v->lock->id
                              : 0,
                    (uint32_t)v->code);
    }
    pthread_mutex_lock(&mutex);
    int suppression = check_suppress_match(v);
    struct problem *p = find(v, suppression);
    if (!p && problem_count < CHECK_REPORT_PROBLEMS) {
        p = &problems[problem_count++];
        *p = (struct problem){.code = v->code,
                              .severity = check_report_severity(v->code),
                              .site = v->site,
                              .other = v->other,
                              .suppression = suppression};
        p->object = v->code == L006_BLOCKING && v->object ? strdup(v->object) : NULL;
        if (suppression < 0)
            write_report(p, v);
    }
    if (p)
        p->count++;
    if (suppression < 0 && check_report_severity(v->code) == CHECK_REPORT_ERROR) {
        atomic_fetch_add(&errors, 1);
        lock_abandon();
    }
    pthread_mutex_unlock(&mutex);
    interpose_own(-1);
}

// For another process: the address that a site was made for, as a site made in this process means
// nothing there.
static const struct site *lasting(const struct site *at)
{
    return site_index(at) && !site_call(at) ? at : NULL;
}

size_t check_report_take(struct check_report_found *list, size_t most)
{
    assert(list || !most);
    pthread_mutex_lock(&mutex);
    size_t n = problem_count < most ? problem_count : most;
    for (size_t i = 0; i < n; i++) {
        const struct problem *p = &problems[i];
        list[i] = (struct check_report_found){.code = p->code,
                                              .site = lasting(p->site),
                                              .from = site_call(p->site),
                                              .other = lasting(p->other),
                                              .count = p->count,
                                              .suppression = p->suppression};
        snprintf(list[i].object, sizeof(list[i].object), "%s", p->object ? p->object : "");
        snprintf(list[i].text, sizeof(list[i].text), "%s", p->text ? p->text : "");
    }
    pthread_mutex_unlock(&mutex);
    return n;
}

void check_report_add(const struct check_report_found *f)
{
    assert(f->code && f->code < CHECK_CODES && f->count);
    const char *object = *f->object ? f->object : NULL;
    const struct site *at = f->from ? site_of_call(f->from, NULL) : f->site;
    struct violation v = {.code = f->code, .site = at, .other = f->other, .object = object};
    pthread_mutex_lock(&mutex);
    struct problem *p = find(&v, f->suppression);
    if (!p && problem_count < CHECK_REPORT_PROBLEMS) {
        p = &problems[problem_count++];
        *p = (struct problem){.code = f->code,
                              .severity = check_report_severity(f->code),
                              .site = at,
                              .other = f->other,
                              .suppression = f->suppression,
                              .object = object ? strdup(object) : NULL,
                              .text = f->suppression < 0 ? strdup(f->text) : NULL};
    }
    if (p)
        p->count += f->count;
    check_suppress_use(f->suppression, f->count);
    atomic_fetch_add(&counts[f->code], f->count);
    if (f->suppression < 0 && check_report_severity(f->code) == CHECK_REPORT_ERROR)
        atomic_fetch_add(&errors, f->count);
    pthread_mutex_unlock(&mutex);
}

uint64_t check_count(enum check_code code)
{
    assert(code < CHECK_CODES);
    return atomic_load(&counts[code]);
}

uint64_t check_violations(void)
{
    return atomic_load(&errors);
}

const struct problem *check_report_problems(size_t *count)
{
    assert(count);
    *count = problem_count;
    return problems;
}

static void summary_log(void)
{
    log_info("locks", "summary", "violations", LOG_INT(check_violations()), NULL);
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < problem_count; i++) {
        const struct problem *p = &problems[i];
        static const char *const severities[] = {"info", "warning", "error"};
        struct buf b = BUF_INIT;
        char code[8];
        snprintf(code, sizeof(code), "L%03d", (int)p->code);
        check_report_text_site(&b, p->site);
        log_info("locks", "counted", "code", code, "title", codes_title(p->code), "severity",
                 severities[p->severity], "times", LOG_INT(p->count), "site", buf_str(&b),
                 "suppressed", p->suppression >= 0 ? "yes" : "no", NULL);
        buf_fini(&b);
    }
    pthread_mutex_unlock(&mutex);
    if (trace_lost() || trace_lost_why())
        log_warning("locks", "evidence_lost", "events", LOG_INT(trace_lost()), "trace_file",
                    trace_lost_why(), NULL);
}

void check_summary(FILE *out)
{
    if (!out && log_is_json()) {
        summary_log();
        return;
    }
    if (!out)
        out = stderr;
    static const char *const notes[] = {" (info)", " (warning)", ""};
    fprintf(out, "lock checker: %llu violations\n", (unsigned long long)check_violations());
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < problem_count; i++) {
        const struct problem *p = &problems[i];
        struct buf b = BUF_INIT;
        check_report_text_site(&b, p->site);
        fprintf(out, "  L%03d %-16s %8llu times at %s%s%s\n", (int)p->code, codes_title(p->code),
                (unsigned long long)p->count, buf_str(&b), notes[p->severity],
                p->suppression >= 0 ? " (suppressed)" : "");
        buf_fini(&b);
    }
    pthread_mutex_unlock(&mutex);
    if (trace_lost())
        fprintf(out, "  L038 events-lost: %llu events were not kept: this run proves nothing\n",
                (unsigned long long)trace_lost());
    if (trace_lost_why())
        fprintf(out, "  L038 events-lost: the trace file was not kept to the end: %s\n",
                trace_lost_why());
}

void check_reset(void)
{
    pthread_mutex_lock(&mutex);
    for (size_t i = 0; i < problem_count; i++) {
        free(problems[i].text);
        free(problems[i].object);
    }
    problem_count = 0;
    for (int i = 0; i < CHECK_CODES; i++)
        atomic_store(&counts[i], 0);
    atomic_store(&errors, 0);
    pthread_mutex_unlock(&mutex);
}

int check_report_status(uint64_t most)
{
    if (atomic_load(&counts[L039_DIVERGED]))
        return CHECK_REPORT_DIVERGED;
    if (check_violations() > most)
        return CHECK_REPORT_FOUND;
    return trace_lost() || trace_lost_why() ? CHECK_REPORT_LOST : CHECK_REPORT_CLEAN;
}

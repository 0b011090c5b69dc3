// Choosing: what --thing, --lock, --player, --task and --at mean in one trace. Does not read
// options.
#include "tools/locks/locks_commands.h"

#include "trace/reader_judge.h"
#include "util/str.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 8 };

// Several things of one name are all shown; says so, as the output does not.
static void note_several(const struct reader_trace *t, enum trace_name_kind kind,
                         const char *option, const char *what, const struct reader_index *ids,
                         size_t found, struct buf *note)
{
    assert(found > 1 && kind <= TRACE_NAME_WHAT);
    const struct reader_name_table *names = &t->file->names.tables[kind];
    buf_addf(note, "%s: --%s \"%s\" is the name of %zu:", t->file->path, option, what, found);
    size_t told = 0;
    for (size_t i = 0; i < names->count && told < NAMED_MAX; i++)
        if (reader_index_has(ids, names->list[i].id))
            buf_addf(note, "%s #%u \"%s\"", told++ ? "," : "", names->list[i].id,
                     names->list[i].text);
    buf_addf(note, "%s; all of them are shown, --%s N takes one\n", told < found ? ", …" : "",
             option);
}

static bool locks_query_look_up(const struct reader_trace *t, enum trace_name_kind kind,
                                const char *option, const char *what, struct reader_index *ids,
                                struct buf *error)
{
    reader_index_fini(ids);
    size_t found = what ? reader_names_select(&t->file->names, kind, what, ids) : 0;
    if (found > 1)
        note_several(t, kind, option, what, ids, found, error);
    if (!what || found)
        return true;
    buf_addf(error, "%s: nothing here is called \"%s\" (--%s); expected a number or a label\n",
             t->file->path, what, option);
    return false;
}

bool locks_query_violation(const struct locks_query *q, const struct reader_trace *t,
                           uint32_t position)
{
    uint32_t at = position;
    if (!q->violation)
        return true;
    for (uint32_t v; (v = reader_judge_checker(t, position, &at)) != READER_NONE;)
        if (q->violation == LOCKS_ANY_CODE || t->events[v].e.arg == q->violation)
            return true;
    return false;
}

static bool has_event(const struct locks_query *q, const struct reader_trace *t, struct buf *error)
{
    for (uint32_t i = 0; q->at && i < t->count; i++)
        if (locks_query_at(q, t, i))
            return true;
    if (q->at)
        buf_addf(error, "%s: there is no event %s (--at); expected THREAD:NUMBER or a number\n",
                 t->file->path, q->at);
    return !q->at;
}

bool locks_query_resolve(struct locks_query *q, const struct reader_trace *t, struct buf *error)
{
    assert(q && t && error);
    return locks_query_look_up(t, TRACE_NAME_THING, "thing", q->thing, &q->things, error) &&
           locks_query_look_up(t, TRACE_NAME_LOCK, "lock", q->lock, &q->locks, error) &&
           locks_query_look_up(t, TRACE_NAME_THING, "player", q->player, &q->players, error) &&
           has_event(q, t, error);
}

void locks_query_fini(struct locks_query *q)
{
    reader_index_fini(&q->things);
    reader_index_fini(&q->locks);
    reader_index_fini(&q->players);
}

bool locks_query_run(const struct locks_query *q, const struct reader_trace *t, uint32_t run)
{
    assert(run == READER_NONE || run < t->run_count);
    if (!q->has_task && !q->player)
        return true;
    if (run == READER_NONE || (q->has_task && t->runs[run].task != q->task))
        return false;
    return !q->player || reader_index_has(&q->players, t->runs[run].actor);
}

bool locks_query_at(const struct locks_query *q, const struct reader_trace *t, uint32_t position)
{
    assert(position < t->count);
    if (!q->at)
        return true;
    const struct reader_event *e = &t->events[position];
    const char *colon = strrchr(q->at, ':'), *number = colon ? colon + 1 : q->at;
    if (strtoull(number, NULL, 10) != e->number)
        return false;
    if (!colon)
        return true;
    size_t n = (size_t)(colon - q->at);
    const char *name = t->file->rings[e->ring].name;
    if (strlen(name) == n && !memcmp(name, q->at, n))
        return true;
    char *end;
    unsigned long ring = strtoul(q->at, &end, 10);
    return end == colon && n && ring == e->ring;
}

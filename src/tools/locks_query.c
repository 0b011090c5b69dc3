// Choosing: what --thing, --lock, --player, --task and --at mean in one trace. Does not read
// options.
#include "tools/locks_commands.h"

#include "util/str.h"

#include <stdlib.h>
#include <string.h>

static bool look_up(const struct locks_trace *t, enum trace_name_kind kind, const char *option,
                    const char *what, struct locks_index *ids, struct buf *error) {
    locks_index_fini(ids);
    if (!what || locks_names_select(&t->file->names, kind, what, ids))
        return true;
    buf_addf(error, "%s: nothing here is called \"%s\" (--%s); expected a number or a label\n",
             t->file->path, what, option);
    return false;
}

static bool has_event(const struct locks_query *q, const struct locks_trace *t, struct buf *error) {
    for (uint32_t i = 0; q->at && i < t->count; i++)
        if (locks_query_at(q, t, i))
            return true;
    if (q->at)
        buf_addf(error, "%s: there is no event %s (--at); expected THREAD:NUMBER or a number\n",
                 t->file->path, q->at);
    return !q->at;
}

bool locks_query_resolve(struct locks_query *q, const struct locks_trace *t, struct buf *error) {
    return look_up(t, TRACE_NAME_THING, "thing", q->thing, &q->things, error) &&
           look_up(t, TRACE_NAME_LOCK, "lock", q->lock, &q->locks, error) &&
           look_up(t, TRACE_NAME_THING, "player", q->player, &q->players, error) &&
           has_event(q, t, error);
}

void locks_query_fini(struct locks_query *q) {
    locks_index_fini(&q->things);
    locks_index_fini(&q->locks);
    locks_index_fini(&q->players);
}

bool locks_query_run(const struct locks_query *q, const struct locks_trace *t, uint32_t run) {
    if (!q->has_task && !q->player)
        return true;
    if (run == LOCKS_NONE || (q->has_task && t->runs[run].task != q->task))
        return false;
    return !q->player || locks_index_has(&q->players, t->runs[run].actor);
}

bool locks_query_at(const struct locks_query *q, const struct locks_trace *t, uint32_t position) {
    if (!q->at)
        return true;
    const struct locks_event *e = &t->events[position];
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

// The names of the kinds of events, and what the object of each is.
#include "trace/format.h"

#include <stddef.h>

bool trace_event_on_lock(const struct trace_event *e)
{
    return e->kind == TRACE_LOCK_WANT || e->kind == TRACE_LOCKED || e->kind == TRACE_UNLOCKED ||
           e->kind == TRACE_PARK || (e->kind == TRACE_VIOLATION && e->flags & TRACE_ON_LOCK);
}

bool trace_event_on_thing(const struct trace_event *e)
{
    return (e->kind >= TRACE_WHERE_READ && e->kind <= TRACE_FREE) || e->kind == TRACE_ACTOR ||
           e->kind == TRACE_LIST_READ || e->kind == TRACE_LIST_WRITE ||
           (e->kind == TRACE_VIOLATION && !(e->flags & TRACE_ON_LOCK));
}

const char *trace_kind_name(enum trace_kind kind)
{
    static const char *const names[TRACE_KINDS] = {
        [TRACE_TASK_BEGIN] = "TASK_BEGIN",
        [TRACE_TASK_END] = "TASK_END",
        [TRACE_LOCK_WANT] = "LOCK_WANT",
        [TRACE_LOCKED] = "LOCKED",
        [TRACE_UNLOCKED] = "UNLOCKED",
        [TRACE_WHERE_READ] = "WHERE_READ",
        [TRACE_ATTR_READ] = "ATTR_R",
        [TRACE_ATTR_WRITE] = "ATTR_W",
        [TRACE_MOVE] = "MOVE",
        [TRACE_LIMBO_TAKE] = "LIMBO_TAKE",
        [TRACE_LIMBO_PASS] = "LIMBO_PASS",
        [TRACE_LIMBO_PUBLISH] = "LIMBO_PUB",
        [TRACE_FREE] = "FREE",
        [TRACE_POST] = "POST",
        [TRACE_RUN] = "RUN",
        [TRACE_BLOCK_ENTER] = "BLOCK_ENTER",
        [TRACE_BLOCK_LEAVE] = "BLOCK_LEAVE",
        [TRACE_TIME] = "TIME",
        [TRACE_VIOLATION] = "VIOL",
        [TRACE_SPAWN] = "SPAWN",
        [TRACE_PARK] = "PARK",
        [TRACE_ACTOR] = "ACTOR",
        [TRACE_NUMBER] = "NUMBER",
        [TRACE_LIST_READ] = "LIST_R",
        [TRACE_LIST_WRITE] = "LIST_W",
        [TRACE_NAMED] = "NAMED",
    };
    return kind < TRACE_KINDS && names[kind] ? names[kind] : "?";
}

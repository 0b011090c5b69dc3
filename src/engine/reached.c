// Names for the counters of rare paths. Counts nothing itself.
#include "engine/reached.h"

#include "util/buf.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define PATH(name)                                                                                 \
    {                                                                                              \
#name, offsetof(struct dispatch_stats, name)                                               \
    }

static const struct {
    const char *name;
    size_t offset;
} paths[REACHED_PATHS] = {
    PATH(waits),       PATH(retries), PATH(again_twice), PATH(limbo_seen), PATH(stale_timers),
    PATH(stale_again), PATH(refused), PATH(resumed),     PATH(snapshots),  PATH(snapshots_busy),
};

void reached_add(struct reached *sum, const struct dispatch_stats *more)
{
    for (size_t i = 0; i < REACHED_PATHS; i++) {
        uint64_t n;
        memcpy(&n, (const char *)more + paths[i].offset, sizeof(n));
        sum->count[i] += n;
    }
}

static int reached_find(const char *name, size_t n)
{
    for (int i = 0; i < REACHED_PATHS; i++)
        if (strlen(paths[i].name) == n && !strncmp(paths[i].name, name, n))
            return i;
    return -1;
}

bool reached_parse(const char *names, uint32_t *set)
{
    for (const char *p = names + strspn(names, ", "); *p; p += strspn(p, ", ")) {
        size_t n = strcspn(p, ", ");
        int path = reached_find(p, n);
        if (path < 0)
            return false;
        *set |= UINT32_C(1) << path;
        p += n;
    }
    return true;
}

void reached_tell(const struct reached *sum, struct buf *out)
{
    for (size_t i = 0; i < REACHED_PATHS; i++)
        buf_addf(out, "%s%s %" PRIu64, i ? ", " : "", paths[i].name, sum->count[i]);
}

bool reached_missing(const struct reached *sum, uint32_t set, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < REACHED_PATHS; i++) {
        if (!(set >> i & 1) || sum->count[i])
            continue;
        buf_addf(out, "%s%s", any ? ", " : "", paths[i].name);
        any = true;
    }
    return any;
}

// Turns go by the seed alone, so a seed can be run again by itself.
#include "tools/explore/loop_turns.h"

#include "engine/explore/explore.h"
#include "util/buf.h"

#include <assert.h>
#include <stdlib.h>

enum { STRATEGIES = 4 }; // so many seeds the portfolio needs for all of its strategies

bool loop_turns_parse(struct loop_turns *t, const char *text, struct buf *why)
{
    assert(text && why);
    t->count = 0;
    for (const char *at = text;; at++) {
        char *end;
        unsigned long n = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : 0;
        if (!n || n >= EXPLORE_VTHREADS_MAX || (*end && *end != ',') ||
            t->count == LOOP_TURNS_MAX) {
            buf_addf(why, "expected up to %d numbers of loops from 1 to %d like 1,2,4",
                     LOOP_TURNS_MAX, EXPLORE_VTHREADS_MAX - 1);
            return false;
        }
        t->loops[t->count++] = (unsigned)n;
        if (!*end)
            return true;
        at = end;
    }
}

unsigned loop_turns_most(const struct loop_turns *t)
{
    unsigned most = 1;
    for (unsigned i = 0; i < t->count; i++)
        most = t->loops[i] > most ? t->loops[i] : most;
    return most;
}

void loop_turns_choose(const struct loop_turns *t, struct explore_config *config)
{
    assert(config);
    unsigned count = t->count ? t->count : 1;
    uint64_t turn = config->seed / STRATEGIES;
    config->loops = t->count ? t->loops[turn % count] : 1;
    config->guests = t->guests && turn / count % 2;
}

void loop_turns_tell(const struct loop_turns *t, struct buf *out)
{
    for (unsigned i = 0; i < t->count; i++)
        buf_addf(out, "%s%u", i ? "," : " --loops ", t->loops[i]);
    if (t->guests)
        buf_adds(out, " --guests");
}

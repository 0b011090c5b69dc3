// Remembers of each slot of the scheduler the step that it was in when it looked last.
#include "engine/step_watch.h"

#include "runtime/sched.h"
#include "util/log.h"
#include "util/mem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct seen {
    uint64_t step; // by its number; 0: it was in none
    int64_t since;
    bool reported;
};

struct step_watch {
    const struct sched *sched;
    struct seen slots[];
};

struct step_watch *step_watch_new(const struct sched *s)
{
    struct step_watch *w = mem_zalloc(sizeof(*w) + sched_slots(s) * sizeof(w->slots[0]));
    w->sched = s;
    return w;
}

void step_watch_free(struct step_watch *w)
{
    free(w);
}

static void step_watch_report(const struct step_watch *w, unsigned slot,
                              const struct sched_step *step, int64_t ms)
{
    char thread[24];
    unsigned workers = sched_workers(w->sched);
    bool worker = slot < workers;
    snprintf(thread, sizeof(thread), "%s-%u", worker ? "worker" : "loop",
             worker ? slot : slot - workers);
    log_warning(
        "dispatch", "long_step", "thread", thread, "task", LOG_INT(step->task), "what", step->what,
        "ms", LOG_INT(ms), "why",
        worker ? "it holds up what waits behind it" : "it holds up the players of that loop", NULL);
}

size_t step_watch_look(struct step_watch *w, int64_t now)
{
    size_t reported = 0;
    for (unsigned i = 0; i < sched_slots(w->sched); i++) {
        struct seen *seen = &w->slots[i];
        struct sched_step step;
        if (!sched_step_of(w->sched, i, &step))
            step.number = 0;
        if (!step.number || step.number != seen->step) {
            *seen = (struct seen){.step = step.number, .since = now};
        } else if (!seen->reported && now - seen->since >= STEP_WATCH_MS) {
            step_watch_report(w, i, &step, now - seen->since);
            seen->reported = true;
            reported++;
        }
    }
    return reported;
}

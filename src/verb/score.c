// SCORE: the player's title, health, load and marks.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/health.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/mark.h"
#include "world/player.h"

static enum command_result score_run(struct context *c)
{
    struct health h;
    struct buf *out = report_buf(c);
    buf_adds(out, "You are ");
    buf_adds(out, name_get(c->actor));
    if (marks_title(c->actor))
        buf_addf(out, ", %s", marks_title(c->actor));
    buf_adds(out, ".\n");
    if (health_get(c->actor, &h))
        buf_addf(out, "Your health is %d of %d.\n", (int)h.current, (int)h.maximum);
    size_t n = inventory_count(c->actor, INVENTORY_THINGS);
    buf_addf(out, "You carry %zu thing%s.\n", n, n == 1 ? "" : "s");
    const char *ref;
    for (size_t i = 0; (ref = marks_get(c->actor, i)); i++) {
        const struct mark *m = mark_find(c->world, ref);
        if (m && m->score)
            report_actor(c, "%s", m->score);
    }
    return COMMAND_DONE;
}

const struct command command_score = {
    .name = "score",
    .usage = "score",
    .summary = "see how you are",
    .most = 1,
    .flags = COMMAND_READS,
    .run = score_run,
};

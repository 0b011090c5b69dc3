// SCORE: how one is.
#include "command/commands.h"
#include "command/context.h"
#include "command/report.h"
#include "world/health.h"
#include "world/inventory.h"
#include "world/name.h"
#include "world/player.h"

static enum command_result run(struct context *c)
{
    struct health h;
    struct buf *out = report_buf(c);
    buf_adds(out, "You are ");
    buf_adds(out, name_get(c->actor));
    buf_adds(out, ".\n");
    if (health_get(c->actor, &h))
        buf_addf(out, "Your health is %d of %d.\n", (int)h.current, (int)h.maximum);
    size_t n = inventory_count(c->actor, INVENTORY_THINGS);
    buf_addf(out, "You carry %zu thing%s.\n", n, n == 1 ? "" : "s");
    return COMMAND_DONE;
}

const struct command command_score = {
    .name = "score",
    .usage = "score",
    .summary = "see how you are",
    .most = 1,
    .flags = COMMAND_READS,
    .run = run,
};

// SAVE: save the character now; the server also saves it from time to time.
#include "command/context.h"
#include "command/report.h"
#include "game/enter.h"
#include "verb/commands.h"

static enum command_result save_run(struct context *c)
{
    command_write.run(c);
    report_actor(c, "You are being saved.");
    return COMMAND_DONE;
}

const struct command command_save = {
    .name = "save",
    .usage = "save",
    .summary = "have your character saved now",
    .most = 1,
    .flags = COMMAND_READS,
    .run = save_run,
};

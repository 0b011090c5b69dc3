// QUIT: leave the world with the carried things; unique things stay behind.
#include "command/context.h"
#include "command/report.h"
#include "game/enter_priv.h"
#include "verb/commands.h"

static enum command_result quit_run(struct context *c)
{
    enum command_result result = enter_leave(c, "leaves this world.");
    if (result == COMMAND_DONE)
        report_actor(c,
                     "Until next time. What you carry is kept for you; what is one of a kind goes "
                     "home.");
    return result;
}

const struct command command_quit = {
    .name = "quit",
    .usage = "quit",
    .summary = "leave the world",
    .help = "You come back to where you were with what you carry. Things of which the world has "
            "only one stay here and go back to where they belong.",
    .most = 1,
    .flags = COMMAND_READS | COMMAND_WHOLE,
    .run = quit_run,
};

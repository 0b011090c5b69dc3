// RECALL: begins the way home (game/recall.h).
#include "game/recall.h"
#include "command/context.h"
#include "verb/commands.h"

static enum command_result recall_run(struct context *c)
{
    recall_begin(c);
    return COMMAND_DONE;
}

static const char *const aliases[] = {"home", NULL};

const struct command command_recall = {
    .name = "recall",
    .aliases = aliases,
    .usage = "recall",
    .summary = "go back to where you began, from anywhere",
    .most = 1,
    .help =
        "RECALL (or HOME) brings you from anywhere to where you began, ten seconds later. A blow "
        "in a fight breaks it. You keep what you carry.",
    .run = recall_run,
};

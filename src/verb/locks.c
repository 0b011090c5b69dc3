// @LOCKS: the operator's view of the locks, from within the world. It changes nothing, and a replay
// of the event shows something else, as the locks are not part of the world.
#include "verb/locks.h"

#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"

#include <string.h>

static bool (*answer)(const char *line, struct buf *out); // set before any worker runs

void locks_set_answer(bool (*command)(const char *line, struct buf *out))
{
    answer = command;
}

static enum command_result locks_run(struct context *c)
{
    struct buf line = BUF_INIT, out = BUF_INIT;
    for (size_t i = 1; i < c->words.count; i++)
        buf_addf(&line, "%s%s", i > 1 ? " " : "", words_at(&c->words, i));
    if (answer)
        answer(buf_str(&line), &out);
    else
        buf_adds(&out, "Nobody watches the locks of this world.\n");
    char *text = (char *)buf_str(&out);
    for (char *end; *text && (end = strchr(text, '\n')); text = end + 1) {
        *end = '\0';
        report_actor(c, "%s", text);
    }
    buf_fini(&line);
    buf_fini(&out);
    return COMMAND_DONE;
}

const struct command command_locks = {
    .name = "@locks",
    .usage = "@locks [top|wait|hold|thing N|task N|limbo|graph|viol|level|dump]",
    .summary = "who holds which lock, and what the lock checker knows",
    .flags = COMMAND_PERMISSION | COMMAND_READS,
    .run = locks_run,
};

// PROMPT: shows or sets the player's own prompt.
#include "command/context.h"
#include "command/report.h"
#include "util/utf8.h"
#include "verb/commands.h"
#include "world/player.h"

#include <assert.h>
#include <string.h>

enum { FORMAT_MAX = 60 };

static enum command_result prompt_run(struct context *c)
{
    assert(thing_is(c->actor, THING_PLAYER));
    const char *format = words_rest(&c->words, 1);
    if (!*format) {
        const char *now = player_prompt(c->actor);
        report_actor(c, *now ? "Your prompt is: %s" : "You have no prompt.%s", now);
        return COMMAND_DONE;
    }
    if (utf8_count(format, strlen(format)) > FORMAT_MAX || strlen(format) > PLAYER_PROMPT) {
        report_actor(c, "A prompt has at most %d letters, fewer of those that take much room.",
                     FORMAT_MAX);
        return COMMAND_DONE;
    }
    bool none = !strcmp(format, "\"\"") || !strcmp(format, "''");
    player_set_prompt(c->actor, !strcmp(words_rest(&c->words, 1), "default") ? NULL
                                : none                                       ? ""
                                                                             : format);
    report_actor(c, none ? "You have no prompt now. PROMPT DEFAULT brings it back."
                         : "Your prompt is changed.");
    return COMMAND_DONE;
}

const struct command command_prompt = {
    .name = "prompt",
    .usage = "prompt [TEXT | default | \"\"]",
    .summary = "choose your prompt",
    .help = "In the text %h is your health, %H your health at best, %l where you are, %n the "
            "number of commands you have given, %% a percent sign. PROMPT \"\" shows none.",
    .flags = COMMAND_SETTINGS,
    .run = prompt_run,
};

// EMOTE: shows everybody in the location what the actor does.
#include "command/context.h"
#include "command/report.h"
#include "util/screen.h"
#include "verb/commands.h"
#include "world/attr/name.h"

#include <string.h>

static enum command_result emote_run(struct context *c)
{
    const char *text = words_rest(&c->words, 1);
    if (!*text) {
        report_actor(c, "What do you want to do? EMOTE smiles, or : smiles.");
        return COMMAND_DONE;
    }
    // The text is completed to a sentence; 's follows the name without a space.
    const char *stop = screen_ends_sentence(text) ? "" : ".", *gap = " ";
    if (*text == '\'' || !strncmp(text, "\xe2\x80\x99", 3))
        gap = "";
    report_actor(c, "%s%s%s%s", name_get(c->actor), gap, text, stop);
    report_here(c, "%s%s%s%s", name_get(c->actor), gap, text, stop);
    return COMMAND_DONE;
}

static const char *const aliases[] = {":", NULL};

const struct command command_emote = {
    .name = "emote",
    .aliases = aliases,
    .usage = "emote TEXT",
    .summary = "show what you do",
    .help = "EMOTE smiles. shows \"NAME smiles.\" to everyone here. :smiles. is the same.",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH,
    .run = emote_run,
};

// WHISPER: words to one listener in the location. Others there see it happen; nobody else hears it.
#include "command/context.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "verb/speech.h"
#include "world/attr/name.h"

static enum command_result whisper_run(struct context *c)
{
    struct speech s;
    if (!speech_read(c, &s))
        return COMMAND_DONE;
    const char *me = name_get(c->actor);
    report_actor(c, MARK_PLAYER "You whisper to %s: %s" MARK_RESET, name_get(s.who), s.text);
    report_participant(c, s.who, MARK_PLAYER "%s whispers to you: %s" MARK_RESET, me, s.text);
    report_here(c, "%s whispers something to %s.", me, name_get(s.who));
    reply_one(c, s.who, s.text);
    return COMMAND_DONE;
}

const struct command command_whisper = {
    .name = "whisper",
    .usage = "whisper [to] WHO TEXT",
    .summary = "tell somebody here something that nobody else hears",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH | COMMAND_LISTENER,
    .run = whisper_run,
};

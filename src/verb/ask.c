// ASK: a question to one listener in the location. Others there see that it is asked; players one
// move away hear talking, but no words.
#include "command/context.h"
#include "command/nearby.h"
#include "command/reply.h"
#include "command/report.h"
#include "output/markup.h"
#include "util/screen.h"
#include "verb/commands.h"
#include "verb/speech.h"
#include "world/attr/name.h"

static enum command_result ask_run(struct context *c)
{
    struct speech s;
    if (!speech_read(c, &s))
        return COMMAND_DONE;
    struct nearby n;
    if (!nearby_gather(c, 1, &n))
        return COMMAND_AGAIN;
    const char *me = name_get(c->actor), *between = s.about ? " about" : ":";
    const char *stop = s.about && !screen_ends_sentence(s.text) ? "." : "";
    report_actor(c, MARK_PLAYER "You ask %s%s %s%s" MARK_RESET, name_get(s.who), between, s.text,
                 stop);
    report_participant(c, s.who, MARK_PLAYER "%s asks you%s %s%s" MARK_RESET, me, between, s.text,
                       stop);
    report_here(c, "%s asks %s something.", me, name_get(s.who));
    speech_carries(c, &n);
    reply_one(c, s.who, s.text);
    return COMMAND_DONE;
}

const struct command command_ask = {
    .name = "ask",
    .usage = "ask WHO about SOMETHING",
    .summary = "ask somebody here about something",
    .help = "People who live here may know something: ASK them about what you want to know. The "
            "answer may take a moment.",
    .flags = COMMAND_MOBILE | COMMAND_READS | COMMAND_SPEECH | COMMAND_LISTENER,
    .run = ask_run,
};

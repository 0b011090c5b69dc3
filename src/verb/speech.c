// What TELL, ASK, WHISPER and SAY have in common.
#include "verb/speech.h"

#include "command/command.h"
#include "command/context.h"
#include "command/match.h"
#include "command/nearby.h"
#include "command/report.h"
#include "world/attr/name.h"
#include "world/inventory.h"

#include <assert.h>
#include <string.h>

bool speech_read(struct context *c, struct speech *s)
{
    assert(s);
    size_t first = !strcmp(words_at(&c->words, 1), "to") ? 2 : 1, next;
    if (c->words.count <= first) {
        report_actor(c, "Who do you want to %s something? Type: %s", c->command->name,
                     c->command->usage);
        return false;
    }
    s->who = match_listener(c, first, &next);
    if (!s->who)
        return false;
    s->about = !strcmp(words_at(&c->words, next), "about");
    s->text = words_rest(&c->words, next + s->about);
    if (s->who == c->actor)
        report_actor(c, "That is you. Say it aloud with SAY, if it helps.");
    else if (!thing_is_creature(s->who))
        report_actor(c, "%s does not listen.", name_get(s->who));
    else if (!*s->text)
        report_actor(c, "What do you want to %s %s%s?", c->command->name, name_get(s->who),
                     s->about ? " about" : "");
    else
        return true;
    return false;
}

void speech_carries(struct context *c, const struct nearby *n)
{
    assert(n->ring_end[0] <= n->count);
    for (size_t i = n->ring_end[0]; i < n->count; i++)
        if (inventory_count(n->list[i], INVENTORY_PLAYERS))
            report_observers(c, n->list[i], "A voice carries from close by, but not its words.");
}

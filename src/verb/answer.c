// $reply: a mobile answers the player who spoke to it, perhaps with a gift or a mark.
#include "command/context.h"
#include "game/deed.h"
#include "util/buf.h"
#include "verb/commands.h"
#include "world/attr/condition.h"
#include "world/inventory.h"

#include <string.h>
#include <strings.h>

enum { LINE_GAP_MS = 2000 };

static struct thing *player_here(struct context *c, const char *name)
{
    inventory_foreach (t, c->where, INVENTORY_PLAYERS)
        if (!strcasecmp(thing_label(t), name))
            return t;
    return NULL;
}

static void say_lines(struct context *c, const char *lines)
{
    struct buf line = BUF_INIT;
    for (int64_t delay = 0; *lines; delay += LINE_GAP_MS) {
        size_t n = strcspn(lines, "\n");
        buf_clear(&line);
        buf_add(&line, lines, n);
        if (n)
            context_script(c, c->actor, delay, buf_str(&line));
        lines += n + (lines[n] == '\n');
    }
    buf_fini(&line);
}

// "$reply GIFT MARK NAME LINES": GIFT and MARK may be "-". The lines are spoken after the gift.
// Nothing happens when the player who asked has left, or carries the gift by now.
static enum command_result answer_run(struct context *c)
{
    const char *gift = words_at(&c->words, 1), *mark = words_at(&c->words, 2);
    struct thing *who = player_here(c, words_at(&c->words, 3));
    bool gives = strcmp(gift, "-");
    if (!who || (gives && condition_carries(who, gift)))
        return COMMAND_DONE;
    if (gives)
        deed_hand(c, c->actor, who, gift);
    if (strcmp(mark, "-"))
        deed_mark(c, who, mark);
    say_lines(c, words_rest(&c->words, 4));
    return COMMAND_DONE;
}

const struct command command_answer = {
    .name = "$reply",
    .usage = "$reply GIFT MARK NAME LINES",
    .summary = "answer somebody, with a gift or a mark",
    .flags = COMMAND_SCRIPT,
    .run = answer_run,
};

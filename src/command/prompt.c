// Fills in a player's prompt, and counts the player's commands, whose number a prompt can show.
#include "command/prompt.h"

#include "command/context.h"
#include "command/outcome.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/screen.h"
#include "world/attr/health.h"
#include "world/attr/name.h"
#include "world/player.h"

#include <assert.h>

enum { PROMPT_MAX = 256 };

static void add_code(struct thing *player, char code, struct buf *out)
{
    struct health h = {0};
    switch (code) {
    case 'h':
    case 'H':
        health_get(player, &h);
        buf_addu(out, (uint64_t)(code == 'h' ? h.current : h.maximum));
        break;
    case 'n':
        buf_addu(out, player_commands(player));
        break;
    case 'l': {
        struct thing *where = thing_where(player);
        buf_adds(out, where ? name_get(where) : "nowhere");
        break;
    }
    case '%':
        buf_addc(out, '%');
        break;
    default:
        buf_addc(out, '%');
        buf_addc(out, code);
    }
}

static void prompt_render(struct thing *player, const char *format, struct buf *out)
{
    assert(thing_is(player, THING_PLAYER));
    size_t from = out->len;
    for (const char *f = format; *f && out->len - from < PROMPT_MAX; f++) {
        if (*f != '%' || !f[1])
            buf_addc(out, *f);
        else
            add_code(player, *++f, out);
    }
    if (out->len - from > PROMPT_MAX)
        buf_truncate(out, from + screen_cut(out->data + from, out->len - from, PROMPT_MAX));
}

void prompt_deliver(struct context *c, struct outcome *o)
{
    loopguard_check_worker("prompt_deliver()");
    assert(o);
    if (!thing_is(c->actor, THING_PLAYER))
        return;
    if (c->typed)
        player_count_command(c->actor);
    if (c->breathless)
        player_set_breathless(c->actor, c->breathless);
    o->typed = c->typed;
    o->outbox = player_outbox(c->actor);
    if (!o->outbox)
        return;
    struct buf *b = &c->prompt;
    buf_clear(b);
    const char *format = player_prompt(c->actor);
    if (*format) {
        buf_adds(b, MARK_PROMPT);
        prompt_render(c->actor, format, b);
        buf_adds(b, MARK_RESET " ");
    }
    char *prompt = outcome_take(o, b->len + 1);
    memcpy(prompt, buf_str(b), b->len + 1);
    o->prompt = prompt;
}

// A planted fault, for the control "old looks": the server's own LOOK, but now and then it shows
// the actor what the actor's last LOOK at this place showed. No part of the server that is shipped;
// the program that is linked with this file instead of verb/look.c is
// (tests/history/meson.build).
#define command_look honest_look
#include "verb/look.c"
#undef command_look

#include <pthread.h>
#include <stdlib.h>

enum { PLAYERS = 64, EVERY = 8 };

static struct shown {
    struct thing *actor, *where;
    char *text;
} shown[PLAYERS];
static pthread_mutex_t shown_mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned looks;

static void swap_text(struct shown *s, struct context *c, size_t from)
{
    struct buf *out = report_buf(c);
    char *text = strdup(buf_str(out) + from);
    if (!text)
        abort();
    if (s->text && s->where == c->where && ++looks % EVERY == 0) {
        buf_truncate(out, from);
        buf_adds(out, s->text);
    }
    free(s->text);
    *s = (struct shown){c->actor, c->where, text};
}

static enum command_result run_stale(struct context *c)
{
    size_t from = report_buf(c)->len;
    enum command_result result = honest_look.run(c);
    if (result != COMMAND_DONE || c->words.count > 1)
        return result;
    pthread_mutex_lock(&shown_mutex);
    for (size_t i = 0; i < PLAYERS; i++)
        if (!shown[i].actor || shown[i].actor == c->actor) {
            swap_text(&shown[i], c, from);
            break;
        }
    pthread_mutex_unlock(&shown_mutex);
    return result;
}

const struct command command_look = {
    .name = "look",
    .aliases = aliases,
    .usage = "look",
    .summary = "look round",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = run_stale,
};

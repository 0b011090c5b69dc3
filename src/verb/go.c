// GO: a direction after a verb, or a door by its name.
#include "command/context.h"
#include "command/match.h"
#include "command/phrase.h"
#include "command/report.h"
#include "game/move.h"
#include "verb/commands.h"
#include "world/attr/door.h"
#include "world/attr/name.h"
#include "world/inventory.h"

#include <assert.h>
#include <string.h>

static enum command_result go_through(struct context *c, size_t first)
{
    assert(first < c->words.count);
    struct thing *t =
        match_one(c, first, c->words.count, MATCH_HERE | MATCH_NARRATIVE | MATCH_PLAYERS);
    if (!t)
        return COMMAND_DONE;
    int d = door_is(t) ? door_exit(t) : -1;
    if (d >= 0 && c->where == c->location)
        return move_actor(c, (enum direction)d);
    report_actor(c, "%s is no way out. EXITS lists those there are.", name_get(t));
    return COMMAND_DONE;
}

static enum command_result go_run(struct context *c)
{
    static const char *const fillers[] = {"to", "through", "into", "in", "inside", NULL};
    size_t first = 1;
    for (const char *const *f = fillers; *f && first == 1; f++)
        first += !strcmp(words_at(&c->words, 1), *f);
    if (c->words.count <= first) {
        report_actor(c, "Where do you want to go? Type a direction; EXITS lists the ways out.");
        return COMMAND_DONE;
    }
    size_t word = phrase_is_stop_word(words_at(&c->words, first)) ? first + 1 : first;
    int d = direction_by_name(words_at(&c->words, word));
    if (d >= 0 && c->words.count == word + 1)
        return move_actor(c, (enum direction)d);
    return go_through(c, first);
}

static const char *const aliases[] = {"walk", "enter", NULL};

const struct command command_go = {
    .name = "go",
    .aliases = aliases,
    .usage = "go DIRECTION | go through DOOR",
    .summary = "walk somewhere",
    .help = "A direction alone does the same: NORTH, or N.",
    .flags = COMMAND_MOBILE,
    .run = go_run,
};

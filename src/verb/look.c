// LOOK: the location, the things and creatures in it, and the ways out.
#include "command/carried.h"
#include "command/context.h"
#include "command/listing.h"
#include "command/match.h"
#include "command/report.h"
#include "output/markup.h"
#include "util/caseless.h"
#include "verb/commands.h"
#include "verb/examine.h"
#include "world/attr/description.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/name.h"
#include "world/attr/presence.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>
#include <string.h>

enum { NAMED_MAX = 10 }; // players of a crowd whom LOOK names: those who have been there longest

static void add_capital(struct buf *out, const char *text)
{
    size_t from = out->len;
    buf_adds(out, text);
    caseless_capital(out, from);
}

static void add_things(struct thing *where, struct thing *actor, struct buf *out)
{
    struct listing lines;
    listing_begin(&lines, out);
    inventory_foreach (t, where, INVENTORY_THINGS) {
        if (t == actor || carried_hides(actor, t))
            continue;
        const char *presence = presence_get(t);
        if (presence)
            listing_add(&lines, "", presence, "", "");
        else
            listing_add(&lines, "You see ", name_get(t), " here.", "");
    }
    listing_end(&lines);
}

// A crowd takes one line, however many are in it.
static void add_crowd(struct context *c, size_t others, struct buf *out)
{
    size_t named = 0;
    const char *gap = "You see a crowd here: ";
    inventory_foreach (t, c->where, INVENTORY_PLAYERS) {
        if (t == c->actor)
            continue;
        if (named == NAMED_MAX)
            break;
        buf_adds(out, gap);
        buf_adds(out, name_get(t));
        named++;
        gap = named + 1 == others ? " and " : ", ";
    }
    if (others > named) {
        buf_adds(out, " and ");
        buf_addu_grouped(out, others - named);
        buf_adds(out, others - named == 1 ? " other" : " others");
    }
    buf_adds(out, ".\n");
}

static void add_players(struct context *c, struct buf *out)
{
    size_t n = inventory_count(c->where, INVENTORY_PLAYERS);
    if (n > world_limits(c->world)->crowd) {
        add_crowd(c, n - thing_is(c->actor, THING_PLAYER), out);
        return;
    }
    inventory_foreach (t, c->where, INVENTORY_PLAYERS) {
        if (t == c->actor)
            continue;
        buf_adds(out, MARK_PLAYER);
        add_capital(out, name_get(t));
        buf_adds(out, MARK_RESET " is here.\n");
    }
}

// A bit for each direction in which a door is closed.
static unsigned closed_ways(struct thing *where)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    unsigned closed = 0;
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, where, lists[i])
            if (door_is(t) && door_exit(t) >= 0 && !door_is_open(t))
                closed |= 1U << door_exit(t);
    return closed;
}

static void add_exits(struct context *c, struct buf *out)
{
    assert(c->where == c->location);
    const char *gap = "You see exits: ";
    unsigned closed = closed_ways(c->where), ways = exits_ways(c->where);
    buf_adds(out, MARK_EXIT);
    for (int d = 0; d < DIRECTIONS; d++) {
        if (!(ways & 1U << d))
            continue;
        buf_adds(out, gap);
        buf_adds(out, direction_name((enum direction)d));
        if (closed & 1U << d)
            buf_adds(out, " (closed)");
        gap = ", ";
    }
    buf_adds(out, *gap == ',' ? ".\n" MARK_RESET : "You see exits: none.\n" MARK_RESET);
}

static enum command_result look_around(struct context *c)
{
    struct buf *out = report_buf(c);
    buf_adds(out, MARK_TITLE);
    add_capital(out, name_get(c->where));
    buf_adds(out, MARK_RESET "\n");
    const char *description = description_get(c->where);
    if (description) {
        buf_adds(out, description);
        buf_addc(out, '\n');
    }
    add_things(c->where, c->actor, out);
    add_players(c, out);
    if (c->where == c->location)
        add_exits(c, out);
    return COMMAND_DONE;
}

static enum command_result look_towards(struct context *c, enum direction d)
{
    assert(d < DIRECTIONS && c->where == c->location);
    struct thing *to = exits_to(c->where, d);
    const char *description = exits_description(c->where, d);
    if (!to && !description) {
        report_actor(c, "There is no way %s, and nothing special to be seen there.",
                     direction_name(d));
        return COMMAND_DONE;
    }
    struct thing *door = door_closing(c->where, (int)d);
    if (description)
        report_actor(c, "%s", description);
    if (door)
        report_actor(c, "%s is closed.", name_get(door));
    if (description || door)
        return COMMAND_DONE;
    if (!context_need(c, to))
        return COMMAND_AGAIN;
    report_actor(c, "%s you see %s.", direction_side(d), name_get(to));
    return COMMAND_DONE;
}

static enum command_result look_run(struct context *c)
{
    if (c->words.count < 2)
        return look_around(c);
    static const char *const around[] = {"around", "round", "about", "here", "room"};
    const char *word = words_at(&c->words, 1);
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++)
        if (c->words.count == 2 && !strcmp(word, around[i]) &&
            !match_quietly(c, 1, 2, EXAMINE_SCOPE))
            return look_around(c);
    size_t first = !strcmp(word, "at") || !strcmp(word, "to") ? 2 : 1;
    if (c->words.count <= first) {
        match_tell_usage(c, "Look at what?");
        return COMMAND_DONE;
    }
    int d = direction_by_name(words_at(&c->words, first));
    if (d >= 0 && c->words.count == first + 1 && c->where == c->location)
        return look_towards(c, (enum direction)d);
    return examine_phrase(c, first);
}

static const char *const aliases[] = {"l", NULL};

const struct command command_look = {
    .name = "look",
    .aliases = aliases,
    .usage = "look [DIRECTION | [at] THING | in CONTAINER]",
    .summary = "look round, or at something",
    .help =
        "LOOK alone shows where you are, what and who is there, and the ways out. Of a crowd it "
        "names the ten who have been there longest, and says how many others there are: WHO "
        "HERE lists them all. With a direction it looks that way; with a thing it is the same "
        "as EXAMINE.",
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = look_run,
};

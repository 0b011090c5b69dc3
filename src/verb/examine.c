// EXAMINE: look closely at a thing, a person, a detail of the place, or into a container.
#include "verb/examine.h"

#include "command/carried.h"
#include "command/context.h"
#include "command/listing.h"
#include "command/match.h"
#include "command/report.h"
#include "output/markup.h"
#include "verb/commands.h"
#include "world/attr/body.h"
#include "world/attr/description.h"
#include "world/attr/door.h"
#include "world/attr/gender.h"
#include "world/attr/health.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/attr/writing.h"
#include "world/inventory.h"

#include <assert.h>
#include <string.h>

static void tell_contents(struct context *c, struct thing *t)
{
    if (carried_is_closed(t)) {
        report_actor(c, "%s is closed.", name_get(t));
        return;
    }
    size_t seen = 0;
    inventory_foreach (item, t, INVENTORY_THINGS)
        seen += !carried_hides(c->actor, item);
    if (!seen) {
        report_actor(c, "%s is empty.", name_get(t));
        return;
    }
    report_actor(c, "In %s you see:", name_get(t));
    struct listing lines;
    listing_begin(&lines, report_buf(c));
    inventory_foreach (item, t, INVENTORY_THINGS)
        if (!carried_hides(c->actor, item))
            listing_add(&lines, "  ", name_get(item), "", "");
    listing_end(&lines);
}

// A creature without a known gender is called by its name.
static const char *subject(struct thing *who)
{
    enum gender g = gender_get(who);
    return g == GENDER_NEUTER ? name_get(who) : gender_subject(g);
}

static const char *be(struct thing *who)
{
    return gender_get(who) == GENDER_PLURAL ? "are" : "is";
}

static void tell_uses(struct context *c, struct thing *who)
{
    inventory_foreach (item, who, INVENTORY_THINGS) {
        enum body_use use;
        if (body_used(item, &use))
            report_actor(c, "%s %s %s %s.", subject(who), be(who), body_use_name(use),
                         name_get(item));
    }
}

static void tell_health(struct context *c, struct thing *who)
{
    static const char *const states[] = {"near death", "badly hurt", "hurt", "scratched",
                                         "in good health"};
    struct health h;
    if (!health_get(who, &h) || h.maximum <= 0)
        return;
    int state = h.current <= 0 ? 0 : (int)((int64_t)h.current * 4 / h.maximum);
    report_actor(c, "%s %s %s.", subject(who), gender_get(who) == GENDER_PLURAL ? "look" : "looks",
                 states[state > 4 ? 4 : state]);
}

static void tell_player(struct context *c, struct thing *t)
{
    assert(thing_is(t, THING_PLAYER));
    const char *title = marks_title(t);
    report_actor(c, "You look at " MARK_PLAYER "%s" MARK_RESET "%s%s.", name_get(t),
                 title ? ", " : "", title ? title : "");
}

static void examine(struct context *c, struct thing *t)
{
    const char *description = description_get(t);
    if (thing_is(t, THING_PLAYER))
        tell_player(c, t);
    if (description)
        report_actor(c, "%s", description);
    else
        report_actor(c, "There is nothing special about %s.", name_get(t));
    if (door_is(t) && door_exit(t) >= 0)
        report_actor(c, "It is %s.", door_is_open(t) ? "open" : "closed");
    if (writing_get(t))
        report_actor(c, "There is something written on it: READ it.");
    if (carried_is_container(t))
        tell_contents(c, t);
    if (thing_is_creature(t)) {
        tell_health(c, t);
        tell_uses(c, t);
    }
    if (t == c->actor)
        return;
    report_participant(c, t, "%s looks at you.", name_get(c->actor));
    report_here(c, "%s looks at %s.", name_get(c->actor), name_get(t));
}

static struct thing *container_at(struct context *c, size_t from)
{
    struct thing *t =
        match_one(c, from, c->words.count, MATCH_CARRIED | MATCH_HERE | MATCH_NARRATIVE);
    if (!t)
        return NULL;
    if (!carried_is_container(t)) {
        report_actor(c, "You cannot look inside %s.", name_get(t));
        return NULL;
    }
    return t;
}

static enum command_result examine_inside(struct context *c, size_t first, size_t at)
{
    assert(first <= at && at < c->words.count);
    struct thing *in = container_at(c, at + 1);
    if (!in)
        return COMMAND_DONE;
    if (first == at || carried_is_closed(in)) {
        tell_contents(c, in);
        return COMMAND_DONE;
    }
    struct match m;
    match_init(&m);
    if (match_inside(c, first, at, in, &m))
        for (size_t i = 0; i < m.count; i++)
            examine(c, m.list[i]);
    match_fini(&m);
    return COMMAND_DONE;
}

enum command_result examine_phrase(struct context *c, size_t first)
{
    assert(first && first < c->words.count);
    static const char *const prepositions[] = {"in", "inside", "into", NULL};
    size_t at = match_split_name(c, first, prepositions, EXAMINE_SCOPE);
    if (at < c->words.count)
        return examine_inside(c, first, at);
    struct match m;
    match_init(&m);
    if (match_find(c, first, c->words.count, EXAMINE_SCOPE | MATCH_DETAILS, &m)) {
        for (size_t i = 0; i < m.count; i++)
            examine(c, m.list[i]);
        if (m.detail)
            report_actor(c, "%s", m.detail);
    }
    match_fini(&m);
    return COMMAND_DONE;
}

static enum command_result examine_run(struct context *c)
{
    if (c->words.count < 2) {
        report_actor(c, "What do you want to examine?");
        return COMMAND_DONE;
    }
    return examine_phrase(c, 1);
}

static const char *const aliases[] = {"exam", "ex", "x", NULL};

const struct command command_examine = {
    .name = "examine",
    .aliases = aliases,
    .usage = "examine THING [in CONTAINER]",
    .summary = "look closely at something",
    .help = "EXAMINE IN CONTAINER shows what is in it. Much that a description tells of can be "
            "examined too.",
    .flags = COMMAND_READS,
    .run = examine_run,
};

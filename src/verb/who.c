// WHO: the players in the world in the order of their names, read under the roster's lock in shared
// mode; WHO HERE: those in the place, in order of arrival, under the place's lock. A reply has at
// most WHO_PAGE names, however many players there are.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/world.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { WHO_PAGE = 100, WHO_PAGES_MAX = 100000 };

struct who {
    bool here;
    const char *beginning; // of the names that are wanted; "": of all
    size_t page;           // from 1; 0: none was named
    size_t total, at;      // names in all; those that have been passed
    struct buf *out;
};

// A word of digits alone; 0 for any other, and for numbers beyond all pages.
static size_t who_number(const char *word)
{
    size_t n = 0;
    for (; *word >= '0' && *word <= '9' && n <= WHO_PAGES_MAX; word++)
        n = n * 10 + (size_t)(*word - '0');
    return *word || n > WHO_PAGES_MAX ? 0 : n;
}

// [HERE] [BEGINNING] [PAGE]
static bool who_parse(const struct words *words, struct who *w)
{
    size_t i = 1;
    w->beginning = "";
    w->here = !strcmp(words_at(words, i), "here");
    i += w->here;
    if (i < words->count && !who_number(words_at(words, i)))
        w->beginning = words_at(words, i++);
    w->page = i < words->count ? who_number(words_at(words, i)) : 0;
    return i >= words->count || (w->page && i + 1 == words->count);
}

static bool who_begins(const struct who *w, struct thing *player)
{
    return !strncasecmp(name_get(player), w->beginning, strlen(w->beginning));
}

static size_t who_first(const struct who *w)
{
    return w->page ? (w->page - 1) * WHO_PAGE : 0;
}

static void who_heading(struct who *w)
{
    size_t from = who_first(w), to = from + WHO_PAGE < w->total ? from + WHO_PAGE : w->total;
    assert(from < to);
    buf_adds(w->out, w->here ? "In this place" : "Here at the moment");
    if (*w->beginning)
        buf_addf(w->out, ", with names that begin with \"%s\"", w->beginning);
    if (w->total > WHO_PAGE) {
        buf_adds(w->out, ", ");
        buf_addu_grouped(w->out, from + 1);
        if (to > from + 1) {
            buf_adds(w->out, " to ");
            buf_addu_grouped(w->out, to);
        }
        buf_adds(w->out, " of ");
        buf_addu_grouped(w->out, w->total);
    }
    buf_adds(w->out, ":\n");
}

// False: the page is full.
static bool who_add(struct who *w, const char *name, const char *title)
{
    size_t at = w->at++, first = who_first(w);
    if (at < first)
        return true;
    if (at == first + WHO_PAGE)
        return false;
    buf_adds(w->out, at > first ? ", " : "");
    buf_adds(w->out, name);
    if (title)
        buf_addf(w->out, " (%s)", title);
    return true;
}

static void who_footing(const struct who *w)
{
    size_t page = w->page ? w->page : 1;
    const char *here = w->here ? " HERE" : "", *gap = *w->beginning ? " " : "";
    buf_adds(w->out, ".\n");
    if (page * WHO_PAGE < w->total)
        buf_addf(w->out, "WHO%s%s%s %zu shows more.%s\n", here, gap, w->beginning, page + 1,
                 *w->beginning ? "" : " With the beginning of a name it shows only such names.");
    buf_addu_grouped(w->out, w->total);
    buf_addf(w->out, " player%s.\n", w->total == 1 ? "" : "s");
}

// Answers when there is no name to show.
static bool who_is_empty(const struct who *w)
{
    if (!w->total && *w->beginning)
        buf_addf(w->out, "Nobody%s has a name that begins with \"%s\".\n", w->here ? " here" : "",
                 w->beginning);
    else if (!*w->beginning && !w->page && w->total <= 1)
        buf_addf(w->out, "You are all alone in this %s.\n", w->here ? "place" : "world");
    else if (who_first(w) >= w->total)
        buf_addf(w->out, "There is no page %zu: the last is %zu.\n", w->page,
                 (w->total + WHO_PAGE - 1) / WHO_PAGE);
    else
        return false;
    return true;
}

static void who_here(struct context *c, struct who *w)
{
    w->total = *w->beginning ? 0 : inventory_count(c->where, INVENTORY_PLAYERS);
    if (*w->beginning)
        inventory_foreach (t, c->where, INVENTORY_PLAYERS)
            w->total += who_begins(w, t);
    if (who_is_empty(w))
        return;
    who_heading(w);
    inventory_foreach (t, c->where, INVENTORY_PLAYERS)
        if ((!*w->beginning || who_begins(w, t)) && !who_add(w, name_get(t), marks_title(t)))
            break;
    who_footing(w);
}

static enum command_result who_run(struct context *c)
{
    struct who w = {.out = report_buf(c)};
    if (!who_parse(&c->words, &w)) {
        report_actor(c, "\"%s\" is not understood here, and nothing was done. Type: %s",
                     words_rest(&c->words, 1), c->command->usage);
        return COMMAND_DONE;
    }
    if (w.here) {
        who_here(c, &w);
        return COMMAND_DONE;
    }
    if (!context_need_lock(c, world_roster_lock(c->world), LOCK_SHARED))
        return COMMAND_AGAIN;
    const struct roster_entry *list = world_roster_beginning(c->world, w.beginning, &w.total);
    if (who_is_empty(&w))
        return COMMAND_DONE;
    who_heading(&w);
    for (w.at = who_first(&w); w.at < w.total && who_add(&w, list[w.at].name, list[w.at].title);)
        ;
    who_footing(&w);
    return COMMAND_DONE;
}

const struct command command_who = {
    .name = "who",
    .usage = "who [here] [NAME] [PAGE]",
    .summary = "see who else is in the world",
    .help =
        "WHO lists all players, a hundred at a time; WHO 2 goes on with the next hundred. WHO AN "
        "lists those whose names begin so. WHO HERE lists those who are where you are, who came "
        "first is first.",
    .most = 4,
    .flags = COMMAND_READS,
    .run = who_run,
};

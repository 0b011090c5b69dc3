// Words that have a meaning in the world, so that no player may be called by them. Keeps nothing;
// to be called while no worker runs.
#include "engine/dispatch.h"

#include "command/command.h"
#include "engine/dispatch_priv.h"
#include "world/attr/aliases.h"
#include "world/direction.h"
#include "world/thing.h"
#include "world/world.h"

#include <stdio.h>
#include <string.h>

enum { WORD_MOST = 64 };

bool dispatch_is_permission(const char *word)
{
    const struct command *c;
    if (!strcmp(word, "all"))
        return true;
    for (size_t i = 0; (c = command_at(i)); i++)
        if (c->flags & COMMAND_PERMISSION && !strcmp(c->name, word))
            return true;
    return false;
}

struct telling {
    void (*fn)(void *arg, const char *word);
    void *arg;
};

static void tell_commands(const struct telling *to)
{
    const struct command *c;
    for (size_t i = 0; (c = command_at(i)); i++) {
        to->fn(to->arg, c->name);
        for (const char *const *a = c->aliases; a && *a; a++)
            to->fn(to->arg, *a);
    }
    for (int d = 0; d < DIRECTIONS; d++)
        to->fn(to->arg, direction_name((enum direction)d));
}

static void tell_alias(void *arg, const char *word)
{
    const struct telling *to = arg;
    to->fn(to->arg, word);
}

// Reports each word of a name, as players may mean the thing by any of them; articles and "of" are
// reserved anyway.
static void tell_name(const struct telling *to, const char *name)
{
    char word[WORD_MOST];
    for (const char *p = name + strspn(name, " "); *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ,.'");
        if (n && n < sizeof(word)) {
            snprintf(word, sizeof(word), "%.*s", (int)n, p);
            to->fn(to->arg, word);
        }
        p += strcspn(p, " ");
    }
}

void dispatch_words(struct dispatch *d, void (*fn)(void *arg, const char *word), void *arg)
{
    struct telling to = {fn, arg};
    tell_commands(&to);
    for (uint32_t i = 1; i < world_slots(d->world); i++) {
        struct thing *t = world_slot(d->world, i);
        if (!t || !thing_is(t, THING_MOBILE))
            continue;
        aliases_each(t, tell_alias, &to);
        tell_name(&to, thing_label(t));
    }
}

// Finds commands by what somebody typed. Keeps only a pointer to the table, which is constant and
// belongs to the folder verb.
#include "command/command.h"

#include <assert.h>
#include <string.h>

static const struct command_table nothing;
static const struct command_table *known = &nothing; // set once, before there are threads

void command_know(const struct command_table *table)
{
    if (known != table) // a second call writes nothing, as other threads may be reading
        known = table;
}

const struct command *command_at(size_t n)
{
    return n < known->count ? known->list[n] : NULL;
}

static bool alias_is(const struct command *c, const char *word)
{
    for (const char *const *a = c->aliases; a && *a; a++)
        if (!strcmp(*a, word))
            return true;
    return false;
}

// Names are found by binary search, the few aliases and beginnings one by one.
static const struct command *command_by_name(const char *word)
{
    const struct command *const *list = known->list;
    size_t low = 0, high = known->count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = (unsigned char)word[0] - (unsigned char)list[mid]->name[0];
        if (!order)
            order = strcmp(word, list[mid]->name);
        if (!order)
            return list[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct command *command_beginning(const char *word, size_t n)
{
    assert(word);
    const struct command *const *list = known->list;
    size_t length = strlen(word), count = length ? known->count : 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i]->flags & (COMMAND_SCRIPT | COMMAND_PERMISSION) ||
            strncmp(list[i]->name, word, length))
            continue;
        if (!n--)
            return list[i];
    }
    return NULL;
}

static const struct command *by_beginning(const char *word)
{
    const struct command *found = strlen(word) > 1 ? command_beginning(word, 0) : NULL;
    if (!found || found->flags & COMMAND_WHOLE || command_beginning(word, 1))
        return NULL;
    return found;
}

const struct command *command_find(const char *word)
{
    assert(word);
    const struct command *const *list = known->list;
    const struct command *c = command_by_name(word);
    for (size_t i = 0, count = known->count; !c && i < count; i++)
        if (alias_is(list[i], word))
            c = list[i];
    return c ? c : by_beginning(word);
}

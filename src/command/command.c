// The table of commands, in order of name. Constant.
#include "command/command.h"

#include "command/commands.h"

#include <string.h>

static const struct command *const table[] = {
#define COMMAND(name) &command_##name,
#include "command/commands.def"
#undef COMMAND
};

enum { COMMANDS = sizeof(table) / sizeof(table[0]) };

const struct command *command_at(size_t n)
{
    return n < COMMANDS ? table[n] : NULL;
}

static bool alias_is(const struct command *c, const char *word)
{
    for (const char *const *a = c->aliases; a && *a; a++)
        if (!strcmp(*a, word))
            return true;
    return false;
}

// Names are found by halving; the few aliases and beginnings one by one.
static const struct command *by_name(const char *word)
{
    size_t low = 0, high = COMMANDS;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(word, table[mid]->name);
        if (!order)
            return table[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const struct command *command_beginning(const char *word, size_t n)
{
    size_t length = strlen(word);
    for (size_t i = 0; length && i < COMMANDS; i++) {
        if (table[i]->flags & (COMMAND_SCRIPT | COMMAND_PERMISSION) ||
            strncmp(table[i]->name, word, length))
            continue;
        if (!n--)
            return table[i];
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
    const struct command *c = by_name(word);
    for (size_t i = 0; !c && i < COMMANDS; i++)
        if (alias_is(table[i], word))
            c = table[i];
    return c ? c : by_beginning(word);
}

// latchkey: finds the subcommand. Keeps nothing.
#include "serve/process.h"
#include "serve/standard.h"
#include "tools/tools.h"
#include "util/options.h"
#include "util/options_help.h"

#include <stdio.h>
#include <string.h>

static const struct options_command subcommands[] = {
    {"serve", NULL, "run the server", 0, 0, tool_serve},
    {"console", NULL, "ask a running server: who holds which lock", 0, 0, tool_console},
    {"check", NULL, "find what is wrong with zone files", 0, 0, tool_check},
    {"explore", NULL, "try schedules of a small scenario, and shrink those that fail", 0, 0,
     tool_explore},
    {"replay", NULL, "run a journal again, and see that every event says what it said", 0, 0,
     tool_replay},
    {"import", NULL, "turn the world of another server into zone files", 0, 0, tool_import},
    {"journal", NULL, "what happened, and keeping the record of it in order", 0, 0, tool_journal},
    {"admin", NULL, "accounts and characters: check them, or erase an account", 0, 0, tool_admin},
    {"locks", NULL, "read a lock trace: what happened, and why it was allowed", 0, 0, tool_locks},
    {"bench", NULL, "measure, and see that what is measured is right", 0, 0, tool_bench},
    {"help", "SUBCOMMAND", "the options of a subcommand, like SUBCOMMAND --help", 0, 1, NULL},
    {0}};

static const struct options_spec spec = {.usage = "SUBCOMMAND [OPTION ...]",
                                         .commands = subcommands};

static const struct options_command *find(const char *name)
{
    for (const struct options_command *c = subcommands; name && c->name; c++)
        if (c->run && !strcmp(name, c->name))
            return c;
    return NULL;
}

// Tells that there is no such subcommand, and which one may be meant.
static int unknown(char *name)
{
    struct options_words words;
    return options_status(options_read(&spec, NULL, 2, (char *[]){name, name, NULL}, &words));
}

// All of it, or what a subcommand has to say.
static int help(char *name)
{
    static char option[] = "--help";
    const struct options_command *c = find(name);
    if (c)
        return c->run(2, (char *[]){name, option, NULL});
    if (name && strcmp(name, "help") != 0)
        return unknown(name);
    options_help_print(&spec, stdout);
    return 0;
}

// The words after a subcommand are its own to read, and so are those after a name that is none.
static int run(int argc, char **argv)
{
    char *name = argc > 1 ? argv[1] : NULL;
    const struct options_command *c = find(name);
    struct options_words words;
    if (c)
        return c->run(argc - 1, argv + 1);
    if (name && *name != '-' && strcmp(name, "help") != 0)
        return unknown(name);
    enum options_outcome outcome = options_read(&spec, NULL, argc, argv, &words);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    if (words.command->run) // "latchkey -- serve"
        return words.command->run(1, words.list - 1);
    return help(words.count ? words.list[0] : NULL);
}

int main(int argc, char **argv)
{
    standard_begin(); // first: what is opened later would get the number of what is missing
    process_begin();
    return standard_end(run(argc, argv));
}

// latchkey: finds the subcommand. Keeps nothing.
#include "serve/standard.h"
#include "serve/process.h"
#include "tools/tools.h"
#include "util/build.h"

#include <stdio.h>
#include <string.h>

struct subcommand {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
};

static const struct subcommand subcommands[] = {
    {"serve", "run the server", tool_serve},
    {"console", "ask a running server: who holds which lock", tool_console},
    {"check", "find what is wrong with zone files", tool_check},
    {"explore", "try schedules of a small scenario, and shrink those that fail", tool_explore},
    {"replay", "run a journal again, and see that every event says what it said", tool_replay},
    {"import", "turn the world of another server into zone files", tool_import},
    {"journal", "what happened, and keeping the record of it in order", tool_journal},
    {"admin", "accounts and characters: check them, or erase an account", tool_admin},
    {"locks", "read a lock trace: what happened, and why it was allowed", tool_locks},
    {"bench", "measure, and see that what is measured is right", tool_bench},
};

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(subcommands[0]) };

static void usage(FILE *out)
{
    fprintf(out, "latchkey %s\nUsage: latchkey SUBCOMMAND [OPTION ...]\n\n", LATCHKEY_VERSION);
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        fprintf(out, "  %-8s %s\n", subcommands[i].name, subcommands[i].summary);
    fputs("\nlatchkey SUBCOMMAND --help tells the options of each.\n", out);
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        usage(stderr);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
        usage(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("latchkey %s (program %s)\n", LATCHKEY_VERSION, build_program());
        return 0;
    }
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (!strcmp(argv[1], subcommands[i].name))
            return subcommands[i].run(argc - 1, argv + 1);
    fprintf(stderr, "latchkey: there is no subcommand \"%s\"\n", argv[1]);
    usage(stderr);
    return 2;
}

int main(int argc, char **argv)
{
    standard_begin(); // first: what is opened later would get the number of what is missing
    process_begin();
    return standard_end(run(argc, argv));
}

// Every verb of the table of commands is typed in a transcript, and something exact is expected of
// it before the next line is typed: "..." alone would hold for any answer. Those that players
// cannot type count too: they are refused. In each transcript more lines are exact than "...".
//
//   verbs FILE…
#include "verb/commands.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { VERBS_MAX = 256 };

static bool seen[VERBS_MAX];

// "NAME> WORD…" or "NAME: TEXT": what follows the mark, or NULL.
static char *after_name(char *line, char mark)
{
    size_t n = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    if (!n || line[n] != mark)
        return NULL;
    return line + n + 1 + strspn(line + n + 1, " ");
}

static int number_of(char *typed)
{
    typed[strcspn(typed, " ")] = '\0';
    for (char *c = typed; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    for (int i = 0; command_at((size_t)i); i++)
        if (!strcmp(command_at((size_t)i)->name, typed))
            return i;
    return -1;
}

static bool read_transcript(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return false;
    }
    char line[8192], *text;
    int verb = -1;
    size_t exact = 0, skipping = 0;
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        if ((text = after_name(line, '>'))) {
            verb = number_of(text);
        } else if ((text = after_name(line, ':')) && !strcmp(text, "...")) {
            skipping++;
        } else if (text) {
            exact++;
            if (verb >= 0)
                seen[verb] = true;
        }
    }
    fclose(f);
    if (exact <= skipping)
        fprintf(stderr, "%s: %zu lines are exact, and %zu are \"...\"\n", path, exact, skipping);
    return exact > skipping;
}

int main(int argc, char **argv)
{
    bool good = true;
    size_t count = 0, missing = 0;
    commands_know();
    for (int i = 1; i < argc; i++)
        good &= read_transcript(argv[i]);
    for (; command_at(count) && count < VERBS_MAX; count++) {
        if (seen[count])
            continue;
        fprintf(stderr, "\"%s\" is typed in no transcript that expects an exact answer\n",
                command_at(count)->name);
        missing++;
    }
    printf("%zu verbs, %zu in no transcript\n", count, missing);
    return !good || missing || !count || command_at(count);
}

// The options of `latchkey journal`, and which command takes which. What the commands find goes to
// standard output, complaints to standard error.
#include "tools/tools.h"

#include "serve/complain.h"
#include "tools/journal/journal_commands.h"
#include "tools/journal/journal_text.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/str.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { USAGE = 2 };

static const char usage[] =
    "Usage: latchkey journal COMMAND [OPTION ...]\n"
    "Reads and keeps in order the journal of a data folder: every event that changed the world.\n"
    "\n"
    "  info                epochs, times, bytes, settings, snapshots, and what can be replayed\n"
    "  show                the events, one line each\n"
    "  grep TEXT           those whose player, line or character contains TEXT, in any case\n"
    "  thing TEXT          what became of a thing: TEXT is \"zone:ref\" or part of its name\n"
    "  character NAME      the character as it last entered or left, as JSON\n"
    "  export FILE         all events as text, which import takes (FILE may be -)\n"
    "  import FILE         such a text becomes the journal of a folder that has none\n"
    "  backup DIR          journal, accounts and characters, consistent, while the server runs\n"
    "  fsck                reads everything, snapshots too, and names each fault\n"
    "  pack                writes the newest epoch again, without the room that it does not need\n"
    "  roll [--anew]       begins a new epoch: the world goes on from its last snapshot; --anew:\n"
    "                      as its files make it, with the characters as they were last saved\n"
    "  chop                removes all epochs but the newest\n"
    "\n"
    "  --data DIR          the data folder (default latchkey-data)\n"
    "  --from N --to N     only these events (show, grep, thing)\n"
    "  --epoch N           only the epoch after event N (show, grep, thing)\n"
    "  --player NAME       only what this player did (show, grep, thing)\n"
    "  --kind KIND         line, enter, linkdead, attach, leave, save, timer, script or zone\n"
    "                      (show, grep, thing)\n"
    "  --since T --until T 2026-11-17, 2026-11-17T20:15[:30[.250]][Z], in UTC, or a duration: so\n"
    "                      long ago; --until is the first moment left out (show, grep, thing)\n"
    "  --json              an object a line (show, grep, thing)\n"
    "  --keep N            how many epochs stay (chop; default 2)\n"
    "  --at N              at or before this event (character; default the last)\n"
    "  --restore           write it to DATA/characters; the file before stays with a \"~\". The server\n"
    "                      must have stopped in order since: the next start undoes it otherwise\n"
    "  --repair            the newest epoch becomes what is before its first fault; the damaged "
    "one\n"
    "                      becomes epoch-N.damaged (fsck)\n"
    "While a server runs, roll, chop, pack, import, --restore and --repair refuse; all others "
    "read.\n"
    "Exit status: 0 done, 1 grep found nothing, 2 wrong usage, 65 something is damaged (also when it\n"
    "was repaired), 69 what was asked for is not there, 73 in use, or something cannot be written.\n";

static const struct command {
    const char *name;
    int (*run)(const struct journal_options *o);
    const char *argument; // what it needs one for; NULL: none
    const char *options;  // letters below
} commands[] = {
    {"info", journal_info, NULL, ""},
    {"show", journal_show, NULL, "ftepksuj"},
    {"grep", journal_grep, "a text", "ftepksuj"},
    {"thing", journal_thing, "the name of a thing", "ftepksuj"},
    {"character", journal_character, "the name of a character", "aR"},
    {"export", journal_export, "a file", ""},
    {"import", journal_import, "a file", ""},
    {"backup", journal_backup_all, "a folder", ""},
    {"fsck", journal_fsck, NULL, "r"},
    {"pack", journal_pack_newest, NULL, ""},
    {"roll", journal_begin_epoch, NULL, "N"},
    {"chop", journal_chop, NULL, "K"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct option known[] = {{"data", required_argument, NULL, 'd'},
                                      {"from", required_argument, NULL, 'f'},
                                      {"to", required_argument, NULL, 't'},
                                      {"epoch", required_argument, NULL, 'e'},
                                      {"player", required_argument, NULL, 'p'},
                                      {"kind", required_argument, NULL, 'k'},
                                      {"since", required_argument, NULL, 's'},
                                      {"until", required_argument, NULL, 'u'},
                                      {"json", no_argument, NULL, 'j'},
                                      {"keep", required_argument, NULL, 'K'},
                                      {"at", required_argument, NULL, 'a'},
                                      {"restore", no_argument, NULL, 'R'},
                                      {"anew", no_argument, NULL, 'N'},
                                      {"repair", no_argument, NULL, 'r'},
                                      {"help", no_argument, NULL, 'h'},
                                      {NULL, 0, NULL, 0}};

static bool number(const char *text, uint64_t least, uint64_t *out)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);
    if (str_is_digits(text) && strlen(text) < 20 && n >= least) {
        *out = n;
        return true;
    }
    complain("\"%s\" is no number%s", text, least ? " from 1 on" : "");
    return false;
}

static bool kind(const char *text, enum record_kind *out)
{
    const char *names[RECORD_KINDS] = {NULL};
    for (enum record_kind k = RECORD_LINE; k < RECORD_KINDS; k++) {
        names[k - 1] = record_kind_name(k);
        if (!strcmp(text, names[k - 1])) {
            *out = k;
            return true;
        }
    }
    const char *near = doc_nearest(text, names);
    complain("\"%s\" is no kind of event%s%s%s", text, near ? "; is \"" : "",
                     near ? near : "", near ? "\" meant?" : "");
    return false;
}

static bool moment(const char *text, int64_t *out)
{
    if (journal_text_time(text, out))
        return true;
    complain("\"%s\" is no time, expected one like 2026-11-17T20:15 or 2h", text);
    return false;
}

static bool take(struct journal_options *o, int c)
{
    switch (c) {
    case 'd':
        o->data = optarg;
        return true;
    case 'f':
        return number(optarg, 0, &o->from);
    case 't':
        return number(optarg, 0, &o->to);
    case 'e':
        return o->has_epoch = number(optarg, 0, &o->epoch);
    case 'p':
        o->player = optarg;
        return true;
    case 'k':
        return kind(optarg, &o->kind);
    case 's':
        return moment(optarg, &o->since);
    case 'u':
        return moment(optarg, &o->until);
    case 'j':
        return o->json = true;
    case 'K':
        return number(optarg, 1, &o->keep);
    case 'a':
        return o->has_at = number(optarg, 0, &o->at);
    case 'R':
        return o->restore = true;
    case 'N':
        return o->anew = true;
    case 'r':
        return o->repair = true;
    default:
        return false;
    }
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (!strcmp(name, commands[i].name))
            return &commands[i];
    return NULL;
}

// What was given beside options: the command, and its argument where it has one.
static const struct command *take_words(struct journal_options *o, int count, char **words)
{
    const struct command *c = count ? find(words[0]) : NULL;
    int most = c && c->argument ? 2 : 1;
    if (!count)
        complain("the name of a command is missing");
    else if (!c)
        complain("there is no command \"%s\"", words[0]);
    else if (count < most)
        complain("%s needs %s", c->name, c->argument);
    else if (count > most)
        complain("\"%s\" is not understood", words[most]);
    else {
        o->argument = c->argument ? words[1] : NULL;
        return c;
    }
    return NULL;
}

// -1 to go on, else the exit status.
static int parse(struct journal_options *o, int argc, char **argv, const struct command **command)
{
    char given[64];
    size_t count = 0;
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (c == '?') {
            fputs("\"latchkey journal --help\" tells what there is.\n", stderr);
            return USAGE;
        }
        if (!take(o, c))
            return USAGE;
        if (c != 'd' && count < sizeof(given) - 1 && !memchr(given, c, count))
            given[count++] = (char)c;
    }
    *command = take_words(o, argc - optind, argv + optind);
    if (!*command) {
        fputs("\"latchkey journal --help\" tells what there is.\n", stderr);
        return USAGE;
    }
    if (o->from > o->to || o->since >= o->until) {
        complain("what is to be shown ends before it begins");
        return USAGE;
    }
    for (size_t i = 0; i < count; i++)
        for (const struct option *k = known; k->name && !strchr((*command)->options, given[i]); k++)
            if (k->val == given[i]) {
                complain("%s takes no --%s", (*command)->name, k->name);
                return USAGE;
            }
    return -1;
}

int tool_journal(int argc, char **argv)
{
    struct journal_options o = {.data = "latchkey-data",
                                .to = UINT64_MAX,
                                .keep = 2,
                                .since = INT64_MIN,
                                .until = INT64_MAX};
    const struct command *command = NULL;
    int status = parse(&o, argc, argv, &command);
    if (status >= 0)
        return status;
    o.folder = mem_printf("%s/journal", o.data);
    // Who changes something takes a lock first, and that would make the folder.
    if (access(o.folder, F_OK) && command->run != journal_import) {
        complain("%s: there is no journal", o.folder);
        status = EX_UNAVAILABLE;
    } else {
        status = command->run(&o);
    }
    free(o.folder);
    return status;
}

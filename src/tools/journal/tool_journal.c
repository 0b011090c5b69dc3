// The options of `latchkey journal`, and which command takes which. Results go to standard output,
// errors to standard error.
#include "tools/tools.h"

#include "serve/complain.h"
#include "tools/journal/journal_commands.h"
#include "tools/journal/journal_text.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/options.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    INFO,
    SHOW,
    GREP,
    THING,
    CHARACTER,
    EXPORT,
    IMPORT,
    BACKUP,
    FSCK,
    PACK,
    ROLL,
    CHOP,
    COMMANDS
};

static const struct options_command commands[] = {
    [INFO] = {"info", NULL, "epochs, times, bytes, settings, snapshots, and what can be replayed",
              0, 0, NULL},
    [SHOW] = {"show", NULL, "the events, one line each", 0, 0, NULL},
    [GREP] = {"grep", "TEXT", "those whose player, line or character contains TEXT, in any case", 1,
              1, NULL},
    [THING] = {"thing", "TEXT", "what became of a thing: TEXT is \"zone:ref\" or part of its name",
               1, 1, NULL},
    [CHARACTER] = {"character", "NAME", "the character as it last entered or left, as JSON", 1, 1,
                   NULL},
    [EXPORT] = {"export", "FILE", "all events as text, which import takes (FILE may be -)", 1, 1,
                NULL},
    [IMPORT] = {"import", "FILE", "such a text becomes the journal of a folder that has none", 1, 1,
                NULL},
    [BACKUP] = {"backup", "DIR",
                "journal, accounts and characters, consistent, while the server runs", 1, 1, NULL},
    [FSCK] = {"fsck", NULL, "reads everything, snapshots too, and names each fault", 0, 0, NULL},
    [PACK] = {"pack", NULL, "writes the newest epoch again, without the room that it does not need",
              0, 0, NULL},
    [ROLL] = {"roll", NULL, "begins a new epoch: the world goes on from its last snapshot", 0, 0,
              NULL},
    [CHOP] = {"chop", NULL, "removes all epochs but the newest", 0, 0, NULL},
    {0}};

static int (*const runs[COMMANDS])(const struct journal_options *o) = {
    [INFO] = journal_info,        [SHOW] = journal_show,           [GREP] = journal_grep,
    [THING] = journal_thing,      [CHARACTER] = journal_character, [EXPORT] = journal_export,
    [IMPORT] = journal_import,    [BACKUP] = journal_backup_all,   [FSCK] = journal_fsck,
    [PACK] = journal_pack_newest, [ROLL] = journal_begin_epoch,    [CHOP] = journal_chop,
};

static bool take_kind(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    const char *names[RECORD_KINDS] = {NULL};
    unsigned place = 0;
    (void)e;
    for (enum record_kind k = RECORD_LINE; k < RECORD_KINDS; k++)
        names[k - RECORD_LINE] = record_kind_name(k);
    if (!options_choice(value, names, &place, why))
        return false;
    ((struct journal_options *)into)->kind = (enum record_kind)(RECORD_LINE + place);
    return true;
}

static bool take_moment(void *into, const struct options_entry *e, const char *value,
                        struct buf *why)
{
    if (journal_text_time(value, (int64_t *)((char *)into + e->into)))
        return true;
    buf_adds(why, "expected a time like 2026-11-17T20:15 or 2h");
    return false;
}

#define OF_EVENTS .commands = 1u << SHOW | 1u << GREP | 1u << THING

static const struct options_entry entries[] = {
    {"data", "DIR", "the data folder (default latchkey-data)",
     OPTIONS_INTO(struct journal_options, data)},
    {"from", "N", "only events from this one on", OPTIONS_INTO(struct journal_options, from),
     OF_EVENTS},
    {"to", "N", "only events up to this one", OPTIONS_INTO(struct journal_options, to), OF_EVENTS},
    {"epoch", "N", "only the epoch after event N", OPTIONS_INTO(struct journal_options, epoch),
     OPTIONS_TELLS(struct journal_options, has_epoch), OF_EVENTS},
    {"player", "NAME", "only what this player did", OPTIONS_INTO(struct journal_options, player),
     OF_EVENTS},
    {"kind", "KIND",
     "only line, enter, linkdead, attach, leave, save, timer, script, zone, void or rights",
     .take = take_kind, OF_EVENTS},
    {"since", "T",
     "only from this moment on: 2026-11-17, 2026-11-17T20:15[:30[.250]][Z], in UTC, or a duration: "
     "so long ago",
     .take = take_moment, .into = offsetof(struct journal_options, since), OF_EVENTS},
    {"until", "T", "only before this moment, which is the first left out", .take = take_moment,
     .into = offsetof(struct journal_options, until), OF_EVENTS},
    {"json", NULL, "an object a line", OPTIONS_INTO(struct journal_options, json), OF_EVENTS},
    {"keep", "N", "how many epochs stay (default 2)", OPTIONS_INTO(struct journal_options, keep),
     .least = 1, .commands = 1u << CHOP},
    {"anew", NULL,
     "the world begins as its files make it, with the characters as they were last saved",
     OPTIONS_INTO(struct journal_options, anew), .commands = 1u << ROLL},
    {"at", "N", "at or before this event (default the last)",
     OPTIONS_INTO(struct journal_options, at), OPTIONS_TELLS(struct journal_options, has_at),
     .commands = 1u << CHARACTER},
    {"restore", NULL,
     "write it to DATA/characters; the old file is kept with a \"~\" after its name. The server "
     "must have stopped cleanly since: the next start undoes it otherwise",
     OPTIONS_INTO(struct journal_options, restore), .commands = 1u << CHARACTER},
    {"repair", NULL,
     "the newest epoch becomes what is before its first fault; the damaged one becomes "
     "epoch-N.damaged",
     OPTIONS_INTO(struct journal_options, repair), .commands = 1u << FSCK},
    {0}};

static const struct options_spec spec = {
    .name = "journal",
    .usage = "COMMAND [OPTION ...]",
    .about = "Reads and keeps in order the journal of a data folder: every event that changed the "
             "world.",
    .after = "While a server runs, roll, chop, pack, import, --restore and --repair refuse; all "
             "others read.\n"
             "Exit status: 0 done, 1 grep found nothing, 2 wrong usage, 65 something is damaged "
             "(also when it was repaired), 69 what was asked for is not there, 73 in use, or "
             "something cannot be written.",
    .commands = commands,
    .tables = {{NULL, entries}},
};

int tool_journal(int argc, char **argv)
{
    struct journal_options o = {.data = "latchkey-data",
                                .to = UINT64_MAX,
                                .keep = 2,
                                .since = INT64_MIN,
                                .until = INT64_MAX};
    struct options_words words;
    int status;
    enum options_outcome outcome = options_read(&spec, (void *[]){&o}, argc, argv, &words);
    if (outcome == OPTIONS_READ && (o.from > o.to || o.since >= o.until))
        outcome = options_wrong(&spec, "what is to be shown ends before it begins");
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    o.argument = words.list[0];
    o.folder = mem_printf("%s/journal", o.data);
    // A command that changes something takes a lock first, which would make the folder.
    if (access(o.folder, F_OK) && words.command != &commands[IMPORT]) {
        complain("%s: there is no journal", o.folder);
        status = EX_UNAVAILABLE;
    } else {
        status = runs[words.command - commands](&o);
    }
    free(o.folder);
    return status;
}

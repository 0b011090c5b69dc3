// latchkey admin: what an operator does to accounts while no server runs. Erasing an account first
// rewrites the journal, then removes the account's files, so that an interrupted erasure can be
// repeated.
#include "serve/complain.h"
#include "serve/data_lock.h"
#include "serve/journal_writer.h"
#include "store/account.h"
#include "store/character.h"
#include "store/json.h"
#include "store/owner.h"
#include "store/savefile.h"
#include "store/zones.h"
#include "tools/admin/admin_check.h"
#include "tools/journal/erase.h"
#include "tools/journal/journal_commands.h"
#include "tools/tools.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/options.h"
#include "util/str.h"
#include "world/world.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { ALSO_MAX = 64 };

struct options {
    const char *data, *zones, *player, *account;
    const char *also[ALSO_MAX]; // names of characters that the account had before
    size_t also_count;
    bool drop;
};

enum { CHECK, ERASE };

static const struct options_command commands[] = {
    [CHECK] = {"check", NULL,
               "holds accounts and characters against each other and changes nothing: files that "
               "are damaged, permissions that do not exist, characters of two accounts or of none",
               0, 0, NULL},
    [ERASE] = {"erase", "ACCOUNT",
               "erases an account and its characters: their files, and their names and what they "
               "said from the journal, which is written again under names that tell nothing; "
               "everything else in it replays as it was. The server must be stopped. Backups made "
               "before are not touched",
               1, 1, NULL},
    {0}};

static bool take_also(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    struct options *o = into;
    (void)e;
    if (o->also_count == ALSO_MAX) {
        buf_addf(why, "expected at most %d of these", ALSO_MAX);
        return false;
    }
    o->also[o->also_count++] = value;
    return true;
}

static const struct options_entry entries[] = {
    {"data", "DIR", "the data folder (default latchkey-data)", OPTIONS_INTO(struct options, data)},
    {"zones", "DIR", "zone files, for epochs that kept none (default data/zones)",
     OPTIONS_INTO(struct options, zones), .commands = 1u << ERASE},
    {"player", "FILE",
     "template of new players, for epochs that kept none (default data/player.json)",
     OPTIONS_INTO(struct options, player), .commands = 1u << ERASE},
    {"also", "NAME",
     "a character of the account that has been deleted already; may be given more than once",
     .take = take_also, .commands = 1u << ERASE},
    {"drop", NULL, "leave out old epochs that can no longer be replayed",
     OPTIONS_INTO(struct options, drop), .commands = 1u << ERASE},
    {0}};

static const struct options_spec spec = {
    .name = "admin",
    .usage = "check [--data DIR]\nerase ACCOUNT [OPTION ...]",
    .after =
        "Exit status of check: 0 all is in order, 65 something is not, 69 the folder cannot be "
        "read.\n"
        "Exit status of erase: 0 erased, 64 NAME is somebody else's now, 65 an epoch cannot be "
        "replayed and nothing was changed, 69 no such account, 73 a file cannot be written or "
        "a server is using the folder.\n"
        "Exit status 2: wrong usage.",
    .commands = commands,
    .tables = {{NULL, entries}},
};

static size_t starts_of(const struct options *o)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *w = world_new();
    size_t n = 0;
    if (zones_load_folder(w, o->zones, false, &p, NULL) == ZONES_LOADED)
        n = world_starts(w);
    doc_problems_fini(&p);
    world_free(w);
    return n;
}

static bool mentioned_in(const struct erase *e, const char *path)
{
    struct buf text = BUF_INIT;
    bool is = !file_read(path, SAVEFILE_LARGEST, &text) && erase_mentions(e, buf_str(&text));
    buf_fini(&text);
    return is;
}

// Does the character's file, or the version before it, contain an erased name?
static bool mentioned(const struct erase *e, const struct options *o, const char *file)
{
    char *path = mem_printf("%s/characters/%s", o->data, file), *before = mem_printf("%s~", path);
    bool is = mentioned_in(e, path) || mentioned_in(e, before);
    free(before);
    free(path);
    return is;
}

// Rewrites another player's character when its aliases or prompt have the erased name. 0, or an
// exit status.
static int reword_character(const struct erase *e, const struct options *o, const char *file)
{
    assert(str_ends(file, ".json"));
    char name[NAME_SIZE];
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct doc *d = NULL, *other = NULL;
    struct buf text = BUF_INIT;
    int status = 0;
    snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - 5), file);
    if (erase_find(e, name) || !mentioned(e, o, file))
        return 0;
    if (character_load(o->data, name, &d, &p) == SAVEFILE_OK &&
        json_write(&text, doc_root(d), JSON_ONE_LINE)) {
        char *json = erase_character(e, buf_str(&text), false);
        other = json_read(file, json, strlen(json), &p);
        free(json);
    }
    // Saved twice, so that the version before (NAME.json~) is without the erased name too.
    for (int i = 0; i < 2 && !status; i++)
        if (!other || character_save(o->data, name, doc_root(other)) != SAVEFILE_OK) {
            complain("%s: cannot be %s", file, other ? "written" : "read");
            status = EX_CANTCREAT;
        }
    doc_free(d);
    doc_free(other);
    buf_fini(&text);
    doc_problems_fini(&p);
    return status;
}

// True for the name of a file that a killed process has not finished writing.
static bool is_unfinished(const char *name)
{
    return strstr(name, ".json") && str_ends(name, ".tmp");
}

static int reword_characters(const struct erase *e, const struct options *o)
{
    char *folder = mem_printf("%s/characters", o->data);
    DIR *d = opendir(folder);
    int status = 0;
    for (struct dirent *f; d && !status && (f = readdir(d));)
        if (str_ends(f->d_name, ".json") && strlen(f->d_name) < NAME_SIZE)
            status = reword_character(e, o, f->d_name);
        else if (is_unfinished(f->d_name) && unlinkat(dirfd(d), f->d_name, 0) < 0)
            status = EX_CANTCREAT;
    if (d)
        closedir(d);
    free(folder);
    return status;
}

// Removes a folder with everything in it, also epochs that a repair has renamed.
static void remove_tree(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *f; d && (f = readdir(d));) {
        if (!strcmp(f->d_name, ".") || !strcmp(f->d_name, ".."))
            continue;
        char *inner = mem_printf("%s/%s", path, f->d_name);
        if (unlink(inner) < 0 && errno != ENOENT)
            remove_tree(inner);
        free(inner);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

// Exchanges the old journal and the new one in one step.
static int admin_swap(const char *journal, const char *made)
{
    assert(strcmp(journal, made) != 0);
    if (file_sync_folder(made) < 0 ||
        renameat2(AT_FDCWD, made, AT_FDCWD, journal, RENAME_EXCHANGE) < 0 ||
        file_sync_folder(journal) < 0) {
        complain("%s cannot be put in the place of %s: %s", made, journal, strerror(errno));
        return EX_CANTCREAT;
    }
    remove_tree(made); // now the old journal
    if (!access(made, F_OK)) {
        complain("%s: what is left of the old journal cannot be removed", made);
        return EX_CANTCREAT;
    }
    return 0;
}

static int forget_events(struct erase *e, const struct options *o, struct erase_epochs *x)
{
    char *journal = mem_printf("%s/journal", o->data), *made = mem_printf("%s.erased", journal);
    struct stat st;
    int status = 0;
    *x = (struct erase_epochs){
        .folder = journal, .to = made, .zones = o->zones, .player = o->player, .drop = o->drop};
    remove_tree(made); // left by an interrupted attempt
    if (!stat(journal, &st)) {
        if (mkdir(made, 0700) < 0) {
            complain("%s: %s", made, strerror(errno));
            status = EX_CANTCREAT;
        }
        if (!status) {
            int r = erase_epochs(e, x);
            status = r < 0 ? EX_CANTCREAT : r == ERASE_NOT_REPLAYED ? EX_DATAERR : 0;
        }
        if (!status)
            status = admin_swap(journal, made);
        else
            remove_tree(made);
    }
    free(made);
    free(journal);
    return status;
}

static int remove_records(const struct options *o, const struct account *a)
{
    int bad = 0;
    for (size_t i = 0; i < a->character_count; i++) {
        int r = character_erase(o->data, a->characters[i]);
        bad |= r != SAVEFILE_OK && r != SAVEFILE_ABSENT;
    }
    if (!bad)
        bad = owner_erase_left(o->data, a->name) < 0;
    if (!bad)
        bad = account_erase(o->data, a->name) != SAVEFILE_OK;
    if (bad)
        complain("%s: not every file could be removed", o->data);
    return bad ? EX_CANTCREAT : 0;
}

// Adds the names that the account had before (--also); none may be another account's character now.
static bool add_also(struct erase *e, const struct options *o, size_t starts)
{
    assert(o->also_count <= ALSO_MAX);
    for (size_t i = 0; i < o->also_count; i++) {
        const char *why = NULL;
        char name[NAME_SIZE];
        struct doc_problems p = DOC_PROBLEMS_INIT;
        struct doc *d = NULL;
        if (name_rules_character(o->also[i], NULL, name) != NAME_GOOD)
            why = "is no name of a character";
        else if (!erase_find(e, name) && character_load(o->data, name, &d, &p) != SAVEFILE_ABSENT)
            why = "is a character of another account";
        doc_free(d);
        doc_problems_fini(&p);
        if (why) {
            complain("--also %s: that %s", o->also[i], why);
            return false;
        }
        if (!erase_find(e, name))
            erase_add(e, name, starts);
    }
    return true;
}

static int erase(const struct options *o)
{
    assert(o->account);
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct account *a = NULL;
    struct erase e;
    struct erase_epochs x;
    int r = account_load(o->data, o->account, &a, &p);
    doc_problems_fini(&p);
    if (r != SAVEFILE_OK) {
        complain("there is no account \"%s\" in %s", o->account, o->data);
        return EX_UNAVAILABLE;
    }
    erase_init(&e);
    size_t starts = starts_of(o);
    for (size_t i = 0; i < a->character_count; i++)
        erase_add(&e, a->characters[i], starts);
    int status = add_also(&e, o, starts) ? forget_events(&e, o, &x) : EX_USAGE;
    if (!status)
        status = reword_characters(&e, o);
    if (!status)
        status = remove_records(o, a);
    if (!status)
        printf("the account and %zu character%s are erased; %" PRIu64 " of %" PRIu64
               " events in %" PRIu64 " epoch%s were written in other words, %" PRIu64
               " could not happen any more\n",
               e.count, e.count == 1 ? "" : "s", e.renamed, x.events, x.epochs,
               x.epochs == 1 ? "" : "s", e.voided);
    if (!status && x.soft)
        printf("%" PRIu64 " epoch%s of another program, and replay%s as this one does them now\n",
               x.soft, x.soft == 1 ? " was" : "s were", x.soft == 1 ? "s" : "");
    if (!status && x.dropped)
        printf("%" PRIu64 " epoch%s left out\n", x.dropped, x.dropped == 1 ? " was" : "s were");
    erase_fini(&e);
    account_free(a);
    return status;
}

int tool_admin(int argc, char **argv)
{
    struct options o = {
        .data = "latchkey-data", .zones = "data/zones", .player = "data/player.json"};
    struct options_words words;
    complain_as("admin");
    enum options_outcome outcome = options_read(&spec, (void *[]){&o}, argc, argv, &words);
    if (outcome != OPTIONS_READ)
        return options_status(outcome);
    if (words.command == &commands[CHECK])
        return admin_check(o.data);
    o.account = words.list[0];
    struct error why;
    int lock = data_lock(o.data, &why);
    if (lock < 0) {
        complain("%s; nothing was changed", error_text(&why));
        return EX_CANTCREAT;
    }
    int status = erase(&o);
    close(lock);
    return status;
}

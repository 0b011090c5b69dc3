// latchkey journal character: one character as it was at an earlier event. The journal holds it
// where it entered; its state when it left is that of its next entry, or of its file. Keeps
// nothing.
#include "tools/journal/journal_commands.h"

#include "journal/snapshot_file.h"
#include "serve/complain.h"
#include "tools/journal/journal_files.h"
#include "tools/journal/journal_restore.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/str.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

struct looking {
    const struct journal_options *options;
    uint64_t at;
    uint64_t entered, left, kept_in; // events; 0: none
    int64_t entered_at, left_at;
    char *text, *text_after; // the character at this entry, and at the next one
    uint64_t last_seen;
};

static bool is_quit(const char *line)
{
    size_t n;
    const char *word = str_word(&line, &n);
    return word && n == 4 && str_begins_nocase(word, "quit");
}

// After event `at` only the player's next entry matters.
static bool character_look(void *arg, const struct record *r)
{
    struct looking *l = arg;
    if (!record_is_players(r->kind) || !str_equal_nocase(r->name, l->options->argument))
        return true;
    l->last_seen = r->number;
    if (r->number > l->at) {
        if (l->kept_in)
            return true;
        if (r->kind == RECORD_ENTER) {
            l->kept_in = r->number;
            l->text_after = mem_strdup(r->text);
        } else
            l->left = 0; // the player was still in the world
        return true;
    }
    l->left = 0;
    if (r->kind == RECORD_ENTER) {
        free(l->text);
        l->text = mem_strdup(r->text);
        l->entered = r->number;
        l->entered_at = r->clock;
    } else if (r->kind == RECORD_LEAVE || (r->kind == RECORD_LINE && is_quit(r->text))) {
        l->left = r->number;
        l->left_at = r->clock;
    }
    return true;
}

// Will the next start leave the file alone? The start begins with the newest snapshot, or with a
// new world, and replays later events: it saves again the players who left in these, and brings
// back those who had not left. So the file is safe if the player did nothing since a time when no
// player was in the world.
static bool is_over(const struct journal_options *o, uint64_t epoch, uint64_t last_seen)
{
    struct journal_snapshot list[SNAPSHOTS_MAX + 1];
    struct journal_scan s = {.options = o, .epoch = epoch};
    journal_scan(&s, 0);
    if (!s.has_manifest || (!s.manifest.base && last_seen <= epoch))
        return s.has_manifest;
    char *path = journal_epoch_path(o, epoch);
    size_t n = journal_files_snapshots(path, &s.manifest, s.last, list);
    free(path);
    for (size_t i = 0; i < n; i++)
        if (journal_files_usable(&list[i]) && !list[i].players && last_seen <= list[i].number)
            return true;
    return false;
}

static int restore_from_journal(const struct journal_options *o, struct looking *l, uint64_t newest,
                                const char *text)
{
    if (is_over(o, newest, l->last_seen))
        return journal_restore(o->data, o->argument, text);
    complain("the next start would make %s again what it was at the end of the journal, as the "
             "server did not stop in order since: start it and stop it (SIGTERM) first; or "
             "\"latchkey journal roll --anew\", which gives up what everybody did since they "
             "were last saved",
             o->argument);
    return EX_CANTCREAT;
}

static int character_answer(const struct journal_options *o, struct looking *l, uint64_t newest)
{
    char when[CLOCK_ISO_SIZE];
    if (!l->entered) {
        complain("%s has not entered at or before that event, as far as the journal goes "
                 "back",
                 o->argument);
        return EX_UNAVAILABLE;
    }
    bool left =
        l->left && (l->kept_in ? *l->text_after : journal_restore_saved(o->data, o->argument));
    const char *text = !left ? l->text : l->text_after;
    clock_iso(left ? l->left_at : l->entered_at, when);
    fprintf(stderr, "%s as it %s with event %" PRIu64 " at %s\n", o->argument,
            left ? "left" : "entered", left ? l->left : l->entered, when);
    if (text && !*text) {
        complain("it entered for the first time then, and was nothing before");
        return EX_UNAVAILABLE;
    }
    if (!text && o->restore) {
        fprintf(stderr, "That is what its file holds: there is nothing to restore.\n");
        return 0;
    }
    if (!text)
        return journal_restore_print_saved(o->data, o->argument);
    return o->restore ? restore_from_journal(o, l, newest, text) : journal_restore_print(text);
}

static int character_find(const struct journal_options *o)
{
    size_t count;
    uint64_t *list = journal_list(o, &count), faults = 0;
    bool refused = false;
    if (!list)
        return EX_UNAVAILABLE;
    struct looking l = {.options = o, .at = o->has_at ? o->at : UINT64_MAX};
    for (size_t i = 0; i < count; i++) {
        struct journal_scan s = {
            .options = o, .epoch = list[i], .event = character_look, .arg = &l};
        journal_scan(&s, 0);
        faults += s.faults;
        refused |= s.refused;
    }
    if (refused) {
        free(l.text);
        free(l.text_after);
        free(list);
        return EX_CANTCREAT;
    }
    int64_t newest = journal_newest(o, list, count);
    int status = character_answer(o, &l, newest < 0 ? 0 : list[newest]);
    free(l.text);
    free(l.text_after);
    free(list);
    return status ? status : faults ? EX_DATAERR : 0;
}

int journal_character(const struct journal_options *o)
{
    int lock = o->restore ? journal_lock(o) : -1;
    if (o->restore && lock < 0)
        return EX_CANTCREAT;
    int status = character_find(o);
    if (lock >= 0)
        close(lock);
    return status;
}

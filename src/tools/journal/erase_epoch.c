// Rewrites epochs. Each is replayed twice: as it is, to see that this program can replay it, and as
// a rewrite, while the new events are written. The new epoch has the snapshot that it begins with
// and one of the event that the newest was of, its zone files, and as many events as before.
#include "engine/dispatch.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "output/outbox.h"
#include "serve/complain.h"
#include "serve/journal_writer.h"
#include "serve/recover.h"
#include "serve/world_files.h"
#include "tools/journal/erase.h"
#include "tools/journal/journal_commands.h"
#include "util/build.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/mem.h"
#include "world/player.h"
#include "world/thing.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCHS_MAX = 4096 };

struct rewriting {
    struct erase *erase;
    struct world *world;
    struct journal_writer *writer;
    uint64_t last;
    bool failed;
};

static char *reword(void *arg, const char *line)
{
    return erase_reword(((struct rewriting *)arg)->erase, line);
}

static char *quieten(void *arg, const char *line)
{
    return erase_silence_alias(((struct rewriting *)arg)->erase, line);
}

static char *quieten_prompt(void *arg, const char *text)
{
    (void)arg;
    return erase_silence_prompt(text);
}

static void began(void *arg, struct world *w)
{
    struct rewriting *x = arg;
    size_t n;
    const struct roster_entry *list = world_roster(w, &n);
    x->world = w;
    for (size_t i = 0; i < n; i++)
        erase_add_player(x->erase, list[i].name);
    erase_gather_keywords(x->erase, w);
    for (size_t i = 0; i < n; i++) {
        const struct erase_name *name = erase_find(x->erase, list[i].name);
        player_reword(list[i].player, name ? quieten : reword, reword,
                      name ? quieten_prompt : reword, x);
        if (name)
            player_rename(list[i].player, name->to);
    }
}

// What the first word of the line stands for as an alias at this moment; NULL: it is not an alias.
static const char *alias_used(const struct rewriting *x, const struct record *r)
{
    assert(x->world && r->kind == RECORD_LINE);
    size_t n;
    const struct erase_name *other = erase_find(x->erase, r->name);
    const char *name = other ? other->to : r->name, *text = NULL, *begin = r->text;
    const struct roster_entry *list = world_roster(x->world, &n);
    begin += strspn(begin, " ");
    char *word = mem_strndup(begin, strcspn(begin, " ")), *now = erase_reword_alias(x->erase, word);
    for (size_t i = 0; i < n && !text; i++)
        if (!strcmp(list[i].name, name))
            text = player_alias_text(list[i].player, now);
    free(now);
    free(word);
    return text;
}

static const struct record *replace(void *arg, const struct record *r)
{
    struct rewriting *x = arg;
    x->erase->alias = r->kind == RECORD_LINE ? alias_used(x, r) : NULL;
    return erase_record(x->erase, r);
}

static void became(void *arg, const struct record *r)
{
    struct rewriting *x = arg;
    assert(x->writer);
    x->erase->voided += r->kind == RECORD_VOID;
    x->failed |= r->number != x->last + 1 || !journal_writer_add(x->writer, r);
    x->last = r->number;
}

static void erase_epoch_wake(void *arg)
{
    (void)arg;
}

static bool run_erase(struct journal *j, const struct world_files *f,
                      const struct replay_config *config, struct replay_result *result)
{
    assert(config && result);
    static const struct dispatch_ops ops = {0};
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *w = world_files_load(f, &p);
    doc_problems_fini(&p);
    if (!w) {
        *result = (struct replay_result){.damaged = true};
        error_set(&result->why, -EINVAL, "its zone files cannot be loaded");
        return false;
    }
    struct outboxes *outboxes = outboxes_new(0);
    struct dispatch_config dc = {
        .workers = 1, .offload_threads = 1, .wake = erase_epoch_wake, .outboxes = outboxes};
    struct dispatch *d = dispatch_new(w, &dc, &ops);
    recover_limits_of(w, j);
    bool good = replay_run(d, j, config, result);
    dispatch_free(d);
    outboxes_free(outboxes);
    world_free(w);
    return good;
}

static struct manifest manifest_of(struct journal *j)
{
    struct manifest m = {.format = JOURNAL_FORMAT,
                         .parent = journal_epoch(j),
                         .world = journal_world(j),
                         .base = journal_carried(j) ? MANIFEST_CARRIED
                                 : journal_based(j) ? MANIFEST_GOES_ON
                                                    : MANIFEST_ANEW};
    memcpy(m.settings, journal_settings(j), sizeof(m.settings));
    snprintf(m.program, sizeof(m.program), "%s", journal_program(j));
    return m;
}

// The event of the newest snapshot; 0: there is none. From a later snapshot a start would not
// replay the departures of players who are not saved yet; from an earlier one it would save players
// again whose files have changed since.
static uint64_t newest_snapshot(const struct journal *j)
{
    uint64_t numbers[SNAPSHOTS_MAX], found = 0;
    size_t n = snapshot_file_list(journal_path(j), numbers, SNAPSHOTS_MAX);
    for (size_t i = 0; i < n && !found; i++) {
        struct snapshot_head head;
        struct buf all = BUF_INIT;
        size_t end;
        if (numbers[i] > journal_epoch(j) && numbers[i] <= journal_last(j) &&
            snapshot_file_read(journal_path(j), numbers[i], &head, &all, &end, NULL) &&
            head.world == journal_world(j))
            found = numbers[i];
        buf_fini(&all);
    }
    return found;
}

static bool erase_epoch_is_of_another(const struct journal *j)
{
    return strcmp(journal_program(j), build_program()) != 0;
}

// Can the epoch be rewritten? `soft`: only with what this program makes of its events, which
// differs from what another program did; allowed only for an epoch that the present world does not
// depend on.
static bool can_replay(struct journal *j, const struct world_files *f, bool newest, bool *soft)
{
    assert(soft);
    struct replay_config config = {.full = true};
    struct replay_result result;
    *soft = !run_erase(j, f, &config, &result);
    if (!*soft || (erase_epoch_is_of_another(j) && !result.damaged && !newest))
        return true;
    complain("%s cannot be replayed as it is: %s", journal_path(j), error_text(&result.why));
    if (erase_epoch_is_of_another(j) && !result.damaged)
        complain("it is that of program %s, and this is %s, and its server did not stop in order: "
                 "start the server once and stop it (SIGTERM), then erase",
                 journal_program(j), build_program());
    return false;
}

// 0, ERASE_NOT_REPLAYED, or negative: the new epoch cannot be written. Both were printed.
static int rewrite(struct erase *e, struct erase_epochs *x, struct journal *j,
                   const struct world_files *f, bool newest)
{
    struct replay_config config = {.full = true};
    struct replay_result result;
    bool soft;
    if (!can_replay(j, f, newest, &soft))
        return ERASE_NOT_REPLAYED;
    struct manifest m = manifest_of(j);
    if (soft) // from now on its events say what this program makes of them
        snprintf(m.program, sizeof(m.program), "%s", build_program());
    x->soft += soft;
    struct rewriting r = {.erase = e, .last = m.parent};
    r.writer = journal_writer_new(x->to, &m);
    if (!r.writer)
        return -EIO;
    char *epoch = mem_printf("%s/epoch-%012" PRIu64, x->to, m.parent);
    struct replay_rewrite rewrite = {began, reword, replace, became, &r};
    config.rewrite = &rewrite;
    config.snap_at = newest_snapshot(j);
    config.snap_folder = epoch;
    bool good = run_erase(j, f, &config, &result);
    bool written = journal_writer_end(r.writer) == 0;
    if (written && (!good || r.failed || r.last != journal_last(j) || result.snap_error)) {
        complain("%s: could not be written anew: %s", epoch,
                 result.snap_error ? strerror(-result.snap_error) : error_text(&result.why));
        written = false;
    }
    if (written && world_files_keep(f->zones, f->player, epoch, journal_world(j))) {
        complain("%s: the zone files cannot be kept", epoch);
        written = false;
    }
    if (written)
        x->events += result.events;
    free(epoch);
    return written ? 0 : -EIO;
}

// As rewrite.
static int rewrite_epoch(struct erase *e, struct erase_epochs *x, uint64_t epoch, bool newest)
{
    struct error why;
    struct world_files f;
    struct journal_config config = {.folder = x->folder, .read_only = true, .epoch = epoch};
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        complain("%s", error_text(&why));
        return ERASE_NOT_REPLAYED;
    }
    int r = ERASE_NOT_REPLAYED;
    if (world_files_find(&f, journal_world(j), x->zones, x->player, journal_path(j), &why)) {
        r = rewrite(e, x, j, &f, newest);
        world_files_fini(&f);
    } else {
        complain("%s", error_text(&why));
    }
    journal_close(j);
    return r;
}

// If the newest epoch is another program's, ended cleanly, and perhaps cannot be replayed as it
// was, ends it: the world goes on from its snapshot in an epoch of this program, as at the next
// start. 0, or negative (printed).
static int leave_other_program(const struct erase_epochs *x)
{
    struct error why;
    struct journal_config config = {.folder = x->folder, .epoch = UINT64_MAX, .read_only = true};
    struct journal *j = journal_open(&config, NULL);
    bool needed = j && erase_epoch_is_of_another(j) && journal_last(j) >= journal_first(j) &&
                  newest_snapshot(j) == journal_last(j);
    if (needed) {
        config = (struct journal_config){
            .folder = x->folder, .epoch = UINT64_MAX, .sync = true, .world = journal_world(j)};
        memcpy(config.settings, journal_settings(j), sizeof(config.settings));
    }
    journal_close(j); // a journal that cannot be opened is reported when it is rewritten
    if (!needed)
        return 0;
    bool good = (j = journal_open(&config, &why));
    if (good && journal_roll(j, config.world, true) < 0) {
        error_set(&why, -EIO, "%s", journal_why(j));
        good = false;
    }
    journal_close(j);
    if (!good)
        complain("%s", error_text(&why));
    return good ? 0 : -EIO;
}

// Collects the names of all players who ever came: as words they can mean somebody.
static void gather_players(struct erase *e, const struct erase_epochs *x, uint64_t epoch)
{
    struct record r;
    uint32_t locks[RECORD_LOCKS_MAX];
    struct journal_config config = {.folder = x->folder, .read_only = true, .epoch = epoch};
    struct journal *j = journal_open(&config, NULL);
    struct journal_cursor *c = j ? journal_cursor_open(j, journal_first(j)) : NULL;
    while (c && journal_cursor_next(c, &r, locks) == 0)
        if (r.kind == RECORD_ENTER && !erase_find(e, r.name))
            erase_add_player(e, r.name);
    journal_cursor_close(c);
    journal_close(j);
}

int erase_epochs(struct erase *e, struct erase_epochs *x)
{
    assert(x->folder && x->to && strcmp(x->folder, x->to) != 0);
    int r = leave_other_program(x);
    if (r < 0)
        return r;
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    size_t n = journal_epochs(x->folder, list, EPOCHS_MAX);
    for (size_t i = 0; i < n; i++)
        gather_players(e, x, list[i]);
    for (size_t i = 0; i < n && r == 0; i++) {
        bool newest = i + 1 == n;
        r = rewrite_epoch(e, x, list[i], newest);
        x->epochs += r == 0;
        if (r == ERASE_NOT_REPLAYED && x->drop && !newest) {
            x->dropped++;
            r = 0;
        }
    }
    free(list);
    return r;
}

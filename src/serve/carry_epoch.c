// Loads the old world from the zone files that its epoch has kept, the new one from the present
// ones, has the one carried over into the other, and makes the epoch that begins with that. Works
// in a folder of its own, which is removed: what a start that was killed leaves of it does no harm.
#include "serve/carry_epoch.h"

#include "engine/dispatch.h"
#include "engine/replay/carry.h"
#include "journal/journal.h"
#include "output/outbox.h"
#include "serve/journal_writer.h"
#include "serve/recover.h"
#include "serve/world_files.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/settings.h"
#include "world/snapshot/carry.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_LOGGED = 50 };

// A world that nothing runs in, and its dispatch.
struct still {
    struct world *world;
    struct outboxes *outboxes;
    struct dispatch *dispatch;
};

static void carry_epoch_wake(void *arg)
{
    (void)arg;
}

static bool carry_epoch_load(struct still *s, const struct world_files *f, const struct journal *j,
                             struct error *why)
{
    assert(!s->world && !s->outboxes && !s->dispatch);
    static const struct dispatch_ops ops = {0};
    struct doc_problems p = DOC_PROBLEMS_INIT;
    s->world = world_files_load(f, &p);
    if (!s->world)
        error_set(why, -EINVAL, "%s:%u: %s", p.count ? p.list[0].file : f->zones,
                  p.count ? p.list[0].line : 0, p.count ? p.list[0].text : "cannot be loaded");
    doc_problems_fini(&p);
    if (!s->world)
        return false;
    recover_limits_of(s->world, j);
    s->outboxes = outboxes_new(0);
    struct dispatch_config config = {
        .workers = 1, .offload_threads = 1, .wake = carry_epoch_wake, .outboxes = s->outboxes};
    s->dispatch = dispatch_new(s->world, &config, &ops);
    return true;
}

static void unload(struct still *s)
{
    if (s->dispatch)
        dispatch_free(s->dispatch);
    if (s->outboxes)
        outboxes_free(s->outboxes);
    world_free(s->world);
}

static void carry_epoch_report(const struct carry *c)
{
    assert(c);
    size_t n, gone = 0, moved = 0;
    const struct carry_note *notes = carry_notes(c, &n);
    for (size_t i = 0; i < n; i++) {
        if (notes[i].to)
            moved += notes[i].count;
        else
            gone += notes[i].count;
        if (i >= NOTES_LOGGED)
            continue;
        if (notes[i].to)
            log_warning("journal", "moved", "from", notes[i].ref, "name", notes[i].name, "to",
                        notes[i].to, "things", LOG_INT(notes[i].count), "why",
                        "the zone files have no such location any more", NULL);
        else
            log_warning("journal", "gone", "what", notes[i].ref, "name", notes[i].name, "things",
                        LOG_INT(notes[i].count), "why",
                        "the zone files have no such thing any more", NULL);
    }
    if (n > NOTES_LOGGED)
        log_warning("journal", "more_gone_or_moved", "kinds", LOG_INT(n - NOTES_LOGGED), NULL);
    log_info("journal", "carried_over", "things", LOG_INT(carry_kept(c)), "moved", LOG_INT(moved),
             "gone", LOG_INT(gone), NULL);
}

// Adds what the new epoch still lacks once its snapshot is written. 0, or negative and `why`.
static int carry_epoch_finish(const struct recovery *b, struct journal *j, uint64_t world,
                              const char *folder, struct error *why)
{
    int r = world_files_keep(b->settings->folder_zones, b->player, folder, world);
    if (r < 0)
        return error_set_system(why, -r, "%s: the zone files cannot be kept", folder);
    if (r == WORLD_FILES_CHANGED)
        return error_set(why, -EAGAIN, "the zone files were changed just now; start again");
    r = journal_roll_carried(j, world, folder);
    return r < 0 ? error_set(why, r, "%s", journal_why(j)) : 0;
}

static int carry_epoch_make(const struct recovery *b, struct journal *j, uint64_t world,
                            const char *folder, const struct world_files *old,
                            const struct world_files *present, struct error *why)
{
    struct still from = {0}, to = {0};
    struct carry *c = NULL;
    int r = CARRY_EPOCH_IMPOSSIBLE;
    if (carry_epoch_load(&from, old, j, why) && carry_epoch_load(&to, present, j, why)) {
        r = dispatch_carry(from.dispatch, to.dispatch, j, world, folder, &c, why);
        if (r == DISPATCH_NOT_CARRIED)
            r = CARRY_EPOCH_IMPOSSIBLE;
    }
    if (r == 0)
        r = carry_epoch_finish(b, j, world, folder, why);
    if (r == 0)
        carry_epoch_report(c);
    carry_free(c);
    unload(&to);
    unload(&from);
    return r;
}

static int carry(const struct recovery *b, struct journal *j, uint64_t world, const char *folder,
                 struct error *why)
{
    struct world_files old, present;
    const char *zones = b->settings->folder_zones;
    int r = file_mkdirs(folder, 0700);
    if (r < 0)
        return error_set_system(why, -r, "%s", folder);
    if (!world_files_find(&old, journal_world(j), zones, b->player, journal_path(j), why))
        return CARRY_EPOCH_IMPOSSIBLE;
    r = CARRY_EPOCH_IMPOSSIBLE;
    if (world_files_find(&present, world, zones, b->player, journal_path(j), why)) {
        r = carry_epoch_make(b, j, world, folder, &old, &present, why);
        world_files_fini(&present);
    }
    world_files_fini(&old);
    return r;
}

int carry_epoch(const struct recovery *b, struct journal *j, uint64_t world, struct error *why)
{
    assert(b && j && why);
    assert(!b->at); // a copy of the past writes nothing
    char *folder = mem_printf("%s/journal/carrying", b->settings->folder_data);
    uint64_t last = journal_last(j);
    journal_writer_remove(folder); // of a start that was killed
    int r = carry(b, j, world, folder, why);
    journal_writer_remove(folder);
    free(folder);
    if (r == 0)
        log_info("journal", "new_epoch", "after", LOG_INT(last), "why",
                 "the zone files have changed", NULL);
    return r;
}

// latchkey journal show, grep and thing: events of all epochs, or one, as lines or as JSON. Keeps
// nothing.
#include "tools/journal/journal_commands.h"

#include "serve/complain.h"
#include "tools/journal/journal_text.h"
#include "tools/journal/journal_things.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/str.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

enum { NOTHING = 1 }; // exit status of grep without a hit, as that of grep(1)

struct showing {
    const struct journal_options *options;
    const char *text;              // text to find (grep); NULL: show all
    struct journal_things *things; // things to find (thing); NULL: show all
    uint64_t epoch;
    uint64_t shown;
    struct buf line;
};

static bool wanted(const struct showing *s, const struct record *r)
{
    const struct journal_options *o = s->options;
    if (o->kind && r->kind != o->kind)
        return false;
    if (o->player && !str_equal_nocase(r->name, o->player))
        return false;
    if (r->clock < o->since || r->clock >= o->until)
        return false;
    return !s->text || journal_text_find(r->name, s->text) || journal_text_find(r->text, s->text);
}

// Writes the event; false: it did nothing to the things that are searched for.
static bool write_event(struct showing *s, const struct record *r)
{
    bool any = true;
    buf_clear(&s->line);
    if (s->options->json) {
        journal_text_json(&s->line, s->epoch, r);
        any = !s->things || journal_things_json(s->things, r, &s->line);
        buf_adds(&s->line, "}\n");
    } else if (s->things) {
        journal_text_event(&s->line, r, NULL);
        any = journal_things_line(s->things, r, &s->line);
        buf_addc(&s->line, '\n');
    } else {
        journal_text_line(&s->line, r, s->text);
    }
    return any;
}

static bool show_event(void *arg, const struct record *r)
{
    struct showing *s = arg;
    if (r->number > s->options->to)
        return false;
    if (s->things)
        journal_things_note(s->things, r);
    if (r->number < s->options->from || !wanted(s, r) || !write_event(s, r))
        return true;
    s->shown++;
    return fwrite(s->line.data, 1, s->line.len, stdout) == s->line.len;
}

// Do all events of the epoch come before event `from`? The next epoch begins after its last.
static bool is_before(const struct journal_options *o, const uint64_t *list, size_t count, size_t i)
{
    return i + 1 < count && list[i + 1] < o->from;
}

// Finds the things of that name in the epoch's world. An epoch whose zone files are unknown is
// skipped, with a message.
static bool prepare(struct showing *s)
{
    struct manifest m;
    struct error why;
    char *path = journal_epoch_path(s->options, s->epoch);
    bool good =
        manifest_read(path, &m, &why) == 0 && journal_things_epoch(s->things, path, m.world, &why);
    if (!good)
        complain("epoch %" PRIu64 " is left out: %s", s->epoch, error_text(&why));
    free(path);
    return good;
}

static int show_all(const struct journal_options *o, const char *text,
                    struct journal_things *things)
{
    size_t count;
    uint64_t *list = journal_list(o, &count), faults = 0;
    if (!list)
        return EX_UNAVAILABLE;
    struct showing s = {.options = o, .text = text, .things = things, .line = BUF_INIT};
    bool found = false, enough = false, refused = false;
    for (size_t i = 0; i < count && !enough; i++) {
        if ((o->has_epoch && list[i] != o->epoch) || is_before(o, list, count, i))
            continue;
        struct journal_scan scan = {
            .options = o, .epoch = s.epoch = list[i], .event = show_event, .arg = &s};
        found = true;
        if (things && !prepare(&s)) {
            faults++;
            continue;
        }
        journal_scan(&scan, things ? 0 : o->from);
        enough = scan.stopped;
        faults += scan.faults;
        refused |= scan.refused;
    }
    buf_fini(&s.line);
    free(list);
    if (!found && o->has_epoch) {
        complain("there is no epoch %" PRIu64, o->epoch);
        return EX_UNAVAILABLE;
    }
    if (faults)
        complain("what is damaged was left out; \"latchkey journal fsck\" tells all of it");
    return faults ? EX_DATAERR : refused ? EX_CANTCREAT : text && !s.shown ? NOTHING : 0;
}

int journal_show(const struct journal_options *o)
{
    return show_all(o, NULL, NULL);
}

int journal_grep(const struct journal_options *o)
{
    return show_all(o, o->argument, NULL);
}

int journal_thing(const struct journal_options *o)
{
    struct journal_things *things = journal_things_new(o->argument);
    int status = show_all(o, NULL, things);
    if (!status && !journal_things_count(things)) {
        complain("nothing in the zone files is called \"%s\"", o->argument);
        status = EX_UNAVAILABLE;
    }
    journal_things_free(things);
    return status;
}

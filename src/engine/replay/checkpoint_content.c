// The part of a snapshot beside the things: the pending requests. And loading: the newest intact
// snapshot is restored. Keeps nothing; one thread, while no task runs.
#include "engine/replay/checkpoint.h"

#include "engine/dispatch_priv.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "util/buf.h"
#include "util/build.h"
#include "util/error.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/pack.h"
#include "util/parallel.h"
#include "verb/strike.h"
#include "world/snapshot/digest.h"
#include "world/snapshot/snapshot.h"
#include "world/world.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, TIMER = 0, SCRIPT = 1, ZONE = 2 };

struct requests {
    struct timer_request *list;
    size_t count, cap;
};

static void gather_request(void *arg, const struct timer_request *q)
{
    struct requests *r = arg;
    if (r->count == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 256;
        r->list = mem_realloc_array(r->list, r->cap, sizeof(*r->list));
    }
    r->list[r->count++] = *q;
}

static int in_order(const void *a, const void *b)
{
    const struct timer_request *x = a, *y = b;
    if (x->origin != y->origin)
        return x->origin < y->origin ? -1 : 1;
    return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

static size_t zone_number(struct world *w, const struct zone *z)
{
    size_t n = 0;
    while (world_zone_at(w, n) != z)
        n++;
    return n;
}

// A scripted line. The target of a blow is written as a slot, like things are; 0 when it exists no
// more.
static void write_line(struct world *w, const char *line, struct buf *out)
{
    struct tref at;
    struct buf blow = BUF_INIT;
    if (strike_read(line, &at) && !thing_find(w, at))
        strike_write(&blow, (struct tref){0, 0});
    pack_text(out, blow.len ? blow.data : line);
    buf_fini(&blow);
}

static char *read_request_line(const struct snapshot_world *s, const char *line)
{
    struct tref at;
    struct buf blow = BUF_INIT;
    if (!strike_read(line, &at))
        return mem_strdup(line);
    struct thing *t = snapshot_thing(s, at.index);
    strike_write(&blow, t ? thing_ref(t) : (struct tref){0, 0});
    return buf_take(&blow);
}

static void write_request(struct world *w, const struct timer_request *q, struct buf *out)
{
    pack_uint(out, q->zone ? ZONE : q->line ? SCRIPT : TIMER);
    pack_uint(out, q->origin);
    pack_uint(out, q->ordinal);
    pack_int(out, q->delay);
    pack_int(out, q->asked);
    if (q->zone) {
        pack_uint(out, zone_number(w, q->zone));
        return;
    }
    pack_uint(out, q->thing.index);
    if (q->line) {
        write_line(w, q->line, out);
        return;
    }
    pack_uint(out, q->kind);
    pack_uint(out, q->timer_token);
}

void checkpoint_compose(struct dispatch *d, struct snapshot_head *head, struct buf *out)
{
    struct world *w = d->world;
    struct requests r = {0};
    size_t alive = 0;
    if (d->replay)
        replay_requests_each(d->replay, gather_request, &r);
    else
        timer_tasks_each(d->timer_tasks, gather_request, &r);
    if (r.count)
        qsort(r.list, r.count, sizeof(*r.list), in_order);
    for (size_t i = 0; i < r.count; i++)
        if (r.list[i].zone || thing_find(w, r.list[i].thing))
            r.list[alive++] = r.list[i]; // otherwise the request's thing exists no more
    pack_uint(out, VERSION);
    snapshot_write(w, out);
    pack_uint(out, alive);
    for (size_t i = 0; i < alive; i++)
        write_request(w, &r.list[i], out);
    free(r.list);
    head->digest = world_digest(w);
    head->players = snapshot_players(w);
}

static bool read_request(struct world *w, const struct snapshot_world *s, struct unpack *in,
                         struct timer_request *q)
{
    uint64_t what = unpack_limited(in, ZONE);
    *q = (struct timer_request){.origin = unpack_uint(in),
                                .ordinal = (uint32_t)unpack_limited(in, UINT32_MAX),
                                .delay = unpack_int(in),
                                .asked = unpack_int(in)};
    if (what == ZONE) {
        q->zone = world_zone_at(w, unpack_uint(in));
        return q->zone && !in->bad;
    }
    struct thing *t = snapshot_thing(s, (uint32_t)unpack_limited(in, UINT32_MAX));
    if (t)
        q->thing = thing_ref(t);
    if (what == SCRIPT) {
        const char *line = unpack_text(in);
        q->line = t && !in->bad ? read_request_line(s, line) : NULL;
    } else {
        q->kind = (enum timer_kind)unpack_limited(in, TIMER_KINDS - 1);
        q->timer_token = (uint32_t)unpack_limited(in, UINT32_MAX);
    }
    return !in->bad;
}

// The world is restored by now. A damaged request ends the reading. A request for a thing that does
// not exist any more is left out.
static bool read_requests(struct world *w, const struct snapshot_world *s, struct unpack *in,
                          struct replay *r)
{
    struct timer_request q;
    for (uint64_t left = unpack_uint(in); left && !in->bad; left--) {
        if (!read_request(w, s, in, &q))
            return false;
        if (q.zone || q.thing.index)
            replay_request(r, &q);
    }
    return !in->bad && in->at == in->end;
}

enum { PART = 1024 }; // slots whose digest is one piece of work

struct parts {
    struct world *world;
    uint64_t sums[PARALLEL_MOST]; // by thread; only the whole sum is the same in every run
};

static void digest_part(void *arg, unsigned thread, size_t i)
{
    struct parts *p = arg;
    uint32_t all = world_slots(p->world), first = i ? (uint32_t)i * PART : 1;
    uint32_t end = all - first > PART ? ((uint32_t)i + 1) * PART : all;
    p->sums[thread] += world_digest_part(p->world, first, end);
}

// world_digest on all processors: before anything runs.
static uint64_t digest_at_start(struct world *w)
{
    struct parts p = {.world = w};
    size_t n = (world_slots(w) + PART - 1) / PART;
    uint64_t sum = 0;
    parallel_each(n, parallel_threads(n), digest_part, &p);
    for (unsigned i = 0; i < PARALLEL_MOST; i++)
        sum += p.sums[i];
    return sum;
}

// Why a snapshot was not loaded.
enum unrestored {
    UNUSABLE = 1, // nothing was changed: `why` says what is wrong with it
    HALF,         // the world is not what the snapshot says, and unusable
};

// Is the snapshot one of this world, by its head? The rest is checked as it is read.
static struct snapshot_world *read_world(struct world *w, struct journal *j,
                                         const struct snapshot_head *head, struct unpack *in,
                                         struct error *why)
{
    if (head->world != journal_world(j))
        error_set(why, -EINVAL, "the snapshot of event %" PRIu64 " is of other zone files",
                  head->number);
    else if (unpack_uint(in) != VERSION)
        error_set(why, -EINVAL, "the snapshot of event %" PRIu64 " is of a later program",
                  head->number);
    else
        return snapshot_read(w, in, why);
    return NULL;
}

// 0, UNUSABLE or HALF.
static int restore_content(struct dispatch *d, struct journal *j, struct replay *r, uint64_t number,
                           struct error *why)
{
    struct buf all = BUF_INIT;
    struct snapshot_head head;
    size_t end;
    struct world *w = d->world;
    if (!snapshot_file_read(journal_path(j), number, &head, &all, &end, why)) {
        buf_fini(&all);
        return UNUSABLE;
    }
    const unsigned char *bytes = (const unsigned char *)all.data;
    struct unpack in = {bytes + SNAPSHOT_HEAD, bytes + end, false};
    struct snapshot_world *s = read_world(w, j, &head, &in, why);
    int outcome = s ? 0 : UNUSABLE;
    if (s) {
        // Another program may compute the digest of the same world differently; then only the
        // checksum shows that the file is intact.
        bool ours = !strcmp(journal_program(j), build_program());
        if (!read_requests(w, s, &in, r) || (ours && digest_at_start(w) != head.digest))
            outcome = HALF;
        snapshot_world_free(s);
    }
    if (outcome == HALF)
        error_set(why, -EINVAL,
                  "%s/snapshot-%012" PRIu64 " does not give the world that it was made of",
                  journal_path(j), number);
    buf_fini(&all);
    return outcome;
}

static void skip(uint64_t number, const char *why)
{
    log_error("journal", "snapshot_skipped", "number", LOG_INT(number), "why", why, NULL);
}

// Renames a bad snapshot, if the journal may be written to and the epoch can do without the
// snapshot.
static int quarantine_snapshot(struct journal *j, uint64_t number, struct error *why)
{
    if (journal_based(j) && number == journal_epoch(j))
        return -EINVAL;
    if (journal_reads_only(j)) {
        error_add(why, "; a start of the server puts it aside, replay --full does without");
        return -EINVAL;
    }
    int r = snapshot_file_quarantine(journal_path(j), number);
    if (r < 0) {
        error_add(why, ", and cannot be put aside: %s", strerror(-r));
        return r;
    }
    log_error("journal", "snapshot_put_aside", "number", LOG_INT(number), "why", error_text(why),
              "then", "the world is made anew, from the snapshot before it", NULL);
    return CHECKPOINT_AGAIN;
}

int checkpoint_restore(struct dispatch *d, struct journal *j, struct replay *r, uint64_t to,
                       bool full, uint64_t *from, struct error *why)
{
    assert(from && why);
    uint64_t numbers[SNAPSHOTS_MAX + 1];
    size_t n = snapshot_file_list(journal_path(j), numbers, SNAPSHOTS_MAX);
    uint64_t base = journal_epoch(j);
    // When a disk holds very many snapshots, the oldest are not listed: look for the base.
    if (n == SNAPSHOTS_MAX && numbers[n - 1] > base &&
        snapshot_file_is_there(journal_path(j), base))
        numbers[n++] = base;
    bool listed = false;
    error_clear(why);
    *from = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_base = journal_based(j) && numbers[i] == base;
        listed |= is_base;
        if ((full && !is_base) || (to && numbers[i] > to) || (numbers[i] <= base && !is_base))
            continue;
        if (numbers[i] > journal_last(j)) {
            skip(numbers[i], "it is ahead of the journal");
            continue;
        }
        switch (restore_content(d, j, r, numbers[i], why)) {
        case 0:
            *from = numbers[i];
            return 0;
        case UNUSABLE:
            skip(numbers[i], error_text(why));
            break;
        case HALF:
            return quarantine_snapshot(j, numbers[i], why);
        }
    }
    if (!journal_based(j))
        return 0;
    return listed ? -EINVAL
                  : error_set(why, -ENOENT,
                              "the snapshot that epoch %" PRIu64 " begins with is missing", base);
}

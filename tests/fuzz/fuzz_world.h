// A small world for fuzz targets, made for each input: the zones of tests/data/zones, dispatch
// without workers, time that moves only when the target says so. What players see is gathered and
// judged: it is UTF-8 without control codes, for any input. The lock checker is on.
#ifndef TESTS_FUZZ_FUZZ_WORLD_H
#define TESTS_FUZZ_FUZZ_WORLD_H

#include "fuzz.h"

#include <string.h>

#include "check/check.h"
#include "check/check_report.h"
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/utf8.h"
#include "world/attr.h"
#include "world/world.h"

enum { FUZZ_PLAYERS = 2 };

struct fuzz_player {
    struct player_task *actor;
    outbox_id outbox;
    struct buf seen;
    struct doc *saved; // as they left
    size_t answers;
};

struct fuzz_world {
    struct world *world;
    struct outboxes *outboxes;
    struct dispatch *dispatch;
    struct fuzz_player players[FUZZ_PLAYERS];
};

static struct fuzz_world fuzz;

static inline void fuzz_answered(void *session)
{
    ((struct fuzz_player *)session)->answers++;
}

static inline void fuzz_save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static inline void fuzz_entered(void *session, struct player_task *a)
{
    ((struct fuzz_player *)session)->actor = a;
}

static inline void fuzz_left(struct player_task *a, struct doc *saved)
{
    for (int i = 0; i < FUZZ_PLAYERS; i++)
        if (fuzz.players[i].actor == a) {
            fuzz.players[i].actor = NULL;
            doc_free(fuzz.players[i].saved);
            fuzz.players[i].saved = saved;
            return;
        }
    doc_free(saved);
}

static inline void fuzz_wake(void *arg)
{
    (void)arg;
}

static inline void fuzz_judge(const char *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint32_t letter;
        size_t length = utf8_decode(bytes + at, n - at, &letter);
        MUST(length > 0);
        MUST(letter >= ' ' || letter == '\n' || letter == '\r' || letter == '\x1b');
        MUST(letter < 0x7F || letter > 0x9F);
        at += length;
    }
}

static inline void fuzz_collect(void)
{
    for (outbox_id id; (id = outboxes_next_urgent(fuzz.outboxes)) ||
                       (id = outboxes_next_relaxed(fuzz.outboxes));) {
        struct fuzz_player *p = outbox_owner(fuzz.outboxes, id);
        size_t n;
        const char *bytes = outbox_peek(fuzz.outboxes, id, &n);
        fuzz_judge(bytes, n);
        buf_add(&p->seen, bytes, n);
        outbox_drained(fuzz.outboxes, id, n);
    }
}

static inline void fuzz_settle(void)
{
    dispatch_run(fuzz.dispatch);
    fuzz_collect();
}

static inline void fuzz_begin(void)
{
    static const struct dispatch_ops ops = {
        .answered = fuzz_answered, .save = fuzz_save, .entered = fuzz_entered, .left = fuzz_left};
    const char *source = getenv("LATCHKEY_SOURCE");
    struct doc_problems p = DOC_PROBLEMS_INIT;
    MUST(source); // the folder of the sources, as scripts/fuzz sets it
    fuzz = (struct fuzz_world){.world = world_new(), .outboxes = outboxes_new(0)};
    clock_freeze(1000000, 1700000000000);
    char *player = mem_printf("%s/tests/data/zones/player.json", source);
    char *yard = mem_printf("%s/tests/data/zones/yard.json", source);
    MUST(zones_load_player(fuzz.world, player, &p) == ZONES_LOADED);
    MUST(zones_load(fuzz.world, (const char *const[]){yard}, 1, false, &p, NULL) == ZONES_LOADED);
    free(player);
    free(yard);
    doc_problems_fini(&p);
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .linkdead = 60000,
                                     .wake = fuzz_wake,
                                     .outboxes = fuzz.outboxes};
    fuzz.dispatch = dispatch_new(fuzz.world, &config, &ops);
    dispatch_prepare(fuzz.dispatch);
}

// `character` is taken over; NULL: a new one.
static inline bool fuzz_join(int i, const char *name, struct doc *character)
{
    struct fuzz_player *p = &fuzz.players[i];
    struct style style = {.utf8 = true, .width = 80};
    p->outbox = outbox_open(fuzz.outboxes, &style, 1 << 24, p);
    struct dispatch_entry entry = {
        .name = name, .permissions = "", .character = character, .outbox = p->outbox, .session = p};
    dispatch_enter(fuzz.dispatch, &entry);
    fuzz_settle();
    return p->actor;
}

static inline void fuzz_type(int i, const char *line)
{
    struct fuzz_player *p = &fuzz.players[i];
    if (!p->actor)
        return;
    size_t before = p->answers;
    outbox_entered(fuzz.outboxes, p->outbox);
    dispatch_line(p->actor, line);
    fuzz_settle();
    MUST(!p->actor || p->answers == before + 1);
}

static inline void fuzz_leave(int i)
{
    if (fuzz.players[i].actor)
        dispatch_leave(fuzz.players[i].actor);
    fuzz_settle();
}

static inline void fuzz_pass(int64_t ms)
{
    clock_advance_ms(ms);
    fuzz_settle();
}

static inline void fuzz_end(void)
{
    dispatch_free(fuzz.dispatch);
    for (int i = 0; i < FUZZ_PLAYERS; i++) {
        buf_fini(&fuzz.players[i].seen);
        doc_free(fuzz.players[i].saved);
    }
    outboxes_free(fuzz.outboxes);
    world_free(fuzz.world);
    MUST(!check_violations());
}

static inline void fuzz_once(void)
{
    log_open("/dev/null");
    check_set_names(attr_name, ATTR_COUNT);
    check_set_level(CHECK_RULES);
}

#endif

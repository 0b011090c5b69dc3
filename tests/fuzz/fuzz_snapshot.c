// Fuzz target for snapshots, behind a valid checksum: whatever their bytes are, they are refused
// and nothing is changed, or make a world that can be digested, written and freed. The first byte
// chooses the bytes of a world or of a whole snapshot; alone, or as changes to a sound one, whose
// sections keep lengths that are right: random bytes alone would never get past them.
#include "fuzz_folder.h"

#include <string.h>

#include "check/check.h"
#include "engine/dispatch.h"
#include "engine/replay/checkpoint.h"
#include "engine/replay/replay.h"
#include "journal/journal.h"
#include "journal/record.h"
#include "journal/snapshot_file.h"
#include "lock/lockset.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/log.h"
#include "util/mem.h"
#include "util/pack.h"
#include "world/attr/door.h"
#include "world/attr/timers.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/player.h"
#include "world/snapshot/digest.h"
#include "world/snapshot/snapshot.h"
#include "world/world.h"

// Things, contents, populations, roster; and behind the world what is to happen.
enum { SECTIONS = 5, VERSION = 1 };

static const char zone[] =
    "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\",\"reset\":{\"mode\":\"always\",\"every\":\"5s\"}},"
    "\"locations\":{\"a\":{\"name\":\"A\",\"start\":true,\"exits\":{\"north\":\"b\"}},"
    "\"b\":{\"name\":\"B\",\"exits\":{\"south\":\"a\"}}},"
    "\"things\":{\"gate\":{\"name\":\"gate\",\"in\":\"a\",\"door\":{\"exit\":\"north\"}},"
    "\"bag\":{\"name\":\"bag\",\"in\":\"a\",\"inventory\":true},"
    "\"coin\":{\"name\":\"coin\",\"in\":\"bag\",\"reset\":{\"after\":\"1s\"}},"
    "\"hen\":{\"name\":\"hen\",\"mobile\":true,\"health\":{\"maximum\":4}}},"
    "\"resets\":[{\"place\":\"hen\",\"in\":\"b\",\"limit\":2}]}";

static struct journal *journal;
static struct buf sound[SECTIONS];
static uint64_t sound_digest;

static void wake(void *arg)
{
    (void)arg;
}

static struct world *build(void)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct world *w = world_new();
    char *path = path_of("zone.json");
    const char *const paths[] = {path};
    MUST(zones_load(w, paths, 1, false, &p, NULL) == ZONES_LOADED);
    world_settle(w);
    doc_problems_fini(&p);
    free(path);
    return w;
}

static void add_player(struct world *w, const char *name, uint32_t outbox)
{
    struct thing *t = limbo_player(w, NULL, name);
    player_give(t, name, "all");
    player_set_outbox(t, outbox);
    MUST(limbo_publish(t, world_lookup(w, "z:a")) == INVENTORY_MOVED);
    world_roster_add(w, t, name);
    MUST(limbo_publish(limbo_copy(world_lookup(w, "z:coin")), t) == INVENTORY_MOVED);
}

// Players, copies, an open door, timers, and what was asked for.
static void make_sound(void)
{
    struct timer_sink sink = {0};
    struct lockset ls;
    struct buf all = BUF_INIT;
    struct world *w = build();
    lockset_init(&ls, 77, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "fuzz", NULL);
    add_player(w, "Ann", 3);
    add_player(w, "Bob", 0);
    struct thing *hen = limbo_copy(world_lookup(w, "z:hen")), *a = world_lookup(w, "z:a");
    MUST(limbo_publish(hen, a) == INVENTORY_MOVED);
    timers_set(&sink, hen, TIMER_ACTION, 5);
    inventory_foreach (t, a, INVENTORY_THINGS)
        if (door_is(t))
            door_change(t, true, false);
    snapshot_write(w, &all);
    sound_digest = world_digest(w);
    struct unpack in = {(unsigned char *)all.data, (unsigned char *)all.data + all.len, false};
    MUST(unpack_uint(&in) == VERSION);
    for (int i = 0; i < SECTIONS - 1; i++) {
        size_t n = (size_t)unpack_uint(&in);
        buf_add(&sound[i], in.at, n);
        in.at += n;
    }
    pack_uint(&sound[4], 3);
    for (uint32_t what = 0; what < 3; what++) { // timer, script, zone
        pack_uint(&sound[4], what);
        pack_uint(&sound[4], 1);
        pack_uint(&sound[4], what);
        pack_int(&sound[4], 5);
        pack_int(&sound[4], 1000);
        pack_uint(&sound[4], what == 2 ? 0 : thing_ref(hen).index);
        if (what == 1)
            pack_text(&sound[4], "emote clucks.");
        if (what == 0)
            pack_uint(&sound[4], TIMER_ACTION);
        if (what == 0)
            pack_uint(&sound[4], 1);
    }
    lockset_end(&ls);
    lockset_leave(&ls);
    lockset_fini(&ls);
    timer_sink_fini(&sink);
    buf_fini(&all);
    world_free(w);
}

static void make_journal(void)
{
    struct error why;
    struct buf bytes = BUF_INIT;
    struct record r = {.number = 1, .kind = RECORD_LINE, .name = "ann", .text = "look"};
    char *path = path_of("journal");
    struct journal_config config = {.folder = path, .epoch = UINT64_MAX, .map = 1 << 20};
    struct journal *j = journal_open(&config, &why);
    MUST(j);
    record_encode(&bytes, &r);
    MUST(journal_write(j, 1, bytes.data, &bytes.len, 1) == 0);
    journal_close(j);
    config.read_only = true;
    journal = journal_open(&config, &why);
    MUST(journal);
    buf_fini(&bytes);
    free(path);
}

static void forget(void)
{
    journal_close(journal);
    folder_remove();
    for (int i = 0; i < SECTIONS; i++)
        buf_fini(&sound[i]);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    check_set_level(CHECK_OFF);
    log_open("/dev/null");
    write_file("zone.json", zone, sizeof(zone) - 1);
    make_journal();
    make_sound();
    atexit(forget);
    return 0;
}

// One change of 4 bytes: section and what to do, where, with what.
static void change(struct buf *sections, const uint8_t *p)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       127,
                                       128,
                                       16383,
                                       16384,
                                       UINT64_C(1) << 30,
                                       UINT32_MAX,
                                       UINT64_C(1) << 32,
                                       INT64_MAX,
                                       UINT64_C(1) << 63,
                                       UINT64_MAX};
    struct buf *b = &sections[p[0] % SECTIONS], end = BUF_INIT;
    size_t at = b->len ? (size_t)(p[1] << 8 | p[2]) % b->len : 0;
    if (at < b->len)
        buf_add(&end, b->data + at, b->len - at);
    buf_truncate(b, at);
    switch (p[0] / SECTIONS % 6) {
    case 0: // another byte
        buf_addc(b, (char)p[3]);
        buf_consume(&end, end.len ? 1 : 0);
        break;
    case 1: // one more
        buf_addc(b, (char)p[3]);
        break;
    case 2: // some are missing
        buf_consume(&end, end.len < p[3] ? end.len : p[3]);
        break;
    case 3: // a number where a byte was
        pack_uint(b, numbers[p[3] % (sizeof(numbers) / sizeof(*numbers))]);
        buf_consume(&end, end.len ? 1 : 0);
        break;
    case 4: // the same again
        buf_add(b, buf_str(&end), end.len < p[3] ? end.len : p[3]);
        break;
    case 5: // a nest of lists
        for (int i = 0; i < p[3]; i++)
            buf_add(b, "\5\1", 2);
        break;
    }
    buf_add(b, buf_str(&end), end.len);
    buf_fini(&end);
}

static void compose(struct buf *out, const uint8_t *p, size_t n, bool whole)
{
    struct buf sections[SECTIONS];
    for (int i = 0; i < SECTIONS; i++) {
        sections[i] = (struct buf)BUF_INIT;
        buf_add(&sections[i], sound[i].data, sound[i].len);
    }
    for (; n >= 4; n -= 4, p += 4)
        change(sections, p);
    if (whole)
        pack_uint(out, VERSION);
    pack_uint(out, VERSION);
    for (int i = 0; i < SECTIONS; i++) {
        if (i < SECTIONS - 1)
            pack_uint(out, sections[i].len);
        if (i < SECTIONS - 1 || whole)
            buf_add(out, buf_str(&sections[i]), sections[i].len);
        buf_fini(&sections[i]);
    }
}

// What was restored once is a world like others: it is written, and that is taken.
static void ck_again(struct world *w)
{
    struct buf bytes = BUF_INIT;
    snapshot_write(w, &bytes);
    (void)world_digest(w);
    buf_fini(&bytes);
}

static void read_world(const struct buf *b, bool untouched)
{
    struct error why;
    struct world *w = build();
    uint64_t before = world_digest(w);
    unsigned char *bytes = mem_dup(buf_str(b), b->len ? b->len : 1);
    struct unpack in = {bytes, bytes + b->len, false};
    struct snapshot_world *s = snapshot_read(w, &in, &why);
    MUST(s ? !untouched || world_digest(w) == sound_digest : world_digest(w) == before);
    MUST(s || !untouched);
    if (s)
        ck_again(w);
    snapshot_world_free(s);
    free(bytes);
    world_free(w);
}

static void answered(void *session)
{
    (void)session;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    (void)session;
    (void)a;
}

static void restored(void *owner, const char *name, struct doc *saved)
{
    (void)owner;
    (void)name;
    doc_free(saved);
}

static void leave(struct player_task *a, void *arg)
{
    (void)arg;
    dispatch_leave(a);
}

// As a server starts: what was to happen is still to happen, and all of it can be written again.
static void read_start(struct dispatch *d)
{
    struct error why;
    struct snapshot_head head = {0};
    struct buf again = BUF_INIT;
    int r = replay_recover(d, journal, 0, true, &why);
    if (r == 0 || r == DISPATCH_DIFFERS) {
        checkpoint_compose(d, &head, &again);
        MUST(again.len);
        dispatch_each(d, leave, NULL);
        dispatch_run(d);
        MUST(!dispatch_players(d));
    }
    buf_fini(&again);
}

// `start`: for a server, not for `replay`.
static void read_whole(const struct buf *b, bool untouched, bool start)
{
    static const struct dispatch_ops ops = {
        .answered = answered, .save = save, .entered = entered, .left = save, .restored = restored};
    struct snapshot_head head = {
        .number = 1, .world = journal_world(journal), .digest = sound_digest};
    MUST(snapshot_file_prepare(journal_path(journal), &head, b) == 0);
    MUST(snapshot_file_finish(journal_path(journal), 1) == 0);
    struct world *w = build();
    struct outboxes *outboxes = outboxes_new(0);
    struct dispatch_config dc = {
        .workers = 1, .offload_threads = 1, .wake = wake, .outboxes = outboxes};
    struct dispatch *d = dispatch_new(w, &dc, &ops);
    struct replay_config config = {.soft = true};
    struct replay_result result = {0};
    if (start)
        read_start(d);
    else
        replay_run(d, journal, &config, &result);
    MUST(!untouched || start || result.from == 1);
    dispatch_free(d);
    outboxes_free(outboxes);
    world_free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf b = BUF_INIT;
    if (!size)
        return 0;
    bool whole = data[0] & 1, alone = data[0] & 2;
    if (alone)
        buf_add(&b, data + 1, size - 1);
    else
        compose(&b, data + 1, size - 1, whole);
    if (whole)
        read_whole(&b, !alone && size < 5, data[0] & 4);
    else
        read_world(&b, !alone && size < 5);
    buf_fini(&b);
    return 0;
}

// What is not a whole snapshot of this very world is refused, and changes nothing; what is whole in
// form does no harm, whatever its values are.
#include "snapshot_kit.h"
#include "util/error.h"

struct parts {
    struct buf things, contents, populations, roster;
};

static struct buf cut_section(struct unpack *in)
{
    struct buf b = BUF_INIT;
    size_t n = (size_t)unpack_uint(in);
    buf_add(&b, in->at, n);
    in->at += n;
    return b;
}

// The world as it is, in its four parts.
static struct parts parts_of(void)
{
    buf_clear(&bytes);
    snapshot_write(w, &bytes);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    unpack_uint(&in);
    struct parts p = {.things = cut_section(&in)};
    p.contents = cut_section(&in);
    p.populations = cut_section(&in);
    p.roster = cut_section(&in);
    ck_assert(!in.bad && in.at == in.end);
    return p;
}

static void add_section(const struct buf *b)
{
    pack_uint(&bytes, b->len);
    buf_add(&bytes, buf_str(b), b->len);
}

static void put_together(struct parts *p)
{
    buf_clear(&bytes);
    pack_uint(&bytes, SNAPSHOT_VERSION);
    add_section(&p->things);
    add_section(&p->contents);
    add_section(&p->populations);
    add_section(&p->roster);
    buf_fini(&p->things);
    buf_fini(&p->contents);
    buf_fini(&p->populations);
    buf_fini(&p->roster);
}

static void add_thing(struct buf *b, uint32_t slot, uint32_t flags, uint64_t has, uint64_t written,
                      uint32_t prototype, uint32_t origin)
{
    pack_uint(b, slot);
    pack_uint(b, flags);
    pack_uint(b, has);
    pack_uint(b, 0);
    pack_uint(b, written);
    pack_uint(b, prototype);
    pack_uint(b, origin);
    pack_text(b, "x");
}

// `bytes` are refused, for the reason that is named, and the world is what it was.
static void ck_refused(const char *reason)
{
    struct world *fresh = build(ZONES_BOTH);
    char *before = description(fresh);
    uint64_t digest = world_digest(fresh);
    const unsigned char *at = (const unsigned char *)bytes.data;
    struct unpack in = {at, at + bytes.len, false};
    struct snapshot_world *s = snapshot_read(fresh, &in, &why);
    ck_assert_msg(!s, "taken, expected \"%s\"", reason);
    ck_assert_msg(strstr(error_text(&why), reason), "%s, expected \"%s\"", error_text(&why),
                  reason);
    ck_assert_uint_eq(world_digest(fresh), digest);
    char *after = description(fresh);
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    world_free(fresh);
}

static uint32_t slot_of(const char *ref)
{
    return world_lookup(w, ref)->place.index;
}

// Contents of one holder: what is in each list, each of one or none.
static void add_contents(struct buf *b, uint32_t holder, uint32_t player, uint32_t thing)
{
    pack_uint(b, holder);
    pack_uint(b, player ? 1 : 0);
    if (player)
        pack_uint(b, player);
    pack_uint(b, thing ? 1 : 0);
    if (thing)
        pack_uint(b, thing);
    pack_uint(b, 0);
    pack_uint(b, 0);
    if (player)
        pack_uint(b, player);
}

START_TEST(no_cut_is_taken)
{
    add_player("Ann", 3, "mill:loft");
    add_copy("mill:egg", world_lookup(w, "mill:loft"));
    buf_clear(&bytes);
    snapshot_write(w, &bytes);
    struct world *fresh = build(ZONES_BOTH);
    uint64_t digest = world_digest(fresh);
    for (size_t cut = 0; cut < bytes.len; cut++) {
        unsigned char *part = mem_alloc(cut + 1);
        memcpy(part, bytes.data, cut);
        struct unpack in = {part, part + cut, false};
        ck_assert_ptr_null(snapshot_read(fresh, &in, &why));
        free(part);
    }
    ck_assert_uint_eq(world_digest(fresh), digest);
    world_free(fresh);
    bytes.data[0] = 2;
    ck_refused("version");
}
END_TEST

START_TEST(that_of_another_world_is_refused)
{
    static const unsigned others[] = {ZONES_MILL, ZONES_YARD};
    buf_clear(&bytes);
    snapshot_write(w, &bytes);
    for (size_t i = 0; i < 2; i++) {
        struct world *other = build(others[i]);
        uint64_t digest = world_digest(other);
        const unsigned char *at = (const unsigned char *)bytes.data;
        struct unpack in = {at, at + bytes.len, false};
        ck_assert_ptr_null(snapshot_read(other, &in, &why));
        ck_assert_uint_eq(world_digest(other), digest);
        world_free(other);
    }
}
END_TEST

static const uint32_t thing_flags = THING_COPY;

START_TEST(things_that_cannot_be_are_refused)
{
    uint32_t egg = slot_of("mill:egg"), hall = slot_of("mill:hall");
    struct {
        uint32_t slot, flags;
        uint64_t has, written;
        uint32_t prototype;
        const char *reason;
    } cases[] = {
        {1, thing_flags, 0, 0, 0, "in order of their slots"},
        {FAR_SLOT, THING_BUILT, 0, 0, 0, "a built thing in its slot"},
        {FAR_SLOT, thing_flags, 0, 0, hall, "a prototype of this world"},
        {FAR_SLOT, thing_flags, 0, 0, FAR_SLOT - 1, "a prototype of this world"},
        {FAR_SLOT, thing_flags, 1, 2, egg, "attributes that there are"},
        {FAR_SLOT, thing_flags, UINT64_C(1) << ATTR_COUNT, 0, egg, "attributes that there are"},
        {FAR_SLOT, thing_flags, 1, 0, egg, "things in the locations of this world"}, // nowhere
        {FAR_SLOT, THING_LOCATION, 0, 0, 0, "flags"},
        {FAR_SLOT, THING_COPY | THING_COUNTED, 0, 0, 0, "flags"},
        {FAR_SLOT, THING_COPY | THING_MOBILE, 0, 0, egg, "flags"},
        {FAR_SLOT, THING_COPY | 1u << 20, 0, 0, 0, "flags"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct parts p = parts_of();
        add_thing(&p.things, cases[i].slot, cases[i].flags, cases[i].has, cases[i].written,
                  cases[i].prototype, 0);
        put_together(&p);
        ck_refused(cases[i].reason);
    }
    struct parts p = parts_of(); // a built one whose flags were others
    struct unpack in = {(const unsigned char *)p.things.data,
                        (const unsigned char *)p.things.data + p.things.len, false};
    unpack_uint(&in);
    p.things.data[in.at - (const unsigned char *)p.things.data] ^= THING_MOBILE;
    put_together(&p);
    ck_refused("flags");
    p = parts_of();
    add_thing(&p.things, FAR_SLOT, thing_flags, 1, 1, 0, 0); // and no value
    put_together(&p);
    ck_refused("whole things");
}
END_TEST

START_TEST(contents_that_cannot_be_are_refused)
{
    uint32_t ann = FAR_SLOT, egg = FAR_SLOT + 1, bag = FAR_SLOT + 2, box = FAR_SLOT + 3;
    uint32_t loft = slot_of("mill:loft"), cellar = slot_of("mill:cellar");
    struct {
        uint32_t holder, player, thing, second_holder, second_player, second;
        const char *reason;
    } cases[] = {
        {egg, 0, bag, 0, 0, 0, "contents of what can hold things"},
        {FAR_SLOT + 9, 0, bag, 0, 0, 0, "contents of what can hold things"},
        {cellar, 0, FAR_SLOT + 9, 0, 0, 0, "each thing in one list"},
        {cellar, 0, egg, cellar, 0, egg, "each thing in one list"},
        {cellar, 0, ann, 0, 0, 0, "each thing in one list of its kind"},
        {cellar, egg, 0, 0, 0, 0, "each thing in one list of its kind"},
        {bag, 0, box, box, 0, bag, "things that are in something"},
        {bag, 0, bag, 0, 0, 0, "things that are in something"},
        {cellar, 0, loft, 0, 0, 0, "each thing in one list"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct parts p = parts_of();
        uint32_t holds = 1u << ATTR_INVENTORY;
        if (cases[i].thing == ann)
            add_thing(&p.things, ann, THING_PLAYER | THING_COPY, holds | 1u << ATTR_PLAYER, 0, 0,
                      0);
        if (cases[i].thing == egg || cases[i].player == egg || cases[i].holder == egg)
            add_thing(&p.things, egg, thing_flags, 1, 0, slot_of("mill:egg"), 0);
        add_thing(&p.things, bag, thing_flags, holds, 0, slot_of("mill:bag"), 0);
        add_thing(&p.things, box, thing_flags, holds, 0, slot_of("mill:bag"), 0);
        add_contents(&p.contents, cases[i].holder, cases[i].player, cases[i].thing);
        if (cases[i].second_holder)
            add_contents(&p.contents, cases[i].second_holder, cases[i].second_player,
                         cases[i].second);
        put_together(&p);
        ck_refused(cases[i].reason);
    }
}
END_TEST

START_TEST(an_audience_of_others_is_refused)
{
    uint32_t holds = 1u << ATTR_INVENTORY | 1u << ATTR_PLAYER;
    struct parts p = parts_of();
    uint32_t cellar = slot_of("mill:cellar");
    add_thing(&p.things, FAR_SLOT, THING_PLAYER | THING_COPY, holds, 0, 0, 0);
    add_thing(&p.things, FAR_SLOT + 1, THING_PLAYER | THING_COPY, holds, 0, 0, 0);
    pack_uint(&p.contents, cellar);
    pack_uint(&p.contents, 1);
    pack_uint(&p.contents, FAR_SLOT);
    for (int i = 0; i < 3; i++)
        pack_uint(&p.contents, 0);
    pack_uint(&p.contents, FAR_SLOT + 1);
    put_together(&p);
    ck_refused("an audience of those who are there");
}
END_TEST

// The same one twice leaves another one out.
START_TEST(an_audience_is_everyone_once)
{
    add_player("Ann", 3, "mill:cellar");
    add_player("Bob", 4, "mill:cellar");
    uint32_t ann = find("mill:cellar", INVENTORY_PLAYERS, "Ann")->place.index;
    struct parts p = parts_of();
    struct unpack in = {(const unsigned char *)p.contents.data,
                        (const unsigned char *)p.contents.data + p.contents.len, false};
    bool done = false;
    while (in.at < in.end && !done) {
        uint32_t holder = (uint32_t)unpack_uint(&in);
        uint64_t players = 0;
        for (int list = 0; list < INVENTORY_LISTS; list++) {
            uint64_t n = unpack_uint(&in);
            players = list == INVENTORY_PLAYERS ? n : players;
            while (n--)
                unpack_uint(&in);
        }
        for (uint64_t i = 0; i < players; i++) {
            char *at = (char *)(uintptr_t)in.at;
            uint64_t who = unpack_uint(&in);
            if (holder == slot_of("mill:cellar") && who != ann) {
                struct buf again = BUF_INIT;
                pack_uint(&again, ann);
                memcpy(at, again.data, again.len);
                buf_fini(&again);
                done = true;
            }
        }
    }
    ck_assert(done);
    put_together(&p);
    ck_refused("an audience of those who are there");
}
END_TEST

START_TEST(the_rest_that_cannot_be_is_refused)
{
    struct parts p = parts_of();
    add_thing(&p.things, FAR_SLOT, thing_flags, 1, 0, slot_of("mill:egg"), FAR_SLOT + 9);
    add_contents(&p.contents, slot_of("mill:cellar"), 0, FAR_SLOT);
    put_together(&p);
    ck_refused("origins that are there");
    p = parts_of();
    pack_uint(&p.populations, FAR_SLOT);
    pack_uint(&p.populations, 1);
    put_together(&p);
    ck_refused("populations of prototypes");
    p = parts_of();
    pack_uint(&p.populations, slot_of("mill:egg"));
    put_together(&p);
    ck_refused("a whole roster");
    p = parts_of();
    pack_uint(&p.roster, slot_of("mill:hall"));
    pack_text(&p.roster, "Hall");
    put_together(&p);
    ck_refused("a roster of players");
    uint32_t ann = add_player("Ann", 3, "mill:loft")->place.index;
    p = parts_of();
    pack_uint(&p.roster, ann);
    pack_text(&p.roster, "Ann");
    put_together(&p);
    ck_refused("a roster of players");
    p = parts_of();
    buf_addc(&p.roster, (char)0x80);
    put_together(&p);
    ck_refused("roster");
}
END_TEST

// Whole in form, but with values that no attribute can have: taken or refused, and the world that
// comes of it can be used and freed.
START_TEST(values_that_cannot_be_do_no_harm)
{
    for (unsigned id = 0; id < ATTR_COUNT; id++)
        for (int what = 0; what < 4; what++) {
            struct parts p = parts_of();
            struct doc *d = doc_new("test");
            struct doc_node *n = what == 0   ? doc_null(d)
                                 : what == 1 ? doc_int(d, -1)
                                 : what == 2 ? doc_string(d, "")
                                             : doc_object(d);
            uint64_t has = UINT64_C(1) << id;
            for (uint32_t i = 0; i < 2; i++) {
                bool player = id == ATTR_PLAYER;
                add_thing(&p.things, FAR_SLOT + i, player ? THING_PLAYER | THING_COPY : thing_flags,
                          has, has, i && !player ? slot_of("mill:chest") : 0, 0);
                pack_doc(&p.things, n);
                add_contents(&p.contents, slot_of(i ? "mill:cellar" : "mill:loft"),
                             player ? FAR_SLOT + i : 0, player ? 0 : FAR_SLOT + i);
            }
            put_together(&p);
            doc_free(d);
            struct world *fresh = build(ZONES_BOTH);
            const unsigned char *at = (const unsigned char *)bytes.data;
            struct unpack in = {at, at + bytes.len, false};
            struct snapshot_world *s = snapshot_read(fresh, &in, &why);
            ck_assert_msg(s || !strstr(error_text(&why), "in one list"), "%s", error_text(&why));
            char *shown = description(fresh);
            world_digest(fresh);
            free(shown);
            snapshot_world_free(s);
            world_free(fresh);
        }
}
END_TEST

START_TEST(changed_bytes_do_no_harm)
{
    struct rng rng;
    unsigned taken = 0;
    rng_seed(&rng, 5);
    struct thing *ann = add_player("Ann", 3, "mill:loft");
    add_player("Bob", 4, "mill:loft");
    ck_assert_int_eq(inventory_move(find("mill:hall", INVENTORY_THINGS, "a chest"), ann),
                     INVENTORY_MOVED);
    add_copy("mill:hen", world_lookup(w, "mill:loft"));
    door_change(find("mill:hall", INVENTORY_NARRATIVE, "a gate"), true, false);
    timers_set(&sink, ann, TIMER_QUIT, 5);
    buf_clear(&bytes);
    snapshot_write(w, &bytes);
    for (int i = 0; i < 1000; i++) {
        unsigned char *part = mem_dup(bytes.data, bytes.len);
        for (uint64_t n = 1 + rng_below(&rng, 3); n; n--)
            part[rng_below(&rng, bytes.len)] = (unsigned char)rng_below(&rng, 256);
        struct world *fresh = build(ZONES_BOTH);
        struct unpack in = {part, part + bytes.len, false};
        struct snapshot_world *s = snapshot_read(fresh, &in, &why);
        taken += s != NULL;
        world_digest(fresh);
        snapshot_world_free(s);
        world_free(fresh);
        free(part);
    }
    ck_assert_uint_gt(taken, 20);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snapshot");
    TCase *c = tcase_create("snapshot");
    tcase_add_checked_fixture(c, start, finish);
    tcase_add_test(c, no_cut_is_taken);
    tcase_add_test(c, that_of_another_world_is_refused);
    tcase_add_test(c, things_that_cannot_be_are_refused);
    tcase_add_test(c, contents_that_cannot_be_are_refused);
    tcase_add_test(c, an_audience_of_others_is_refused);
    tcase_add_test(c, an_audience_is_everyone_once);
    tcase_add_test(c, the_rest_that_cannot_be_is_refused);
    tcase_add_test(c, values_that_cannot_be_do_no_harm);
    tcase_add_test(c, changed_bytes_do_no_harm);
    suite_add_tcase(s, c);
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed != 0;
}

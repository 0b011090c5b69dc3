// What each form of a zone file does, and that each mistake in it is one error that says what was
// expected.
#define ABOUT "no exit leads back"
#include "zone_kit.h"

#include "util/buf.h"
#include "world/attr/aliases.h"
#include "world/attr/body.h"
#include "world/attr/description.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/name.h"
#include "world/direction.h"
#include "world/inventory.h"
#include "world/zone.h"

#define ROOM "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"start\"}}"
#define ZONE(more) "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"" more "}" REST "}"
#define REST ",\"locations\":{\"start\":{\"name\":\"S\",\"start\":true}}"
#define TOP(more) "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"}" REST "," more "}"
#define LONG_REF "abcdefghijklmnopqrstuvwxyz0123456789_-ab" // 40 letters

static void one_error(const char *what, const char *says)
{
    ck_assert_msg(errors == 1 && strstr(told, says), "%s\nwants \"%s\" only:\n%s", what, says,
                  told);
}

static const struct {
    const char *text, *says;
} files[] = {
    {"[]", "an object was expected here, not an array"},
    {"{\"locations\":{}}", "no member \"zone\", expected an object with ref and name"},
    {"{\"zone\":[]}", "an object was expected here, not an array"},
    {"{\"zone\":{\"ref\":\"z\"}}", "a zone needs \"ref\" and \"name\""},
    {"{\"zone\":{\"name\":\"Z\"}}", "a zone needs \"ref\" and \"name\""},
    {"{\"zone\":{\"ref\":7,\"name\":\"Z\"}}", "a string was expected here"},
    {"{\"zone\":{\"ref\":\"z\",\"name\":7}}", "a string was expected here"},
    {"{\"zone\":{\"ref\":\"\",\"name\":\"Z\"}}", "bad ref \"\", expected 1 to 40 of a-z 0-9 _ -"},
    {"{\"zone\":{\"ref\":\"Z\",\"name\":\"Z\"}}", "bad ref \"Z\", expected 1 to 40 of a-z 0-9 _ -"},
    {"{\"zone\":{\"ref\":\"" LONG_REF "c\",\"name\":\"Z\"}}", "c\", expected 1 to 40 of"},
    {ZONE(",\"nam\":\"x\""), "\"nam\""},
    {ZONE(",\"disabled\":7"), "true or false was expected here"},
    {ZONE(",\"pvp\":7"), "true or false was expected here"},
    {ZONE(",\"reset\":7"), "an object was expected here"},
    {ZONE(",\"reset\":{\"evry\":\"5m\"}"), "did you mean \"every\"?"},
    {ZONE(",\"reset\":{\"mode\":7}"), "a string was expected here"},
    {ZONE(",\"reset\":{\"mode\":\"daily\"}"),
     "bad mode \"daily\", expected \"never\", \"empty\" or \"always\""},
    {ZONE(",\"reset\":{\"mode\":\"empty\"}"), "a zone that is reset needs \"every\""},
    {ZONE(",\"reset\":{\"mode\":\"always\",\"every\":0}"), "a zone that is reset needs \"every\""},
    {ZONE(",\"reset\":{\"mode\":\"always\",\"every\":\"soon\"}"), "\"soon\""},
    {TOP("\"thing\":{}"), "did you mean \"things\"?"},
    {TOP("\"things\":[]"), "an object was expected here, not an array"},
    {TOP("\"things\":{\"box\":7}"), "an object was expected here"},
    {TOP("\"things\":{\"Box\":{\"name\":\"b\"}}"), "bad ref \"Box\", expected 1 to 40 of"},
    {TOP("\"shops\":{}"), "an array was expected here"},
    {TOP("\"quests\":[7]"), "an object was expected here"},
    {TOP("\"triggers\":[{},7]"), "an object was expected here"},
    {TOP("\"resets\":{}"), "an array was expected here"},
    {"{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"in\":{\"name\":\"S\"}}}",
     "no location has \"start\": true"},
};

START_TEST(a_mistake_in_a_file_is_one_error)
{
    load_text(false, files[_i].text, NULL);
    // A file without a zone has no start either; nothing is said of that.
    one_error(files[_i].text, files[_i].says);
}
END_TEST

static const struct {
    const char *things, *says;
} things[] = {
    {"\"box\":{\"nmae\":\"b\",\"name\":\"b\"}",
     "unknown attribute \"nmae\" of a thing, did you mean \"name\"?"},
    {"\"box\":{\"xyzzyx\":\"b\",\"name\":\"b\"}", "unknown attribute \"xyzzyx\" of a thing\n"},
    {"\"box\":{\"exits\":{},\"name\":\"b\"}", "a thing cannot have the attribute \"exits\""},
    {"\"box\":{\"description\":\"D\"}", "\"box\" has no \"name\""},
    {"\"box\":{\"name\":\"b\",\"properties\":7}", "an object was expected here"},
    {"\"box\":{\"name\":\"b\",\"narrative\":7}", "true or false was expected here"},
    {"\"box\":{\"name\":\"b\",\"equip\":7}", "a string was expected here"},
    {"\"box\":{\"name\":\"b\",\"equip\":\"eat\"}",
     "bad use \"eat\", expected \"hold\", \"wear\" or \"wield\""},
    // Where it stands.
    {"\"box\":{\"name\":\"b\",\"in\":7}", "a string was expected here"},
    {"\"box\":{\"name\":\"b\",\"in\":\"inn\"}", "\"inn\" does not exist"},
    {"\"box\":{\"name\":\"b\",\"in\":\"tin\"},\"tin\":{\"name\":\"t\",\"in\":\"in\"}",
     "z:tin has no inventory, expected a location, a mobile or a container"},
    {"\"box\":{\"name\":\"b\",\"in\":\"tin\"},\"tin\":{\"name\":\"t\",\"inventory\":true}",
     "\"tin\" itself stands nowhere; give it an \"in\", or use \"then\" in a reset"},
    {"\"box\":{\"name\":\"b\",\"in\":[\"tin\",\"tin\"]},"
     "\"tin\":{\"name\":\"t\",\"inventory\":{\"capacity\":1},\"in\":\"in\"}",
     "there is no room for it in z:tin: its capacity is 1"},
    {"\"box\":{\"name\":\"b\",\"inventory\":true,\"in\":\"box\"}",
     "containment cycle: \"box\" is inside \"box\", which is inside it"},
    // How it is used there.
    {"\"hat\":{\"name\":\"h\",\"holdable\":[\"hand\",\"tail\"]}", "no body has the slot \"tail\""},
    {"\"hat\":{\"name\":\"h\",\"in\":\"man\",\"equip\":\"wear\"},"
     "\"man\":{\"name\":\"m\",\"mobile\":true,\"in\":\"in\"}",
     "this thing cannot be used so: it has no \"wearable\""},
    {"\"hat\":{\"name\":\"h\",\"in\":\"man\",\"equip\":\"wear\",\"wearable\":[\"tail\"]},"
     "\"man\":{\"name\":\"m\",\"mobile\":true,\"in\":\"in\"},\"cat\":{\"name\":\"c\",\"mobile\":true,\"body\":{\"tail\":1}}",
     "m has no \"tail\" to wear it"},
    {"\"hat\":{\"name\":\"h\",\"in\":[\"man\",\"man\"],\"equip\":\"wear\",\"wearable\":[\"head\"]},"
     "\"man\":{\"name\":\"m\",\"mobile\":true,\"in\":\"in\",\"body\":{\"head\":1}}",
     "the \"head\" of m is in use already"},
    // Doors.
    {"\"gate\":{\"name\":\"g\",\"door\":{\"exit\":\"north\"}}",
     "a door in an exit needs \"in\", the location on its near side"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"up\"}}",
     "z:in has no exit up for this door"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"nmae\":\"f\"}}}",
     "did you mean \"name\"?"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"name\":7}}}",
     "a string was expected here"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"description\":7}}}",
     "a string was expected here"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"aliases\":7}}}",
     "an array was expected here"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"aliases\":[7]}}}",
     "a string was expected here"},
    {"\"gate\":{\"name\":\"g\",\"in\":\"in\",\"door\":{\"exit\":\"south\",\"far\":{\"latch\":7}}}",
     "true or false was expected here"},
};

START_TEST(a_mistake_in_a_thing_is_one_error)
{
    load(false, ROOM, things[_i].things, "");
    one_error(things[_i].things, things[_i].says);
}
END_TEST

START_TEST(a_mistake_in_a_location_is_one_error)
{
    static const struct {
        const char *locations, *says;
    } cases[] = {
        {"\"in\":{\"name\":\"I\",\"in\":\"start\"}", "a location cannot have the attribute \"in\""},
        {"\"in\":{\"name\":\"I\",\"desciption\":\"D\"}",
         "unknown attribute \"desciption\" of a location, did you mean \"description\"?"},
        {"\"in\":{\"name\":\"I\",\"start\":7}", "true or false was expected here"},
        {"\"in\":{\"exits\":{}}", "\"in\" has no \"name\""},
        {"\"in\":7", "an object was expected here"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        load(false, cases[i].locations, "", "");
        ck_assert_msg(strstr(told, cases[i].says), "%s\n%s", cases[i].locations, told);
    }
}
END_TEST

static const struct {
    const char *entry, *says;
} resets[] = {
    {"7", "an object was expected here"},
    {"{}", "bad entry, expected one with \"place\", \"put\", \"remove\" or \"door\""},
    {"{\"give\":\"box\"}",
     "bad entry, expected one with \"place\", \"put\", \"remove\" or \"door\""},
    {"{\"plac\":\"box\"}", "bad entry, did you mean \"place\"?"},
    {"{\"place\":\"box\",\"in\":\"in\",\"limt\":1}", "did you mean \"limit\"?"},
    {"{\"place\":\"box\"}", "no \"in\" for this \"place\""},
    {"{\"put\":\"box\"}", "no \"into\" for this \"put\""},
    {"{\"remove\":\"box\"}", "no \"from\" for this \"remove\""},
    {"{\"place\":\"bix\",\"in\":\"in\"}", "\"bix\" does not exist, expected the ref of a thing"},
    {"{\"place\":\"in\",\"in\":\"in\"}", "\"in\" is a location, expected the ref of a thing"},
    {"{\"place\":\"box\",\"in\":\"man\"}", "\"man\" is not a location"},
    {"{\"put\":\"man\",\"into\":\"rod\"}", "\"rod\" has no inventory"},
    {"{\"put\":\"man\",\"into\":\"in\"}", "\"in\" is a location, expected the ref of a thing"},
    {"{\"place\":\"box\",\"in\":\"in\",\"limit\":-2}", "out of range"},
    {"{\"place\":\"box\",\"in\":\"in\",\"respawn\":7}", "true or false was expected here"},
    {"{\"place\":\"box\",\"in\":\"in\",\"then\":{}}", "an array was expected here"},
    {"{\"place\":\"man\",\"in\":\"in\",\"then\":[{}]}",
     "bad entry, expected one with \"give\", \"equip\", \"put\", \"place\", \"remove\" or \"door\""},
    {"{\"place\":\"man\",\"in\":\"in\",\"then\":[{\"equip\":\"rod\"}]}",
     "no \"as\", expected \"hold\", \"wear\" or \"wield\""},
    {"{\"place\":\"man\",\"in\":\"in\",\"then\":[{\"equip\":\"rod\",\"as\":7}]}",
     "a string was expected here"},
    {"{\"place\":\"man\",\"in\":\"in\",\"then\":[{\"equip\":\"rod\",\"as\":\"eat\"}]}",
     "bad use \"eat\", expected \"hold\", \"wear\" or \"wield\""},
    {"{\"door\":7,\"at\":\"in\",\"state\":\"open\"}", "a string was expected here"},
    {"{\"door\":\"nroth\",\"at\":\"in\",\"state\":\"open\"}", "did you mean \"north\"?"},
    {"{\"door\":\"south\",\"state\":\"open\"}", "no \"at\" for this \"door\""},
    {"{\"door\":\"south\",\"at\":\"in\"}",
     "no \"state\", expected \"open\", \"closed\" or \"locked\""},
    {"{\"door\":\"south\",\"at\":\"in\",\"state\":7}", "a string was expected here"},
    {"{\"door\":\"south\",\"at\":\"in\",\"state\":\"ajar\"}",
     "bad state \"ajar\", expected \"open\", \"closed\" or \"locked\""},
};

#define THINGS                                                                                     \
    "\"box\":{\"name\":\"b\",\"inventory\":true},\"rod\":{\"name\":\"r\"},"                        \
    "\"man\":{\"name\":\"m\",\"mobile\":true}"

START_TEST(a_mistake_in_a_reset_is_one_error)
{
    char *more = mem_printf(",\"resets\":[%s]", resets[_i].entry);
    load(false, ROOM, THINGS, more);
    one_error(resets[_i].entry, resets[_i].says);
    free(more);
}
END_TEST

START_TEST(resets_are_nested_so_deep)
{
    for (int depth = 15; depth <= 17; depth++) { // lists in lists
        struct buf b = BUF_INIT;
        buf_adds(&b, ",\"resets\":[{\"place\":\"box\",\"in\":\"in\"");
        for (int i = 0; i < depth; i++)
            buf_adds(&b, ",\"then\":[{\"put\":\"box\"");
        for (int i = 0; i < depth; i++)
            buf_adds(&b, "}]");
        buf_adds(&b, "}]");
        load(false, ROOM, THINGS, buf_str(&b));
        ck_assert_msg(errors == (depth > 16), "%d: %s", depth, told);
        ck_assert(depth <= 16 || strstr(told, "\"then\" more than 16 deep"));
        buf_fini(&b);
    }
}
END_TEST

// What comes of them
// --------------------------------------------------------------------------------

static void look_at_resets(struct world *w)
{
    struct thing *in = world_lookup(w, "z:in"), *box = world_lookup(w, "z:box"),
                 *man = world_lookup(w, "z:man"), *rod = world_lookup(w, "z:rod");
    const struct zone *z = world_zone(w, "z");
    ck_assert(zone_mode(z) == ZONE_NEVER && zone_every(z) == 0 && !zone_pvp(z));
    const struct zone_reset *r = *zone_resets(world_zone(w, "z"));
    ck_assert(r->kind == ZONE_PLACE && r->what == man && r->where == in && r->limit == 3 &&
              r->respawn);
    const struct zone_reset *t = r->then;
    ck_assert(t->kind == ZONE_GIVE && t->what == box && !t->where && t->limit == -1 && !t->respawn);
    ck_assert(t->then && t->then->kind == ZONE_PUT && t->then->what == rod && !t->then->where &&
              !t->then->next);
    t = t->next;
    ck_assert(t->kind == ZONE_EQUIP && t->what == rod && t->use == BODY_WIELD);
    t = t->next;
    ck_assert(t->kind == ZONE_PUT && t->what == rod && t->where == box && !t->next);
    r = r->next;
    ck_assert(r->kind == ZONE_REMOVE && r->what == box && r->where == in && !r->then);
    r = r->next;
    ck_assert(r->kind == ZONE_DOOR && !r->what && r->where == in && r->direction == SOUTH);
    ck_assert(r->open && !r->locked);
    r = r->next;
    ck_assert(r->kind == ZONE_DOOR && !r->open && r->locked);
    r = r->next;
    ck_assert(r->kind == ZONE_DOOR && !r->open && !r->locked && !r->next);
}

START_TEST(resets_become_what_they_say)
{
    load_seen(
        false, ROOM, THINGS,
        ",\"resets\":[{\"place\":\"man\",\"in\":\"in\",\"limit\":3,\"respawn\":true,\"then\":["
        "{\"give\":\"box\",\"then\":[{\"put\":\"rod\"}]},{\"equip\":\"rod\",\"as\":\"wield\"},"
        "{\"put\":\"rod\",\"into\":\"box\"}]},{\"remove\":\"box\",\"from\":\"z:in\"},"
        "{\"door\":\"south\",\"at\":\"in\",\"state\":\"open\"},"
        "{\"door\":\"south\",\"at\":\"in\",\"state\":\"locked\"},"
        "{\"door\":\"south\",\"at\":\"in\",\"state\":\"closed\"}]",
        look_at_resets);
    ck_assert_str_eq(told, "");
}
END_TEST

static void look_at_zone(struct world *w)
{
    const struct zone *z = world_zone(w, LONG_REF);
    size_t count;
    ck_assert_ptr_nonnull(z);
    ck_assert_str_eq(zone_name(z), "Z");
    ck_assert(zone_mode(z) == ZONE_EMPTY && zone_every(z) == 90000 && zone_pvp(z));
    zone_locations(z, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(world_starts(w), 1);
    ck_assert_ptr_eq(world_start(w, 0), world_lookup(w, LONG_REF ":" LONG_REF));
    struct thing *man = world_lookup(w, LONG_REF ":man"), *rock = world_lookup(w, LONG_REF ":rock");
    ck_assert(thing_is(man, THING_MOBILE) && !thing_is(man, THING_NARRATIVE));
    ck_assert(!thing_is(rock, THING_MOBILE) && thing_is(rock, THING_NARRATIVE));
}

START_TEST(a_zone_is_what_it_says)
{
    load_text(
        false,
        "{\"zone\":{\"ref\":\"" LONG_REF
        "\",\"name\":\"Z\",\"pvp\":true,\"reset\":{\"mode\":\"empty\","
        "\"every\":\"90s\"}},\"locations\":{\"" LONG_REF "\":{\"name\":\"A\",\"start\":true},"
        "\"b\":{\"name\":\"B\",\"start\":false}},\"things\":{\"man\":{\"name\":\"m\",\"mobile\":true,"
        "\"narrative\":false},\"rock\":{\"name\":\"r\",\"mobile\":false,\"narrative\":true}}}",
        look_at_zone);
    ck_assert_str_eq(told, "");
}
END_TEST

static struct thing *first_in(struct world *w, const char *ref, bool narrative)
{
    struct thing *where = world_lookup(w, ref);
    inventory_foreach (t, where, narrative ? INVENTORY_NARRATIVE : INVENTORY_THINGS)
        return t;
    return NULL;
}

static void look_at_doors(struct world *w)
{
    struct thing *near = first_in(w, "z:in", true), *far = first_in(w, "z:start", true);
    ck_assert(near && far && door_far(near) == far && door_far(far) == near);
    ck_assert(door_exit(near) == SOUTH && door_exit(far) == NORTH);
    ck_assert(!door_latch(near) && door_latch(far));
    ck_assert_str_eq(name_get(near), "a gate");
    ck_assert_str_eq(name_get(far), "a back");
    ck_assert_str_eq(description_get(near), "Front.");
    ck_assert_str_eq(description_get(far), "Behind.");
    ck_assert(aliases_is(near, "gate") && !aliases_is(near, "back"));
    ck_assert(aliases_is(far, "back") && aliases_is(far, "rear"));
}

static void look_at_one_side(struct world *w)
{
    ck_assert(first_in(w, "z:in", true) && !first_in(w, "z:start", true));
    ck_assert_ptr_null(door_far(first_in(w, "z:in", true)));
}

#define GATE(more)                                                                                        \
    "\"gate\":{\"name\":\"a gate\",\"aliases\":[\"gate\"],\"description\":\"Front.\",\"narrative\":true," \
    "\"in\":\"in\",\"door\":{\"exit\":\"south\"" more "}}"

START_TEST(a_door_has_a_far_side)
{
    load_seen(
        true, ROOM,
        GATE(
            ",\"far\":{\"name\":\"a back\",\"aliases\":[\"back\",\"rear\"],\"description\":\"Behind.\","
            "\"latch\":true}"),
        "", look_at_doors);
    ck_assert_str_eq(told, "");
    load_seen(true, ROOM, GATE(",\"far\":false"), "", look_at_one_side);
    ck_assert_str_eq(told, "");
    load_seen(true,
              "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"deep\"}},\"deep\":{\"name\":\"D\"}",
              GATE(""), "", look_at_one_side);
    ck_assert_msg(strstr(told, "no exit leads back from z:deep, so this door has one side only"),
                  "%s", told);
    load_seen(false,
              "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"deep\"}},\"deep\":{\"name\":\"D\"}",
              GATE(""), "", look_at_one_side);
    ck_assert_str_eq(told, ""); // a server loads it without a word
}
END_TEST

static void look_at_the_bend(struct world *w)
{
    struct thing *far = first_in(w, "z:deep", true);
    ck_assert_ptr_nonnull(far);
    ck_assert_int_eq(door_exit(far), WEST);
}

START_TEST(a_far_side_is_in_any_exit_that_leads_back)
{
    load_seen(
        true,
        "\"in\":{\"name\":\"I\",\"exits\":{\"south\":\"deep\"}},\"deep\":{\"name\":\"D\",\"exits\":"
        "{\"north\":\"start\",\"west\":\"in\"}}",
        GATE(""), "", look_at_the_bend);
    ck_assert_str_eq(told, "");
}
END_TEST

static void look_into_the_box(struct world *w)
{
    struct thing *box = first_in(w, "z:in", false), *held = NULL;
    size_t rods = 0;
    inventory_foreach (t, box, INVENTORY_THINGS)
        rods++;
    ck_assert_uint_eq(rods, 2);
    struct thing *man = first_in(w, "z:start", false);
    inventory_foreach (t, man, INVENTORY_THINGS)
        held = t;
    enum body_use use;
    ck_assert(held && body_used(held, &use) && use == BODY_WEAR);
}

START_TEST(things_stand_where_they_are_said_to)
{
    load_seen(false, ROOM,
              "\"rod\":{\"name\":\"r\",\"in\":[\"box\",\"box\"]},"
              "\"box\":{\"name\":\"b\",\"inventory\":{\"capacity\":2},\"in\":\"in\"},"
              "\"hat\":{\"name\":\"h\",\"wearable\":[\"head\"],\"in\":\"man\",\"equip\":\"wear\"},"
              "\"man\":{\"name\":\"m\",\"mobile\":true,\"body\":{\"head\":1},\"in\":\"start\"}",
              "", look_into_the_box);
    ck_assert_str_eq(told, "");
}
END_TEST

#define LOOPED(tc, test, list) tcase_add_loop_test(tc, test, 0, sizeof(list) / sizeof(list[0]))

int main(void)
{
    Suite *s = suite_create("zone_forms");
    TCase *tc = tcase_create("zone_forms");
    LOOPED(tc, a_mistake_in_a_file_is_one_error, files);
    LOOPED(tc, a_mistake_in_a_thing_is_one_error, things);
    tcase_add_test(tc, a_mistake_in_a_location_is_one_error);
    LOOPED(tc, a_mistake_in_a_reset_is_one_error, resets);
    tcase_add_test(tc, resets_are_nested_so_deep);
    tcase_add_test(tc, resets_become_what_they_say);
    tcase_add_test(tc, a_zone_is_what_it_says);
    tcase_add_test(tc, a_door_has_a_far_side);
    tcase_add_test(tc, a_far_side_is_in_any_exit_that_leads_back);
    tcase_add_test(tc, things_stand_where_they_are_said_to);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

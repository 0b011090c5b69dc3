// Each oddity of a zone makes one warning; an oddity that the zone file declares makes none.
#define ABOUT ""
#include "zone_kit.h"

// With yard (the start) and loft to the north of it, which have nothing odd.
#define ZONE(places, what, more)                                                                               \
    "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{\"name\":\"Y\",\"description\":\"A.\"," \
    "\"start\":true,\"exits\":{\"north\":\"loft\"}},\"loft\":{\"name\":\"L\",\"description\":\"B.\","          \
    "\"exits\":{\"south\":\"yard\"}}" places "},\"things\":{" what "}" more "}"
#define THING(ref, more) "\"" ref "\":{\"name\":\"a " ref "\",\"description\":\"X.\"" more "}"
#define PLACE(ref, more) ",\"" ref "\":{\"name\":\"P\",\"description\":\"C.\"" more "}"
#define IMP(more) THING("imp", ",\"mobile\":true,\"in\":\"yard\"" more)
#define GATE(more)                                                                                 \
    THING("gate", ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\"" more "}")
#define LOCKED GATE(",\"locked\":true,\"key\":\"key\",\"far\":{\"latch\":true}")
#define KEY(more) THING("key", more)
#define RESETS(list) ",\"resets\":[" list "]"

static const char *command_name(size_t n)
{
    static const char *const names[] = {"emote", "get", "look", "say", NULL};
    return n < 4 ? names[n] : NULL;
}

static bool command_does(const char *word)
{
    return !strcmp(word, "say") || !strcmp(word, "emote");
}

static void start(void)
{
    static const struct zones_commands commands = {command_name, command_does};
    zones_know_commands(&commands);
}

static const struct {
    const char *zone, *says; // all that is said
} cases[] = {
    {ZONE("", "", ""), ""},
    // Ways.
    {ZONE(PLACE("hole", ",\"exits\":{\"up\":\"yard\"}"), "", ""),
     "one-way exit: nothing leads from z:yard back here; say {\"to\": …, \"one_way\": true} if that is meant\n"
     "unreachable: no start leads to \"hole\"\n"},
    {ZONE(
         PLACE(
             "hole",
             ",\"start\":true,\"exits\":{\"up\":{\"to\":\"yard\",\"one_way\":true},\"down\":\"hole\"}"),
         "", ""),
     ""},
    {ZONE(PLACE("hole", ",\"start\":true,\"exits\":{\"up\":{\"to\":\"yard\",\"one_way\":false}}"),
          "", ""),
     "one-way exit: nothing leads from z:yard back here; say {\"to\": …, \"one_way\": true} if that is meant\n"},
    {ZONE(",\"hole\":{\"name\":\"H\",\"start\":true}", "", ""),
     "\"hole\" has no \"description\": there is nothing to see\n"},
    // Texts and names.
    {ZONE(",\"hole\":{\"name\":\" \",\"description\":\"\\t\\r\\n\",\"start\":true}", "", ""),
     "an empty \"name\"\nan empty \"description\"\n"},
    {ZONE("", THING("tin", ",\"presence\":\"\",\"writing\":\" \""), ""),
     "an empty \"presence\"\nan empty \"writing\"\n"},
    {ZONE("", "\"tin\":{\"name\":\"All of the\"}", ""),
     "nobody can name \"tin\": it has no aliases, and no word of its name will do\n"},
    {ZONE("", "\"tin\":{\"name\":\"all of the\",\"aliases\":[\"tin\",\"my\"]}", ""),
     "commands take the word \"my\" for something else: it cannot name a thing\n"},
    {ZONE("", THING("tin", ",\"aliases\":[\"tin\",\"can\",\"pot\",\"CAN\"]"), ""),
     "\"CAN\" is in this list already\n"},
    {ZONE(
         "",
         THING(
             "tin",
             ",\"details\":[{\"keywords\":[],\"text\":\"A.\"},{\"keywords\":[\"b\"],\"text\":\"B.\"}]"),
         ""),
     "no keywords: nobody can ask for this\n"},
    {ZONE(PLACE("hole", ",\"start\":true,\"details\":[{\"keywords\":[\"rim\"],\"text\":\" \"}]"),
          "", ""),
     "an empty \"text\"\n"},
    // What EXAMINE finds first hides a text only when every word of it does.
    {ZONE(PLACE("hole",
                ",\"start\":true,\"details\":[{\"keywords\":[\"well\",\"rim\"],\"text\":\"A.\"}]"),
          THING("well", ",\"narrative\":true,\"aliases\":[\"well\"],\"in\":\"hole\""), ""),
     ""},
    {ZONE(PLACE("hole",
                ",\"start\":true,\"details\":[{\"keywords\":[\"well\",\"rim\"],\"text\":\"A.\"}]"),
          THING("well", ",\"narrative\":true,\"aliases\":[\"well\",\"rim\"],\"in\":\"hole\""), ""),
     "nobody can read this: a thing here has the name \"well\"\n"},
    {ZONE(PLACE("hole", ",\"start\":true,\"details\":[{\"keywords\":[\"well\"],\"text\":\"A.\"}]"),
          THING("well", ",\"aliases\":[\"well\"],\"in\":\"hole\""), ""), // it can be carried away
     ""},
    // What things do.
    {ZONE(
         "",
         IMP(",\"on_action\":{\"after\":\"5s\",\"do\":[\"say hi\",\"EMOTE grins\",\":grins\",\"\\\"hi\",\"'hi\"]}"),
         ""),
     ""},
    {ZONE("", IMP(",\"on_action\":{\"after\":\"5s\",\"do\":[\" \",\"xyzzyx\",\"saay\"]}"), ""),
     "an empty command: nothing would happen\nno thing can do \"xyzzyx\"\nno thing can do \"saay\", did you mean \"say\"?\n"},
    {ZONE("", IMP(",\"on_action\":{\"after\":\"5s\",\"do\":[]}"), ""),
     "an empty list of commands: nothing would happen\n"},
    {ZONE("", IMP(",\"on_action\":{\"do\":[\"say hi\"]}"), ""),
     "\"on_action\" without \"after\": it says how often\n"},
    {ZONE("", IMP(",\"on_action\":{\"after\":\"0s\",\"do\":[\"say hi\"]}"), ""),
     "\"after\" of no time: it never happens\n"},
    {ZONE("", IMP(",\"replies\":[{\"keywords\":[\"a\"],\"do\":[\"get\"]}]"), ""),
     "no thing can do \"get\"\n"},
    {ZONE("", THING("tin", ",\"in\":\"yard\",\"replies\":[{\"keywords\":[],\"do\":[\"say hi\"]}]"),
          ""),
     "\"replies\" of what is no mobile: nobody can talk to it\nno keywords: nobody can ask for this\n"},
    {ZONE("", IMP(",\"deeds\":[{\"when\":\"give\",\"do\":[\"xyzzyx\"]}]"), ""),
     "no thing can do \"xyzzyx\"\n"},
    {ZONE(
         "",
         THING(
             "tin",
             ",\"vetoes\":{\"get\":\"No.\",\"putin\":\"No.\",\"takeout\":\"No.\",\"combat\":\"No.\"}"),
         ""),
     ""},
    {ZONE("", THING("tin", ",\"vetoes\":{\"xyzzyx\":\"No.\",\"look\":\" \",\"saay\":\"No.\"}"), ""),
     "there is no command \"xyzzyx\" to veto\na veto without a message\n"
     "there is no command \"saay\" to veto, did you mean \"say\"?\n"},
    {ZONE(
         "",
         THING("tin", ",\"reset\":{\"after\":0}") "," THING("can", ",\"cleanup\":{\"after\":\"0m\"}") "," THING(
             "pot", ",\"reset\":{\"after\":\"10s\"},\"cleanup\":{\"after\":1}"),
         ""),
     "\"after\" of no time\n\"after\" of no time\n"},
    {ZONE("", IMP(",\"health\":{\"current\":5,\"maximum\":5}"), ""), ""},
    {ZONE("", IMP(",\"health\":{\"current\":6,\"maximum\":5}"), ""),
     "more health than the maximum, 5\n"},
    {ZONE("", IMP(",\"barrier\":{\"exit\":\"north\",\"deny\":[\"x\"]}"), ""), ""},
    {ZONE("", IMP(",\"barrier\":{\"exit\":\"up\",\"deny\":[\"x\"]}"), ""),
     "z:yard has no exit up\n"},
    // What they can be used for.
    {ZONE("", THING("hat", ",\"wearable\":[]") "," THING("bag", ",\"inventory\":{\"capacity\":0}"),
          ""),
     "no slot: it cannot be used so\na capacity of 0: it holds nothing\n"},
    {ZONE("", THING("hat", ",\"wearable\":[\"head\"],\"equip\":\"wear\""), ""),
     "\"equip\" without \"in\": the mobile that uses it\n"},
    {ZONE("",
          THING("hat", ",\"wearable\":[\"waist\"],\"wieldable\":[\"tail\"]") "," IMP(
              ",\"body\":{\"tail\":1}"),
          ""),
     ""},
    // Doors and their keys.
    {ZONE("", GATE(""), ""), ""},
    {ZONE("", GATE(",\"locked\":true"), ""), "locked, and no key opens it\n"},
    {ZONE("", GATE(",\"locked\":true,\"latch\":true,\"far\":{\"latch\":true}"), ""), ""},
    {ZONE("",
          GATE("") "," THING("bars",
                             ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"north\"}"),
          ""),
     "a second door in the exit north of z:yard\na second door in the exit north of z:yard\n"},
    {ZONE("", THING("lid", ",\"in\":\"yard\",\"door\":{}"), ""),
     "a lid on what has no inventory; a door in an exit needs \"exit\"\n"},
    {ZONE(
         "",
         THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":\"key\"}") "," KEY(
             ",\"in\":\"bag\"") "," THING("bag", ",\"inventory\":true,\"in\":\"chest\""),
         ""),
     "the key of \"chest\" is inside it\n"},
    {ZONE(
         "",
         THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":\"key\"}") "," KEY(
             ",\"in\":[\"chest\",\"loft\"]"),
         ""),
     ""},
    {ZONE(
         "",
         THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":\"key\"}") "," KEY(
             ",\"in\":\"chest\"") "," IMP(""),
         RESETS("{\"place\":\"imp\",\"in\":\"loft\",\"then\":[{\"give\":\"key\"}]}")),
     ""},
    {ZONE(
         "",
         THING("chest", ",\"in\":\"yard\",\"inventory\":true,\"door\":{\"locked\":true,\"key\":\"key\"}") "," KEY(
             ",\"in\":\"chest\""),
         RESETS("{\"remove\":\"key\",\"from\":\"loft\"}")),
     "the key of \"chest\" is inside it\n"},
    {ZONE("", LOCKED "," KEY(""), ""),
     "no copy of the key \"key\" is placed anywhere: the door stays locked\n"},
    {ZONE("", LOCKED "," KEY(",\"in\":\"yard\""), ""), ""},
    {ZONE("", LOCKED "," KEY(",\"in\":\"loft\""), ""),
     "the key \"key\" can be had only behind this door\n"},
    {ZONE("", LOCKED "," KEY(",\"in\":[\"loft\",\"yard\"]"), ""), ""},
    {ZONE("",
          LOCKED "," KEY(",\"in\":\"bag\"") "," THING("bag", ",\"inventory\":true,\"in\":\"loft\""),
          ""),
     "the key \"key\" can be had only behind this door\n"},
    {"{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"yard\":{\"name\":\"Y\",\"description\":\"A.\","
     "\"start\":true,\"exits\":{\"north\":\"loft\",\"east\":\"shed\"}},\"loft\":{\"name\":\"L\","
     "\"description\":\"B.\",\"exits\":{\"south\":\"yard\"}},\"shed\":{\"name\":\"S\",\"description\":\"C.\","
     "\"exits\":{\"west\":\"yard\"}}},\"things\":{" LOCKED "," KEY(",\"in\":\"yard\"") "," THING(
         "hatch",
         ",\"narrative\":true,\"in\":\"yard\",\"door\":{\"exit\":\"east\",\"locked\":true,"
         "\"key\":\"pin\",\"far\":{\"latch\":true}}") "," THING("pin", ",\"in\":\"shed\"") "}}",
     "the key \"pin\" can be had only behind this door\n"},
    {ZONE("", LOCKED "," KEY(""), RESETS("{\"place\":\"key\",\"in\":\"loft\"}")),
     "the key \"key\" can be had only behind this door\n"},
    {ZONE("", LOCKED "," KEY(""), RESETS("{\"place\":\"key\",\"in\":\"yard\"}")), ""},
    {ZONE("", LOCKED "," KEY("") "," THING("imp", ",\"mobile\":true"),
          RESETS("{\"place\":\"imp\",\"in\":\"loft\",\"then\":[{\"give\":\"key\"}]}")),
     "the key \"key\" can be had only behind this door\n"},
    {ZONE("", LOCKED "," KEY("") "," THING("imp", ",\"mobile\":true"),
          RESETS("{\"place\":\"imp\",\"in\":\"yard\",\"then\":[{\"give\":\"key\"}]}")),
     ""},
    {ZONE("",
          LOCKED
          "," KEY("") "," THING("bag", ",\"inventory\":true"), // where the bag is, nobody looks
          RESETS("{\"put\":\"key\",\"into\":\"bag\"}")),
     ""},
    {ZONE("", LOCKED "," KEY(""), RESETS("{\"remove\":\"key\",\"from\":\"yard\"}")),
     "no copy of the key \"key\" is placed anywhere: the door stays locked\n"},
    {ZONE(
         "",
         LOCKED "," KEY(",\"reset\":{\"each\":true}") "," IMP(
             ",\"replies\":[{\"keywords\":[\"a\"],\"if\":{\"lacks\":\"key\"},\"give\":\"key\",\"do\":[\"say hi\"]}]"),
         ""),
     ""},
    {ZONE(
         "",
         LOCKED "," KEY(",\"reset\":{\"each\":true}") "," THING(
             "imp",
             ",\"mobile\":true,\"in\":\"loft\",\"replies\":[{\"keywords\":[\"a\"],\"if\":{\"lacks\":\"key\"},"
             "\"give\":\"key\",\"do\":[\"say hi\"]}]"),
         ""),
     "the key \"key\" can be had only behind this door\n"},
    // Resets.
    {ZONE("", GATE(""),
          RESETS("{\"door\":\"north\",\"at\":\"yard\",\"state\":\"open\"},"
                 "{\"door\":\"south\",\"at\":\"z:loft\",\"state\":\"open\"}")),
     ""},
    {ZONE("", "", RESETS("{\"door\":\"south\",\"at\":\"z:loft\",\"state\":\"open\"}")),
     "z:loft has no door south\n"},
    {ZONE("",
          THING("imp", ",\"mobile\":true") "," THING("hat", ",\"wearable\":[\"head\"]") "," THING(
              "rod", ""),
          RESETS("{\"place\":\"imp\",\"in\":\"yard\",\"then\":[{\"equip\":\"hat\",\"as\":\"wear\"},"
                 "{\"equip\":\"rod\",\"as\":\"hold\"},{\"equip\":\"hat\",\"as\":\"wield\"},"
                 "{\"equip\":\"rod\",\"as\":\"wear\"}]}")),
     "\"hat\" has no \"wieldable\": it cannot be used so\n\"rod\" has no \"wearable\": it cannot be used so\n"},
    {ZONE(
         "", THING("bag", ",\"inventory\":true") "," THING("rod", ""),
         RESETS(
             "{\"place\":\"bag\",\"in\":\"yard\",\"then\":[{\"equip\":\"rod\",\"as\":\"hold\"},{\"put\":\"rod\"}]}")),
     "\"bag\" is no mobile: it cannot use anything\n"},
    {ZONE(
         "", THING("bag", ",\"inventory\":true") "," THING("rod", ""),
         RESETS(
             "{\"place\":\"rod\",\"in\":\"yard\",\"limit\":0,\"then\":[{\"put\":\"rod\"},{\"give\":\"rod\"},"
             "{\"put\":\"rod\",\"into\":\"bag\"}]}")),
     "a limit of 0: it never happens\n\"rod\" has no inventory: nothing can be put into it\n"
     "\"rod\" has no inventory: nothing can be put into it\n"},
};

// What is said comes in the order of the file; here only what counts.
static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted(const char *lines)
{
    char *copy = mem_strdup(lines), *list[32], *rest = copy, *out = mem_zalloc(strlen(lines) + 1);
    size_t n = 0;
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line && n < 32)
            list[n++] = line;
    qsort(list, n, sizeof(*list), by_text);
    for (size_t i = 0; i < n; i++)
        strcat(strcat(out, list[i]), "\n");
    free(copy);
    return out;
}

START_TEST(all_that_is_odd_is_told_and_nothing_else)
{
    load_text(true, cases[_i].zone, NULL);
    char *seen = sorted(told), *wanted = sorted(cases[_i].says);
    ck_assert_msg(!strcmp(seen, wanted), "%s\nwants:\n%ssays:\n%s", cases[_i].zone, wanted, seen);
    free(seen);
    free(wanted);
    load_text(false, cases[_i].zone, NULL);
    ck_assert_str_eq(told, ""); // a server loads it without a word
}
END_TEST

START_TEST(nothing_is_said_of_commands_that_nobody_knows)
{
    zones_know_commands(NULL);
    load_text(
        true,
        ZONE(
            "",
            IMP(",\"on_action\":{\"after\":\"5s\",\"do\":[\"xyzzyx\"]},\"vetoes\":{\"xyzzyx\":\"No.\"}"),
            ""),
        NULL);
    ck_assert_str_eq(told, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("zone_lint");
    TCase *tc = tcase_create("zone_lint");
    tcase_add_checked_fixture(tc, start, NULL);
    tcase_add_loop_test(tc, all_that_is_odd_is_told_and_nothing_else, 0,
                        sizeof(cases) / sizeof(cases[0]));
    tcase_add_test(tc, nothing_is_said_of_commands_that_nobody_knows);
    suite_add_tcase(s, tc);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

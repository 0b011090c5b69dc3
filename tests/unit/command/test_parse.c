// Which command a line means, and what is said of a line that means none.
#include "typed_kit.h"

#include "command/parse.h"

enum { EXPANDED_MAX = 4096 };

static void begin(void)
{
    static const char *const two[][2] = {
        {"gl", "examine lamp"},  {"hi", "\"hello"},      {"swap", "echo $2 $1."},
        {"all", "say [$*] $3|"}, {"look", "say looked"}, {"two", "gl gl"},
        {"odd", "say $0 $x $"},  {"n2", "say $1$1 $9"},  {"n", "say north"}};
    typed_begin();
    check_set_level(CHECK_OFF);
    name_set(play_player("Ben", 2, room), "Ben");
    typed_thing("guard", "the old guard", "guard +old", THING_MOBILE, room);
    for (size_t i = 0; i < sizeof(two) / sizeof(two[0]); i++)
        ck_assert(player_alias_set(ann, two[i][0], two[i][1], 64));
}

static void perform_as(struct thing *who, const char *line, bool scripted)
{
    context_begin(&c, who, line, 1000000);
    c.where = c.location = room;
    c.scripted = scripted;
    c.typed = !scripted;
    ck_assert_int_eq(command_perform(&c), COMMAND_DONE);
}

static void ck_performed(const char *line, const char *command, const char *left)
{
    ck_assert_msg(!strcmp(c.command ? c.command->name : "", command),
                  "\"%s\" is \"%s\", not \"%s\"; \"%s\"", line, c.command ? c.command->name : "",
                  command, typed_told());
    if (*command)
        ck_assert_msg(!strcmp(words_rest(&c.words, 0), left), "\"%s\" became \"%s\", not \"%s\"",
                      line, words_rest(&c.words, 0), left);
    else
        ck_assert_str_eq(typed_told(), left);
}

// The command and the line that it runs with; without one, what is said.
static const struct {
    const char *line, *command, *left;
} rows[] = {
    {"version", "version", "version"},
    {"VERSION.", "version", "VERSION."},
    {"vers", "version", "vers"},
    {"i", "inventory", "i"},
    {"", "", ""},
    // Marks for commands.
    {"\"Hello  there", "say", "say Hello  there"},
    {"'Hello", "say", "say Hello"},
    {"\" Hello", "say", "say  Hello"},
    {":waves.", "emote", "emote waves."},
    {"?", "help", "help"},
    {"?look", "help", "help look"},
    {"!x", "", "You do not know how to \"!x\". Type COMMANDS to see what you can do."},
    // Aliases of her own.
    {"gl", "examine", "examine lamp"},
    {"GL now", "examine", "examine lamp now"},
    {"hi", "say", "say hello"},
    {"hi  You  all", "say", "say hello You  all"},
    {"swap ben say", "", "You do not know how to \"echo\". Type COMMANDS to see what you can do."},
    {"all a  b c d", "say", "say [a  b c d] c|"},
    {"all", "say", "say [] |"},
    {"odd", "say", "say $0 $x $"},
    {"odd b", "say", "say $0 $x $ b"},
    {"n2 Ab cd", "say", "say AbAb"},
    {"look", "say", "say looked"}, // before a command of that name
    {"loo", "look", "loo"},        // an alias has no beginnings
    {"two", "",
     "You do not know how to \"gl\". Type COMMANDS to see what you can do."}, // once only
    {"n", "say", "say north"},
    // Beginnings.
    {"un", "", "\"un\" may be unalias or unlock. Type more of it."},
    {"wh", "", "\"wh\" may be which, whisper, who or whoami. Type more of it."},
    {"qui", "", "Type \"quit\" in full if you mean that: leave the world."},
    {"xyzzy plugh", "", "You do not know how to \"xyzzy\". Type COMMANDS to see what you can do."},
    {"Xyz, plugh", "", "You do not know how to \"Xyz,\". Type COMMANDS to see what you can do."},
    // One command a line, and no word too many.
    {"version; look", "", "One command a line, please."},
    {"version ;look", "", "\";look\" is not understood here, and nothing was done. Type: version"},
    {"version;", "version", "version;"},
    {"xyzzy;look", "", "One command a line, please."},
    {"say a; b", "say", "say a; b"},
    {"say; b", "", "One command a line, please."},
    {"version now please", "",
     "\"now please\" is not understood here, and nothing was done. Type: version"},
    {"help look", "help", "help look"},
    {"help look now", "",
     "\"now\" is not understood here, and nothing was done. Type: help [COMMAND | TOPIC]"},
    // Spoken to somebody.
    {"ben, Hello  there", "say", "say to ben, Hello  there"},
    {"Ben,hello", "",
     "You do not know how to \"Ben,hello\". Type COMMANDS to see what you can do."},
    {"the old guard, hello", "say", "say to the old guard, hello"},
    {"ben,", "", "You do not know how to \"ben,\". Type COMMANDS to see what you can do."},
    {"ben hello, you", "", "You do not know how to \"ben\". Type COMMANDS to see what you can do."},
    {"version, hello", "", "\"hello\" is not understood here, and nothing was done. Type: version"},
    {"nobody, hello", "",
     "You do not know how to \"nobody,\". Type COMMANDS to see what you can do."},
    // Not for everybody, not for anybody.
    {"goto z:yard", "", "You do not know how to \"goto\". Type COMMANDS to see what you can do."},
    {"$reset", "", "You do not know how to \"$reset\". Type COMMANDS to see what you can do."},
    {"$act x", "", "You do not know how to \"$act\". Type COMMANDS to see what you can do."},
};

START_TEST(a_line_means_a_command)
{
    perform_as(ann, rows[_i].line, false);
    ck_performed(rows[_i].line, rows[_i].command, rows[_i].left);
    if (*rows[_i].command)
        ck_assert_str_eq(ls.what, rows[_i].command); // for reports
}
END_TEST

START_TEST(who_is_permitted_may)
{
    player_set_permissions(ann, "locks goto");
    perform_as(ann, "goto", false);
    ck_performed("goto", "goto", "goto");
    perform_as(ann, "dump", false);
    ck_assert_ptr_null(c.command);
}
END_TEST

// Scripts are no lines of a player: no aliases, no addresses, and what is too much is passed over.
static const struct {
    const char *line, *command, *left;
} scripted[] = {
    {"gl", "", ""},           {"\"hello", "say", "say hello"},
    {"look", "look", "look"}, {"version now", "version", "version now"},
    {"ben, hello", "", ""},   {"xyzzy", "", ""},
    {"examine", "", ""}, // not for those that are no players
};

START_TEST(a_script_is_taken_as_it_is_written)
{
    struct thing *guard = inventory_first(room, INVENTORY_THINGS);
    bool is_ann = !strcmp(scripted[_i].command, "version");
    perform_as(is_ann ? ann : guard, scripted[_i].line, true);
    ck_performed(scripted[_i].line, scripted[_i].command, scripted[_i].left);
}
END_TEST

START_TEST(a_script_of_a_player_has_no_aliases)
{
    perform_as(ann, "look", true);
    ck_performed("look", "look", "look");
    perform_as(ann, "version; look", true);
    ck_performed("version; look", "version", "version; look");
    perform_as(ann, "gl", true);
    ck_assert_ptr_null(c.command);
    perform_as(ann, "ben, hello", true);
    ck_assert_ptr_null(c.command);
}
END_TEST

START_TEST(a_mobile_does_what_mobiles_may)
{
    struct thing *guard = inventory_first(room, INVENTORY_THINGS);
    perform_as(guard, "version", false);
    ck_assert_ptr_null(c.command);
    ck_assert_str_eq(typed_told(), "");
    perform_as(guard, "say hi", false);
    ck_assert_str_eq(c.command->name, "say");
    perform_as(guard, "sho hi", false); // as `latchkey check` reads it
    ck_assert_str_eq(c.command->name, "shout");
    perform_as(guard, "goto z:yard", false);
    ck_assert_ptr_null(c.command);
    perform_as(guard, "$reset", false);
    ck_assert_ptr_null(c.command);
}
END_TEST

START_TEST(what_is_out_of_play_does_nothing)
{
    struct thing *guard = inventory_first(room, INVENTORY_THINGS);
    inventory_disable(guard);
    perform_as(guard, "say hi", true);
    ck_assert_ptr_null(c.command);
    inventory_enable(guard);
    perform_as(guard, "say hi", true);
    ck_assert_str_eq(c.command->name, "say");
    perform_as(NULL, "say hi", false);
    ck_assert_ptr_null(c.command);
}
END_TEST

static const struct {
    const char *line;
    bool refused;
} reading[] = {{"version", false}, {"say hi", false}, {"get all", true},  {"alias", false},
               {"alias x", true},  {"prompt", false}, {"prompt x", true}, {"xyzzy", false}};

START_TEST(while_nothing_can_be_written_nothing_changes)
{
    static const char *const why =
        "The server's disk takes no more, so nothing can change just now. You can "
        "still look about and talk; try that again in a while.";
    context_begin(&c, ann, reading[_i].line, 1000000);
    c.where = c.location = room;
    c.typed = c.read_only = true;
    ck_assert_int_eq(command_perform(&c), COMMAND_DONE);
    ck_assert_int_eq(!strcmp(typed_told(), why), reading[_i].refused);
}
END_TEST

// What is performed may be given, and is not looked for again in a second pass.
START_TEST(a_command_that_is_known_is_run)
{
    context_begin(&c, ann, "xyzzy", 1000000);
    c.where = c.location = room;
    c.command = command_find("version");
    ck_assert_int_eq(command_perform(&c), COMMAND_DONE);
    ck_assert_msg(strstr(typed_told(), "Latchkey"), "%s", typed_told());
    ck_assert_str_eq(words_rest(&c.words, 0), "xyzzy");
    perform_as(ann, "hi", false);
    report_clear(c.report);
    ck_assert_int_eq(command_perform(&c), COMMAND_DONE);
    ck_assert_str_eq(words_rest(&c.words, 0), "say hello");
    ck_assert_msg(strstr(typed_told(), "hello"), "%s", typed_told());
}
END_TEST

// What grows by its words is cut between two letters at the most that there may be.
START_TEST(an_alias_is_expanded_to_a_bounded_length)
{
    struct buf line = BUF_INIT;
    ck_assert(player_alias_set(ann, "grow", "say $*$*$*$*$*", 64));
    ck_assert(player_alias_set(ann, "fit", "say $*", 64));
    buf_adds(&line, "grow ");
    for (int i = 0; i < 1100; i++)
        buf_addc(&line, (char)('a' + i % 26));
    perform_as(ann, buf_str(&line), false);
    ck_assert_uint_eq(c.words.line.len, EXPANDED_MAX);
    buf_clear(&line);
    buf_adds(&line, "fit ");
    for (int i = 0; i < EXPANDED_MAX - 4; i++)
        buf_addc(&line, 'x');
    perform_as(ann, buf_str(&line), false);
    ck_assert_uint_eq(c.words.line.len, EXPANDED_MAX);
    buf_addc(&line, 'y');
    perform_as(ann, buf_str(&line), false);
    ck_assert_uint_eq(c.words.line.len, EXPANDED_MAX);
    ck_assert_int_eq(c.words.line.data[EXPANDED_MAX - 1], 'x');
    buf_fini(&line);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("parse");
    TCase *t = tcase_create("parse");
    tcase_add_checked_fixture(t, begin, typed_end);
    tcase_add_loop_test(t, a_line_means_a_command, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, who_is_permitted_may);
    tcase_add_loop_test(t, a_script_is_taken_as_it_is_written, 0,
                        (int)(sizeof(scripted) / sizeof(scripted[0])));
    tcase_add_test(t, a_script_of_a_player_has_no_aliases);
    tcase_add_test(t, a_mobile_does_what_mobiles_may);
    tcase_add_test(t, what_is_out_of_play_does_nothing);
    tcase_add_loop_test(t, while_nothing_can_be_written_nothing_changes, 0,
                        (int)(sizeof(reading) / sizeof(reading[0])));
    tcase_add_test(t, a_command_that_is_known_is_run);
    tcase_add_test(t, an_alias_is_expanded_to_a_bounded_length);
    suite_add_tcase(s, t);
    return play_run(s);
}

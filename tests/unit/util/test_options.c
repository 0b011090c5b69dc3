// Command lines, read by a table: what is understood, which message the rest gets, and the text of
// --help.
#include "util/options.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/mem.h"

struct wanted {
    bool loud, has_from;
    const char *file;
    uint64_t from;
    int64_t far;
    uint32_t size;
    char taken[64];
};

struct other {
    const char *trace;
    unsigned place;
};

// Keeps what is taken, in order; "bad" is refused.
static bool keep(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    struct wanted *w = into;
    size_t n = strlen(w->taken);
    snprintf(w->taken + n, sizeof(w->taken) - n, "%s%s=%s;", e->with ? e->with : "", e->name,
             value ? value : "-");
    if (!value || strcmp(value, "bad") != 0)
        return true;
    buf_adds(why, "expected something good");
    return false;
}

static bool colour(void *into, const struct options_entry *e, const char *value, struct buf *why)
{
    static const char *const names[] = {"red", "green", "yellow", NULL};
    (void)e;
    return options_choice(value, names, &((struct other *)into)->place, why);
}

enum { SHOW, GREP, COPY };

static const struct options_entry own[] = {
    {"loud", NULL, "not quiet", OPTIONS_INTO(struct wanted, loud)},
    {"file", "FILE", "a file", OPTIONS_INTO(struct wanted, file)},
    {"from", "N", "the first", OPTIONS_INTO(struct wanted, from),
     OPTIONS_TELLS(struct wanted, has_from)},
    {"far", "N", "how far", OPTIONS_INTO(struct wanted, far), .least = 1,
     .commands = 1u << SHOW | 1u << GREP},
    {"size", "N", "how large", OPTIONS_INTO(struct wanted, size), .least = 2, .most = 64},
    {"set", "NAME", "a setting", .take = keep, .with = "x."},
    {"level", "[=LEVEL]", "a level", .take = keep},
    {0}};

static const struct options_entry shared[] = {
    {"trace", "FILE", "a trace", OPTIONS_INTO(struct other, trace)},
    {"colour", "NAME", "its colour", .take = colour},
    {0}};

static const struct options_command commands[] = {
    [SHOW] = {"show", NULL, "all of it", 0, 0, NULL},
    [GREP] = {"grep", "TEXT", "a part of it", 1, 1, NULL},
    [COPY] = {"copy", "FILE ...", "a copy", 1, UINT_MAX, NULL},
    {0}};

static const struct options_spec with_commands = {.name = "tool",
                                                  .usage = "COMMAND [OPTION ...]",
                                                  .about = "Does\nthis.",
                                                  .after = "Exit status: 0.",
                                                  .commands = commands,
                                                  .tables = {{NULL, own}, {"Shared", shared}}};
static const struct options_spec plain = {.name = "tool",
                                          .usage = "[FILE ...]",
                                          .alone = {.words = "FILE", .least = 0, .most = 2},
                                          .tables = {{NULL, own}, {"Shared", shared}}};
static const struct options_spec standard = {.name = "tool",
                                             .usage = "[COMMAND] FILE",
                                             .commands = commands,
                                             .standard = &commands[GREP],
                                             .tables = {{NULL, own}}};

static struct wanted w;
static struct other o;
static struct options_words words;
static char *line, *argv[32];
static char *out, *err;

static void forget(void)
{
    free(line);
    free(out);
    free(err);
    line = out = err = NULL;
}

// The words of the command line are split at blanks.
static enum options_outcome reads(const struct options_spec *spec, const char *text)
{
    int argc = 0;
    size_t n;
    FILE *before_out = stdout, *before_err = stderr;
    forget();
    w = (struct wanted){0};
    o = (struct other){0};
    line = mem_strdup(text);
    for (char *rest = line, *word; (word = strsep(&rest, " "));)
        argv[argc++] = word;
    argv[argc] = NULL;
    stdout = open_memstream(&out, &n);
    stderr = open_memstream(&err, &n);
    enum options_outcome is = options_read(spec, (void *const[]){&w, &o}, argc, argv, &words);
    fclose(stdout);
    fclose(stderr);
    stdout = before_out;
    stderr = before_err;
    return is;
}

static void understood(const struct options_spec *spec, const char *text)
{
    enum options_outcome is = reads(spec, text);
    ck_assert_msg(is == OPTIONS_READ && !*out && !*err, "%s: %s%s", text, out, err);
}

// With one line, and another that points to --help.
static void refused(const struct options_spec *spec, const char *text, const char *told)
{
    enum options_outcome is = reads(spec, text);
    char *all = mem_printf("latchkey tool: %s\nTry \"latchkey tool --help\".\n", told);
    ck_assert_str_eq(err, all);
    ck_assert_str_eq(out, "");
    ck_assert_int_eq(is, OPTIONS_WRONG);
    free(all);
}

START_TEST(options_go_where_the_table_says)
{
    understood(&plain,
               "tool --loud --file a.txt --from 7 --far=9 --size 64 --trace=t --colour green");
    ck_assert(w.loud && w.has_from);
    ck_assert_str_eq(w.file, "a.txt");
    ck_assert_uint_eq(w.from, 7);
    ck_assert_int_eq(w.far, 9);
    ck_assert_uint_eq(w.size, 64);
    ck_assert_str_eq(o.trace, "t");
    ck_assert_uint_eq(o.place, 1);
    ck_assert_uint_eq(words.count, 0);
    ck_assert_ptr_null(words.list[0]);
    understood(&plain, "tool");
    ck_assert(!w.loud && !w.has_from && !w.file && !o.trace);
    understood(&plain, "tool --file= --from 0x1f --file -x");
    ck_assert_str_eq(w.file, "-x");
    ck_assert_uint_eq(w.from, 31);
    understood(&plain, "tool --set a --level --set=b=c --level=high");
    ck_assert_str_eq(w.taken, "x.set=a;level=-;x.set=b=c;level=high;");
}
END_TEST

START_TEST(options_stand_before_and_after_words)
{
    understood(&plain, "tool one --loud two --from 3");
    ck_assert(w.loud && w.from == 3);
    ck_assert_uint_eq(words.count, 2);
    ck_assert_str_eq(words.list[0], "one");
    ck_assert_str_eq(words.list[1], "two");
    ck_assert_ptr_null(words.list[2]);
    understood(&plain, "tool --level - -- --loud");
    ck_assert(!w.loud);
    ck_assert_str_eq(w.taken, "level=-;"); // a value that may be missing is never the next word
    ck_assert_str_eq(words.list[0], "-");
    ck_assert_str_eq(words.list[1], "--loud");
    understood(&with_commands, "tool --far 2 grep --loud text");
    ck_assert_ptr_eq(words.command, &commands[GREP]);
    ck_assert_uint_eq(words.count, 1);
    ck_assert_str_eq(words.list[0], "text");
}
END_TEST

START_TEST(no_word_is_lost_when_they_are_moved)
{
    static const char *const moved[] = {"tool", "--loud", "--from", "3", "--", "one", "two", "--x"};
    understood(&with_commands, "tool copy one --loud two --from 3 -- --x");
    ck_assert_uint_eq(words.count, 3);
    understood(&standard, "tool --loud --from 3 -- one");
    understood(&plain, "tool --loud one --from 3 two");
    ck_assert_ptr_eq(words.list, argv + 4);
    ck_assert_int_eq(reads(&plain, "tool one --loud two --from 3 -- --x"), OPTIONS_WRONG);
    for (size_t i = 0; i < 8; i++)
        ck_assert_str_eq(argv[i], moved[i]);
    ck_assert_ptr_null(argv[8]);
    char *none[] = {NULL};
    ck_assert_int_eq(options_read(&plain, (void *const[]){&w, &o}, 0, none, &words), OPTIONS_READ);
    ck_assert_uint_eq(words.count, 0);
}
END_TEST

START_TEST(a_name_may_be_cut_short)
{
    understood(&plain, "tool --lo --fi x --siz=5 --tr t");
    ck_assert(w.loud && w.size == 5);
    ck_assert_str_eq(w.file, "x");
    ck_assert_str_eq(o.trace, "t");
    refused(&plain, "tool --f x", "--f may be any of --file, --from, --far");
    refused(&plain, "tool --l=x", "--l may be any of --loud, --level");
    refused(&plain, "tool --size 1 x", "--size \"1\": expected a number from 2 to 64");
    refused(&plain, "tool --si 1", "--size \"1\": expected a number from 2 to 64");
}
END_TEST

// A name is itself, though others begin with it.
START_TEST(a_whole_name_is_no_beginning)
{
    static const struct options_entry alike[] = {
        {"in-all", "N", "before it in the table", OPTIONS_INTO(struct wanted, size)},
        {"in", "FILE", "the name itself", OPTIONS_INTO(struct wanted, file)},
        {"in-part", "N", "after it in the table", OPTIONS_INTO(struct wanted, from)},
        {0}};
    static const struct options_spec spec = {.name = "tool", .tables = {{NULL, alike}}};
    understood(&spec, "tool --in a --in-p 3");
    ck_assert_str_eq(w.file, "a");
    ck_assert_uint_eq(w.from, 3);
    ck_assert_uint_eq(w.size, 0);
    refused(&spec, "tool --in- 3", "--in- may be any of --in-all, --in-part");
}
END_TEST

START_TEST(what_is_wrong_is_told_in_one_line)
{
    refused(&plain, "tool --colur red", "unknown option --colur, did you mean --colour?");
    refused(&plain, "tool --colur=red", "unknown option --colur, did you mean --colour?");
    refused(&plain, "tool -file x", "unknown option -file, did you mean --file?");
    refused(&plain, "tool --hepl", "unknown option --hepl, did you mean --help?");
    refused(&plain, "tool --zzzzzz", "unknown option --zzzzzz");
    refused(&plain, "tool --=x", "unknown option --");
    refused(&plain, "tool -x", "unknown option -x");
    refused(&plain, "tool -hx", "unknown option -hx");
    refused(&plain, "tool --loud=yes", "--loud takes no value");
    refused(&plain, "tool --file", "--file needs a value: --file FILE");
    refused(&plain, "tool --set bad", "--set \"bad\": expected something good");
    refused(&plain, "tool --colour gren",
            "--colour \"gren\": expected red, green or yellow; did you mean green?");
    refused(&plain, "tool --colour zzz", "--colour \"zzz\": expected red, green or yellow");
    refused(&plain, "tool one two three", "\"three\" is not understood");
}
END_TEST

START_TEST(numbers_keep_their_limits)
{
    static const char *const bad[] = {"-1", "+1", "5x", "x", "0x", "1 ", "1.5", NULL};
    for (size_t i = 0; bad[i]; i++) {
        uint64_t n = 3;
        struct buf why = BUF_INIT;
        ck_assert(!options_number(bad[i], 0, INT64_MAX, &n, &why));
        ck_assert_str_eq(buf_str(&why), "expected a number");
        ck_assert_uint_eq(n, 3);
        buf_fini(&why);
    }
    refused(&plain, "tool --far 0", "--far \"0\": expected a number from 1 on");
    refused(&plain, "tool --size 65", "--size \"65\": expected a number from 2 to 64");
    refused(&plain, "tool --from 9223372036854775808",
            "--from \"9223372036854775808\": expected a number from 0 to 9223372036854775807");
    refused(&plain, "tool --from 99999999999999999999",
            "--from \"99999999999999999999\": expected a number from 0 to 9223372036854775807");
    understood(&plain, "tool --size 2 --far 1");
    ck_assert_uint_eq(w.size, 2);
    understood(&plain, "tool --from 9223372036854775807 --far 010");
    ck_assert_uint_eq(w.from, INT64_MAX);
    ck_assert_int_eq(w.far, 10);
}
END_TEST

START_TEST(commands_take_their_words_and_options)
{
    understood(&with_commands, "tool copy a b c --loud");
    ck_assert_ptr_eq(words.command, &commands[COPY]);
    ck_assert_uint_eq(words.count, 3);
    refused(&with_commands, "tool", "the name of a command is missing");
    refused(&with_commands, "tool shwo", "there is no command \"shwo\", did you mean \"show\"?");
    refused(&with_commands, "tool zzzzz", "there is no command \"zzzzz\"");
    refused(&with_commands, "tool grep", "grep needs TEXT");
    refused(&with_commands, "tool grep a b", "\"b\" is not understood");
    refused(&with_commands, "tool --far 2 copy a", "copy takes no --far");
    refused(&with_commands, "tool copy --fa=2 a", "copy takes no --far");
    understood(&standard, "tool text");
    ck_assert(!words.named);
    ck_assert_ptr_eq(words.command, &commands[GREP]);
    ck_assert_str_eq(words.list[0], "text");
    understood(&standard, "tool show");
    ck_assert(words.named);
    ck_assert_ptr_eq(words.command, &commands[SHOW]);
    refused(&standard, "tool", "needs TEXT");
    ck_assert_str_eq(options_near_command(&standard, "grpe"), "grep");
    ck_assert_ptr_null(options_near_command(&standard, "zzzz"));
}
END_TEST

START_TEST(help_and_version_come_at_once)
{
    ck_assert_int_eq(reads(&plain, "tool --loud -V nonsense --zzz"), OPTIONS_SHOWN);
    ck_assert_msg(!strncmp(out, "latchkey " LATCHKEY_VERSION " (program ", 10), "%s", out);
    ck_assert_int_eq(reads(&plain, "tool --version"), OPTIONS_SHOWN);
    ck_assert_str_eq(err, "");
    ck_assert_int_eq(reads(&with_commands, "tool grep -h"), OPTIONS_SHOWN);
    ck_assert_int_eq(reads(&with_commands, "tool --help"), OPTIONS_SHOWN);
    ck_assert_str_eq(out, "Usage: latchkey tool COMMAND [OPTION ...]\n"
                          "Does\n"
                          "this.\n"
                          "\n"
                          "Commands:\n"
                          "  show           all of it\n"
                          "  grep TEXT      a part of it\n"
                          "  copy FILE ...  a copy\n"
                          "\n"
                          "Options:\n"
                          "  --loud           not quiet\n"
                          "  --file FILE      a file\n"
                          "  --from N         the first\n"
                          "  --far N          how far (show, grep)\n"
                          "  --size N         how large\n"
                          "  --set NAME       a setting\n"
                          "  --level[=LEVEL]  a level\n"
                          "  -h, --help       this text\n"
                          "  -V, --version    which program this is\n"
                          "\n"
                          "Shared:\n"
                          "  --trace FILE   a trace\n"
                          "  --colour NAME  its colour\n"
                          "\n"
                          "Exit status: 0.\n");
    ck_assert_int_eq(options_status(OPTIONS_SHOWN), 0);
    ck_assert_int_eq(options_status(OPTIONS_WRONG), 2);
}
END_TEST

// No line is wider than a terminal, and no word is lost.
START_TEST(help_is_broken_into_lines)
{
    static const struct options_entry wide[] = {
        {"a-name-that-is-wider-than-the-column", "VALUE",
         "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
         OPTIONS_INTO(struct wanted, file)},
        {0}};
    static const struct options_spec spec = {
        .name = "tool", .usage = "one\ntwo", .tables = {{NULL, wide}}};
    ck_assert_int_eq(reads(&spec, "tool -h"), OPTIONS_SHOWN);
    ck_assert_str_eq(
        out, "Usage: latchkey tool one\n"
             "       latchkey tool two\n"
             "\n"
             "Options:\n"
             "  --a-name-that-is-wider-than-the-column VALUE\n"
             "                 one two three four five six seven eight nine ten eleven twelve\n"
             "                 thirteen fourteen\n"
             "  -h, --help     this text\n"
             "  -V, --version  which program this is\n");
}
END_TEST

// A line may be as wide as the terminal, and a left column as wide as the widest.
START_TEST(help_fills_lines_and_columns)
{
    static const struct options_entry widest[] = {
        {"a-name-of-24-char", "FILE",
         "a text whose first line ends in the last column of a row and goes on",
         OPTIONS_INTO(struct wanted, file)},
        {0}};
    static const struct options_command few[] = {
        {"a-command-that-is-24-wid", NULL, "short", 0, 0, NULL},
        {"wider-than-all-of-the-others", NULL, "x", 0, 0, NULL},
        {0}};
    static const struct options_spec spec = {
        .name = "tool",
        .usage = "x",
        .about =
            "A line that has exactly as many columns as there are: it is not broken, I say it\n"
            "A line that has exactly as many columns as there are: it is broken before these x\n",
        .commands = few,
        .tables = {{NULL, widest}}};
    ck_assert_int_eq(reads(&spec, "tool -h"), OPTIONS_SHOWN);
    ck_assert_str_eq(
        out, "Usage: latchkey tool x\n"
             "A line that has exactly as many columns as there are: it is not broken, I say it\n"
             "A line that has exactly as many columns as there are: it is broken before these\n"
             "x\n"
             "\n"
             "Commands:\n"
             "  a-command-that-is-24-wid  short\n"
             "  wider-than-all-of-the-others\n"
             "                            x\n"
             "\n"
             "Options:\n"
             "  --a-name-of-24-char FILE  a text whose first line ends in the last column of a\n"
             "                            row and goes on\n"
             "  -h, --help                this text\n"
             "  -V, --version             which program this is\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("options");
    tcase_add_unchecked_fixture(t, NULL, forget);
    tcase_add_test(t, options_go_where_the_table_says);
    tcase_add_test(t, options_stand_before_and_after_words);
    tcase_add_test(t, no_word_is_lost_when_they_are_moved);
    tcase_add_test(t, a_name_may_be_cut_short);
    tcase_add_test(t, a_whole_name_is_no_beginning);
    tcase_add_test(t, what_is_wrong_is_told_in_one_line);
    tcase_add_test(t, numbers_keep_their_limits);
    tcase_add_test(t, commands_take_their_words_and_options);
    tcase_add_test(t, help_and_version_come_at_once);
    tcase_add_test(t, help_is_broken_into_lines);
    tcase_add_test(t, help_fills_lines_and_columns);
    Suite *s = suite_create("util/options");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

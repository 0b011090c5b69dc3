// Every verb of the table with its parts missing, half there, and too many: each answers something,
// and what is not understood is not passed over.
#include "command/command.h"
#include "command/listing.h"
#include "engine/dispatch.h"
#include "output/outbox.h"
#include "store/zones.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/doc.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/utf8.h"
#include "verb/help.h"
#include "world/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world *world;
static struct outboxes *outboxes;
static struct dispatch *dispatch;
static struct player_task *actor;
static outbox_id outbox;
static struct buf seen;

static void nothing(void *arg)
{
    (void)arg;
}

static void save(struct player_task *a, struct doc *saved)
{
    (void)a;
    doc_free(saved);
}

static void entered(void *session, struct player_task *a)
{
    (void)session;
    actor = a;
}

static void left(struct player_task *a, struct doc *saved)
{
    doc_free(saved);
    if (a == actor)
        actor = NULL;
}

static void settle(void)
{
    dispatch_run(dispatch);
    for (outbox_id id;
         (id = outboxes_next_urgent(outboxes)) || (id = outboxes_next_relaxed(outboxes));) {
        size_t n;
        const char *bytes = outbox_peek(outboxes, id, &n);
        buf_add(&seen, bytes, n);
        outbox_drained(outboxes, id, n);
    }
}

static void setup(void)
{
    static const struct dispatch_ops ops = {
        .answered = nothing, .save = save, .entered = entered, .left = left};
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *zone = mem_printf("%s/tests/data/zones/words.json", getenv("LATCHKEY_SOURCE"));
    char *player = mem_printf("%s/tests/data/zones/player.json", getenv("LATCHKEY_SOURCE"));
    const char *paths[] = {zone};
    clock_freeze(1000000, 1700000000000);
    world = world_new();
    outboxes = outboxes_new(0);
    zones_load_player(world, player, &problems);
    zones_load(world, paths, 1, false, &problems, NULL);
    ck_assert_uint_eq(problems.errors, 0);
    struct dispatch_config config = {.workers = 1,
                                     .offload_threads = 1,
                                     .linkdead = 60000,
                                     .wake = nothing,
                                     .outboxes = outboxes};
    dispatch = dispatch_new(world, &config, &ops);
    dispatch_prepare(dispatch);
    struct style style = {.utf8 = true};
    outbox = outbox_open(outboxes, &style, 1 << 20, &outbox);
    struct dispatch_entry entry = {
        .name = "Ann", .permissions = "all", .outbox = outbox, .session = &outbox};
    dispatch_enter(dispatch, &entry);
    settle();
    ck_assert_ptr_nonnull(actor);
    doc_problems_fini(&problems);
    free(zone);
    free(player);
}

static void teardown(void)
{
    dispatch_free(dispatch);
    outboxes_free(outboxes);
    world_free(world);
    buf_fini(&seen);
}

// What Ann sees when she types this, without the prompt.
static const char *type(const char *verb, const char *rest)
{
    char *line = mem_printf("%s%s%s", verb, *rest ? " " : "", rest);
    buf_clear(&seen);
    outbox_entered(outboxes, outbox);
    dispatch_line(actor, line);
    settle();
    free(line);
    char *prompt = seen.len ? strrchr(seen.data, '\n') : NULL;
    buf_truncate(&seen, prompt ? (size_t)(prompt - seen.data) : 0);
    return buf_str(&seen);
}

static bool is_script(const struct command *c)
{
    return c->flags & COMMAND_SCRIPT;
}

static const char *const rests[] = {
    "",
    "the",
    "a the of",
    "all",
    "all of",
    "from",
    "to",
    "in",
    "with",
    "about",
    "to the",
    "box from",
    "box in",
    "box with",
    "box to",
    "from box",
    "in box",
    "with tin key",
    "to guard",
    "guard",
    "guard about",
    "2nd",
    "2.",
    "2.box",
    "99 coins",
    "my",
    "my box",
    "last",
    "zzz",
    "zzz from box",
    "zzz in box",
    "zzz to guard",
    "box and",
    "and",
    ",",
    ".",
    "box, zzz",
    "\"\"",
    "north",
    "box box box box box box box box box box box box box",
};

START_TEST(every_verb_answers)
{
    const struct command *c;
    for (size_t n = 0; (c = command_at(n)); n++) {
        // GOTO with a place, RECALL and the like do something of which the answer comes later.
        if (is_script(c) || (!strcmp(c->name, "quit") && !*rests[_i]))
            continue;
        const char *answer = type(c->name, rests[_i]);
        ck_assert_ptr_nonnull(actor);
        ck_assert_msg(*answer, "%s %s: no answer", c->name, rests[_i]);
        ck_assert_msg(!strstr(answer, "''"), "%s %s: %s", c->name, rests[_i], answer);
        ck_assert_msg(!strstr(answer, "(null)"), "%s %s: %s", c->name, rests[_i], answer);
    }
}
END_TEST

START_TEST(what_is_too_much_is_said)
{
    const struct command *c;
    for (size_t n = 0; (c = command_at(n)); n++) {
        if (is_script(c) || !c->most)
            continue;
        char *rest = mem_printf("%szzz yyy", c->most > 1 ? "xxx " : "");
        const char *answer = type(c->name, rest);
        ck_assert_ptr_nonnull(actor);
        ck_assert_msg(strstr(answer, "zzz yyy\" is not understood") && strstr(answer, c->usage),
                      "%s: %s", c->name, answer);
        free(rest);
    }
}
END_TEST

// A usage that names nothing after the verb takes nothing after it.
START_TEST(verbs_that_take_nothing_say_so)
{
    const struct command *c;
    for (size_t n = 0; (c = command_at(n)); n++)
        if (!is_script(c) && !strcmp(c->usage, c->name))
            ck_assert_msg(c->most == 1, "%s", c->name);
}
END_TEST

START_TEST(every_verb_has_its_help)
{
    const struct command *c;
    for (size_t n = 0; (c = command_at(n)); n++) {
        if (is_script(c))
            continue;
        const char *answer = type("help", c->name);
        ck_assert_msg(strstr(answer, c->summary) && strstr(answer, c->usage), "%s: %s", c->name,
                      answer);
        answer = type("commands", "");
        ck_assert_msg(strstr(answer, c->name), "%s", c->name);
        for (const char *const *a = c->aliases; a && *a; a++)
            ck_assert_msg(strstr(answer, *a), "%s", *a);
    }
}
END_TEST

START_TEST(a_beginning_never_leaves)
{
    ck_assert_msg(strstr(type("qui", ""), "in full"), "%s", buf_str(&seen));
    ck_assert_msg(strstr(type("q", ""), "in full"), "%s", buf_str(&seen));
    ck_assert_ptr_nonnull(actor);
    ck_assert_msg(strstr(type("sc", ""), "\"sc\" may be scan or score"), "%s", buf_str(&seen));
    ck_assert_msg(strstr(type("scor", ""), "You are Ann"), "%s", buf_str(&seen));
    type("quit", "");
    ck_assert_ptr_null(actor);
}
END_TEST

// What nobody is shown brings no prompt either: wounds that heal, rounds of a fight that is over.
START_TEST(time_passes_without_a_prompt)
{
    type("hit", "guard");
    for (int i = 0; i < 40; i++) { // until both have been struck
        clock_advance_ms(1000);
        settle();
    }
    ck_assert_msg(!strstr(type("score", ""), "30 of 30"), "%s", buf_str(&seen));
    type("north", "");
    type("east", "");
    for (int i = 0; i < 400; i++) {
        buf_clear(&seen);
        clock_advance_ms(1000);
        settle();
        const char *text = buf_str(&seen);
        ck_assert_msg(!*text || text[strspn(text, "\r\n> ")], "only a prompt after %d s", i);
    }
    ck_assert_msg(strstr(type("score", ""), "30 of 30"), "%s", buf_str(&seen)); // it has healed
}
END_TEST

// PROMPT "" is none, and one in any script is measured in letters and never cut.
START_TEST(a_prompt_may_be_nothing)
{
    type("prompt", "\"\"");
    outbox_entered(outboxes, outbox);
    buf_clear(&seen);
    dispatch_line(actor, "version");
    settle();
    ck_assert_msg(seen.len > 2 && !strcmp(seen.data + seen.len - 2, "\r\n"), "%s", buf_str(&seen));
    type("prompt", "default");
    ck_assert_msg(
        strstr(
            type(
                "prompt",
                "水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水"),
            "letters"),
        "%s", buf_str(&seen));
    ck_assert_msg(
        strstr(type("prompt", "水水水水水水水水水水水水水水水水水水水水水水水水水水水水水水"),
               "is changed"),
        "%s", buf_str(&seen));
}
END_TEST

// An alias may grow beyond what a line holds; it is cut between two letters.
START_TEST(an_alias_that_grows_is_cut_whole)
{
    struct buf b = BUF_INIT;
    for (int extra = 0; extra < 3; extra++) {
        type("alias", extra ? "echo say xx$*$*$*$*" : "echo say x$*$*$*$*");
        buf_clear(&b);
        buf_add(&b, "abc", (size_t)extra);
        for (int i = 0; i < 400; i++)
            buf_adds(&b, "水");
        const char *answer = type("echo", buf_str(&b));
        ck_assert(strstr(answer, "水"));
        ck_assert(utf8_valid(answer, strlen(answer)));
        ck_assert(!strstr(answer, "\xef\xbf\xbd"));
    }
    buf_fini(&b);
}
END_TEST

START_TEST(topics_have_other_names_and_beginnings)
{
    static char history[] = "Lines typed before", newcomers[] = "For the new";
    struct map *topics = map_new();
    map_put(topics, "history", history);
    map_put(topics, "newcomers", newcomers);
    help_set_topics(topics);
    ck_assert_msg(strstr(type("help", "history"), history), "%s", buf_str(&seen));
    ck_assert(strstr(type("help", "!"), history));
    ck_assert(strstr(type("help", "hist"), history));
    ck_assert(strstr(type("help", "NEWC."), newcomers));
    ck_assert(strstr(type("help", "xyzzy"), "There is no help about"));
    help_set_topics(NULL);
    map_free(topics);
}
END_TEST

// More different lines than are compared with each other: all are there, once or with their number.
START_TEST(a_long_list_is_whole)
{
    struct buf out = BUF_INIT, want = BUF_INIT;
    struct listing lines;
    char names[LISTING_MAX + 9][8];
    listing_begin(&lines, &out);
    for (int i = 0; i < LISTING_MAX + 9; i++) {
        snprintf(names[i], sizeof(names[i]), "n%d", i);
        listing_add(&lines, "  ", names[i], "", ".");
        if (i % 2)
            listing_add(&lines, "  ", names[i], "", ".");
        buf_addf(&want, "  n%d.%s\n", i, i % 2 ? " (2)" : "");
    }
    listing_end(&lines);
    ck_assert_str_eq(buf_str(&out), buf_str(&want));
    buf_fini(&out);
    buf_fini(&want);
}
END_TEST

// Behind so many lines only the number of those that are missing follows.
START_TEST(a_very_long_list_is_cut)
{
    for (size_t over = 0; over < 3; over++) {
        struct buf out = BUF_INIT;
        struct listing lines;
        char names[LISTING_LINES + 2][8], first[8] = "n0";
        size_t rows = 0;
        listing_begin(&lines, &out);
        for (size_t i = 0; i < LISTING_LINES + over; i++) {
            snprintf(names[i], sizeof(names[i]), "n%zu", i);
            listing_add(&lines, "", names[i], "", "");
        }
        listing_add(&lines, "", names[LISTING_MAX], "", ""); // is kept, so it is counted
        listing_end(&lines);
        for (const char *p = buf_str(&out); *p; p++)
            rows += *p == '\n';
        ck_assert_uint_eq(rows, LISTING_LINES + (over > 0));
        char *last = mem_printf("\nn%d\n%s", LISTING_LINES - 1,
                                over == 1   ? "And 1 more.\n"
                                : over == 2 ? "And 2 more.\n"
                                            : "");
        ck_assert_str_eq(buf_str(&out) + out.len - strlen(last), last);
        char *twice = mem_printf("\nn%d (2)\n", LISTING_MAX);
        ck_assert(strstr(buf_str(&out), twice));
        buf_clear(&out);
        listing_begin(&lines, &out); // begins again with nothing
        listing_add(&lines, "", first, "", "");
        listing_end(&lines);
        ck_assert_str_eq(buf_str(&out), "n0\n");
        free(twice);
        free(last);
        buf_fini(&out);
    }
}
END_TEST

// The words of a person are replaced when the person is erased from the journal, if the command
// says that it takes any.
START_TEST(free_text_is_flagged)
{
    const struct command *c;
    for (size_t n = 0; (c = command_at(n)); n++) {
        bool text = strstr(c->usage, "TEXT") || !strcmp(c->name, "ask") ||
                    !strcmp(c->name, "alias") || !strcmp(c->name, "unalias");
        bool flagged = c->flags & (COMMAND_SPEECH | COMMAND_SETTINGS);
        ck_assert_msg(flagged == (text && !(c->flags & COMMAND_SCRIPT)),
                      "%s: COMMAND_SPEECH and usage \"%s\" do not agree", c->name, c->usage);
        ck_assert_msg(!(c->flags & COMMAND_LISTENER) || strstr(c->usage, "WHO"), "%s", c->name);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("verbs");
    TCase *t = tcase_create("verbs");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, every_verb_answers, 0, (int)(sizeof(rests) / sizeof(rests[0])));
    tcase_add_test(t, what_is_too_much_is_said);
    tcase_add_test(t, verbs_that_take_nothing_say_so);
    tcase_add_test(t, every_verb_has_its_help);
    tcase_add_test(t, free_text_is_flagged);
    tcase_add_test(t, a_beginning_never_leaves);
    tcase_add_test(t, an_alias_that_grows_is_cut_whole);
    tcase_add_test(t, topics_have_other_names_and_beginnings);
    tcase_add_test(t, a_long_list_is_whole);
    tcase_add_test(t, a_very_long_list_is_cut);
    tcase_add_test(t, time_passes_without_a_prompt);
    tcase_add_test(t, a_prompt_may_be_nothing);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

// What things may be called: every thing of the shipped world by the name that is shown, and the
// rules one by one.
#include "command/called.h"

#include "check/check.h"
#include "command/phrase.h"
#include "command/words.h"
#include "lock/lockset.h"
#include "store/zones.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/aliases.h"
#include "world/attr/name.h"
#include "world/limbo.h"
#include "world/thing.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static bool fits(struct thing *t, const char *typed, enum called_as as)
{
    struct called called = {0};
    struct words words;
    struct phrase p;
    words_init(&words);
    words_set(&words, typed);
    called_read(&called, t);
    phrase_parse(&words, 0, words.count, &p);
    bool fits = called_fits(&called, &p, as, phrase_wants_many(&p));
    called_fini(&called);
    words_fini(&words);
    return fits;
}

static char *upper(const char *s)
{
    char *copy = mem_strdup(s);
    for (char *p = copy; *p; p++)
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 32);
    return copy;
}

START_TEST(everything_shipped_is_understood_as_it_is_shown)
{
    struct world *w = world_new();
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *path = mem_printf("%s/data/zones", getenv("LATCHKEY_SOURCE"));
    zones_load_folder(w, path, false, &problems, NULL);
    ck_assert_uint_eq(problems.errors, 0);
    unsigned things = 0;
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        if (!t || thing_is(t, THING_LOCATION) || !aliases_first(t))
            continue;
        const char *name = name_get(t);
        char *loud = upper(name);
        ck_assert_msg(fits(t, name, CALLED_NAMED), "\"%s\"", name);
        ck_assert_msg(fits(t, loud, CALLED_NAMED), "\"%s\"", loud);
        free(loud);
        things++;
    }
    ck_assert_uint_ge(things, 75);
    doc_problems_fini(&problems);
    free(path);
    world_free(w);
}
END_TEST

static const struct {
    const char *name, *aliases, *typed;
    int nearest; // of enum called_as; -1: not at all
} rows[] = {
    {"the notice board", "board", "notice board", CALLED_NAMED},
    {"the notice board", "board", "board", CALLED_NAMED},
    {"the notice board", "board", "notice", CALLED_DESCRIBED},
    {"the notice board", "board", "board notice", CALLED_DESCRIBED},
    {"the notice board", "board", "not boa", CALLED_ABBREVIATED},
    {"the notice board", "board", "bo", -1},
    {"the notice board", "board", "notice board board", -1},
    {"the notice board", "board", "red notice board", -1},
    {"the warden's desk", "desk", "wardens desk", CALLED_NAMED},
    {"the warden’s desk", "desk", "the warden's desk", CALLED_NAMED},
    {"the warden’s desk", "desk", "warden desk", CALLED_NAMED},
    {"the lock-keeper", "bram", "lock-keeper", CALLED_NAMED},
    {"the lock-keeper", "bram", "lock keeper", CALLED_NAMED},
    {"the lock-keeper", "bram", "lockkeeper", CALLED_NAMED},
    {"the lock‑keeper", "bram", "keeper", CALLED_NAMED},
    {"the lock-keeper", "bram", "bram", CALLED_NAMED},
    {"a bunch of keys", "bunch", "bunch of keys", CALLED_NAMED},
    {"a bunch of keys", "bunch", "keys", CALLED_NAMED},
    {"a letter from Anne", "", "letter", CALLED_NAMED},
    {"a key", "key +bronze +old:key", "bronze old key", CALLED_NAMED},
    {"a key", "key +bronze", "bronze", CALLED_DESCRIBED},
    {"a key", "key", "2 keys", CALLED_NAMED},
    {"a key", "key", "all keys", CALLED_NAMED},
    {"a key", "key", "keys", -1},
    {"a torch", "torch", "3 torches", CALLED_NAMED},
    {"a cherry", "cherry", "all cherries", CALLED_NAMED},
    {"the head postmaster", "postmasters", "postmaster", CALLED_NAMED},
    {"Ein großes Faß", "", "GROSSES FASS", CALLED_NAMED},
    {"ржавый меч", "", "РЖАВЫЙ МЕЧ", CALLED_NAMED},
    {"ржавый меч", "", "ржа", CALLED_ABBREVIATED},
    {"銅の鍵", "", "銅の鍵", CALLED_NAMED},
    {"a sign (old), \"KEEP OUT\"", "sign", "old sign", CALLED_NAMED},
};

START_TEST(words_come_near_to_a_name)
{
    struct lockset ls;
    check_set_level(CHECK_OFF);
    struct world *w = world_new();
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    struct thing *t = limbo_new(w, THING_COPY, "a thing");
    char *copy = mem_strdup(rows[_i].aliases), *rest = copy;
    const char *aliases[8];
    size_t n = 0;
    for (char *word; (word = strsep(&rest, " "));)
        if (*word)
            aliases[n++] = word;
    name_set(t, rows[_i].name);
    aliases_set(t, aliases, n);
    for (int as = CALLED_NAMED; as <= CALLED_ABBREVIATED; as++)
        ck_assert_msg(fits(t, rows[_i].typed, (enum called_as)as) ==
                          (rows[_i].nearest >= 0 && as >= rows[_i].nearest),
                      "\"%s\" for \"%s\" at %d", rows[_i].typed, rows[_i].name, as);
    free(copy);
    limbo_free(t);
    lockset_leave(&ls);
    lockset_fini(&ls);
    world_free(w);
}
END_TEST

static const struct {
    const char *name, *aliases, *line;
    size_t length;
} lines[] = {
    {"Miss Loom", "loom miss", "miss loom where is the map", 2},
    {"Miss Loom", "loom miss", "loom miss me", 1}, // not in the order of the name
    {"the old guard", "guard +old", "old guard old stories", 2},
    {"the old guard", "guard +old", "guard old stories", 1},
    {"the old guard", "guard +old", "old stories", 0},
    {"a tall man", "guard", "guard man the gate", 1}, // an alias of its own says it all
    {"Ben", "ben", "ben ben is my name", 1},
    {"the captain of the guard", "captain", "captain of the guard hello", 4},
};

START_TEST(a_line_begins_with_a_name)
{
    struct lockset ls;
    check_set_level(CHECK_OFF);
    struct world *w = world_new();
    lockset_init(&ls, 7, NULL);
    lockset_enter(&ls);
    lockset_begin(&ls, "test", NULL);
    struct thing *t = limbo_new(w, THING_COPY, "a thing");
    char *copy = mem_strdup(lines[_i].aliases), *rest = copy;
    const char *aliases[8];
    size_t n = 0;
    for (char *word; (word = strsep(&rest, " "));)
        aliases[n++] = word;
    name_set(t, lines[_i].name);
    aliases_set(t, aliases, n);
    struct called called = {0};
    struct words words;
    words_init(&words);
    words_set(&words, lines[_i].line);
    called_read(&called, t);
    ck_assert_uint_eq(called_length(&called, &words, 0, words.count, words_at(&words, 0)),
                      lines[_i].length);
    called_fini(&called);
    words_fini(&words);
    free(copy);
    limbo_free(t);
    lockset_leave(&ls);
    lockset_fini(&ls);
    world_free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("called");
    TCase *t = tcase_create("called");
    tcase_add_test(t, everything_shipped_is_understood_as_it_is_shown);
    tcase_add_loop_test(t, words_come_near_to_a_name, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_loop_test(t, a_line_begins_with_a_name, 0, (int)(sizeof(lines) / sizeof(lines[0])));
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

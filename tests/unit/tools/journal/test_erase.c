// Names and what was said, taken out of lines, events and characters.
#include "tools/journal/erase.h"
#include "util/map.h"
#include "world/snapshot/write_set_digest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct erase e;
static char keyword[] = "k";

static void begin(void)
{
    erase_init(&e);
    erase_add(&e, "Gold", 1);
    erase_add(&e, "anna", 3);
    e.keywords = map_new();
    map_put(e.keywords, "milk", keyword);
    map_put(e.keywords, "small key", keyword);
    memcpy(e.list[0].to, "Nobodya", 8); // names of the test's own, to be told apart
    memcpy(e.list[1].to, "Nobodyb", 8);
}

static void end(void)
{
    erase_fini(&e);
}

static void ck_becomes(char *(*how)(const struct erase *, const char *), const char *line,
                       const char *expected)
{
    char *text = how(&e, line);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(names_are_words_of_their_own)
{
    ck_becomes(erase_reword, "tell ANNA hello", "tell Nobodyb hello");
    ck_becomes(erase_reword, "anna", "Nobodyb");
    ck_becomes(erase_reword, "anna's, (Anna) annals hanna anna2 ann",
               "Nobodyb's, (Nobodyb) annals hanna anna2 ann");
    ck_becomes(erase_reword, "Ann\xc3\xa1 anna\xc3\xa9", "Ann\xc3\xa1 anna\xc3\xa9");
    ck_becomes(erase_reword, "", "");
    ck_assert(erase_mentions(&e, "hi,anna!"));
    ck_assert(!erase_mentions(&e, "annals"));
}
END_TEST

// What is made of a name tells it too; what is a word of the world does not.
START_TEST(names_are_in_other_words)
{
    erase_add(&e, "Quizzical", 0);
    memcpy(e.list[2].to, "Nobodyc", 8);
    ck_becomes(erase_reword, "the Quizzicals, QUIZZICALISH unquizzical",
               "the Nobodycs, NobodycISH unNobodyc");
    ck_becomes(erase_reword, "annas golds golden annali", "Nobodybs Nobodyas golden annali");
    ck_assert(erase_mentions(&e, "say Quizzicals"));
    e.words = map_new();
    map_put(e.words, "quizzicals", keyword);
    map_put(e.words, "golds", keyword);
    ck_becomes(erase_reword, "quizzicals Golds quizzical", "quizzicals Golds Nobodyc");
}
END_TEST

// Of an alias that says nothing the words stay that can mean something.
START_TEST(an_alias_keeps_what_can_be_meant)
{
    e.words = map_new();
    map_put(e.words, "from", keyword);
    map_put(e.words, "all", keyword);
    map_put(e.words, "to", keyword);
    map_put(e.words, "lantern", keyword);
    map_put(e.words, "fountain", keyword);
    erase_add_player(&e, "Bertold");
    ck_becomes(erase_silence_alias, "get all MULBERRY", "get all xxxxxxxx");
    ck_becomes(erase_silence_alias, "get Lantern from mulberry-lane 2",
               "get Lantern from xxxxxxxx-xxxx 2");
    ck_becomes(erase_silence_alias, "look fount", "look fount");
    ck_becomes(erase_silence_alias, "give $1 to bertold anna", "give $1 to bertold Nobodyb");
    ck_becomes(erase_silence_alias, "mulberry $*", "xxxxxxxx $*");
    ck_becomes(erase_silence_alias, "say my lane", "say xx xxxx");
    ck_becomes(erase_silence, "alias x get all SECRET", "alias x get all xxxxxx");
}
END_TEST

START_TEST(a_prompt_keeps_its_codes)
{
    char *text = erase_silence_prompt("Anna at 12 Lane, %h/%H %% #%n> %");
    ck_assert_str_eq(text, "xxxx xx xx xxxx, %h/%H %% #%n> %");
    free(text);
    ck_becomes(erase_silence, "prompt My lane %h>", "prompt xx xxxx %h>");
    ck_becomes(erase_silence, "prompt", "prompt");
}
END_TEST

START_TEST(what_is_said_falls_silent)
{
    ck_becomes(erase_silence, "say I am Anna, 12 Mulberry Lane", "say x xx xxxx, xx xxxxxxxx xxxx");
    ck_becomes(erase_silence, "\"Milk, anna?", "\"Milk, xxxx?");
    ck_becomes(erase_silence, "'milky small key", "'xxxxx small key");
    ck_becomes(erase_silence, ":is at home", ":xx xx xxxx");
    ck_becomes(erase_silence, "tell to Anna about milk and me",
               "tell to Nobodyb about milk xxx xx");
    ck_becomes(erase_silence, "whisper gold secret", "whisper Nobodya xxxxxx");
    ck_becomes(erase_silence, "get gold", "get Nobodya");
    ck_becomes(erase_silence, "alias hi = say I am anna $1 $*", "alias hi = say x xx xxxx $1 $*");
    ck_becomes(erase_silence, "alias g get $*", "alias g get $*");
    ck_becomes(erase_silence, "say", "say");
    ck_becomes(erase_silence, "", "");
}
END_TEST

static void ck_short(const char *line, const char *alias, const char *expected)
{
    char *text = erase_silence_short(&e, line, alias);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(what_is_said_by_a_short_word_falls_silent)
{
    ck_short("moo my lane", "say $*", "moo xx xxxx");
    ck_short("moo my milk", "\"milk", "moo xx milk");
    ck_short("anna hi", "shout", "Nobodyb xx");
    ck_short("t ben my lane", "tell $*", "t ben xx xxxx");
    ck_short("t to ben my lane", "tell", "t to ben xx xxxx");
    ck_short("t anna my lane", "tell $1 about $2 $3", "t Nobodyb xx xxxx");
    ck_short("t my lane", "tell to ben $*", "t xx xxxx");
    ck_short("k anna", "hit $1", "k Nobodyb");
    ck_short("do say lane", "$*", "do say xxxx");
    ck_short("moo", "say $*", "moo");
}
END_TEST

START_TEST(a_new_name_begins_where_the_old_one_did)
{
    struct erase other;
    for (size_t starts = 0; starts < 20; starts++) {
        size_t was = 0, is = 0;
        erase_init(&other);
        erase_add(&other, "Quillafay", starts);
        for (const char *p = other.list[0].from; *p; p++)
            was += (unsigned char)*p;
        for (const char *p = other.list[0].to; *p; p++)
            is += (unsigned char)*p;
        if (starts)
            ck_assert_uint_eq(is % starts, was % starts);
        ck_assert(strcmp(other.list[0].from, other.list[0].to) != 0);
        erase_fini(&other);
    }
}
END_TEST

static struct record line_by(const char *name, const char *text, const unsigned char *changes)
{
    return (struct record){.number = 1,
                           .kind = RECORD_LINE,
                           .name = name,
                           .text = text,
                           .more = "",
                           .changes = changes,
                           .change_count = 1};
}

// A name may be a word like any other: it means the person only where the event concerned that
// person.
START_TEST(others_keep_words_that_meant_something_else)
{
    unsigned char bytes[RECORD_CHANGE_SIZE];
    struct record_change c = {1, 7, 8};
    record_change_put(bytes, &c);
    struct record r = line_by("Ben", "get gold", bytes);
    ck_assert_str_eq(erase_record(&e, &r)->text, "get gold");
    r.text = "say gold is here";
    ck_assert_str_eq(erase_record(&e, &r)->text, "say Nobodya is here");
    c.identity = write_set_digest_identity_of("Gold", "");
    record_change_put(bytes, &c);
    r.text = "hit gold";
    ck_assert_str_eq(erase_record(&e, &r)->text, "hit Nobodya");
    c = (struct record_change){
        2, 9, write_set_digest_inside(write_set_digest_identity_of("Gold", ""), INVENTORY_THINGS)};
    record_change_put(bytes, &c);
    r.text = "give lamp to gold";
    ck_assert_str_eq(erase_record(&e, &r)->text, "give lamp to Nobodya");
    r = line_by("Ben", "get gold", NULL); // nobody knows what it changed
    ck_assert_str_eq(erase_record(&e, &r)->text, "get Nobodya");
    r = line_by("GOLD", "get lamp", bytes);
    ck_assert_str_eq(erase_record(&e, &r)->name, "Nobodya");
    ck_assert_str_eq(erase_record(&e, &r)->text, "get lamp");
}
END_TEST

START_TEST(others_call_their_aliases_like_the_person)
{
    unsigned char bytes[RECORD_CHANGE_SIZE];
    struct record_change c = {1, 7, 8};
    record_change_put(bytes, &c);
    struct record r = line_by("Ben", "gold coin gold", bytes);
    e.alias = "get $*";
    ck_assert_str_eq(erase_record(&e, &r)->text, "Nobodya coin gold");
    e.alias = "say $*";
    ck_assert_str_eq(erase_record(&e, &r)->text, "Nobodya coin Nobodya");
    e.alias = NULL;
    ck_assert_str_eq(erase_record(&e, &r)->text, "gold coin gold");
    r.text = "unalias gold";
    ck_assert_str_eq(erase_record(&e, &r)->text, "unalias Nobodya");
}
END_TEST

static void without_spaces(char *text)
{
    char *to = text;
    for (; *text; text++)
        if (*text != ' ')
            *to++ = *text;
    *to = '\0';
}

START_TEST(a_character_keeps_what_is_the_worlds)
{
    static const char json[] =
        "{\"name\":\"Gold\",\"location\":\"town:gold\",\"thing\":{\"name\":\"Gold\",\"aliases\":"
        "[\"gold\",\"player\"],\"description\":\"As good as gold.\",\"player\":{\"prompt\":\"gold>\","
        "\"aliases\":{\"hi\":\"say Gold greets\",\"gold\":\"look\"}},\"contents\":[{\"name\":\"a gold coin\","
        "\"aliases\":[\"gold\"]}]}}";
    char *own = erase_character(&e, json, true), *other = erase_character(&e, json, false);
    without_spaces(own);
    ck_assert_str_eq(
        own,
        "{\"name\":\"Nobodya\",\"location\":\"town:gold\",\"thing\":{\"name\":\"Nobodya\","
        "\"aliases\":[\"Nobodya\",\"player\"],\"description\":\"Asgoodasgold.\",\"player\":"
        "{\"prompt\":\"xxxx>\",\"aliases\":{\"hi\":\"sayxxxxxxxxxx\",\"nobodya\":\"look\"}},\"contents\":"
        "[{\"name\":\"agoldcoin\",\"aliases\":[\"gold\"]}]}}");
    ck_assert_ptr_nonnull(strstr(other, "\"say Nobodya greets\""));
    ck_assert_ptr_nonnull(strstr(other, "\"Nobodya>\""));
    ck_assert_ptr_nonnull(strstr(other, "\"nobodya\""));
    ck_assert_ptr_nonnull(strstr(other, "\"As good as gold.\""));
    without_spaces(other);
    ck_assert_ptr_nonnull(strstr(other, "{\"name\":\"Gold\""));
    free(own);
    free(other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("erase");
    TCase *t = tcase_create("erase");
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, names_are_words_of_their_own);
    tcase_add_test(t, names_are_in_other_words);
    tcase_add_test(t, an_alias_keeps_what_can_be_meant);
    tcase_add_test(t, a_prompt_keeps_its_codes);
    tcase_add_test(t, what_is_said_falls_silent);
    tcase_add_test(t, what_is_said_by_a_short_word_falls_silent);
    tcase_add_test(t, others_call_their_aliases_like_the_person);
    tcase_add_test(t, a_new_name_begins_where_the_old_one_did);
    tcase_add_test(t, others_keep_words_that_meant_something_else);
    tcase_add_test(t, a_character_keeps_what_is_the_worlds);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

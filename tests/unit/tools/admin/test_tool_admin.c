// latchkey admin on a data folder in which players have played: what is left of an account that is
// erased, and what it refuses.
#include "../played_kit.h"

#include "serve/data_lock.h"

// Neither name nor secret in any byte of the folder.
static void forgotten(const char *word)
{
    char *line = mem_printf("grep -riq '%s' latchkey-data", word);
    ck_assert_msg(system(line) != 0, "\"%s\" is left", word);
    free(line);
}

START_TEST(an_account_is_erased_with_its_characters)
{
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika"), 0);
    kit_has(&kit_out, "the account and 1 character are erased; ");
    kit_has(&kit_out,
            " of 11 events in 1 epoch were written in other words, 0 could not happen any more\n");
    kit_lacks(&kit_out, "left out");
    kit_lacks(&kit_out, "of another program");
    ck_assert(!kit_is_there("latchkey-data/accounts/annika.json"));
    ck_assert(!kit_is_there("latchkey-data/characters/ann.json"));
    ck_assert(kit_is_there("latchkey-data/accounts/bobby.json"));
    ck_assert(!kit_is_there("latchkey-data/journal.erased"));
    forgotten("annika");
    forgotten("\\bann\\b");
    forgotten("mulberry");
    // A mobile may answer to what it is called, so that stays.
    ck_assert_int_eq(kit_tool_apart(tool_journal, "journal|grep|miller"), 0);
    kit_has(&kit_out, "alias hi = say the miller xxxx xxxxxxxx  changed: player ");
    ck_assert_int_eq(kit_tool_apart(tool_replay, "replay|--full"), 0);
    kit_has(&kit_out, "11 events to 11 on 1 worker");
    // Bob keeps all words of the character, except Ann's name.
    kit_get("latchkey-data/characters/bob.json", &kit_out);
    kit_has(&kit_out, "\"tell ");
    kit_has(&kit_out, " hello\"");
    kit_has(&kit_out, "\"Bob\"");
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika"), 69);
    kit_has(&kit_err, "there is no account \"annika\" in latchkey-data");
}
END_TEST

START_TEST(without_a_journal_only_files_are_removed)
{
    ck_assert_int_eq(
        system("mv latchkey-data other; rm -r other/journal; rm other/characters/ann.json"), 0);
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika|--data|other"), 0);
    kit_has(&kit_out, "the account and 1 character are erased; 0 of 0 events in 0 epochs were ");
    ck_assert(!kit_is_there("other/accounts/annika.json"));
    ck_assert(kit_is_there("other/characters/bob.json"));
}
END_TEST

START_TEST(an_account_may_have_several_characters_or_none)
{
    played_account("carla", "\"Dora\", \"Emma\"");
    played_account("freda", "");
    played_character("dora", "Dora", "carla", "");
    played_character("emma", "Emma", "carla", "");
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|carla"), 0);
    kit_has(&kit_out, "the account and 2 characters are erased; 0 of 11 events ");
    ck_assert(!kit_is_there("latchkey-data/characters/dora.json"));
    ck_assert(!kit_is_there("latchkey-data/characters/emma.json"));
    ck_assert(kit_is_there("latchkey-data/characters/ann.json"));
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|freda"), 0);
    kit_has(&kit_out, "the account and 0 characters are erased; ");
    ck_assert(!kit_is_there("latchkey-data/accounts/freda.json"));
}
END_TEST

START_TEST(names_of_before_can_be_given)
{
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika|--also|bob"), 64);
    kit_has(&kit_err, "latchkey admin: --also bob: that is a character of another account\n");
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika|--also|x1"), 64);
    kit_has(&kit_err, "latchkey admin: --also x1: that is no name of a character\n");
    ck_assert(kit_is_there("latchkey-data/accounts/annika.json"));
    ck_assert(kit_is_there("latchkey-data/characters/ann.json"));
    // Bob's own name, once more, is the same character.
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika|--also|ann|--also|ruth"), 0);
    kit_has(&kit_out, "the account and 2 characters are erased; ");
    forgotten("ruth");
}
END_TEST

START_TEST(nothing_is_changed_under_a_server)
{
    int lock = data_lock("latchkey-data", NULL);
    ck_assert_int_ge(lock, 0);
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika"), 73);
    kit_has(&kit_err, "; nothing was changed\n");
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|check"), 0);
    kit_has(&kit_out, "2 accounts, 0 problems\n");
    close(lock);
    ck_assert(kit_is_there("latchkey-data/accounts/annika.json"));
}
END_TEST

// An epoch whose zone files are gone cannot be run again: nothing is changed, unless it may be left
// out.
START_TEST(an_epoch_that_cannot_be_replayed_is_told)
{
    ck_assert_int_eq(kit_tool_apart(tool_journal, "journal|roll|--anew"), 0);
    ck_assert_int_eq(
        system("cd latchkey-data/journal; mv epoch-000000000000/world-files epoch-000000000011"),
        0);
    kit_put("data/player.json", "{\"name\":\"a person\",\"body\":{\"hand\":2}}");
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika"), 65);
    kit_has(&kit_err, "latchkey admin: ");
    ck_assert(kit_is_there("latchkey-data/accounts/annika.json"));
    ck_assert(kit_is_there("latchkey-data/journal/epoch-000000000000"));
    ck_assert(!kit_is_there("latchkey-data/journal.erased"));
    ck_assert_int_eq(kit_tool_apart(tool_admin, "admin|erase|annika|--drop"), 0);
    kit_has(&kit_out, "\n1 epoch was left out\n");
    ck_assert(!kit_is_there("latchkey-data/journal/epoch-000000000000"));
    ck_assert(kit_is_there("latchkey-data/journal/epoch-000000000011"));
}
END_TEST

static void refused(const char *words, const char *told)
{
    ck_assert_int_eq(kit_tool(tool_admin, words), 2);
    kit_has(&kit_err, told);
    ck_assert_str_eq(buf_str(&kit_out), "");
}

START_TEST(wrong_usage_is_told)
{
    ck_assert_int_eq(kit_tool(tool_admin, "admin|--help"), 0);
    kit_has(&kit_out, "Usage: latchkey admin check");
    ck_assert_int_eq(kit_tool(tool_admin, "admin"), 2);
    kit_has(&kit_err, "latchkey admin: the name of a command is missing\n");
    refused("admin|--loud", "unknown option --loud\n");
    refused("admin|erase", "erase needs ACCOUNT\n");
    refused("admin|forget|annika", "there is no command \"forget\"\n");
    refused("admin|erese|annika", "there is no command \"erese\", did you mean \"erase\"?\n");
    refused("admin|erase|annika|bobby", "\"bobby\" is not understood\n");
    refused("admin|check|annika", "\"annika\" is not understood\n");
    refused("admin|check|--drop", "check takes no --drop\n");
    ck_assert(kit_is_there("latchkey-data/accounts/annika.json"));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("tool_admin");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, played, kit_end);
    tcase_add_test(t, an_account_is_erased_with_its_characters);
    tcase_add_test(t, without_a_journal_only_files_are_removed);
    tcase_add_test(t, an_account_may_have_several_characters_or_none);
    tcase_add_test(t, names_of_before_can_be_given);
    tcase_add_test(t, nothing_is_changed_under_a_server);
    tcase_add_test(t, an_epoch_that_cannot_be_replayed_is_told);
    tcase_add_test(t, wrong_usage_is_told);
    return kit_suite("tool_admin", t);
}

// Settings: which source wins, what is refused and with which message, and the file that we ship.
#include "util/settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/settings_table.h"

static struct settings s;
static struct doc_problems p;

static void start(void)
{
    settings_init(&s);
    p = (struct doc_problems)DOC_PROBLEMS_INIT;
}

static void finish(void)
{
    settings_fini(&s);
    doc_problems_fini(&p);
}

static bool read_text(const char *text)
{
    return settings_read_text(&s, "t.conf", text, strlen(text), &p);
}

static void assert_problems(const char *expected)
{
    struct buf b = BUF_INIT;
    doc_problems_write(&b, &p);
    ck_assert_str_eq(buf_str(&b), expected);
    buf_fini(&b);
}

START_TEST(defaults_are_those_of_the_limits_page)
{
    ck_assert_str_eq(s.server_address, "127.0.0.1");
    ck_assert_int_eq(s.server_port, 4000);
    ck_assert_int_eq(s.limits_players, 1024);
    ck_assert_int_eq(s.limits_line, 4096);
    ck_assert_int_eq(s.limits_subnegotiation, 8192);
    ck_assert_int_eq(s.limits_output, 262144);
    ck_assert_int_eq(s.login_grace, 60000);
    ck_assert_int_eq(s.session_idle, 900000);
    ck_assert_int_eq(s.password_memory, 19 << 20);
    ck_assert_int_eq(s.world_autosave, 300000);
    ck_assert(s.account_create);
    ck_assert(settings_check(&s, &p));
    assert_problems("");
}
END_TEST

START_TEST(a_file_sets_every_kind_of_value)
{
    ck_assert(read_text("\xef\xbb\xbf# comment\n; another\n\n[server]\n  port = 4001 ; inline\n"
                        "address=::\r\n[limits]\noutput: 1MiB\nline = 80\n[login]\n"
                        "grace = 1m30s\naccount_window = 90\n[account]\ncreate = No\n"
                        "[folder]\ndata = /srv/my world\n[log]\nformat = json\nfile ="));
    assert_problems("");
    ck_assert_int_eq(s.server_port, 4001);
    ck_assert_str_eq(s.server_address, "::");
    ck_assert_int_eq(s.limits_output, 1 << 20);
    ck_assert_int_eq(s.limits_line, 80);
    ck_assert_int_eq(s.login_grace, 90000);
    ck_assert_int_eq(s.login_account_window, 90000);
    ck_assert(!s.account_create);
    ck_assert_str_eq(s.folder_data, "/srv/my world");
    ck_assert_str_eq(s.log_format, "json");
    ck_assert_str_eq(s.log_file, "");
}
END_TEST

START_TEST(all_that_is_wrong_is_told_at_once_with_its_place)
{
    ck_assert(!read_text("port = 1\n"
                         "[server]\n"
                         "  prot = 4001\n"
                         "port = 70000\n"
                         "just words\n"
                         "[limits\n"
                         "[limits]\n"
                         "line = 12 bananas\n"
                         "[login]\n"
                         "grace = soon\n"
                         "[account]\n"
                         "create = maybe\n"
                         "[log]\n"
                         "level = loud\n"
                         "port = \n"));
    assert_problems(
        "t.conf:1:1: error: 'port' stands before any [section]\n"
        "t.conf:3:3: error: there is no setting server.prot: did you mean server.port?\n"
        "t.conf:4:1: error: server.port: '70000' is out of range: a whole number from 0 to 65535 "
        "was expected\n"
        "t.conf:5:1: error: 'name = value', '[section]' or a comment with # was expected\n"
        "t.conf:6:1: error: ']' was expected at the end of the section's name\n"
        "t.conf:8:1: error: limits.line: '12 bananas' is no value for it: a number of bytes, such "
        "as 512 or 64KiB, from 80 to 32KiB was expected\n"
        "t.conf:10:1: error: login.grace: 'soon' is no value for it: a duration such as 90s or "
        "1h30m, from 1s to 1h was expected\n"
        "t.conf:12:1: error: account.create: 'maybe' is no value for it: yes or no was expected\n"
        "t.conf:14:1: error: log.level: 'loud' is no value for it: one of "
        "debug|info|warning|error was expected\n"
        "t.conf:15:1: error: there is no setting log.port\n");
    ck_assert_int_eq(s.server_port, 4000);
    ck_assert_str_eq(s.log_level, "info");
}
END_TEST

START_TEST(hostile_files_are_refused_with_a_message)
{
    char lengthy[500];
    memset(lengthy, 'x', sizeof(lengthy));
    memcpy(lengthy, "[server]\nport=", 14);
    ck_assert(!settings_read_text(&s, "t.conf", lengthy, sizeof(lengthy), &p));
    ck_assert(!settings_read_text(&s, "t.conf", "[server]\0", 9, &p));
    ck_assert(!read_text("[server]\naddress = \xff\n"));
    ck_assert(!read_text("[server]\nport = 99999999999999999999\n"));
    ck_assert(!read_text("[limits]\noutput = 9999999999GiB\n"));
    ck_assert(!read_text("[limits]\noutput = -1\n"));
    ck_assert(!read_text("[server]\nport = 1\x1b[0m\n"));
    ck_assert_int_eq(p.errors, 7);
    ck_assert_ptr_nonnull(strstr(p.list[0].text, "line too long"));
    ck_assert_int_eq(p.list[0].line, 2);
    ck_assert_ptr_nonnull(strstr(p.list[1].text, "zero byte"));
    uint32_t seed = 4711;
    for (int i = 0; i < 2000; i++) {
        char text[200];
        for (size_t k = 0; k < sizeof(text); k++) {
            seed = seed * 1664525 + 1013904223;
            text[k] = "[]=:;# \n\nserverpot.limts1\xff\t\r"[(seed >> 9) % 29];
        }
        settings_read_text(&s, "r.conf", text, sizeof(text), &p);
    }
    ck_assert_int_gt(p.errors, 1000);
}
END_TEST

START_TEST(setting_twice_in_a_file_is_warned_of_and_the_later_counts)
{
    ck_assert(read_text("[server]\nport = 1\nport = 2\n"));
    assert_problems("t.conf:3:1: warning: server.port is set a second time: the first is at "
                    "t.conf:2\n");
    ck_assert_int_eq(s.server_port, 2);
}
END_TEST

START_TEST(the_environment_is_read_by_name)
{
    const char *const env[] = {
        "PATH=/bin",          "LATCHKEY_SERVER_PORT=5000",  "LATCHKEY_LIMITS_LINES_QUEUED=7",
        "LATCHKEY_SOURCE=/x", "LATCHKEY_SERVER_PROT=1",     "LATCHKEY_",
        "NONSENSE",           "LATCHKEY_LOGIN_GRACE=never", NULL};
    ck_assert(!settings_read_environment(&s, (char *const *)env, &p));
    ck_assert_int_eq(s.server_port, 5000);
    ck_assert_int_eq(s.limits_lines_queued, 7);
    assert_problems("environment: warning: LATCHKEY_SERVER_PROT is no setting: did you mean "
                    "LATCHKEY_SERVER_PORT?\n"
                    "environment: error: login.grace: 'never' is no value for it: a duration such "
                    "as 90s or 1h30m, from 1s to 1h was expected\n");
}
END_TEST

START_TEST(options_name_section_and_setting)
{
    ck_assert(settings_set(&s, "server.port=1234", "--set", &p));
    ck_assert(settings_set(&s, "folder.data=a=b.c", "--set", &p));
    ck_assert_int_eq(s.server_port, 1234);
    ck_assert_str_eq(s.folder_data, "a=b.c");
    ck_assert(!settings_set(&s, "server.port", "--set", &p));
    ck_assert(!settings_set(&s, "port=1", "--set", &p));
    ck_assert(!settings_set(&s, "=.", "--set", &p));
    ck_assert(!settings_set(&s, "srever.port=1", "--set", &p));
    ck_assert_str_eq(p.list[3].text, "there is no setting srever.port: did you mean server.port?");
    ck_assert_str_eq(p.list[3].file, "--set");
}
END_TEST

static char *printed(void)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    settings_print(out, &s);
    fclose(out);
    return text;
}

START_TEST(option_beats_environment_beats_drop_in_beats_file_beats_default)
{
    char folder[] = P_tmpdir "/latchkey-settings-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    static const char file[] = "[server]\nport=1\nworkers=1\nkeepalive=1\n[limits]\nplayers=1\n";
    static const char drop_a[] = "[server]\nport=2\nworkers=2\nkeepalive=2\n";
    static const char drop_b[] = "[server]\nport=3\nworkers=3\n";
    file_write_atomic("l.conf", file, strlen(file), 0644, false);
    ck_assert_int_eq(mkdir("l.conf.d", 0755), 0);
    file_write_atomic("l.conf.d/a.conf", drop_a, strlen(drop_a), 0644, false);
    file_write_atomic("l.conf.d/b.conf", drop_b, strlen(drop_b), 0644, false);
    file_write_atomic("l.conf.d/c.conf~", "junk", 4, 0644, false);
    const char *const env[] = {"LATCHKEY_SERVER_PORT=4", "LATCHKEY_LIMITS_LINE=100", NULL};
    const struct settings_assignment options[] = {{"limits.line=101", "--set"}};
    ck_assert(settings_load(&s, "l.conf", (char *const *)env, options, 1, &p));
    assert_problems("");
    char *text = printed();
    ck_assert_ptr_nonnull(
        strstr(text, "\nport = 4                                 ; environment\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nworkers = 3                              ; "
                                       "l.conf.d/b.conf:3\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nkeepalive = 2s                           ; "
                                       "l.conf.d/a.conf:4\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nplayers = 1                              ; l.conf:6\n"));
    ck_assert_ptr_nonnull(strstr(text, "\nline = 101                               ; --set\n"));
    ck_assert_ptr_nonnull(strstr(text, "\naliases = 64                             ; default\n"));
    // What is printed is a file that gives the same settings again.
    settings_fini(&s);
    settings_init(&s);
    ck_assert(settings_read_text(&s, "again", text, strlen(text), &p));
    ck_assert_int_eq(s.limits_line, 101);
    ck_assert_int_eq(s.server_keepalive, 2000);
    ck_assert_int_eq(s.server_port, 4);
    ck_assert_str_eq(s.log_file, "");
    free(text);
    ck_assert(!settings_load(&s, "missing.conf", NULL, NULL, 0, &p));
    ck_assert_str_eq(p.list[p.count - 1].text, "cannot be read: No such file or directory");
    unlink("l.conf");
    unlink("l.conf.d/a.conf");
    unlink("l.conf.d/b.conf");
    unlink("l.conf.d/c.conf~");
    rmdir("l.conf.d");
    ck_assert_int_eq(chdir("/"), 0);
    rmdir(folder);
}
END_TEST

START_TEST(a_least_may_not_exceed_its_most)
{
    const struct settings_assignment options[] = {{"password.min=100", "--set"},
                                                  {"password.max=50", "--most"},
                                                  {"limits.commands_burst=1", "--set"}};
    ck_assert(!settings_load(&s, NULL, NULL, options, 3, &p));
    assert_problems("--set: error: password.min may not be more than password.max: 100 and 50\n"
                    "default: error: limits.commands_per_second may not be more than "
                    "limits.commands_burst: 30 and 1\n");
}
END_TEST

START_TEST(the_shipped_file_is_the_template_and_sets_nothing)
{
    struct buf template = BUF_INIT, shipped = BUF_INIT;
    settings_template(&template);
    const char *source = getenv("LATCHKEY_SOURCE");
    ck_assert_ptr_nonnull(source);
    char *path = mem_printf("%s/data/latchkey.conf", source);
    ck_assert_int_eq(file_read(path, 1 << 20, &shipped), 0);
    ck_assert_str_eq(buf_str(&shipped), buf_str(&template));
    ck_assert(settings_read_file(&s, path, &p));
    for (size_t i = 0; i < settings_table_count; i++)
        ck_assert_ptr_null(s.origins[i]);
    // With every comment on a setting taken away it sets them all, to the same values.
    struct buf all = BUF_INIT;
    for (size_t i = 0; i < template.len; i++) {
        if (template.data[i] != '#' || template.data[i + 1] == ' ')
            buf_addc(&all, template.data[i]);
    }
    ck_assert(settings_read_text(&s, "all", buf_str(&all), all.len, &p));
    assert_problems("");
    for (size_t i = 0; i < settings_table_count; i++)
        ck_assert_ptr_nonnull(s.origins[i]);
    ck_assert_int_eq(s.password_memory, 19 << 20);
    buf_fini(&all);
    buf_fini(&template);
    buf_fini(&shipped);
    free(path);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("settings");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, defaults_are_those_of_the_limits_page);
    tcase_add_test(t, a_file_sets_every_kind_of_value);
    tcase_add_test(t, all_that_is_wrong_is_told_at_once_with_its_place);
    tcase_add_test(t, hostile_files_are_refused_with_a_message);
    tcase_add_test(t, setting_twice_in_a_file_is_warned_of_and_the_later_counts);
    tcase_add_test(t, the_environment_is_read_by_name);
    tcase_add_test(t, options_name_section_and_setting);
    tcase_add_test(t, option_beats_environment_beats_drop_in_beats_file_beats_default);
    tcase_add_test(t, a_least_may_not_exceed_its_most);
    tcase_add_test(t, the_shipped_file_is_the_template_and_sets_nothing);
    Suite *suite = suite_create("util/settings");
    suite_add_tcase(suite, t);
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

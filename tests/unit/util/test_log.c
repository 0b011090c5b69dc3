// The log: one event one line, whatever is in it; every JSON line parses.
#include "util/log.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/utf8.h"

static char *folder, *path;

static void start(void)
{
    char template[] = P_tmpdir "/latchkey-log-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(template));
    folder = mem_strdup(template);
    path = mem_printf("%s/log", folder);
    clock_freeze(0, 1709210096007);
    ck_assert_int_eq(log_open(path), 0);
}

static void finish(void)
{
    log_close();
    clock_use_system();
    unlink(path);
    rmdir(folder);
    free(path);
    free(folder);
}

// What has been logged so far; the file begins again, empty.
static char *logged(void)
{
    struct buf b = BUF_INIT;
    ck_assert_int_eq(file_read(path, 100 << 20, &b), 0);
    ck_assert_int_eq(truncate(path, 0), 0);
    return buf_take(&b);
}

static void assert_logged(const char *expected)
{
    char *text = logged();
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(a_text_line_has_time_level_module_event_and_fields)
{
    log_info("net", "listening", "address", "127.0.0.1", "port", LOG_INT(4000), NULL);
    log_error("store", "bare", NULL);
    log_warning("x", "odd", "none", NULL, "empty", "", "neg", LOG_INT(INT64_MIN), NULL);
    assert_logged("2024-02-29T12:34:56.007Z info net listening address=127.0.0.1 port=4000\n"
                  "2024-02-29T12:34:56.007Z error store bare\n"
                  "2024-02-29T12:34:56.007Z warning x odd none=- empty=\"\" "
                  "neg=-9223372036854775808\n");
}
END_TEST

START_TEST(a_json_line_holds_the_same)
{
    log_set_format(LOG_FORMAT_JSON);
    log_info("net", "listening", "address", "::1", "port", LOG_INT(4000), "x", NULL, NULL);
    assert_logged("{\"ts\":\"2024-02-29T12:34:56.007Z\",\"level\":\"info\",\"module\":\"net\","
                  "\"event\":\"listening\",\"address\":\"::1\",\"port\":4000,\"x\":null}\n");
}
END_TEST

START_TEST(lines_below_the_level_are_not_written)
{
    log_debug("a", "hidden", NULL);
    assert_logged("");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("a", "seen", NULL);
    log_set_level(LOG_LEVEL_ERROR);
    log_warning("a", "hidden", NULL);
    assert_logged("2024-02-29T12:34:56.007Z debug a seen\n");
    ck_assert(!log_enabled(LOG_LEVEL_WARNING) && log_enabled(LOG_LEVEL_ERROR));
}
END_TEST

START_TEST(player_text_cannot_forge_or_steer)
{
    log_info("say", "said", "text", "hi\r\n2024 error x forged\x1b[31m\x07\x7f", NULL);
    log_info("say", "said", "text", "a\" b=\"c \\", NULL);
    log_info("say", "said", "text", "\xff\xc3(\xc2\x9b", NULL);
    log_info("say", "said", "text", "caf\xc3\xa9 \xe2\x80\xae \xe2\x80\xa8", NULL);
    log_info("say", "said", "text",
             "\x01"
             "12;3",
             NULL);
    assert_logged("2024-02-29T12:34:56.007Z info say said "
                  "text=\"hi\\r\\n2024 error x forged\\u001b[31m\\u0007\\u007f\"\n"
                  "2024-02-29T12:34:56.007Z info say said text=\"a\\\" b=\\\"c \\\\\"\n"
                  "2024-02-29T12:34:56.007Z info say said text=\"\\xff\\xc3(\\u009b\"\n"
                  "2024-02-29T12:34:56.007Z info say said text=\"caf\xc3\xa9 \\u202e \\u2028\"\n"
                  "2024-02-29T12:34:56.007Z info say said text=\"\\u000112;3\"\n");
}
END_TEST

// Every line of `text`: valid UTF-8, bounded, without control bytes, and JSON with `field`.
static size_t check_json_lines(const char *text)
{
    size_t count = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        ck_assert_int_eq(text[n], '\n');
        ck_assert_int_le(n + 1, LOG_LINE_MAX);
        ck_assert(utf8_valid(text, n));
        for (size_t i = 0; i < n; i++)
            ck_assert((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
        json_error_t error;
        json_t *line = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
        ck_assert_msg(line, "%s: %.*s", error.text, (int)n, text);
        ck_assert_str_eq(json_string_value(json_object_get(line, "event")), "said");
        json_decref(line);
        text += n + 1;
        count++;
    }
    return count;
}

START_TEST(every_json_line_parses_whatever_was_typed)
{
    log_set_format(LOG_FORMAT_JSON);
    uint32_t seed = 99;
    char text[3000];
    for (int i = 0; i < 2000; i++) {
        size_t n = 0, length = (seed >> 8) % sizeof(text);
        for (; n < length; n++) {
            seed = seed * 1664525 + 1013904223;
            // Mostly the awkward: controls, quotes, high bytes; the odd one any byte.
            text[n] = (seed >> 28) ? "\x1b\"\\\n\r\xf0\x9f\x98\x80\xe2\x80\xae\xff\x01"
                                     "1-"[(seed >> 10) % 16]
                                   : (char)(1 + (seed >> 12) % 255);
        }
        text[n ? n - 1 : 0] = '\0';
        log_info("say", "said", "text", text, "again", text, "third", text, NULL);
    }
    for (int c = 1; c < 256; c++)
        log_info("say", "said", "text", (char[]){(char)c, '\0'}, NULL);
    char *all = logged();
    ck_assert_int_eq(check_json_lines(all), 2255);
    free(all);
}
END_TEST

START_TEST(a_line_too_long_is_cut_and_says_so)
{
    char lengthy[5000];
    memset(lengthy, '"', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    for (int json = 0; json < 2; json++) {
        log_set_format(json ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT);
        log_info("say", "said", "a", lengthy, "b", lengthy, "c", lengthy, "d", lengthy, "e",
                 lengthy, "f", "lost", NULL);
        char *text = logged();
        size_t n = strlen(text);
        ck_assert_int_le(n, LOG_LINE_MAX);
        ck_assert_int_gt(n, 6000);
        ck_assert_ptr_eq(strchr(text, '\n'), text + n - 1);
        ck_assert_ptr_nonnull(strstr(text, json ? "...\",\"c\":" : "...\" c="));
        ck_assert_ptr_nonnull(strstr(text, json ? ",\"cut\":true}\n" : " cut=true\n"));
        ck_assert_ptr_null(strstr(text, "lost"));
        if (json)
            check_json_lines(text);
        free(text);
    }
}
END_TEST

static void *chatter(void *arg)
{
    for (int i = 0; i < 500; i++)
        log_info("say", "said", "who", arg, "n", LOG_INT(i), "text", "x\ny", NULL);
    return NULL;
}

START_TEST(threads_do_not_mix_lines_while_the_file_is_reopened)
{
    log_set_format(LOG_FORMAT_JSON);
    pthread_t threads[4];
    char names[4][2] = {"a", "b", "c", "d"};
    char *moved = mem_printf("%s.1", path);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, chatter, names[i]);
    ck_assert_int_eq(rename(path, moved), 0);
    ck_assert_int_eq(log_reopen(), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    struct buf old = BUF_INIT;
    ck_assert_int_eq(file_read(moved, 100 << 20, &old), 0);
    char *new = logged();
    ck_assert_int_eq(check_json_lines(buf_str(&old)) + check_json_lines(new), 2000);
    log_info("say", "said", NULL);
    free(new);
    new = logged();
    ck_assert_int_eq(check_json_lines(new), 1);
    free(new);
    buf_fini(&old);
    unlink(moved);
    free(moved);
}
END_TEST

static int ends[2];

// A pipe or socket that blocks, as a supervisor gives it; the reading end does not.
static void log_to_pair(bool pair_of_sockets)
{
    if (pair_of_sockets)
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    else
        ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    log_set_fd(ends[1]);
}

static void close_pair(void)
{
    log_set_fd(STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
}

static void read_pair(struct buf *out)
{
    char part[4096];
    for (ssize_t n; (n = read(ends[0], part, sizeof(part))) > 0;)
        buf_add(out, part, (size_t)n);
}

static void log_numbers(int first, int end)
{
    char text[501];
    memset(text, 'x', 500);
    text[500] = '\0';
    for (int i = first; i < end; i++)
        log_info("say", "said", "n", LOG_INT(i), "text", text, NULL);
}

// The numbers of the lines, in order and without a gap, from `first` on; how many there are.
static int check_numbers(const char *text, int first)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, " n=")); n++) {
        ck_assert_int_eq(atoi(at + 3), first + n);
        at++;
    }
    return n;
}

START_TEST(a_reader_who_is_slow_holds_nobody_up_and_misses_nothing)
{
    struct buf seen = BUF_INIT;
    log_to_pair(_i);
    log_numbers(0, 300); // 150 KiB: more than a pipe holds
    ck_assert(log_pending());
    ck_assert(!log_flush(0));
    read_pair(&seen);
    log_numbers(300, 301); // the next line takes with it what waits
    read_pair(&seen);
    ck_assert(log_flush(1000));
    read_pair(&seen);
    ck_assert(!log_pending());
    ck_assert_int_eq(check_numbers(buf_str(&seen), 0), 301);
    ck_assert_ptr_null(strstr(buf_str(&seen), "lines_lost"));
    // The descriptor itself is as it was: it is not ours alone.
    ck_assert(!(fcntl(ends[1], F_GETFL) & O_NONBLOCK));
    buf_fini(&seen);
    close_pair();
}
END_TEST

START_TEST(lines_beyond_what_may_wait_are_counted_where_they_are_missing)
{
    struct buf seen = BUF_INIT;
    log_to_pair(false);
    log_numbers(0, 2000);
    errno = 77;
    log_numbers(2000, 2001);
    ck_assert_int_eq(errno, 77);
    while (!log_flush(0))
        read_pair(&seen);
    log_numbers(0, 1);
    ck_assert(log_flush(0));
    read_pair(&seen);
    // Short lines may still have found room between those that did not.
    int lost = 0;
    char *at = (char *)buf_str(&seen), *first = NULL;
    for (; (at = strstr(at, "lines_lost count=")); at++) {
        lost += atoi(at + strlen("lines_lost count="));
        first = first ? first : at;
    }
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first, " n=0 "));
    *first = '\0';
    ck_assert_int_eq(check_numbers(buf_str(&seen), 0) + lost, 2001);
    buf_fini(&seen);
    close_pair();
}
END_TEST

static void *read_late(void *arg)
{
    struct buf *out = arg;
    usleep(20000);
    for (int i = 0; i < 2000 && !strstr(buf_str(out), " n=299 "); i++) {
        read_pair(out);
        usleep(1000);
    }
    return NULL;
}

START_TEST(a_stop_waits_for_a_slow_reader)
{
    struct buf seen = BUF_INIT;
    pthread_t reader;
    log_to_pair(false);
    log_numbers(0, 300);
    ck_assert(log_pending());
    pthread_create(&reader, NULL, read_late, &seen);
    log_close();
    pthread_join(reader, NULL);
    ck_assert_int_eq(check_numbers(buf_str(&seen), 0), 300);
    buf_fini(&seen);
    close_pair();
}
END_TEST

START_TEST(a_key_is_in_a_line_once)
{
    log_set_format(LOG_FORMAT_JSON);
    log_info("a", "b", "event", "c", "x", "1", "x", "2", "event", "d", "ts", "e", "cut", "f", NULL);
    assert_logged("{\"ts\":\"2024-02-29T12:34:56.007Z\",\"level\":\"info\",\"module\":\"a\","
                  "\"event\":\"b\",\"event_2\":\"c\",\"x\":\"1\",\"x_2\":\"2\",\"event_3\":\"d\","
                  "\"ts_2\":\"e\",\"cut_2\":\"f\"}\n");
    log_set_format(LOG_FORMAT_TEXT);
    log_info("a", "b", "event", "c", "x", "1", "x", "2", NULL);
    assert_logged("2024-02-29T12:34:56.007Z info a b event_2=c x=1 x_2=2\n");
}
END_TEST

START_TEST(a_fifo_that_nobody_reads_is_refused)
{
    char *fifo = mem_printf("%s.fifo", path);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    ck_assert_int_eq(log_open(fifo), -ENXIO);
    unlink(fifo);
    free(fifo);
}
END_TEST

START_TEST(names_of_levels_and_formats_are_read)
{
    enum log_level level;
    enum log_format format;
    ck_assert(log_level_parse("warning", &level) && level == LOG_LEVEL_WARNING);
    ck_assert(log_level_parse("debug", &level) && level == LOG_LEVEL_DEBUG);
    ck_assert(!log_level_parse("loud", &level));
    ck_assert(log_format_parse("json", &format) && format == LOG_FORMAT_JSON);
    ck_assert(log_format_parse("text", &format) && format == LOG_FORMAT_TEXT);
    ck_assert(!log_format_parse("xml", &format));
    ck_assert_int_eq(log_open("/nonexistent/folder/log"), -ENOENT);
    log_info("still", "open", NULL);
    assert_logged("2024-02-29T12:34:56.007Z info still open\n");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("log");
    tcase_add_checked_fixture(t, start, finish);
    tcase_add_test(t, a_text_line_has_time_level_module_event_and_fields);
    tcase_add_test(t, a_json_line_holds_the_same);
    tcase_add_test(t, lines_below_the_level_are_not_written);
    tcase_add_test(t, player_text_cannot_forge_or_steer);
    tcase_add_test(t, every_json_line_parses_whatever_was_typed);
    tcase_add_test(t, a_line_too_long_is_cut_and_says_so);
    tcase_add_test(t, threads_do_not_mix_lines_while_the_file_is_reopened);
    tcase_add_loop_test(t, a_reader_who_is_slow_holds_nobody_up_and_misses_nothing, 0, 2);
    tcase_add_test(t, lines_beyond_what_may_wait_are_counted_where_they_are_missing);
    tcase_add_test(t, a_stop_waits_for_a_slow_reader);
    tcase_add_test(t, a_key_is_in_a_line_once);
    tcase_add_test(t, a_fifo_that_nobody_reads_is_refused);
    tcase_add_test(t, names_of_levels_and_formats_are_read);
    Suite *s = suite_create("util/log");
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

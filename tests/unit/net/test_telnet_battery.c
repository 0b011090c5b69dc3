// The codec under attack: sizes at their limits, floods, loops, hostile values, cuts anywhere.
// The numbers B2..B11 are those of the reliability battery. Conditions in long loops are checked
// by hand: ck_assert writes to a file each time.
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "telnet_gen.h"
#include "telnet_log.h"

#define BYTES(s) (s), sizeof(s) - 1
#define ACCEPT_ALL "\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x27\xff\xfd\x2a\xff\xfd\x19\xff\xfd\xc9"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static void rig_all_agreed(struct telnet_rig *r)
{
    telnet_rig_init(r);
    telnet_offer(&r->t, TELNET_OPTION_GMCP, true, &r->out);
    telnet_rig_feed(r, BYTES(ACCEPT_ALL));
    buf_clear(&r->out);
    buf_clear(&r->log.text);
}

// ---- B3: every option, payload sizes around every likely buffer size, ten patterns ----

static void fill(char *p, size_t n, unsigned pattern)
{
    static const char *const repeated[] = {"x",        "\xff\xff", "\1VAR\2VAL",  "\2",
                                           "\1;UTF-8", "\1MTTS 5", "\3CHARSET\1x"};
    static const struct {
        const char *bytes;
        size_t n;
    } with_nul[] = {{BYTES("\0")},
                    {BYTES("\0MTTS\1"
                           "7")},
                    {BYTES("\xff\0")}};
    const char *unit = pattern < 7 ? repeated[pattern] : with_nul[pattern - 7].bytes;
    size_t size = pattern < 7 ? strlen(unit) : with_nul[pattern - 7].n;
    for (size_t i = 0; i < n; i++)
        p[i] = unit[i % size];
    // No half of a pair at the end: it would take the IAC of the IAC SE behind it.
    if (n && p[n - 1] == '\xff' && n % 2)
        p[n - 1] = 'x';
}

static void sweep_case(unsigned option, size_t size, unsigned pattern)
{
    char *in = malloc(size + 11);
    memcpy(in, (const char[]){'\xff', '\xfa', (char)option}, 3);
    fill(in + 3, size, pattern);
    memcpy(in + 3 + size, "\xff\xf0look\r\n", 8);
    size_t n = size + 11, cut = (option * 31 + size * 7 + pattern) % n;
    struct telnet_rig r;
    rig_all_agreed(&r);
    enum telnet_outcome first = telnet_rig_feed(&r, in, cut);
    enum telnet_outcome last = telnet_rig_feed(&r, in + cut, n - cut);
    bool fits = size <= TELNET_SUB_DEFAULT;
    const char *log = telnet_log_text(&r.log);
    size_t length = strlen(log);
    bool data_right =
        fits ? r.log.data_bytes == 5 && strcmp(log + length - 12, "data look\\n\n") == 0
             : r.log.data_bytes == 0;
    if ((fits ? first != TELNET_OK : last != TELNET_TOO_LONG) ||
        last != (fits ? TELNET_OK : TELNET_TOO_LONG) || !data_right || r.t.sub || r.out.len > 3 * n)
        ck_abort_msg("option %u size %zu pattern %u: %d, %zu sent", option, size, pattern, last,
                     r.out.len);
    telnet_rig_fini(&r);
    free(in);
}

START_TEST(b3_every_option_at_every_boundary)
{
    static const size_t around[] = {0, 512, 2048, 8192, 16384};
    for (unsigned option = (unsigned)_i * 16; option < (unsigned)_i * 16 + 16; option++) {
        for (size_t a = 0; a < 5; a++) {
            for (size_t size = a ? around[a] - 3 : 0; size <= around[a] + 3; size++) {
                for (unsigned pattern = 0; pattern < 10; pattern++)
                    sweep_case(option, size, pattern);
            }
        }
    }
}
END_TEST

// ---- B2: a subnegotiation without an end ----

static bool sanitized(void)
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
    return true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
    return true;
#else
    return false;
#endif
#else
    return false;
#endif
}

static long peak_rss_kib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void endless(const char *start, size_t n, int body)
{
    static char chunk[65536];
    memset(chunk, body, sizeof(chunk));
    struct telnet_rig r;
    rig_all_agreed(&r);
    ck_assert_int_eq(telnet_receive(&r.t, start, n, &r.out, &r.sink), TELNET_OK);
    long before = peak_rss_kib();
    size_t wrong = 0;
    for (size_t sent = 0; sent < (size_t)1 << 30; sent += sizeof(chunk))
        wrong += telnet_receive(&r.t, chunk, sizeof(chunk), &r.out, &r.sink) != TELNET_TOO_LONG;
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(r.log.data_bytes, 0);
    ck_assert_uint_eq(r.out.len, 0);
    ck_assert_ptr_null(r.t.sub);
    if (!SANITIZED)
        // A sanitizer's own shadow grows beside the bytes that are counted here.
        ck_assert_int_le(peak_rss_kib() - before, sanitized() ? 4096 : 1024);
    ck_assert_int_eq(telnet_rig_feed(&r, BYTES("\xff\xf0look\r\n")), TELNET_TOO_LONG);
    ck_assert_uint_eq(r.log.data_bytes, 0);
    ck_assert_str_eq(telnet_outcome_text(TELNET_TOO_LONG),
                     "telnet subnegotiation longer than allowed");
    telnet_rig_fini(&r);
}

START_TEST(b2_an_endless_subnegotiation_costs_nothing_and_types_nothing)
{
    endless(BYTES("\xff\xfa\xc9"), 'x');
    endless(BYTES("\xff\xfa\xc9"), 0xFF);
    endless(BYTES("\xff\xfa\x07"), 'x');
    endless(BYTES("\xff\xfa\x56"), 0xFF);
}
END_TEST

// ---- B4: how much a client can make us send ----

static void flood(const char *unit, size_t n)
{
    struct telnet_rig r;
    rig_all_agreed(&r);
    for (int i = 0; i < 10000; i++)
        telnet_receive(&r.t, unit, n, &r.out, &r.sink);
    if (r.out.len > 3 * n * 10000)
        ck_abort_msg("%zu bytes sent for %zu received", r.out.len, n * 10000);
    telnet_rig_fini(&r);
}

START_TEST(b4_replies_stay_within_three_times_what_was_received)
{
    flood(BYTES("\xff\xfa\x18\0x\xff\xf0"));
    flood(BYTES("\xff\xfa\x18\0MTTS 1\xff\xf0"));
    flood(BYTES("\xff\xfa\x2a\1;UTF-8\xff\xf0"));
    flood(BYTES("\xff\xfa\x2a\1\xff\xf0"));
    flood(BYTES("\xff\xfa\x27\0\0MTTS\1"
                "1\xff\xf0"));
    flood(BYTES("\xff\xfa\x27\1\xff\xf0"));
    flood(BYTES("\xff\xfa\x22\3\1\2\3\1\2\3\xff\xf0"));
    flood(BYTES("\xff\xfc\x18\xff\xfb\x18"));
    flood(BYTES("\xff\xfc\x27\xff\xfb\x27"));
    flood(BYTES("\xff\xfe\x2a\xff\xfd\x2a"));
    flood(BYTES("\xff\xfd\x06"));
    flood(BYTES("\xff\xf6\xff\xf2\xff\xf5\xff\xf3"));
}
END_TEST

// All that is ever sent unasked or for a first answer, in one number.
START_TEST(b4_what_is_asked_once_is_small)
{
    struct telnet_rig r = {.sink = {telnet_log_event, &r.log}};
    telnet_open(&r.t, TELNET_SUB_DEFAULT, &r.out);
    telnet_rig_feed(&r, BYTES(ACCEPT_ALL));
    ck_assert_uint_le(r.out.len, 192);
    telnet_rig_fini(&r);
}
END_TEST

// ---- B8: hostile values ----

static void hostile(const char *value, size_t n)
{
    struct telnet_rig r;
    rig_all_agreed(&r);
    struct buf in = BUF_INIT;
    static const char *const heads[] = {"\xff\xfa\x18", "\xff\xfa\x27", "\xff\xfa\x27",
                                        "\xff\xfa\x2a"};
    static const struct {
        const char *p;
        size_t n;
    } kinds[] = {{BYTES("\0")}, {BYTES("\0\0USER\1")}, {BYTES("\0\3CLIENT_NAME\1")}, {BYTES("\2")}};
    for (int i = 0; i < 4; i++) {
        buf_adds(&in, heads[i]);
        buf_add(&in, kinds[i].p, kinds[i].n);
        telnet_escape(value, n, &in);
        buf_adds(&in, "\xff\xf0");
    }
    enum telnet_outcome outcome = telnet_receive(&r.t, in.data, in.len, &r.out, &r.sink);
    ck_assert_int_eq(outcome, n > 8000 ? TELNET_TOO_LONG : TELNET_OK);
    const char *log = telnet_log_text(&r.log);
    ck_assert_ptr_null(strstr(log, "USER"));
    ck_assert_ptr_null(strstr(log, "UTF-8"));
    ck_assert_uint_eq(r.log.data_bytes, 0);
    for (const char *line = log; *line; line = strchr(line, '\n') + 1) {
        ck_assert_uint_le(strcspn(line, "\n"), TELNET_TEXT_MAX + strlen("variable CLIENT_NAME="));
        for (const char *c = line; *c != '\n'; c++)
            ck_assert(*c >= ' ' && *c <= '~');
    }
    buf_fini(&in);
    telnet_rig_fini(&r);
}

START_TEST(b8_values_come_out_short_and_printable_or_not_at_all)
{
    static char big[65536];
    memset(big, '%', sizeof(big));
    hostile(BYTES("-f root"));
    hostile(BYTES("a\0b\nc\r\x1b]0;x\x07%n%s\xff\xfe\xc3\x9b"));
    hostile(BYTES("../../etc/passwd\n"));
    hostile(big, 8000);
    hostile(big, sizeof(big));
    // One of each kept at its longest stays within the battery's 4,096 bytes.
    ck_assert_int_le((TELNET_VARIABLE_COUNT + TELNET_TTYPE_ASKS) * (TELNET_TEXT_MAX + 1), 4096);
}
END_TEST

// ---- B9: compression nobody agreed to ----

START_TEST(b9_unasked_compression_starts_nothing)
{
    struct telnet_rig r;
    rig_all_agreed(&r);
    telnet_rig_feed(&r, BYTES("\xff\xfa\x56\xff\xf0x\x9c\x4b\x4c\xff\xfa\x57\xff\xf0"
                              "\xff\xfa\x55\xfb\xf0\xff\xf0y"));
    ck_assert_str_eq(telnet_log_text(&r.log), "data x\\x9cKLy\n");
    ck_assert_uint_eq(r.out.len, 0);
    buf_clear(&r.log.text);
    telnet_rig_feed(&r, BYTES("\xff\xfb\x56\xff\xfd\x56\xff\xfb\x57\xff\xfd\x57x\x9c"));
    ck_assert_str_eq(telnet_log_text(&r.log), "data x\\x9c\n");
    ck_assert_uint_eq(r.out.len, 12);
    telnet_rig_fini(&r);
}
END_TEST

// ---- B11: loops ----

START_TEST(b11_a_will_wont_loop_gets_one_reply_a_change)
{
    static const uint8_t options[] = {24, 39, 200};
    for (size_t o = 0; o < sizeof(options); o++) {
        struct telnet_rig r;
        rig_all_agreed(&r);
        char unit[] = {'\xff', '\xfc', (char)options[o], '\xff', '\xfb', (char)options[o]};
        size_t before = options[o] == 24 ? 18 : 0; // up to three more asks for a terminal type
        size_t changes = 0, events = r.log.events;
        clock_t start = clock();
        for (int i = 0; i < 500000; i++) {
            telnet_receive(&r.t, unit, sizeof(unit), &r.out, &r.sink);
            changes += r.log.events - events;
            events = r.log.events;
            buf_clear(&r.log.text);
        }
        ck_assert_uint_le(r.out.len, 3 * (changes ? changes : 1) + before);
        printf("option %d: 1,000,000 WILL/WONT, %zu bytes sent, %ld ms CPU\n", options[o],
               r.out.len, (long)((clock() - start) * 1000 / CLOCKS_PER_SEC));
        telnet_rig_fini(&r);
    }
}
END_TEST

START_TEST(b11_each_unknown_option_is_refused_once)
{
    struct telnet_rig r = {.sink = {telnet_log_event, &r.log}};
    size_t expected = 0;
    for (int round = 0; round < 3; round++) {
        for (unsigned option = 0; option < 256; option++) {
            for (unsigned verb = 251; verb <= 254; verb++) {
                size_t before = r.out.len;
                char in[] = {'\xff', (char)verb, (char)option};
                telnet_rig_feed(&r, in, 3);
                bool mark = verb == 253 && option == TELNET_OPTION_TIMING_MARK;
                expected += mark || (round == 0 && (verb & 1)) ? 3 : 0;
                if (r.out.len != expected)
                    ck_abort_msg("verb %u option %u round %d", verb, option, round);
                if (r.out.len > before && !mark) {
                    const char *reply = r.out.data + before;
                    ck_assert_int_eq((uint8_t)reply[1], verb == 251 ? 254 : 252);
                    ck_assert_int_eq((uint8_t)reply[2], option);
                }
            }
        }
    }
    ck_assert_uint_eq(r.log.events, 0);
    telnet_rig_fini(&r);
}
END_TEST

START_TEST(b11_a_peer_that_echoes_everything_falls_silent)
{
    struct telnet_rig r = {.sink = {telnet_log_event, &r.log}};
    telnet_open(&r.t, TELNET_SUB_DEFAULT, &r.out);
    telnet_echo(&r.t, true, &r.out);
    telnet_offer(&r.t, TELNET_OPTION_GMCP, true, &r.out);
    size_t rounds = 0;
    while (r.out.len > 0) {
        struct buf echo = r.out;
        r.out = (struct buf)BUF_INIT;
        telnet_rig_feed(&r, echo.data, echo.len);
        buf_fini(&echo);
        ck_assert_uint_lt(++rounds, 8);
    }
    telnet_rig_fini(&r);
}
END_TEST

// ---- B7 for any input: where the reads are cut makes no difference ----

static void read_cut(struct telnet_rig *r, struct telnet_gen *g, const struct buf *in)
{
    for (size_t at = 0; at < in->len;) {
        size_t n = 1 + telnet_gen_below(g, telnet_gen_below(g, 2) ? 3 : 64);
        if (n > in->len - at)
            n = in->len - at;
        telnet_rig_feed(r, in->data + at, n);
        at += n;
    }
}

START_TEST(b7_cuts_make_no_difference_to_random_input)
{
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        struct telnet_gen g = {.state = seed * 0x9E3779B97F4A7C15u};
        for (unsigned items = 1 + telnet_gen_below(&g, 60); items > 0; items--)
            telnet_gen_item(&g);
        struct telnet_rig whole, cut;
        telnet_rig_init(&whole);
        telnet_rig_init(&cut);
        telnet_rig_feed(&whole, g.out.data, g.out.len);
        read_cut(&cut, &g, &g.out);
        if (strcmp(telnet_log_text(&whole.log), telnet_log_text(&cut.log)) ||
            whole.out.len != cut.out.len ||
            memcmp(buf_str(&whole.out), buf_str(&cut.out), cut.out.len))
            ck_abort_msg("seed %lu:\n%s\n%s", (unsigned long)seed, buf_str(&whole.log.text),
                         buf_str(&cut.log.text));
        telnet_rig_fini(&whole);
        telnet_rig_fini(&cut);
        buf_fini(&g.out);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("telnet_battery");
    TCase *c = tcase_create("battery");
    tcase_add_loop_test(c, b3_every_option_at_every_boundary, 0, 16);
    tcase_add_test(c, b2_an_endless_subnegotiation_costs_nothing_and_types_nothing);
    tcase_add_test(c, b4_replies_stay_within_three_times_what_was_received);
    tcase_add_test(c, b4_what_is_asked_once_is_small);
    tcase_add_test(c, b8_values_come_out_short_and_printable_or_not_at_all);
    tcase_add_test(c, b9_unasked_compression_starts_nothing);
    tcase_add_test(c, b11_a_will_wont_loop_gets_one_reply_a_change);
    tcase_add_test(c, b11_each_unknown_option_is_refused_once);
    tcase_add_test(c, b11_a_peer_that_echoes_everything_falls_silent);
    tcase_add_test(c, b7_cuts_make_no_difference_to_random_input);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

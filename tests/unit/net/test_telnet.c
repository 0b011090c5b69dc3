// The telnet codec: the byte stream, negotiation, and what clients tell about themselves.
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "telnet_log.h"

#define OPENING "\xff\xfd\x18\xff\xfd\x1f\xff\xfd\x27\xff\xfb\x2a\xff\xfb\x19"
#define ASK_TTYPE "\xff\xfa\x18\x01\xff\xf0"
#define ASK_CHARSET "\xff\xfa\x2a\x01;UTF-8\xff\xf0"
#define VARIABLES(t)                                                                               \
    t "CHARSET" t "CLIENT_NAME" t "CLIENT_VERSION" t "MTTS" t "TERMINAL_TYPE" t "SCREEN_READER"
#define ASK_ENVIRON "\xff\xfa\x27\x01" VARIABLES("\0") VARIABLES("\3") "\xff\xf0"
#define BYTES(s) (s), sizeof(s) - 1

// What a client sends in answer to the opening, what we learn and what we send back.
struct transcript {
    const char *in;
    size_t in_size;
    const char *events;
    const char *out;
    size_t out_size;
};

static const struct transcript transcripts[] = {
    // nc, or a player typing before anything was negotiated
    {BYTES("guest\nlook\r\nsay hi\r\0n\rs"), "data guest\\nlook\\nsay hi\\nn\\ns\n", BYTES("")},
    // tintin++
    {BYTES("\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0\xff\xfb\x27\xff\xfd\x2a\xff"
           "\xfd\x19"
           "\xff\xfa\x18\0TINTIN++\xff\xf0\xff\xfa\x18\0tmux-256color\xff\xf0"
           "\xff\xfa\x18\0MTTS 271\xff\xf0"
           "\xff\xfa\x27\0\0CHARSET\1UTF-8\0CLIENT_NAME\1TINTIN++\0MTTS\1"
           "271\xff\xf0"
           "\xff\xfa\x2a\2UTF-8\xff\xf0"
           "Ann\r\n"),
     "option 24 on\noption 31 on\nwindow 80 24\noption 39 on\noption 42 on\noption 25 on\n"
     "terminal 1 TINTIN++\nterminal 2 tmux-256color\nmtts 271\n"
     "variable CHARSET=UTF-8\nvariable CLIENT_NAME=TINTIN++\nvariable MTTS=271\nmtts 271\n"
     "charset UTF-8\ndata Ann\\n\n",
     BYTES(ASK_TTYPE ASK_ENVIRON ASK_CHARSET ASK_TTYPE ASK_TTYPE)},
    // kbtin
    {BYTES("\xff\xfb\x18\xff\xfb\x1f\xff\xfc\x27\xff\xfe\x2a\xff\xfd\x19"
           "\xff\xfa\x18\0KBtin\xff\xf0\xff\xfa\x18\0hardcopy\xff\xf0\xff\xfa\x18\0unknown\xff\xf0"
           "\xff\xfa\x18\0unknown\xff\xf0\xff\xfa\x1f\0\x84\0\x2b\xff\xf0"),
     "option 24 on\noption 31 on\noption 39 off\noption 42 off\noption 25 on\n"
     "terminal 1 KBtin\nterminal 2 hardcopy\nterminal 3 unknown\nwindow 132 43\n",
     BYTES(ASK_TTYPE ASK_TTYPE ASK_TTYPE ASK_TTYPE)},
    // inetutils telnet: the same name for ever, and its interrupt key
    {BYTES("\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x27\xff\xfe\x2a\xff\xfe\x19\xff\xfa\x1f\0\x50\0\x19"
           "\xff\xf0"
           "\xff\xfa\x18\0XTERM\xff\xf0\xff\xfa\x27\0\xff\xf0\xff\xfa\x18\0XTERM\xff\xf0"
           "ha\xff\xf4\xff\xfd\x06lo\xff\xf7\xff\xf8\xff\xf6"),
     "option 24 on\noption 31 on\noption 39 on\noption 42 off\noption 25 off\nwindow 80 25\n"
     "terminal 1 XTERM\ndata ha\ninterrupt\ndata lo\nerase char\nerase line\nare you there\n",
     BYTES(ASK_TTYPE ASK_ENVIRON ASK_TTYPE "\xff\xfb\x06")},
    // Mudlet: USERVAR, a refusal of options we did not offer, one that it offers itself
    {BYTES("\xff\xfb\x18\xff\xfb\x1f\xff\xfa\x1f\0\xff\xff\0\x30\xff\xf0\xff\xfb\x27\xff\xfd\x2a"
           "\xff\xfd\x19"
           "\xff\xfe\xc9\xff\xfb\xc9\xff\xfd\xc9\xff\xfd\xc9"
           "\xff\xfa\x27\0\0CHARSET\0MTTS\3CHARSET\1UTF-8\3SCREEN_READER\1\3MTTS\1"
           "2349\3USER\1root\xff\xf0"
           "\xff\xfa\x2a\3\xff\xf0\xff\xfa\x27\2\3SCREEN_READER\1"
           "1\xff\xf0\xff\xf1"),
     "option 24 on\noption 31 on\nwindow 255 48\noption 39 on\noption 42 on\noption 25 on\n"
     "variable CHARSET=UTF-8\nvariable SCREEN_READER=\nvariable MTTS=2349\nmtts 2349\n"
     "charset refused\nvariable SCREEN_READER=1\n",
     BYTES(ASK_TTYPE ASK_ENVIRON ASK_CHARSET "\xff\xfe\xc9\xff\xfc\xc9")},
    // a doubled 255 in text, a lost SE, commands in the middle of CR LF, commands that mean nothing
    {BYTES("a\xff\xff"
           "b\r\xff\xf1\n\xff\x05"
           "c\xff\xf9\xff\xf0\xff\xfb\x1f\xff\xfa\x1f\0\x64\0\x32\xff\xfd\x19"
           "d\r\xff\xff\n"),
     "data a\\xffb\\nc\noption 31 on\nwindow 100 50\noption 25 on\ndata d\\n\\xff\\n\n", BYTES("")},
};

static void check_transcript(const struct telnet_rig *r, struct telnet_log *log,
                             const struct transcript *x)
{
    ck_assert_str_eq(telnet_log_text(log), x->events);
    ck_assert_uint_eq(r->out.len, x->out_size);
    ck_assert_mem_eq(buf_str(&r->out), x->out, x->out_size);
    ck_assert_ptr_null(r->t.sub);
}

START_TEST(golden_transcript_reads_alike_at_every_cut)
{
    const struct transcript *x = &transcripts[_i];
    for (size_t cut = 0; cut <= x->in_size; cut++) {
        struct telnet_rig r;
        telnet_rig_init(&r);
        ck_assert_int_eq(telnet_rig_feed(&r, x->in, cut), TELNET_OK);
        ck_assert_int_eq(telnet_rig_feed(&r, x->in + cut, x->in_size - cut), TELNET_OK);
        check_transcript(&r, &r.log, x);
        telnet_rig_fini(&r);
    }
    for (size_t step = 1; step <= 7; step++) {
        struct telnet_rig r;
        telnet_rig_init(&r);
        for (size_t i = 0; i < x->in_size; i += step) {
            size_t n = x->in_size - i < step ? x->in_size - i : step;
            ck_assert_int_eq(telnet_rig_feed(&r, x->in + i, n), TELNET_OK);
        }
        check_transcript(&r, &r.log, x);
        telnet_rig_fini(&r);
    }
}
END_TEST

// Feeds after the opening and compares events and sent bytes.
static void expect(const char *in, size_t n, const char *events, const char *out, size_t out_size)
{
    struct telnet_rig r;
    telnet_rig_init(&r);
    ck_assert_int_eq(telnet_rig_feed(&r, in, n), TELNET_OK);
    check_transcript(&r, &r.log, &(struct transcript){in, n, events, out, out_size});
    telnet_rig_fini(&r);
}

START_TEST(the_opening_asks_for_what_is_acted_on)
{
    struct telnet t = {0};
    struct buf out = BUF_INIT;
    telnet_open(&t, TELNET_SUB_DEFAULT, &out);
    ck_assert_uint_eq(out.len, sizeof(OPENING) - 1);
    ck_assert_mem_eq(out.data, OPENING, out.len);
    ck_assert_uint_le(sizeof(t), 104);
    ck_assert_ptr_null(t.sub);
    buf_fini(&out);
}
END_TEST

START_TEST(options_end_and_come_back)
{
    expect(BYTES("\xff\xfd\x19\xff\xfd\x19\xff\xfe\x19\xff\xfe\x19\xff\xfd\x19"),
           "option 25 on\noption 25 off\noption 25 on\n", BYTES("\xff\xfc\x19\xff\xfb\x19"));
    // Charset and environment are asked once, however often they are agreed.
    expect(BYTES("\xff\xfd\x2a\xff\xfe\x2a\xff\xfd\x2a"),
           "option 42 on\noption 42 off\noption 42 on\n",
           BYTES(ASK_CHARSET "\xff\xfc\x2a\xff\xfb\x2a"));
}
END_TEST

START_TEST(subnegotiations_of_options_not_agreed_say_nothing)
{
    expect(BYTES("\xff\xfa\x1f\0\x50\0\x18\xff\xf0\xff\xfa\x18\0x\xff\xf0\xff\xfa\x27\0\0MTTS\1"
                 "1\xff\xf0\xff\xfa\x2a\2UTF-8\xff\xf0\xff\xfa\xc9"
                 "Core.Hello\xff\xf0k"),
           "data k\n", BYTES(""));
}
END_TEST

START_TEST(terminal_types_end_at_mtts_at_a_repetition_or_at_four)
{
#define IS(s) "\xff\xfa\x18\0" s "\xff\xf0"
    expect(BYTES("\xff\xfb\x18" IS("A") IS("MTTS 5") IS("B")),
           "option 24 on\nterminal 1 A\nmtts 5\n", BYTES(ASK_TTYPE ASK_TTYPE));
    expect(BYTES("\xff\xfb\x18" IS("A") IS("A") IS("B")), "option 24 on\nterminal 1 A\n",
           BYTES(ASK_TTYPE ASK_TTYPE));
    expect(BYTES("\xff\xfb\x18" IS("A") IS("B") IS("C") IS("D") IS("E")),
           "option 24 on\nterminal 1 A\nterminal 2 B\nterminal 3 C\nterminal 4 D\n",
           BYTES(ASK_TTYPE ASK_TTYPE ASK_TTYPE ASK_TTYPE));
    expect(BYTES("\xff\xfb\x18" IS("")), "option 24 on\n", BYTES(ASK_TTYPE));
    expect(BYTES("\xff\xfb\x18" IS("MTTS x") "\xff\xfa\x18\1\xff\xf0\xff\xfa\x18\xff\xf0"),
           "option 24 on\nterminal 1 MTTS x\n", BYTES(ASK_TTYPE ASK_TTYPE));
    expect(BYTES("\xff\xfb\x18\xff\xfc\x18\xff\xfb\x18" IS("A") IS("A")),
           "option 24 on\noption 24 off\noption 24 on\nterminal 1 A\n",
           BYTES(ASK_TTYPE "\xff\xfe\x18\xff\xfd\x18" ASK_TTYPE ASK_TTYPE));
}
END_TEST

START_TEST(a_window_has_four_bytes_and_may_forget_to_double)
{
    expect(BYTES("\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\xff\xf0\xff\xfa\x1f\xff\xf0\xff\xfa\x1f\0\1\0\1"
                 "\0\xff\xf0"
                 "\xff\xfa\x1f\0\0\0\0\xff\xf0\xff\xfa\x1f\0\xff\0\x32\xff\xf0\xff\xfa\x1f\xff\xff"
                 "\xff\xff\1\2\xff\xf0"),
           "option 31 on\nwindow 0 0\nwindow 255 50\nwindow 65535 258\n", BYTES(""));
}
END_TEST

START_TEST(a_window_of_255_lines_does_not_swallow_what_follows)
{
    expect(BYTES("\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\xff\xff\xf0look\r\n"
                 "\xff\xfa\x1f\0\x50\0\xff\xff\xff\xf0look\r\n"),
           "option 31 on\nwindow 80 255\ndata look\\n\nwindow 80 255\ndata look\\n\n", BYTES(""));
}
END_TEST

// What is no protocol at all, at the edges of what is.
START_TEST(malformed_framing_loses_no_text)
{
    expect(BYTES("\xff\xf0"
                 "a\r\n"),
           "data a\\n\n", BYTES("")); // SE without SB
    expect(BYTES("\xff\xfa\xff\xf0"
                 "b\r\n"),
           "data b\\n\n", BYTES("")); // SB of nothing
    expect(BYTES("\xff\xfa\xffx\xff\xf0"
                 "c\r\n"),
           "data c\\n\n", BYTES("")); // of option 255
    expect(BYTES("\xff\xfa\xff\xff\xf0"
                 "c\r\n"),
           "data c\\n\n", BYTES(""));
    expect(BYTES("\xff\xfa\xc9x\xff\xfa\xc9y\xff\xf0"
                 "d\r\n"),
           "data d\\n\n", BYTES("")); // SB in SB
    expect(BYTES("\xff\xfa\xc9x\xff\xfb\x55"
                 "e\r\n"),
           "data e\\n\n",
           BYTES("\xff\xfe\x55")); // a verb in SB: its SE was lost
    expect(BYTES("\xff\xf2\xff\xf1\xff\xf9\xff\xef\xff\xec\xff\xed\xff\xf5"
                 "f\r\n"),
           "data f\\n\n",
           BYTES("")); // DM, NOP, GA, EOR, EOF, SUSP, AO
    expect(BYTES("\xff\xfb\xff\xff\xfb\xff"
                 "g\r\n"),
           "data g\\n\n",
           BYTES("\xff\xfe\xff")); // option 255 is refused like any other, once
    expect(BYTES("\xff\0\xff\x41h\r\n"), "data h\\n\n", BYTES("")); // no commands
}
END_TEST

START_TEST(each_line_end_is_one)
{
    expect(BYTES("a\r\nb\r\0c\nd\re\r\r\nf\xff\xf1\n"), "data a\\nb\\nc\\nd\\ne\\n\\nf\\n\n",
           BYTES(""));
    expect(BYTES("a\r\xff\xf1\nb"), "data a\\nb\n", BYTES(""));       // a command between CR and LF
    expect(BYTES("a\r\xff\xff\n"), "data a\\n\\xff\\n\n", BYTES("")); // text between them
}
END_TEST

// The limit is the one that telnet_open was given, in bytes on the wire.
START_TEST(a_subnegotiation_ends_at_its_limit)
{
    static const size_t limits[] = {256, 8191, 32768};
    size_t limit = limits[_i];
    char *in = malloc(limit + 16);
    for (unsigned doubled = 0; doubled < 2; doubled++) {
        for (size_t size = limit - 3; size <= limit + 3; size++) {
            struct telnet_rig r;
            telnet_rig_init(&r);
            buf_clear(&r.out);
            r.t = (struct telnet){0};
            telnet_open(&r.t, limit, &r.out);
            ck_assert_int_eq(telnet_rig_feed(&r, "\xff\xfb\x18", 3),
                             TELNET_OK); // TTYPE agreed: kept
            memcpy(in, "\xff\xfa\x18\0", 4);
            memset(in + 4, doubled ? '\xff' : 'x', size);
            size_t payload = doubled ? (size - 1) / 2 * 2 : size - 1;
            memcpy(in + 4 + payload, "\xff\xf0k", 3);
            bool fits = payload + 1 <= limit;
            ck_assert_int_eq(telnet_rig_feed(&r, in, 4 + payload + 3),
                             fits ? TELNET_OK : TELNET_TOO_LONG);
            ck_assert_int_eq(strstr(telnet_log_text(&r.log), "data k") != NULL, fits);
            telnet_rig_fini(&r);
        }
    }
    free(in);
}
END_TEST

START_TEST(environment_reads_names_we_know_and_skips_the_rest)
{
#define ENV(s) "\xff\xfa\x27" s "\xff\xf0"
    expect(BYTES("\xff\xfb\x27" ENV("\0junk\0MTTS\1"
                                    "12\0IPADDRESS\1"
                                    "1.2.3.4\3CHARSET\1\0CLIENT_NAME")
                     ENV("\0\0CLIENT\2_NAME\1a\2\1b\2") ENV("\1\0MTTS\1"
                                                            "9") ENV("") ENV("\0")
                         ENV("\0\1nameless\0\1x\0MTTSX\1"
                             "1\0MTT\1"
                             "1\0mtts\1"
                             "1") ENV("\2\0TERMINAL_TYPE\1x\xff\xffy\x1b[2J\1z\0MTTS\1"
                                      "4294967295")),
           "option 39 on\nvariable MTTS=12\nmtts 12\nvariable CHARSET=\n"
           "variable CLIENT_NAME=a?b\nvariable TERMINAL_TYPE=x?y?[2J\n"
           "variable MTTS=4294967295\n",
           BYTES(ASK_ENVIRON));
}
END_TEST

START_TEST(charset_is_settled_by_the_first_answer_to_our_request)
{
#define SET(s) "\xff\xfa\x2a" s "\xff\xf0"
    expect(BYTES("\xff\xfd\x2a" SET("\2utf-8") SET("\3") SET("\2LATIN1")),
           "option 42 on\ncharset UTF-8\n", BYTES(ASK_CHARSET));
    expect(BYTES("\xff\xfd\x2a" SET("\2LATIN1")), "option 42 on\ncharset refused\n",
           BYTES(ASK_CHARSET));
    // While our request is open theirs is rejected; later it is answered by its list.
    expect(BYTES("\xff\xfd\x2a" SET("\1;UTF-8") SET("\3") SET("\1;LATIN1") SET("\1 A utf-8 B")
                     SET("\1[TTABLE]\1;X") SET("\1") SET("") SET("\7x")),
           "option 42 on\ncharset refused\ncharset UTF-8\n",
           BYTES(ASK_CHARSET SET("\3") SET("\3") SET("\2UTF-8") SET("\3") SET("\3")));
}
END_TEST

START_TEST(gmcp_arrives_only_where_it_was_offered)
{
    struct telnet_rig r;
    telnet_rig_init(&r);
    telnet_offer(&r.t, TELNET_OPTION_GMCP, true, &r.out);
    telnet_rig_feed(&r, BYTES("\xff\xfd\xc9\xff\xfa\xc9"
                              "Core.Hello {\"a\":\"\xf0\x9f\"}\xff\xf0"));
    ck_assert_str_eq(telnet_log_text(&r.log),
                     "option 201 on\ngmcp Core.Hello {\"a\":\"\\xf0\\x9f\"}\n");
    ck_assert_mem_eq(r.out.data, "\xff\xfb\xc9", 3);
    ck_assert_uint_eq(r.out.len, 3);
    ck_assert(telnet_agreed(&r.t, TELNET_OPTION_GMCP));
    telnet_rig_fini(&r);
}
END_TEST

START_TEST(echo_follows_the_last_wish_through_late_answers)
{
    struct telnet_rig r;
    telnet_rig_init(&r);
    telnet_echo(&r.t, true, &r.out);
    telnet_echo(&r.t, true, &r.out);
    telnet_echo(&r.t, false, &r.out); // before the answer: waits for it
    telnet_echo(&r.t, true, &r.out);
    telnet_echo(&r.t, false, &r.out);
    telnet_rig_feed(&r, BYTES("\xff\xfd\x01\xff\xfe\x01"));
    ck_assert_uint_eq(r.out.len, 6);
    ck_assert_mem_eq(r.out.data, "\xff\xfb\x01\xff\xfc\x01", 6);
    // A client's own wish for our echo is refused, once.
    telnet_rig_feed(&r, BYTES("\xff\xfd\x01\xff\xfd\x01"));
    ck_assert_mem_eq(r.out.data + 6, "\xff\xfc\x01", 3);
    telnet_echo(&r.t, true, &r.out);
    telnet_rig_feed(&r, BYTES("\xff\xfd\x01"));
    telnet_echo(&r.t, false, &r.out);
    telnet_rig_feed(&r, BYTES("\xff\xfe\x01"));
    ck_assert_uint_eq(r.out.len, 15);
    ck_assert_mem_eq(r.out.data + 9, "\xff\xfb\x01\xff\xfc\x01", 6);
    ck_assert_str_eq(telnet_log_text(&r.log), "option 1 off\noption 1 on\noption 1 off\n");
    telnet_rig_fini(&r);
}
END_TEST

static void expect_mark(const char *in, size_t n, bool sga, const char *mark, size_t size)
{
    struct telnet_rig r;
    telnet_rig_init(&r);
    if (sga)
        telnet_offer(&r.t, TELNET_OPTION_SGA, true, &r.out);
    telnet_rig_feed(&r, in, n);
    buf_clear(&r.out);
    telnet_prompt_mark(&r.t, &r.out);
    ck_assert_uint_eq(r.out.len, size);
    ck_assert_mem_eq(buf_str(&r.out), mark, size);
    telnet_rig_fini(&r);
}

START_TEST(prompts_end_with_eor_else_ga_and_never_ga_after_sga)
{
    expect_mark(BYTES(""), false, BYTES("\xff\xf9"));
    expect_mark(BYTES("\xff\xfd\x19"), false, BYTES("\xff\xef"));
    expect_mark(BYTES("\xff\xfe\x19"), false, BYTES("\xff\xf9"));
    expect_mark(BYTES("\xff\xfe\x19\xff\xfd\x03"), true, BYTES(""));
    expect_mark(BYTES("\xff\xfd\x19\xff\xfd\x03"), true, BYTES("\xff\xef"));
    expect_mark(BYTES("\xff\xfd\x19\xff\xfe\x19"), false, BYTES("\xff\xf9"));
    expect(BYTES("\xff\xfd\x03\xff\xfb\x03"), "", BYTES("\xff\xfc\x03\xff\xfe\x03"));
}
END_TEST

START_TEST(settled_when_all_questions_are_answered)
{
    static const struct {
        const char *in;
        size_t n;
        bool settled;
    } steps[] = {
        {BYTES("\xff\xfb\x18"), false},
        {BYTES("\xff\xfc\x1f\xff\xfb\x27\xff\xfd\x2a"), false},
        {BYTES("\xff\xfe\x19"), false},
        {BYTES(IS("A") IS("A")), false},
        {BYTES(ENV("\0")), false},
        {BYTES(SET("\3")), true},
        {BYTES("\xff\xfc\x18\xff\xfb\x18"), true},
    };
    struct telnet_rig r;
    telnet_rig_init(&r);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        ck_assert(!telnet_settled(&r.t) || i == 6);
        telnet_rig_feed(&r, steps[i].in, steps[i].n);
        ck_assert_int_eq(telnet_settled(&r.t), steps[i].settled);
    }
    telnet_rig_fini(&r);
    telnet_rig_init(&r); // a client that refuses everything
    telnet_rig_feed(&r, BYTES("\xff\xfc\x18\xff\xfc\x1f\xff\xfc\x27\xff\xfe\x2a\xff\xfe\x19"));
    ck_assert(telnet_settled(&r.t));
    ck_assert_uint_eq(r.out.len, 0);
    telnet_rig_fini(&r);
}
END_TEST

START_TEST(a_sink_that_stops_hears_nothing_more)
{
    static const char in[] = "a\r\n\xff\xf6\xff\xfb\x1f\xff\xfa\x1f\0\1\0\1\xff\xf0"
                             "b\rc";
    for (size_t stop = 1; stop <= 7; stop++) {
        struct telnet_rig r;
        telnet_rig_init(&r);
        r.log.stop_after = stop;
        ck_assert_int_eq(telnet_rig_feed(&r, BYTES(in)), TELNET_STOPPED);
        ck_assert_uint_eq(r.log.events, stop);
        telnet_rig_fini(&r);
    }
}
END_TEST

START_TEST(escaping_doubles_255_and_text_ends_lines_with_cr_lf)
{
    struct buf out = BUF_INIT;
    telnet_escape(BYTES("\xff"
                        "a\xff\xff"
                        "b\n\xff"),
                  &out);
    ck_assert_uint_eq(out.len, 11);
    ck_assert_mem_eq(out.data,
                     "\xff\xff"
                     "a\xff\xff\xff\xff"
                     "b\n\xff\xff",
                     11);
    buf_clear(&out);
    telnet_escape("", 0, &out);
    telnet_text("", 0, &out);
    ck_assert_uint_eq(out.len, 0);
    telnet_text(BYTES("a\nb\r\nc\rd\xff\n\r"), &out);
    ck_assert_uint_eq(out.len, 16);
    ck_assert_mem_eq(out.data, "a\r\nb\r\nc\r\0d\xff\xff\r\n\r\0", 16);
    buf_clear(&out);
    telnet_keepalive(&out);
    ck_assert_uint_eq(out.len, 2);
    ck_assert_mem_eq(out.data, "\xff\xf1", 2);
    buf_fini(&out);
}
END_TEST

START_TEST(a_fresh_codec_refuses_everything)
{
    struct telnet_rig r = {.sink = {telnet_log_event, NULL}};
    r.sink.arg = &r.log;
    telnet_rig_feed(&r, BYTES("\xff\xfb\x18\xff\xfd\x19"));
    ck_assert_uint_eq(r.out.len, 6);
    ck_assert_mem_eq(r.out.data, "\xff\xfe\x18\xff\xfc\x19", 6);
    ck_assert_uint_eq(r.log.events, 0);
    telnet_rig_fini(&r);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("telnet");
    TCase *c = tcase_create("telnet");
    tcase_add_loop_test(c, golden_transcript_reads_alike_at_every_cut, 0,
                        sizeof(transcripts) / sizeof(transcripts[0]));
    tcase_add_test(c, the_opening_asks_for_what_is_acted_on);
    tcase_add_test(c, a_window_of_255_lines_does_not_swallow_what_follows);
    tcase_add_test(c, malformed_framing_loses_no_text);
    tcase_add_test(c, each_line_end_is_one);
    tcase_add_loop_test(c, a_subnegotiation_ends_at_its_limit, 0, 3);
    tcase_add_test(c, options_end_and_come_back);
    tcase_add_test(c, subnegotiations_of_options_not_agreed_say_nothing);
    tcase_add_test(c, terminal_types_end_at_mtts_at_a_repetition_or_at_four);
    tcase_add_test(c, a_window_has_four_bytes_and_may_forget_to_double);
    tcase_add_test(c, environment_reads_names_we_know_and_skips_the_rest);
    tcase_add_test(c, charset_is_settled_by_the_first_answer_to_our_request);
    tcase_add_test(c, gmcp_arrives_only_where_it_was_offered);
    tcase_add_test(c, echo_follows_the_last_wish_through_late_answers);
    tcase_add_test(c, prompts_end_with_eor_else_ga_and_never_ga_after_sga);
    tcase_add_test(c, settled_when_all_questions_are_answered);
    tcase_add_test(c, a_sink_that_stops_hears_nothing_more);
    tcase_add_test(c, escaping_doubles_255_and_text_ends_lines_with_cr_lf);
    tcase_add_test(c, a_fresh_codec_refuses_everything);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

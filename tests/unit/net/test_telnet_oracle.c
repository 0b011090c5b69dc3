// Our telnet codec against libtelnet 0.21: the same bytes into both, the same events and the same
// negotiation out of both. Left out, because libtelnet errs or we differ on purpose:
// - options 70 and 86 (it over-reads the one and starts to inflate for the other), and
//   subnegotiations above 8 KiB (it lets the rest through as text; we close);
// - option 6 (we answer each timing mark), repeated refusals (we refuse once), and an end of an
//   option that was never on (only we tell it);
// - IAC within a subnegotiation before a byte that is no command (we take it for a 255 that was
//   not doubled) or before a command other than SE (it then mistakes the byte behind the command),
//   environment payloads that are malformed or use ESC (it has no ESC), and empty
//   values (it cannot tell them from missing ones).
#include <check.h>
#include <libtelnet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "telnet_gen.h"
#include "telnet_log.h"

struct oracle {
    telnet_t *t;
    struct telnet_log log;
    struct buf out;
    bool after_cr;
    bool on[256];
    unsigned ttype_asks, ttype_replies;
    bool ttype_open, ttype_done;
    bool charset_asked, charset_open;
    char ttype[TELNET_TEXT_MAX + 1];
};

static void oracle_data(struct oracle *o, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool swallowed = o->after_cr && (p[i] == '\n' || p[i] == '\0');
        o->after_cr = p[i] == '\r';
        if (!swallowed)
            telnet_log_data(&o->log, p[i] == '\r' ? "\n" : p + i, 1);
    }
}

static void oracle_tell(struct oracle *o, const struct telnet_event *e)
{
    telnet_log_event(&o->log, e);
}

static void oracle_ask_ttype(struct oracle *o, bool may)
{
    if (!may || o->ttype_done || o->ttype_asks == TELNET_TTYPE_ASKS)
        return;
    o->ttype_asks++;
    o->ttype_open = true;
}

static void oracle_option(struct oracle *o, uint8_t option, bool on)
{
    if (option == TELNET_OPTION_TTYPE) {
        o->ttype_open = false;
        oracle_ask_ttype(o, on);
    }
    if (on && option == TELNET_OPTION_CHARSET && !o->charset_asked)
        o->charset_asked = o->charset_open = true;
    if (!on && option == TELNET_OPTION_CHARSET)
        o->charset_open = false;
    if (on != o->on[option])
        oracle_tell(o, &(struct telnet_event){.kind = TELNET_EVENT_OPTION,
                                              .option = {(enum telnet_option)option, on}});
    o->on[option] = on;
}

static void oracle_ttype(struct oracle *o, const char *p, size_t n)
{
    if (n < 1 || p[0] != TELNET_TTYPE_IS || !o->ttype_open)
        return;
    char text[TELNET_TEXT_MAX + 1] = "";
    for (size_t i = 0; i + 1 < n && i < TELNET_TEXT_MAX; i++)
        text[i] = p[i + 1] >= ' ' && p[i + 1] <= '~' ? p[i + 1] : '?';
    unsigned bits;
    char junk;
    bool mtts = sscanf(text, "MTTS %9u%c", &bits, &junk) == 1;
    bool again = o->ttype_replies++ > 0 && strcmp(text, o->ttype) == 0;
    memcpy(o->ttype, text, sizeof(text));
    if (mtts)
        oracle_tell(o, &(struct telnet_event){.kind = TELNET_EVENT_MTTS, .mtts = bits});
    else if (!again && *text)
        oracle_tell(o, &(struct telnet_event){.kind = TELNET_EVENT_TERMINAL,
                                              .terminal = {text, o->ttype_replies}});
    o->ttype_done = mtts || again || !*text;
    o->ttype_open = false;
    oracle_ask_ttype(o, true);
}

static void oracle_charset(struct oracle *o, const char *p, size_t n)
{
    if (n < 1)
        return;
    struct telnet_event e = {.kind = TELNET_EVENT_CHARSET};
    if (p[0] == 1 && !o->charset_open && n == 7 && memcmp(p + 1, ";UTF-8", 6) == 0) {
        e.utf8 = true;
        oracle_tell(o, &e);
    } else if ((p[0] == 2 || p[0] == 3) && o->charset_open) {
        o->charset_open = false;
        e.utf8 = p[0] == 2 && n == 6 && memcmp(p + 1, "UTF-8", 5) == 0;
        oracle_tell(o, &e);
    }
}

static void oracle_sub(struct oracle *o, uint8_t option, const char *p, size_t n)
{
    if (!o->on[option])
        return;
    struct telnet_event e = {.kind = TELNET_EVENT_WINDOW};
    if (option == TELNET_OPTION_NAWS && n == 4) {
        e.window.width = (uint16_t)((uint8_t)p[0] * 256 + (uint8_t)p[1]);
        e.window.height = (uint16_t)((uint8_t)p[2] * 256 + (uint8_t)p[3]);
        oracle_tell(o, &e);
    } else if (option == TELNET_OPTION_TTYPE) {
        oracle_ttype(o, p, n);
    } else if (option == TELNET_OPTION_CHARSET) {
        oracle_charset(o, p, n);
    }
}

static void oracle_environ(struct oracle *o, const struct environ_t *env)
{
    if (!o->on[TELNET_OPTION_NEW_ENVIRON] || env->cmd == TELNET_ENVIRON_SEND)
        return;
    for (size_t i = 0; i < env->size; i++) {
        for (int v = 0; v < TELNET_VARIABLE_COUNT; v++) {
            struct telnet_event e = {.kind = TELNET_EVENT_VARIABLE};
            e.variable.name = (enum telnet_variable)v;
            if (strcmp(env->values[i].var, telnet_variable_name(e.variable.name)))
                continue;
            char value[TELNET_TEXT_MAX + 1] = "";
            for (size_t k = 0; env->values[i].value[k] && k < TELNET_TEXT_MAX; k++) {
                char c = env->values[i].value[k];
                value[k] = c >= ' ' && c <= '~' ? c : '?';
            }
            e.variable.value = value;
            if (*value)
                oracle_tell(o, &e);
            char *end;
            unsigned long bits = strtoul(value, &end, 10);
            if (v == TELNET_VARIABLE_MTTS && value[0] >= '0' && value[0] <= '9' && !*end)
                oracle_tell(
                    o, &(struct telnet_event){.kind = TELNET_EVENT_MTTS, .mtts = (uint32_t)bits});
        }
    }
}

static void oracle_command(struct oracle *o, uint8_t command)
{
    static const struct {
        uint8_t command;
        enum telnet_event_kind kind;
    } known[] = {
        {TELNET_AYT, TELNET_EVENT_ARE_YOU_THERE}, {TELNET_IP, TELNET_EVENT_INTERRUPT},
        {TELNET_BREAK, TELNET_EVENT_INTERRUPT},   {TELNET_ABORT, TELNET_EVENT_INTERRUPT},
        {TELNET_EC, TELNET_EVENT_ERASE_CHAR},     {TELNET_EL, TELNET_EVENT_ERASE_LINE},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].command == command)
            oracle_tell(o, &(struct telnet_event){.kind = known[i].kind});
    }
}

static void oracle_event(telnet_t *t, telnet_event_t *e, void *arg)
{
    (void)t;
    struct oracle *o = arg;
    switch (e->type) {
    case TELNET_EV_DATA:
        oracle_data(o, e->data.buffer, e->data.size);
        break;
    case TELNET_EV_SEND:
        buf_add(&o->out, e->data.buffer, e->data.size);
        break;
    case TELNET_EV_IAC:
        oracle_command(o, e->iac.cmd);
        break;
    case TELNET_EV_WILL:
    case TELNET_EV_DO:
        oracle_option(o, e->neg.telopt, true);
        break;
    case TELNET_EV_WONT:
    case TELNET_EV_DONT:
        oracle_option(o, e->neg.telopt, false);
        break;
    case TELNET_EV_SUBNEGOTIATION:
        oracle_sub(o, e->sub.telopt, e->sub.buffer, e->sub.size);
        break;
    case TELNET_EV_ENVIRON:
        oracle_environ(o, &e->environ);
        break;
    default:
        break;
    }
}

static void oracle_init(struct oracle *o)
{
    static const telnet_telopt_t options[] = {
        {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},
        {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
        {TELNET_TELOPT_NEW_ENVIRON, TELNET_WONT, TELNET_DO},
        {TELNET_OPTION_CHARSET, TELNET_WILL, TELNET_DONT},
        {TELNET_TELOPT_EOR, TELNET_WILL, TELNET_DONT},
        {-1, 0, 0},
    };
    *o = (struct oracle){0};
    o->t = telnet_init(options, oracle_event, 0, o);
    telnet_negotiate(o->t, TELNET_DO, TELNET_TELOPT_TTYPE);
    telnet_negotiate(o->t, TELNET_DO, TELNET_TELOPT_NAWS);
    telnet_negotiate(o->t, TELNET_DO, TELNET_TELOPT_NEW_ENVIRON);
    telnet_negotiate(o->t, TELNET_WILL, TELNET_OPTION_CHARSET);
    telnet_negotiate(o->t, TELNET_WILL, TELNET_TELOPT_EOR);
    buf_clear(&o->out);
}

static void oracle_fini(struct oracle *o)
{
    telnet_free(o->t);
    buf_fini(&o->out);
    buf_fini(&o->log.text);
}

// The negotiation within what was sent: subnegotiations and repeated refusals taken out.
static void negotiation(const struct buf *sent, struct buf *out)
{
    bool refused[2][256] = {{false}};
    for (size_t i = 0; i + 2 < sent->len;) {
        uint8_t verb = (uint8_t)sent->data[i + 1], option = (uint8_t)sent->data[i + 2];
        if (verb == TELNET_SB) {
            const char *end = memmem(sent->data + i, sent->len - i, "\xff\xf0", 2);
            i = (size_t)(end + 2 - sent->data);
            continue;
        }
        bool him = option == 24 || option == 31 || option == 39, us = option == 42 || option == 25;
        bool answer = verb == TELNET_DONT ? him : verb == TELNET_WONT ? us : true;
        if (answer || !refused[verb & 1][option])
            buf_add(out, sent->data + i, 3);
        if (!answer)
            refused[verb & 1][option] = true;
        i += 3;
    }
}

// Takes out of our log what libtelnet does not tell; see the head of this file.
struct listener {
    struct telnet_log *log;
    bool on[256];
};

static bool listen_event(void *arg, const struct telnet_event *e)
{
    struct listener *l = arg;
    if (e->kind == TELNET_EVENT_OPTION) {
        bool *on = &l->on[e->option.option], was = *on;
        *on = e->option.on;
        if (was == e->option.on)
            return true;
    }
    if (e->kind == TELNET_EVENT_VARIABLE && !*e->variable.value)
        return true;
    return telnet_log_event(l->log, e);
}

static void compare(const struct buf *in, const char *what)
{
    struct oracle o;
    struct telnet_rig r;
    struct buf sent[2] = {BUF_INIT, BUF_INIT};
    oracle_init(&o);
    telnet_rig_init(&r);
    struct listener l = {.log = &r.log};
    r.sink = (struct telnet_sink){listen_event, &l};
    telnet_recv(o.t, in->data, in->len);
    ck_assert_int_eq(telnet_rig_feed(&r, in->data, in->len), TELNET_OK);
    negotiation(&r.out, &sent[0]);
    negotiation(&o.out, &sent[1]);
    if (strcmp(telnet_log_text(&r.log), telnet_log_text(&o.log)))
        ck_abort_msg("%s: ours:\n%slibtelnet:\n%s", what, buf_str(&r.log.text),
                     buf_str(&o.log.text));
    if (sent[0].len != sent[1].len || memcmp(buf_str(&sent[0]), buf_str(&sent[1]), sent[0].len))
        ck_abort_msg("%s: negotiation differs: %zu and %zu bytes", what, sent[0].len, sent[1].len);
    buf_fini(&sent[0]);
    buf_fini(&sent[1]);
    telnet_rig_fini(&r);
    oracle_fini(&o);
}

START_TEST(b13_random_streams_read_alike)
{
    for (unsigned k = 0; k < 2500; k++) {
        uint64_t seed = (uint64_t)_i * 2500 + k + 1;
        struct telnet_gen g = {.state = seed * 0x9E3779B97F4A7C15u, .strict = true};
        for (unsigned items = 1 + telnet_gen_below(&g, 60); items > 0; items--)
            telnet_gen_item(&g);
        char what[32];
        snprintf(what, sizeof(what), "seed %lu", (unsigned long)seed);
        compare(&g.out, what);
        buf_fini(&g.out);
    }
}
END_TEST

START_TEST(b13_payload_sizes_at_boundaries_read_alike)
{
    static const size_t around[] = {0, 512, 2048, 8189};
    static const char *const units[] = {"x", "\xff\xff", "\1", "\x1b[A", "\2UTF-8"};
    for (unsigned option = (unsigned)_i * 32; option < (unsigned)_i * 32 + 32; option++) {
        if (option == 70 || option == 86 || option == TELNET_OPTION_NEW_ENVIRON)
            continue;
        for (size_t a = 0; a < 4; a++) {
            for (size_t size = a ? around[a] - 3 : 0; size <= around[a] + 3; size++) {
                for (size_t u = 0; u < 5; u++) {
                    struct buf in = BUF_INIT;
                    buf_adds(&in, "\xff\xfb\x18\xff\xfb\x1f\xff\xfd\x2a\xff\xfa");
                    buf_addc(&in, (char)option);
                    for (size_t i = 0; i < size; i++)
                        buf_addc(&in, units[u][i % strlen(units[u])]);
                    if (u == 1 && size % 2)
                        in.data[in.len - 1] = 'x'; // no half of a pair
                    buf_adds(&in, "\xff\xf0look\r\n");
                    char what[64];
                    snprintf(what, sizeof(what), "option %u size %zu unit %zu", option, size, u);
                    compare(&in, what);
                    buf_fini(&in);
                }
            }
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("telnet_oracle");
    TCase *c = tcase_create("libtelnet");
    tcase_add_loop_test(c, b13_random_streams_read_alike, 0, 8);
    tcase_add_loop_test(c, b13_payload_sizes_at_boundaries_read_alike, 0, 8);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

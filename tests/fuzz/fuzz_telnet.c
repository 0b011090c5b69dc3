// Fuzz target for a connection's whole input path: telnet codec, UTF-8 filter, line assembler.
// Beyond what the sanitizers see, it checks that where reads are cut makes no difference, that
// replies stay bounded, that no carriage return, control or 255 gets into a line, and that nothing
// is kept afterwards.
#include "fuzz.h"

#include <string.h>

#include "net/line.h"
#include "net/telnet.h"

enum { ASKED_ONCE = 256, LINE_LIMIT = 256 };

struct peer {
    struct telnet t;
    struct line l;
    struct buf out;
    uint64_t events; // hash of all events of the codec, with data taken byte by byte
    uint64_t lines;  // hash of all lines of the assembler
    enum telnet_outcome outcome;
};

static uint64_t fnv(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    return hash;
}

static void mix(struct peer *p, const void *bytes, size_t n)
{
    p->events = fnv(p->events, bytes, n);
}

static void mix_number(struct peer *p, unsigned n)
{
    mix(p, &n, sizeof(n));
}

static void mix_text(struct peer *p, const char *text)
{
    size_t n = strlen(text);
    MUST(n <= TELNET_TEXT_MAX);
    for (size_t i = 0; i < n; i++)
        MUST(text[i] >= ' ' && text[i] <= '~');
    mix(p, text, n + 1);
}

// What a server does between lines: hides what is typed and shows it again, and sends text and
// marks, in which every 255 is doubled and every line ends with CR LF, for any text.
static void answer(struct peer *p, const char *text, size_t n)
{
    struct buf sent = BUF_INIT;
    telnet_echo(&p->t, n % 3 == 1, &p->out);
    if (n % 5 == 1)
        telnet_echo(&p->t, n % 2, &p->out);
    telnet_text(text, n, &sent);
    telnet_text("a\r\nb\rc\n\xff", 8, &sent);
    MUST(sent.len >= n + 11 && !memcmp(sent.data + sent.len - 11, "a\r\nb\r\0c\r\n\xff\xff", 11));
    buf_clear(&sent);
    telnet_prompt_mark(&p->t, &sent);
    telnet_keepalive(&sent);
    MUST(sent.len == 2 || sent.len == 4);
    (void)telnet_settled(&p->t);
    buf_fini(&sent);
}

static bool on_line(void *arg, enum line_event event, const char *text, size_t n)
{
    struct peer *p = arg;
    MUST(n <= LINE_LIMIT && text[n] == '\0');
    for (size_t i = 0; i < n; i++)
        MUST((uint8_t)text[i] >= ' ' && text[i] != 0x7F && (uint8_t)text[i] != 0xFF);
    p->lines = fnv(p->lines + event, text, n + 1);
    answer(p, text, n);
    return true;
}

static void on_data(struct peer *p, const char *bytes, size_t n)
{
    struct line_sink lines = {on_line, p};
    MUST(n > 0 && !memchr(bytes, '\r', n));
    mix(p, bytes, n);
    MUST(line_feed(&p->l, bytes, n, &lines));
}

static bool on_event(void *arg, const struct telnet_event *e)
{
    struct peer *p = arg;
    if (e->kind == TELNET_EVENT_DATA) {
        on_data(p, e->data.bytes, e->data.n);
        return true;
    }
    mix_number(p, e->kind);
    if (e->kind == TELNET_EVENT_TERMINAL) {
        MUST(e->terminal.reply >= 1 && e->terminal.reply <= TELNET_TTYPE_ASKS);
        mix_text(p, e->terminal.text);
    } else if (e->kind == TELNET_EVENT_VARIABLE) {
        MUST(e->variable.name < TELNET_VARIABLE_COUNT);
        mix_number(p, e->variable.name);
        mix_text(p, e->variable.value);
    } else if (e->kind == TELNET_EVENT_WINDOW) {
        mix_number(p, (unsigned)e->window.width << 16 | e->window.height);
    } else if (e->kind == TELNET_EVENT_OPTION) {
        mix_number(p, (unsigned)e->option.option << 1 | e->option.on);
    } else if (e->kind == TELNET_EVENT_GMCP) {
        mix(p, e->data.bytes, e->data.n);
    } else if (e->kind == TELNET_EVENT_ERASE_CHAR) {
        line_erase_char(&p->l);
    } else if (e->kind == TELNET_EVENT_ERASE_LINE || e->kind == TELNET_EVENT_INTERRUPT) {
        line_erase(&p->l);
    }
    return true;
}

// `cut` 0: in one read; else in reads of pseudo-random size.
static void run(struct peer *p, const uint8_t *data, size_t size, uint32_t cut)
{
    struct telnet_sink sink = {on_event, p};
    *p = (struct peer){.events = 14695981039346656037u};
    line_init(&p->l, LINE_LIMIT);
    telnet_open(&p->t, TELNET_SUB_DEFAULT, &p->out);
    telnet_offer(&p->t, TELNET_OPTION_GMCP, true, &p->out);
    for (size_t at = 0; at < size;) {
        size_t n = size - at;
        if (cut) {
            cut = cut * 1664525u + 1013904223u;
            size_t piece = 1 + (cut >> 24) % (cut & 0x800000 ? 4 : 200);
            n = n < piece ? n : piece;
        }
        uint8_t *copy = malloc(n); // its own allocation: reads beyond a piece are seen
        MUST(copy);
        memcpy(copy, data + at, n);
        p->outcome = telnet_receive(&p->t, copy, n, &p->out, &sink);
        free(copy);
        MUST(p->outcome != TELNET_STOPPED);
        at += n;
    }
    MUST(p->out.len <= 3 * size + ASKED_ONCE);
    MUST(p->outcome != TELNET_TOO_LONG || !p->t.sub);
    MUST(*telnet_outcome_text(p->outcome));
}

static void fini(struct peer *p)
{
    telnet_fini(&p->t);
    line_fini(&p->l);
    buf_fini(&p->out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer whole, cut;
    uint32_t seed = 1;
    for (size_t i = 0; i < size; i++)
        seed = seed * 31 + data[i];
    run(&whole, data, size, 0);
    run(&cut, data, size, seed | 1);
    MUST(whole.outcome == cut.outcome);
    MUST(whole.events == cut.events && whole.lines == cut.lines);
    MUST(whole.out.len == cut.out.len && !memcmp(whole.out.data, cut.out.data, cut.out.len));
    fini(&whole);
    fini(&cut);
    return 0;
}

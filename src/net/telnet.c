// The telnet byte stream of one connection: splits it into text, commands, negotiation and
// subnegotiations, and writes the telnet replies. Loop thread only. It does no I/O, keeps no text
// of the player and decides nothing about what is shown.
#include "net/telnet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/telnet_priv.h"

_Static_assert(sizeof(struct telnet) <= 104, "idle connections stay small");

void telnet_emit(struct telnet_call *r, const struct telnet_event *e)
{
    if (!r->stopped && !r->sink->event(r->sink->arg, e))
        r->stopped = true;
}

static void emit_kind(struct telnet_call *r, enum telnet_event_kind kind)
{
    telnet_emit(r, &(struct telnet_event){.kind = kind});
}

void telnet_emit_data(struct telnet_call *r, enum telnet_event_kind kind, const void *bytes,
                      size_t n)
{
    telnet_emit(r, &(struct telnet_event){.kind = kind, .data = {bytes, n}});
}

static void take_command(struct telnet_call *r, uint8_t b)
{
    struct telnet *t = r->t;
    t->state = DATA;
    switch (b) {
    case IAC:
        t->flags &= (uint8_t)~AFTER_CR;
        telnet_emit_data(r, TELNET_EVENT_DATA, "\xff", 1);
        break;
    case CMD_WILL:
    case CMD_WONT:
    case CMD_DO:
    case CMD_DONT:
        t->arg = b;
        t->state = NEGOTIATION;
        break;
    case CMD_SB:
        t->state = SUB_OPTION;
        break;
    case CMD_AYT:
        emit_kind(r, TELNET_EVENT_ARE_YOU_THERE);
        break;
    case CMD_IP:
    case CMD_BRK:
    case CMD_ABORT:
        emit_kind(r, TELNET_EVENT_INTERRUPT);
        break;
    case CMD_EC:
        emit_kind(r, TELNET_EVENT_ERASE_CHAR);
        break;
    case CMD_EL:
        emit_kind(r, TELNET_EVENT_ERASE_LINE);
        break;
    }
}

// After an IAC within a subnegotiation. A command other than SE means that the SE was lost: the
// subnegotiation ends here and the command is obeyed. A byte that is not a command can only follow
// a 255 that the client forgot to double, as some do in window sizes.
static void take_sub_command(struct telnet_call *r, uint8_t b)
{
    static const uint8_t doubled = IAC;
    r->t->state = SUB;
    if (b == IAC) {
        telnet_sub_add(r, &doubled, 1, 2);
    } else if (b == CMD_SE) {
        telnet_sub_end(r);
    } else if (b >= CMD_EOF) {
        telnet_sub_end(r);
        take_command(r, b);
    } else {
        telnet_sub_add(r, (const uint8_t[]){IAC, b}, 2, 2);
    }
}

static void take_byte(struct telnet_call *r, uint8_t b)
{
    struct telnet *t = r->t;
    switch ((enum telnet_state)t->state) {
    case COMMAND:
        take_command(r, b);
        break;
    case NEGOTIATION:
        t->state = DATA;
        telnet_heard_verb(r, t->arg, b);
        break;
    case SUB_OPTION:
        telnet_sub_begin(r, b);
        break;
    case SUB_COMMAND:
        take_sub_command(r, b);
        break;
    case DATA:
    case SUB:
        break;
    }
}

static const uint8_t *take_data(struct telnet_call *r, const uint8_t *p, const uint8_t *end)
{
    assert(p < end && r->t->state == DATA);
    struct telnet *t = r->t;
    if (*p != IAC && (t->flags & AFTER_CR)) {
        t->flags &= (uint8_t)~AFTER_CR;
        if (*p == '\n' || *p == '\0')
            return p + 1;
    }
    const uint8_t *start = p;
    while (p < end && *p != IAC && *p != '\r')
        p++;
    bool more = p < end;
    // The state is set before the sink is called: the sink may read it or send.
    if (more && *p == IAC)
        t->state = COMMAND;
    if (p > start)
        telnet_emit_data(r, TELNET_EVENT_DATA, start, (size_t)(p - start));
    if (more && *p == '\r') {
        t->flags |= AFTER_CR;
        telnet_emit_data(r, TELNET_EVENT_DATA, "\n", 1);
    }
    return p + more;
}

static const uint8_t *take_sub(struct telnet_call *r, const uint8_t *p, const uint8_t *end)
{
    assert(p < end && r->t->state == SUB);
    // Two subnegotiations would seem never to end, so that all later text would be lost. One is a
    // window of 255 lines whose 255 was not doubled: with the IAC after it, it looks like a doubled
    // 255, and the SE like a fifth byte. The other is IAC SB IAC SE, which names no option: its IAC
    // looks like option 255.
    bool nothing = r->t->arg == IAC && !r->t->sub_wire;
    if (*p == CMD_SE && (nothing || telnet_sub_is_whole_window(r->t))) {
        telnet_sub_end(r);
        return p + 1;
    }
    const uint8_t *iac = memchr(p, IAC, (size_t)(end - p));
    const uint8_t *stop = iac ? iac : end;
    if (iac)
        r->t->state = SUB_COMMAND;
    telnet_sub_add(r, p, (size_t)(stop - p), (size_t)(stop - p));
    return stop + (iac ? 1 : 0);
}

enum telnet_outcome telnet_receive(struct telnet *t, const void *bytes, size_t n, struct buf *out,
                                   const struct telnet_sink *sink)
{
    assert(out && sink && sink->event);
    struct telnet_call r = {t, out, sink, false};
    const uint8_t *p = bytes, *end = p + n;
    while (p < end && !r.stopped && !(t->flags & BROKEN)) {
        if (t->state == DATA)
            p = take_data(&r, p, end);
        else if (t->state == SUB)
            p = take_sub(&r, p, end);
        else
            take_byte(&r, *p++);
    }
    if (t->flags & BROKEN)
        return TELNET_TOO_LONG;
    return r.stopped ? TELNET_STOPPED : TELNET_OK;
}

const char *telnet_outcome_text(enum telnet_outcome outcome)
{
    static const char *const texts[] = {
        [TELNET_OK] = "all well",
        [TELNET_STOPPED] = "stopped by the server",
        [TELNET_TOO_LONG] = "telnet subnegotiation longer than allowed",
    };
    return texts[outcome];
}

void telnet_fini(struct telnet *t)
{
    free(t->sub);
    t->sub = NULL;
}

void telnet_escape(const void *bytes, size_t n, struct buf *out)
{
    const uint8_t *p = bytes, *end = p + n;
    while (p < end) {
        const uint8_t *iac = memchr(p, IAC, (size_t)(end - p));
        const uint8_t *stop = iac ? iac + 1 : end;
        buf_add(out, p, (size_t)(stop - p));
        if (iac)
            TELNET_SEND(out, IAC);
        p = stop;
    }
}

void telnet_text(const char *text, size_t n, struct buf *out)
{
    size_t start = 0;
    for (size_t i = 0; i < n; i++) {
        bool cr = text[i] == '\r';
        if (!cr && text[i] != '\n')
            continue;
        telnet_escape(text + start, i - start, out);
        if (cr && i + 1 < n && text[i + 1] == '\n')
            i++;
        buf_add(out, cr && text[i] == '\r' ? "\r\0" : "\r\n", 2);
        start = i + 1;
    }
    telnet_escape(text + start, n - start, out);
}

void telnet_prompt_mark(const struct telnet *t, struct buf *out)
{
    if (telnet_agreed(t, TELNET_OPTION_EOR))
        TELNET_SEND(out, IAC, CMD_EOR);
    else if (!telnet_agreed(t, TELNET_OPTION_SGA))
        TELNET_SEND(out, IAC, CMD_GA);
}

void telnet_keepalive(struct buf *out)
{
    TELNET_SEND(out, IAC, CMD_NOP);
}

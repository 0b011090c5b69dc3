// The options of one connection: which we want, what is agreed, and what we ask as soon as one is.
// Loop thread only. The rules of each single option are net/telnet_option's.
// SGA is never agreed to on a client's wish: plain telnet programs and PuTTY stop editing lines
// locally as soon as the server suppresses go-ahead.
#include "net/telnet_option.h"
#include "net/telnet_priv.h"

#include <assert.h>

enum side { US, THEM };
enum { Q_MASK = 7, Q_WANTED = 8 };
enum { ENVIRON_SEND = 1, ENVIRON_VAR = 0, ENVIRON_USERVAR = 3 };

// In the order in which the opening asks. FluffOS tuned a similar order over years of clients.
static const struct {
    uint8_t option;
    uint8_t side;
    bool opening;
} rows[] = {
    {TELNET_OPTION_TTYPE, THEM, true},       {TELNET_OPTION_NAWS, THEM, true},
    {TELNET_OPTION_NEW_ENVIRON, THEM, true}, {TELNET_OPTION_CHARSET, US, true},
    {TELNET_OPTION_EOR, US, true},           {TELNET_OPTION_ECHO, US, false},
    {TELNET_OPTION_SGA, US, false},          {TELNET_OPTION_GMCP, US, false},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert((int)ROWS <= (int)TELNET_OPTION_ROWS, "struct telnet has a byte for each row");

static int find_row(uint8_t option, int side)
{
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].option == option && rows[i].side == side)
            return i;
    }
    return -1;
}

static enum telnet_q row_state(const struct telnet *t, int row)
{
    assert(row >= 0 && row < ROWS);
    return (enum telnet_q)(t->q[row] & Q_MASK);
}

static void set_row_state(struct telnet *t, int row, enum telnet_q q)
{
    t->q[row] = (uint8_t)((t->q[row] & ~Q_MASK) | q);
}

static void say_option(struct buf *out, int side, enum telnet_say say, uint8_t option)
{
    if (say == TELNET_SAY_ON)
        TELNET_SEND(out, IAC, side == US ? CMD_WILL : CMD_DO, option);
    else if (say == TELNET_SAY_OFF)
        TELNET_SEND(out, IAC, side == US ? CMD_WONT : CMD_DONT, option);
}

static void wish(struct telnet *t, int row, bool on, struct buf *out)
{
    enum telnet_say say;
    set_row_state(t, row, telnet_option_wish(row_state(t, row), on, &say));
    t->q[row] = (uint8_t)(on ? t->q[row] | Q_WANTED : t->q[row] & ~Q_WANTED);
    say_option(out, rows[row].side, say, rows[row].option);
}

void telnet_ask_ttype(struct telnet *t, struct buf *out)
{
    if ((t->flags & (TTYPE_DONE | TTYPE_PENDING)) || t->ttype_asks == TELNET_TTYPE_ASKS)
        return;
    t->ttype_asks++;
    t->flags |= TTYPE_PENDING;
    TELNET_SEND(out, IAC, CMD_SB, TELNET_OPTION_TTYPE, TTYPE_SEND, IAC, CMD_SE);
}

// Asks for each variable as VAR, as MNES has it, and then as USERVAR, as RFC 1572 has it for names
// that it does not define: Mudlet answers the one or the other, depending on a player's setting.
static void ask_environ(struct telnet *t, struct buf *out)
{
    if (t->flags & ENVIRON_ASKED)
        return;
    t->flags |= ENVIRON_ASKED | ENVIRON_PENDING;
    TELNET_SEND(out, IAC, CMD_SB, TELNET_OPTION_NEW_ENVIRON, ENVIRON_SEND);
    static const char types[] = {ENVIRON_VAR, ENVIRON_USERVAR};
    for (size_t i = 0; i < sizeof(types); i++) {
        for (int v = 0; v < TELNET_VARIABLE_COUNT; v++) {
            buf_addc(out, types[i]);
            buf_adds(out, telnet_variable_name((enum telnet_variable)v));
        }
    }
    TELNET_SEND(out, IAC, CMD_SE);
}

static void ask_charset(struct telnet *t, struct buf *out)
{
    if (t->flags & CHARSET_ASKED)
        return;
    t->flags |= CHARSET_ASKED | CHARSET_PENDING;
    TELNET_SEND(out, IAC, CMD_SB, TELNET_OPTION_CHARSET, CHARSET_REQUEST);
    buf_adds(out, ";UTF-8");
    TELNET_SEND(out, IAC, CMD_SE);
}

static void option_on(struct telnet_call *r, uint8_t option)
{
    if (option == TELNET_OPTION_TTYPE)
        telnet_ask_ttype(r->t, r->out);
    else if (option == TELNET_OPTION_NEW_ENVIRON)
        ask_environ(r->t, r->out);
    else if (option == TELNET_OPTION_CHARSET)
        ask_charset(r->t, r->out);
}

static void option_off(struct telnet_call *r, uint8_t option)
{
    if (option == TELNET_OPTION_TTYPE)
        r->t->flags &= (uint8_t)~TTYPE_PENDING;
    else if (option == TELNET_OPTION_NEW_ENVIRON)
        r->t->flags &= (uint8_t)~ENVIRON_PENDING;
    else if (option == TELNET_OPTION_CHARSET)
        r->t->flags &= (uint8_t)~CHARSET_PENDING;
}

static void refuse_once(struct telnet_call *r, int side, uint8_t option)
{
    uint32_t *word = &r->t->refused[side][option / 32], bit = UINT32_C(1) << option % 32;
    if (*word & bit)
        return;
    *word |= bit;
    say_option(r->out, side, TELNET_SAY_OFF, option);
}

void telnet_heard_verb(struct telnet_call *r, uint8_t verb, uint8_t option)
{
    struct telnet *t = r->t;
    int side = verb == CMD_WILL || verb == CMD_WONT ? THEM : US;
    bool on = verb == CMD_WILL || verb == CMD_DO;
    // TIMING-MARK is no option that stays on, but a question that needs an answer each time (RFC
    // 860): telnet programs discard the server's output from their interrupt key until the mark
    // comes.
    if (verb == CMD_DO && option == TELNET_OPTION_TIMING_MARK) {
        TELNET_SEND(r->out, IAC, CMD_WILL, TELNET_OPTION_TIMING_MARK);
        return;
    }
    int row = find_row(option, side);
    enum telnet_q was = row < 0 ? TELNET_Q_NO : row_state(t, row), q;
    bool wanted = row >= 0 && (t->q[row] & Q_WANTED);
    if (was == TELNET_Q_NO && !wanted) {
        if (on)
            refuse_once(r, side, option);
        return;
    }
    enum telnet_say say;
    q = telnet_option_heard(was, on, wanted, &say);
    set_row_state(t, row, q);
    say_option(r->out, side, say, option);
    if (q == was || (q != TELNET_Q_YES && q != TELNET_Q_NO))
        return;
    if (q == TELNET_Q_YES)
        option_on(r, option);
    else
        option_off(r, option);
    telnet_emit(r,
                &(struct telnet_event){.kind = TELNET_EVENT_OPTION,
                                       .option = {(enum telnet_option)option, q == TELNET_Q_YES}});
}

void telnet_open(struct telnet *t, size_t sub_limit, struct buf *out)
{
    t->sub_limit = (uint16_t)(sub_limit < TELNET_SUB_MAX ? sub_limit : TELNET_SUB_MAX);
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].opening)
            wish(t, i, true, out);
    }
}

bool telnet_agreed(const struct telnet *t, enum telnet_option option)
{
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].option == option && row_state(t, i) == TELNET_Q_YES)
            return true;
    }
    return false;
}

bool telnet_settled(const struct telnet *t)
{
    for (int i = 0; i < ROWS; i++) {
        if (rows[i].opening && row_state(t, i) == TELNET_Q_WANTYES)
            return false;
    }
    return !(t->flags & (TTYPE_PENDING | ENVIRON_PENDING | CHARSET_PENDING));
}

void telnet_offer(struct telnet *t, enum telnet_option option, bool on, struct buf *out)
{
    int row = find_row((uint8_t)option, US);
    if (row >= 0)
        wish(t, row, on, out);
}

void telnet_echo(struct telnet *t, bool on, struct buf *out)
{
    telnet_offer(t, TELNET_OPTION_ECHO, on, out);
}

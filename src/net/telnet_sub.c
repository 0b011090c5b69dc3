// Subnegotiations: collects the payload of agreed options up to the limit, and turns what clients
// tell about themselves into events. Loop thread only. The payload lives from the option byte to
// SE; of options that are not agreed nothing is kept, but the same limit holds.
#include "net/telnet_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"

enum { SUB_FIRST = 64 };

static uint32_t text_hash(const char *text) // FNV-1a, to see whether two replies are equal
{
    uint32_t h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (uint8_t)*text) * 16777619u;
    return h;
}

static void heard_ttype(struct telnet_call *r, char *p, size_t n)
{
    struct telnet *t = r->t;
    if (n < 1 || p[0] != TTYPE_IS || !(t->flags & TTYPE_PENDING))
        return;
    t->flags &= (uint8_t)~TTYPE_PENDING;
    unsigned reply = ++t->ttype_replies;
    size_t length = telnet_payload_clean(p + 1, n - 1);
    uint32_t hash = text_hash(p + 1);
    struct telnet_event e = {.kind = TELNET_EVENT_MTTS};
    bool again = reply > 1 && hash == t->last_ttype;
    bool mtts = strncmp(p + 1, "MTTS ", 5) == 0 && telnet_payload_mtts(p + 1, &e.mtts);
    t->last_ttype = hash;
    if (mtts || again || length == 0)
        t->flags |= TTYPE_DONE;
    telnet_ask_ttype(t, r->out);
    if (!mtts)
        e = (struct telnet_event){.kind = TELNET_EVENT_TERMINAL, .terminal = {p + 1, reply}};
    if (!again && length)
        telnet_emit(r, &e);
}

static void heard_environ(struct telnet_call *r, char *p, size_t n)
{
    struct telnet_environ e;
    if (!telnet_environ_init(&e, p, n))
        return;
    r->t->flags &= (uint8_t)~ENVIRON_PENDING;
    struct telnet_event v = {.kind = TELNET_EVENT_VARIABLE}, m = {.kind = TELNET_EVENT_MTTS};
    while (!r->stopped && telnet_environ_next(&e, &v.variable.name, &v.variable.value)) {
        telnet_emit(r, &v);
        if (v.variable.name == TELNET_VARIABLE_MTTS &&
            telnet_payload_mtts(v.variable.value, &m.mtts))
            telnet_emit(r, &m);
    }
}

// The client requests a charset. If its request crosses the server's, the server's wins, as RFC
// 2066 says: while ours is unanswered, the client's is rejected.
static void charset_asked(struct telnet_call *r, const char *p, size_t n)
{
    if ((r->t->flags & CHARSET_PENDING) || !telnet_payload_lists_utf8(p, n)) {
        TELNET_SEND(r->out, IAC, CMD_SB, TELNET_OPTION_CHARSET, CHARSET_REJECTED, IAC, CMD_SE);
        return;
    }
    TELNET_SEND(r->out, IAC, CMD_SB, TELNET_OPTION_CHARSET, CHARSET_ACCEPTED);
    buf_adds(r->out, "UTF-8");
    TELNET_SEND(r->out, IAC, CMD_SE);
    telnet_emit(r, &(struct telnet_event){.kind = TELNET_EVENT_CHARSET, .utf8 = true});
}

static void heard_charset(struct telnet_call *r, const char *p, size_t n)
{
    if (n < 1)
        return;
    if (p[0] == CHARSET_REQUEST) {
        charset_asked(r, p + 1, n - 1);
        return;
    }
    if ((p[0] != CHARSET_ACCEPTED && p[0] != CHARSET_REJECTED) || !(r->t->flags & CHARSET_PENDING))
        return;
    r->t->flags &= (uint8_t)~CHARSET_PENDING;
    bool utf8 = p[0] == CHARSET_ACCEPTED && telnet_payload_is_utf8(p + 1, n - 1);
    telnet_emit(r, &(struct telnet_event){.kind = TELNET_EVENT_CHARSET, .utf8 = utf8});
}

static void heard_sub(struct telnet_call *r, uint8_t option, char *p, size_t n)
{
    struct telnet_event e = {.kind = TELNET_EVENT_WINDOW};
    switch (option) {
    case TELNET_OPTION_NAWS:
        if (telnet_payload_window(p, n, &e.window.width, &e.window.height))
            telnet_emit(r, &e);
        break;
    case TELNET_OPTION_TTYPE:
        heard_ttype(r, p, n);
        break;
    case TELNET_OPTION_NEW_ENVIRON:
        heard_environ(r, p, n);
        break;
    case TELNET_OPTION_CHARSET:
        heard_charset(r, p, n);
        break;
    case TELNET_OPTION_GMCP:
        telnet_emit_data(r, TELNET_EVENT_GMCP, p, n);
        break;
    }
}

static size_t sub_limit(const struct telnet *t)
{
    return t->sub_limit ? t->sub_limit : TELNET_SUB_DEFAULT;
}

// bytes to allocate for `len`, one more for a NUL
static size_t sub_room(const struct telnet *t, size_t len)
{
    size_t room = SUB_FIRST;
    while (room <= len)
        room *= 2;
    return room > sub_limit(t) + 1 ? sub_limit(t) + 1 : room;
}

// Only an agreed option's payload is kept; of all others the bytes are counted and dropped.
void telnet_sub_begin(struct telnet_call *r, uint8_t option)
{
    assert(!r->t->sub); // the one before was ended
    struct telnet *t = r->t;
    t->arg = option;
    t->sub_len = t->sub_wire = 0;
    t->state = SUB;
    if (telnet_agreed(t, (enum telnet_option)option))
        t->sub = mem_alloc(sub_room(t, 0));
}

void telnet_sub_end(struct telnet_call *r)
{
    struct telnet *t = r->t;
    char *p = t->sub;
    t->sub = NULL;
    t->state = DATA;
    if (!p)
        return;
    assert(t->sub_len <= sub_limit(t));
    p[t->sub_len] = '\0';
    heard_sub(r, t->arg, p, t->sub_len);
    free(p);
}

bool telnet_sub_is_whole_window(const struct telnet *t)
{
    return t->sub && t->arg == TELNET_OPTION_NAWS && t->sub_len == 4 && (uint8_t)t->sub[3] == IAC;
}

void telnet_sub_add(struct telnet_call *r, const uint8_t *p, size_t n, size_t wire)
{
    assert(r->t->sub_wire <= sub_limit(r->t));
    struct telnet *t = r->t;
    if (wire > sub_limit(t) - t->sub_wire) {
        t->flags |= BROKEN;
        free(t->sub);
        t->sub = NULL;
        return;
    }
    t->sub_wire = (uint16_t)(t->sub_wire + wire);
    if (!t->sub)
        return;
    size_t room = sub_room(t, t->sub_len + n);
    if (room != sub_room(t, t->sub_len))
        t->sub = mem_realloc(t->sub, room);
    memcpy(t->sub + t->sub_len, p, n);
    t->sub_len = (uint16_t)(t->sub_len + n);
}

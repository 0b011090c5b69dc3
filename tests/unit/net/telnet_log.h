// Writes the codec's events down as text, one a line, runs of data joined: two ways of feeding the
// same bytes can be compared, and a test can say what it expects as one string.
#ifndef TESTS_TELNET_LOG_H
#define TESTS_TELNET_LOG_H

#include <stdbool.h>
#include <stdlib.h>

#include "net/telnet.h"
#include "util/buf.h"

struct telnet_log {
    struct buf text;
    bool in_data;
    size_t events;     // reported so far
    size_t stop_after; // says stop at this event; 0 = never
    size_t data_bytes;
};

static inline void telnet_log_break(struct telnet_log *l)
{
    if (l->in_data)
        buf_addc(&l->text, '\n');
    l->in_data = false;
}

static inline void telnet_log_bytes(struct telnet_log *l, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n')
            buf_adds(&l->text, "\\n");
        else if (c >= ' ' && c <= '~' && c != '\\')
            buf_addc(&l->text, (char)c);
        else
            buf_addf(&l->text, "\\x%02x", c);
    }
}

static inline void telnet_log_data(struct telnet_log *l, const char *bytes, size_t n)
{
    if (!l->in_data)
        buf_adds(&l->text, "data ");
    l->in_data = true;
    l->data_bytes += n;
    telnet_log_bytes(l, bytes, n);
}

static inline void telnet_log_line(struct telnet_log *l, const struct telnet_event *e)
{
    switch (e->kind) {
    case TELNET_EVENT_DATA:
        break;
    case TELNET_EVENT_OPTION:
        buf_addf(&l->text, "option %d %s", e->option.option, e->option.on ? "on" : "off");
        break;
    case TELNET_EVENT_WINDOW:
        buf_addf(&l->text, "window %u %u", e->window.width, e->window.height);
        break;
    case TELNET_EVENT_TERMINAL:
        buf_addf(&l->text, "terminal %u %s", e->terminal.reply, e->terminal.text);
        break;
    case TELNET_EVENT_MTTS:
        buf_addf(&l->text, "mtts %u", e->mtts);
        break;
    case TELNET_EVENT_VARIABLE:
        buf_addf(&l->text, "variable %s=%s", telnet_variable_name(e->variable.name),
                 e->variable.value);
        break;
    case TELNET_EVENT_CHARSET:
        buf_addf(&l->text, "charset %s", e->utf8 ? "UTF-8" : "refused");
        break;
    case TELNET_EVENT_GMCP:
        buf_adds(&l->text, "gmcp ");
        telnet_log_bytes(l, e->data.bytes, e->data.n);
        break;
    case TELNET_EVENT_ARE_YOU_THERE:
        buf_adds(&l->text, "are you there");
        break;
    case TELNET_EVENT_INTERRUPT:
        buf_adds(&l->text, "interrupt");
        break;
    case TELNET_EVENT_ERASE_CHAR:
        buf_adds(&l->text, "erase char");
        break;
    case TELNET_EVENT_ERASE_LINE:
        buf_adds(&l->text, "erase line");
        break;
    }
    buf_addc(&l->text, '\n');
}

static inline bool telnet_log_event(void *arg, const struct telnet_event *e)
{
    struct telnet_log *l = arg;
    l->events++;
    if (e->kind == TELNET_EVENT_DATA) {
        telnet_log_data(l, e->data.bytes, e->data.n);
    } else {
        telnet_log_break(l);
        telnet_log_line(l, e);
    }
    return l->events != l->stop_after;
}

static inline const char *telnet_log_text(struct telnet_log *l)
{
    telnet_log_break(l);
    return buf_str(&l->text);
}

// One connection under test.
struct telnet_rig {
    struct telnet t;
    struct buf out;
    struct telnet_log log;
    struct telnet_sink sink;
};

static inline void telnet_rig_init(struct telnet_rig *r) // past its opening, which is forgotten
{
    *r = (struct telnet_rig){0};
    r->sink = (struct telnet_sink){telnet_log_event, &r->log};
    telnet_open(&r->t, TELNET_SUB_DEFAULT, &r->out);
    buf_clear(&r->out);
}

static inline void telnet_rig_fini(struct telnet_rig *r)
{
    telnet_fini(&r->t);
    buf_fini(&r->out);
    buf_fini(&r->log.text);
}

static inline enum telnet_outcome telnet_rig_feed(struct telnet_rig *r, const void *p, size_t n)
{
    // An exact copy on the heap, so that a sanitizer sees a read beyond the end.
    char *copy = malloc(n ? n : 1);
    memcpy(copy, p, n);
    enum telnet_outcome outcome = telnet_receive(&r->t, copy, n, &r->out, &r->sink);
    free(copy);
    return outcome;
}

#endif

// Input lines of one connection. Loop thread only. It keeps only the half-typed line: rates, queues
// and what a line means are decided by the caller.
#include "net/line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/screen.h"

enum { ROOM_FIRST = 64 };

static size_t room_for(const struct line *l, size_t len) // one byte more, for the NUL
{
    size_t room = ROOM_FIRST;
    while (room <= len)
        room *= 2;
    return room > (size_t)l->limit + 1 ? (size_t)l->limit + 1 : room;
}

static void line_release(char *text, size_t len)
{
    if (!text)
        return;
    explicit_bzero(text, len);
    free(text);
}

void line_init(struct line *l, size_t limit)
{
    *l = (struct line){0};
    if (limit == 0)
        limit = 1;
    l->limit = (uint16_t)(limit > LINE_LIMIT_MAX ? LINE_LIMIT_MAX : limit);
}

void line_fini(struct line *l)
{
    line_erase(l);
}

void line_erase(struct line *l)
{
    line_release(l->text, l->len);
    l->text = NULL;
    l->len = 0;
    l->utf8 = (struct utf8in){0};
    l->dropping = false;
}

void line_erase_char(struct line *l)
{
    while (l->len > 0) {
        char gone = l->text[--l->len];
        l->text[l->len] = '\0';
        if (((uint8_t)gone & 0xC0) != 0x80)
            break;
    }
}

bool line_pending(const struct line *l)
{
    return l->len > 0 || l->dropping;
}

// Not realloc: it would leave an unwiped copy behind.
static void append(struct line *l, const char *p, unsigned n)
{
    assert(n && (size_t)l->len + n <= l->limit);
    size_t room = room_for(l, (size_t)l->len + n);
    if (!l->text || room != room_for(l, l->len)) {
        char *text = mem_alloc(room);
        if (l->len)
            memcpy(text, l->text, l->len);
        line_release(l->text, l->len);
        l->text = text;
    }
    memcpy(l->text + l->len, p, n);
    l->len = (uint16_t)(l->len + n);
}

static bool line_finish(struct line *l, const struct line_sink *sink)
{
    assert(l->text || !l->len);
    bool reported = l->dropping; // as too long
    char *text = l->text;
    size_t n = l->len;
    l->text = NULL;
    l->len = 0;
    l->dropping = false;
    bool go_on = true;
    if (text)
        text[n] = '\0';
    if (!reported)
        go_on = sink->line(sink->arg, LINE_DONE, text ? text : "", n);
    line_release(text, n);
    return go_on;
}

static bool line_overflow(struct line *l, const struct line_sink *sink)
{
    line_erase(l);
    l->dropping = true;
    return sink->line(sink->arg, LINE_TOO_LONG, "", 0);
}

// Takes the printable ASCII that the bytes begin with, as far as the line has room for it; returns
// how many bytes that were. 0: look at the next byte by itself.
static size_t feed_ascii(struct line *l, const char *bytes, size_t n)
{
    if (l->utf8.have || l->dropping)
        return 0;
    size_t room = (size_t)l->limit - l->len, run = screen_ascii(bytes, n < room ? n : room);
    if (run) {
        l->utf8 = (struct utf8in){0};
        append(l, bytes, (unsigned)run);
    }
    return run;
}

bool line_feed(struct line *l, const char *bytes, size_t n, const struct line_sink *sink)
{
    assert(sink && sink->line);
    for (size_t i = 0; i < n; i++) {
        i += feed_ascii(l, bytes + i, n - i);
        if (i == n)
            break;
        char c[4];
        unsigned size = utf8in_next(&l->utf8, (uint8_t)bytes[i], c);
        bool go_on = true;
        if (size == 1 && c[0] == '\n')
            go_on = line_finish(l, sink);
        else if (size == 0 || l->dropping)
            continue;
        else if (c[0] == '\b' || c[0] == 0x7F)
            line_erase_char(l);
        else if ((size_t)l->len + size > l->limit)
            go_on = line_overflow(l, sink);
        else
            append(l, c, size);
        if (!go_on)
            return false;
    }
    return true;
}

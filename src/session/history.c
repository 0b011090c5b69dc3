// A short list of lines in one piece of memory, the oldest first; allocated when the first line is
// kept. Most lines are of a few letters, so each in memory of its own would cost four times as
// much.
#include "session/history.h"

#include "session/session_priv.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// The memory grows by so many bytes.
enum { HISTORY_STEP = 48 };

_Static_assert(HISTORY_LINES *(HISTORY_LINE_MAX + 1) + HISTORY_STEP <= UINT16_MAX,
               "the sizes of a history are kept in 16 bits");

bool history_is_command(const char *line)
{
    return !strcasecmp(line, "history");
}

// The n-th line, from 0.
static const char *history_at(const struct session *s, unsigned n)
{
    assert(n < s->history_count);
    const char *line = s->history;
    while (n--)
        line += strlen(line) + 1;
    return line;
}

void history_list(const struct session *s, struct buf *out)
{
    loopguard_check("history_list()");
    if (!s->history_count)
        buf_adds(out, "You have typed nothing yet.\n");
    for (unsigned i = 0; i < s->history_count; i++)
        buf_addf(out, "%2u) %s\n", i + 1, history_at(s, i));
}

bool history_recall(const struct session *s, const char *line, struct buf *out)
{
    loopguard_check("history_recall()");
    assert(*line == '!');
    const char *what = line + 1;
    unsigned n = s->history_count;
    if (!n)
        return false;
    if (!*what || !strcmp(what, "!")) {
        buf_adds(out, history_at(s, n - 1));
        return true;
    }
    char *end;
    unsigned long number = strtoul(what, &end, 10);
    if (!*end) {
        if (number < 1 || number > n)
            return false;
        buf_adds(out, history_at(s, (unsigned)number - 1));
        return true;
    }
    while (n--)
        if (!strncasecmp(history_at(s, n), what, strlen(what))) {
            buf_adds(out, history_at(s, n));
            return true;
        }
    return false;
}

static void drop_oldest(struct session *s)
{
    assert(s->history_count && s->history_last);
    size_t n = strlen(s->history) + 1;
    memmove(s->history, s->history + n, s->history_bytes - n);
    s->history_bytes = (uint16_t)(s->history_bytes - n);
    s->history_last = (uint16_t)(s->history_last - n);
    s->history_count--;
}

void history_add(struct session *s, const char *line)
{
    loopguard_check("history_add()");
    assert(s->history_count <= HISTORY_LINES);
    size_t length = strlen(line);
    if (!length || length > HISTORY_LINE_MAX)
        return;
    if (s->history_count && !strcmp(s->history + s->history_last, line))
        return;
    if (s->history_count == HISTORY_LINES)
        drop_oldest(s);
    size_t want = s->history_bytes + length + 1;
    if (want > s->history_room) {
        s->history_room = (uint16_t)((want + HISTORY_STEP - 1) / HISTORY_STEP * HISTORY_STEP);
        s->history = mem_realloc(s->history, s->history_room);
    }
    memcpy(s->history + s->history_bytes, line, length + 1);
    s->history_last = s->history_bytes;
    s->history_bytes = (uint16_t)want;
    s->history_count++;
}

void history_free(struct session *s)
{
    loopguard_check("history_free()");
    free(s->history);
    s->history = NULL;
    s->history_count = s->history_last = s->history_bytes = s->history_room = 0;
}

// A short list of lines, the oldest first; allocated when the first line is kept.
#include "session/history.h"

#include "session/session_priv.h"
#include "util/loopguard.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool history_is_command(const char *line)
{
    return !strcasecmp(line, "history");
}

void history_list(const struct session *s, struct buf *out)
{
    loopguard_check("history_list()");
    if (!s->history_count)
        buf_adds(out, "You have typed nothing yet.\n");
    for (unsigned i = 0; i < s->history_count; i++)
        buf_addf(out, "%2u) %s\n", i + 1, s->history[i]);
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
        buf_adds(out, s->history[n - 1]);
        return true;
    }
    char *end;
    unsigned long number = strtoul(what, &end, 10);
    if (!*end) {
        if (number < 1 || number > n)
            return false;
        buf_adds(out, s->history[number - 1]);
        return true;
    }
    while (n--)
        if (!strncasecmp(s->history[n], what, strlen(what))) {
            buf_adds(out, s->history[n]);
            return true;
        }
    return false;
}

void history_add(struct session *s, const char *line)
{
    loopguard_check("history_add()");
    assert(s->history_count <= HISTORY_LINES);
    size_t length = strlen(line);
    if (!length || length > HISTORY_LINE_MAX)
        return;
    if (s->history_count && !strcmp(s->history[s->history_count - 1], line))
        return;
    if (!s->history)
        s->history = mem_calloc(HISTORY_LINES, sizeof(char *));
    char *memory = NULL;
    if (s->history_count == HISTORY_LINES) {
        memory = s->history[0];
        s->history_count--;
        memmove(s->history, s->history + 1, s->history_count * sizeof(char *));
    }
    // the line that goes makes room for the one that comes
    if (!memory || strlen(memory) < length) {
        free(memory);
        memory = mem_alloc(length + 1);
    }
    memcpy(memory, line, length + 1);
    s->history[s->history_count++] = memory;
}

void history_free(struct session *s)
{
    loopguard_check("history_free()");
    for (unsigned i = 0; i < s->history_count; i++)
        free(s->history[i]);
    free(s->history);
    s->history = NULL;
    s->history_count = 0;
}

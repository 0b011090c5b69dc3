// A context in which Ann, who stands in the room, has typed a line; and the texts that she gets.
#ifndef TESTS_COMMAND_TYPED_KIT_H
#define TESTS_COMMAND_TYPED_KIT_H

#include "../world/play_kit.h"

#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/attr/aliases.h"

static struct context c;
static struct thing *ann;

static inline void typed_begin(void)
{
    commands_know();
    play_begin();
    context_init(&c, w, &ls);
    ann = play_player("Ann", 1, room);
    name_set(ann, "Ann");
    context_begin(&c, ann, "", 1000000);
    c.where = c.location = room;
    c.command = command_find("get");
    c.typed = true;
}

static inline void typed_end(void)
{
    context_fini(&c);
    play_end();
}

// `names` are aliases, with spaces between.
static inline struct thing *typed_thing(const char *label, const char *name, const char *names,
                                        unsigned flags, struct thing *in)
{
    char *copy = mem_strdup(names), *rest = copy;
    const char *list[8];
    size_t n = 0;
    struct thing *t = limbo_new(w, flags, label);
    name_set(t, name);
    for (char *word; (word = strsep(&rest, " "));)
        if (*word)
            list[n++] = word;
    aliases_set(t, list, n);
    free(copy);
    return play_put(t, in);
}

static inline void typed_line(const char *line)
{
    report_clear(c.report);
    words_set(&c.words, line);
}

// The texts that Ann got since then, without the last end of a line.
static inline const char *typed_told(void)
{
    struct buf *b = report_buf(&c);
    if (b->len && b->data[b->len - 1] == '\n')
        buf_truncate(b, b->len - 1);
    return buf_str(b);
}

#endif

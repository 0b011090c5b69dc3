// The list of what a command has changed: each change once, in the order in which they first
// happened. Accesses no thing. Runs on the thread that steps the command.
#include "lock/changes.h"

#include "util/mem.h"

#include <stdlib.h>
#include <string.h>

void changes_init(struct changes *c)
{
    c->count = 0;
    c->cap = CHANGES_INLINE;
    c->over = false;
    c->list = c->inline_list;
}

void changes_fini(struct changes *c)
{
    if (c->list != c->inline_list)
        free(c->list);
    changes_init(c);
}

void changes_clear(struct changes *c)
{
    c->count = 0;
    c->over = false;
}

static void grow(struct changes *c)
{
    bool inlined = c->list == c->inline_list;
    c->cap *= 2;
    c->list = mem_realloc_array(inlined ? NULL : c->list, c->cap, sizeof(*c->list));
    if (inlined)
        memcpy(c->list, c->inline_list, sizeof(c->inline_list));
}

void changes_note(struct changes *c, struct place *p, unsigned what)
{
    size_t stop = c->count > CHANGES_LOOKED_BACK ? c->count - CHANGES_LOOKED_BACK : 0;
    for (size_t i = c->count; i-- > stop;)
        if (c->list[i].place == p && c->list[i].what == what)
            return;
    if (c->count == CHANGES_MAX) {
        c->over = true;
        return;
    }
    if (c->count == c->cap)
        grow(c);
    c->list[c->count++] = (struct changes_entry){.place = p, .what = (uint8_t)what};
}

void changes_ended(struct changes *c, struct place *p, const char *label, uint16_t identity)
{
    size_t kept = 0;
    bool told = false;
    for (size_t i = 0; i < c->count; i++) {
        if (c->list[i].place != p) {
            c->list[kept++] = c->list[i];
        } else if (!told) {
            c->list[kept++] =
                (struct changes_entry){.label = label, .identity = identity, .what = CHANGES_ENDED};
            told = true;
        }
    }
    c->count = kept;
}

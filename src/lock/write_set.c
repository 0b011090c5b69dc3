// The list of what a command has changed: each change once, in the order in which they first
// happened. Accesses no thing. Runs on the thread that steps the command.
#include "lock/write_set.h"

#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void write_set_init(struct write_set *c)
{
    c->count = 0;
    c->cap = WRITE_SET_INLINE;
    c->over = false;
    c->list = c->inline_list;
}

void write_set_fini(struct write_set *c)
{
    if (c->list != c->inline_list)
        free(c->list);
    write_set_init(c);
}

void write_set_clear(struct write_set *c)
{
    assert(c->list);
    c->count = 0;
    c->over = false;
}

static void grow(struct write_set *c)
{
    bool inlined = c->list == c->inline_list;
    c->cap *= 2;
    c->list = mem_realloc_array(inlined ? NULL : c->list, c->cap, sizeof(*c->list));
    if (inlined)
        memcpy(c->list, c->inline_list, sizeof(c->inline_list));
}

void write_set_note(struct write_set *c, struct place *p, unsigned what)
{
    assert(c->count <= c->cap);
    size_t stop = c->count > WRITE_SET_LOOKED_BACK ? c->count - WRITE_SET_LOOKED_BACK : 0;
    for (size_t i = c->count; i-- > stop;)
        if (c->list[i].place == p && c->list[i].what == what)
            return;
    if (c->count == WRITE_SET_MAX) {
        c->over = true;
        return;
    }
    if (c->count == c->cap)
        grow(c);
    c->list[c->count++] = (struct write_set_entry){.place = p, .what = (uint8_t)what};
}

void write_set_ended(struct write_set *c, struct place *p, const char *label, uint16_t identity)
{
    size_t kept = 0;
    bool told = false;
    for (size_t i = 0; i < c->count; i++) {
        if (c->list[i].place != p) {
            c->list[kept++] = c->list[i];
        } else if (!told) {
            c->list[kept++] = (struct write_set_entry){
                .label = label, .identity = identity, .what = WRITE_SET_ENDED};
            told = true;
        }
    }
    c->count = kept;
}

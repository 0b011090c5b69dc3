// The table of marks: filled while the world is built, constant afterwards.
#include "world/mark.h"

#include "lock/hooks.h"
#include "util/map.h"
#include "util/mem.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>

struct mark_table {
    struct map *by_ref; // ref → struct mark, owned
};

struct mark_table *mark_table_new(void)
{
    struct mark_table *table = mem_new(struct mark_table);
    table->by_ref = map_new();
    return table;
}

void mark_table_free(struct mark_table *table)
{
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(table->by_ref, &it, &key, &value)) {
        free(((struct mark *)value)->places);
        free(value);
    }
    map_free(table->by_ref);
    free(table);
}

static const char *mark_text(struct world *w, const char *text)
{
    return text ? world_intern(w, text) : NULL;
}

const struct mark *mark_define(struct world *w, const struct mark *like)
{
    assert(like->ref);
    hooks_built("the marks of players");
    struct map *by_ref = world_marks_peek(w)->by_ref;
    if (map_get(by_ref, like->ref))
        return NULL;
    struct mark *m = mem_new(struct mark);
    *m = (struct mark){.ref = world_intern(w, like->ref),
                       .title = mark_text(w, like->title),
                       .text = mark_text(w, like->text),
                       .score = mark_text(w, like->score),
                       .announce = mark_text(w, like->announce)};
    map_put(by_ref, m->ref, m);
    return m;
}

void mark_announce_in(struct world *w, const struct mark *m, struct thing *place)
{
    assert(m && place);
    hooks_built("the marks of players");
    struct mark *mine = map_get(world_marks_peek(w)->by_ref, m->ref);
    mine->places = mem_realloc_array(mine->places, mine->place_count + 1, sizeof(*mine->places));
    mine->places[mine->place_count++] = place;
}

// Only the checks after the decoding of rules read this; characters that are read later grant
// nothing.
void mark_granted(struct world *w, const struct mark *m)
{
    struct mark *mine = map_get(world_marks_peek(w)->by_ref, m->ref);
    if (!mine->granted)
        mine->granted = true;
}

const struct mark *mark_find(const struct world *w, const char *ref)
{
    assert(ref);
    return map_get(world_marks_peek(w)->by_ref, ref);
}

// Marks: achievements that a zone defines. The marks that a player has are an attribute of the
// player (world/attr/marks.h).
//
// Threads: building on one thread; afterwards everything here is read-only.
#ifndef WORLD_MARK_H
#define WORLD_MARK_H

#include <stdbool.h>
#include <stddef.h>

struct thing;
struct world;

struct mark {
    const char *ref;      // "zone:ref", never freed
    const char *title;    // behind the player's name in WHO and LOOK; NULL: none
    const char *text;     // what the player sees on getting it; NULL: nothing
    const char *score;    // its line in SCORE; NULL: none
    const char *announce; // what is seen in `places` when somebody gets it; NULL: nothing
    struct thing **places;
    size_t place_count;
    bool granted; // some rule grants it
};

// Building: adds a mark; NULL when that ref exists already. All texts are copied.
const struct mark *mark_define(struct world *w, const struct mark *like);
void mark_announce_in(struct world *w, const struct mark *m, struct thing *place);
void mark_granted(struct world *w, const struct mark *m);

const struct mark *mark_find(const struct world *w, const char *ref); // NULL when unknown

// For world.c.
struct mark_table;
struct mark_table *mark_table_new(void);
void mark_table_free(struct mark_table *table);

#endif

// Directions: names, short names, opposites. Pure.
#include "world/direction.h"

#include "util/doc.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name, *letters, *side;
    enum direction opposite;
} table[DIRECTIONS] = {
    [NORTH] = {"north", "n", "to the north", SOUTH},
    [NORTHEAST] = {"northeast", "ne", "to the northeast", SOUTHWEST},
    [EAST] = {"east", "e", "to the east", WEST},
    [SOUTHEAST] = {"southeast", "se", "to the southeast", NORTHWEST},
    [SOUTH] = {"south", "s", "to the south", NORTH},
    [SOUTHWEST] = {"southwest", "sw", "to the southwest", NORTHEAST},
    [WEST] = {"west", "w", "to the west", EAST},
    [NORTHWEST] = {"northwest", "nw", "to the northwest", SOUTHEAST},
    [UP] = {"up", "u", "above", DOWN},
    [DOWN] = {"down", "d", "below", UP},
};

const char *direction_name(enum direction d)
{
    assert((unsigned)d < DIRECTIONS);
    return table[d].name;
}

const char *direction_arrival(enum direction from)
{
    assert((unsigned)from < DIRECTIONS);
    const char *side = table[from].side;
    return strncmp(side, "to ", 3) ? side : side + 3;
}

const char *direction_side(enum direction d)
{
    assert((unsigned)d < DIRECTIONS);
    return table[d].side;
}

enum direction direction_opposite(enum direction d)
{
    assert((unsigned)d < DIRECTIONS);
    return table[d].opposite;
}

const char *direction_guess(const char *word)
{
    const char *names[DIRECTIONS + 1] = {NULL};
    for (int d = 0; d < DIRECTIONS; d++)
        names[d] = table[d].name;
    return doc_nearest(word, names);
}

void direction_complain(struct doc_problems *p, const struct doc *d, const struct doc_node *at,
                        const char *word)
{
    const char *near = direction_guess(word);
    doc_error(p, d, at, "bad direction \"%s\"%s%s%s", word, near ? ", did you mean \"" : "",
              near ? near : "", near ? "\"?" : "");
}

int direction_by_name(const char *word)
{
    assert(word);
    for (int d = 0; d < DIRECTIONS; d++)
        if (!strcmp(table[d].name, word) || !strcmp(table[d].letters, word))
            return d;
    return -1;
}

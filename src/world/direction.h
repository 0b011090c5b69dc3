// The ten directions. Pure.
#ifndef WORLD_DIRECTION_H
#define WORLD_DIRECTION_H

struct doc;
struct doc_node;
struct doc_problems;

enum direction {
    NORTH,
    NORTHEAST,
    EAST,
    SOUTHEAST,
    SOUTH,
    SOUTHWEST,
    WEST,
    NORTHWEST,
    UP,
    DOWN,
    DIRECTIONS,
};

const char *direction_name(enum direction d); // "north"
// Where a creature comes from, in words: "the north", "above".
const char *direction_arrival(enum direction from);
const char *direction_side(enum direction d); // "to the north", "above", "below"
enum direction direction_opposite(enum direction d);
// The name of a direction that is nearest to the word, for a message; NULL: none is near.
const char *direction_guess(const char *word);
// Complains of a word that is no direction, at its place in a document.
void direction_complain(struct doc_problems *p, const struct doc *d, const struct doc_node *at,
                        const char *word);
int direction_by_name(const char *word); // long or short name in lower case; -1 when it is none

#endif

// The ten directions. Pure.
#ifndef WORLD_DIRECTION_H
#define WORLD_DIRECTION_H

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

const char *direction_name(enum direction d);         // "north"
const char *direction_arrival(enum direction from);   // "the north", "above": where somebody comes from
enum direction direction_opposite(enum direction d);
int direction_by_name(const char *word); // long or short, lower case; -1 when it is none

#endif

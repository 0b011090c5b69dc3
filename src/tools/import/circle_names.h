// Names for the numbers in CircleMUD's files, for `properties` of zone files.
// Threads: any; constant.  Locks: none.
// Source: the manuals of CircleMUD 3.1 and tbaMUD for builders.
#ifndef TOOLS_IMPORT_CIRCLE_NAMES_H
#define TOOLS_IMPORT_CIRCLE_NAMES_H

#include "tools/import/circle_world.h"

enum circle_names {
    CIRCLE_ROOM_FLAGS,
    CIRCLE_SECTORS,
    CIRCLE_MOBILE_FLAGS,
    CIRCLE_AFFECTS,
    CIRCLE_OBJECT_TYPES,
    CIRCLE_OBJECT_FLAGS,
    CIRCLE_WEAR_FLAGS,
    CIRCLE_APPLIES,
    CIRCLE_POSITIONS,
    CIRCLE_ZONE_FLAGS,
    CIRCLE_TRIGGER_PLACES,
    CIRCLE_NAME_TABLES
};

enum circle_room_flag { CIRCLE_ROOM_PEACEFUL = 4 };
enum circle_mobile_flag {
    CIRCLE_MOBILE_SENTINEL = 1,
    CIRCLE_MOBILE_STAY_ZONE = 6,
    CIRCLE_MOBILE_NOKILL = 18,
};
enum circle_object_type {
    CIRCLE_OBJECT_LIGHT = 1,
    CIRCLE_OBJECT_CONTAINER = 15,
    CIRCLE_OBJECT_NOTE = 16,
};
enum circle_wear_flag {
    CIRCLE_WEAR_TAKE = 0,
    CIRCLE_WEAR_FIRST = 1, // finger; up to the last of the slots
    CIRCLE_WEAR_LAST = 12, // wrist
    CIRCLE_WEAR_WIELD = 13,
    CIRCLE_WEAR_HOLD = 14,
};
enum circle_lid {
    CIRCLE_LID_CLOSEABLE = 1,
    CIRCLE_LID_PICKPROOF = 2,
    CIRCLE_LID_CLOSED = 4,
    CIRCLE_LID_LOCKED = 8
};

// NULL when that number has no name.
const char *circle_names_get(enum circle_names table, int64_t number);
// The same for a bit of a vector: bits of affects begin one position later in files with four
// words.
const char *circle_names_bit(enum circle_names table, const struct circle_bits *bits, int bit);
const char *circle_names_direction(int direction); // of CircleMUD's own order, 0 to 9
int circle_names_opposite(int direction);

#endif

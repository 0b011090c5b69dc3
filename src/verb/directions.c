// The ten directions as commands.
#include "game/move.h"
#include "verb/commands.h"

#define DIRECTION(direction, word, letters)                                                        \
    static enum command_result run_##word(struct context *c)                                       \
    {                                                                                              \
        return move_actor(c, direction);                                                           \
    }                                                                                              \
    static const char *const aliases_##word[] = {letters, NULL};                                   \
    const struct command command_##word = {                                                        \
        .name = #word,                                                                             \
        .aliases = aliases_##word,                                                                 \
        .usage = #word,                                                                            \
        .summary = "go " #word,                                                                    \
        .most = 1,                                                                                 \
        .flags = COMMAND_MOBILE,                                                                   \
        .run = run_##word,                                                                         \
    };

DIRECTION(NORTH, north, "n")
DIRECTION(NORTHEAST, northeast, "ne")
DIRECTION(EAST, east, "e")
DIRECTION(SOUTHEAST, southeast, "se")
DIRECTION(SOUTH, south, "s")
DIRECTION(SOUTHWEST, southwest, "sw")
DIRECTION(WEST, west, "w")
DIRECTION(NORTHWEST, northwest, "nw")
DIRECTION(UP, up, "u")
DIRECTION(DOWN, down, "d")

// How a player's window wants its text.
#ifndef OUTPUT_STYLE_H
#define OUTPUT_STYLE_H

#include <stdbool.h>
#include <stdint.h>

struct style {
    uint16_t width;  // columns; 0: lines are not folded
    uint16_t height; // 0: unknown
    uint8_t colours; // 0: none, else 16
    bool utf8;       // else what is not ASCII is written in ASCII as well as can be
    bool screen_reader;
};

#define STYLE_INIT                                                                                 \
    {                                                                                              \
        80, 24, 0, true, false                                                                     \
    }

#endif

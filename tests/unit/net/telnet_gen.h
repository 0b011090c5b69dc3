// Makes what a telnet client might send, well-formed or not, from a random stream: for the tests
// that compare two readings of the same bytes.
#ifndef TESTS_TELNET_GEN_H
#define TESTS_TELNET_GEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "util/buf.h"

struct telnet_gen {
    uint64_t state;
    struct buf out;
    bool strict; // only what libtelnet reads as we do: see test_telnet_oracle.c
};

static inline unsigned telnet_gen_below(struct telnet_gen *g, unsigned n)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return (unsigned)((g->state >> 24) % n);
}

static inline void telnet_gen_byte(struct telnet_gen *g, unsigned b)
{
    buf_addc(&g->out, (char)b);
}

static inline unsigned telnet_gen_option(struct telnet_gen *g)
{
    static const uint8_t common[] = {24, 31, 39, 42, 25, 1, 3, 201, 24, 31, 39, 42, 25};
    unsigned option = telnet_gen_below(g, 4) ? common[telnet_gen_below(g, sizeof(common))]
                                             : telnet_gen_below(g, 256);
    if (g->strict && (option == 6 || option == 70 || option == 86))
        return 31;
    return option;
}

static inline void telnet_gen_text(struct telnet_gen *g)
{
    static const char *const words[] = {"look",          "\r\n",     "\n", "\r",       "a\r",
                                        "say h\xc3\xa9", "\xff\xff", " ",  "\x1b[31m", "\b",
                                        "\r\xff\xff"};
    unsigned pick = telnet_gen_below(g, sizeof(words) / sizeof(words[0]) + 1);
    if (pick == sizeof(words) / sizeof(words[0]))
        buf_add(&g->out, "\r", 2); // with its NUL
    else
        buf_adds(&g->out, words[pick]);
}

static inline void telnet_gen_payload_byte(struct telnet_gen *g, unsigned b)
{
    telnet_gen_byte(g, b);
    if (b == 255)
        telnet_gen_byte(g, b);
}

static inline void telnet_gen_words(struct telnet_gen *g, unsigned option)
{
    static const char *const ttype[] = {"xterm", "MTTS 271", "MTTS", "ANSI", "tintin++"};
    static const char *const names[] = {"MTTS", "CHARSET", "CLIENT_NAME", "USER", "", "MTTSX"};
    static const char *const values[] = {"UTF-8", "2349", "", "-f root", "\x1b[2J", "x"};
    static const char *const charset[] = {"\2UTF-8", "\2x", "\3", "\1;UTF-8", "\1 a b", "\4"};
    if (option == 24) {
        telnet_gen_byte(g, 0);
        buf_adds(&g->out, ttype[telnet_gen_below(g, 5)]);
    } else if (option == 31) {
        for (int i = 0; i < 4; i++)
            telnet_gen_payload_byte(g, telnet_gen_below(g, 3) ? 80 : telnet_gen_below(g, 256));
    } else if (option == 39) {
        telnet_gen_byte(g, telnet_gen_below(g, 2) * 2);
        for (unsigned n = 1 + telnet_gen_below(g, 4); n > 0; n--) {
            telnet_gen_byte(g, telnet_gen_below(g, 2) * 3);
            buf_adds(&g->out, names[telnet_gen_below(g, 6)]);
            telnet_gen_byte(g, 1);
            buf_adds(&g->out, values[telnet_gen_below(g, 6)]);
        }
    } else if (option == 42) {
        buf_adds(&g->out, charset[telnet_gen_below(g, 6)]);
    }
}

static inline void telnet_gen_sub(struct telnet_gen *g)
{
    unsigned option = telnet_gen_option(g);
    telnet_gen_byte(g, 255);
    telnet_gen_byte(g, 250);
    telnet_gen_byte(g, option);
    if (telnet_gen_below(g, 4)) {
        telnet_gen_words(g, option);
    } else if (!g->strict || option != 39) {
        unsigned n = telnet_gen_below(g, 8) ? telnet_gen_below(g, 12) : telnet_gen_below(g, 700);
        while (n--)
            telnet_gen_payload_byte(g, telnet_gen_below(g, 256));
    }
    if (!g->strict && telnet_gen_below(g, 16) == 0) {
        telnet_gen_byte(g, 255);
        telnet_gen_byte(g, telnet_gen_below(g, 256));
    }
    telnet_gen_byte(g, 255);
    bool lost = !g->strict && telnet_gen_below(g, 12) == 0;
    telnet_gen_byte(g, lost ? 236 + telnet_gen_below(g, 19) : 240);
}

static inline void telnet_gen_item(struct telnet_gen *g)
{
    switch (telnet_gen_below(g, 8)) {
    case 0:
    case 1:
        telnet_gen_text(g);
        break;
    case 2:
        telnet_gen_byte(g, 255);
        telnet_gen_byte(g, telnet_gen_below(g, 250));
        break;
    case 3:
    case 4:
        telnet_gen_sub(g);
        break;
    default:
        telnet_gen_byte(g, 255);
        telnet_gen_byte(g, 251 + telnet_gen_below(g, 4));
        telnet_gen_byte(g, telnet_gen_option(g));
        break;
    }
}

#endif

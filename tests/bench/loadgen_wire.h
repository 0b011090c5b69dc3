// Reading of what a telnet text server sends: prompt marks, the counter in the prompt, exits.
// Pure functions on borrowed bytes.  Threads: any.  Locks: none.
// Protocol: RFC 854 (IAC), RFC 885 (EOR mark), RFC 858 (GA).
#ifndef BENCH_LOADGEN_WIRE_H
#define BENCH_LOADGEN_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_IAC = 255,
    WIRE_DONT = 254,
    WIRE_DO = 253,
    WIRE_WILL = 251,
    WIRE_GA = 249,
    WIRE_EOR = 239,
    WIRE_OPTION_EOR = 25,
    WIRE_PROMPT_MAX = 64, // a prompt's counter is looked for in this many bytes before its mark
};

enum loadgen_direction {
    DIRECTION_NORTH,
    DIRECTION_EAST,
    DIRECTION_SOUTH,
    DIRECTION_WEST,
    DIRECTION_NORTHEAST,
    DIRECTION_NORTHWEST,
    DIRECTION_SOUTHEAST,
    DIRECTION_SOUTHWEST,
    DIRECTION_UP,
    DIRECTION_DOWN,
    DIRECTION_COUNT,
    DIRECTION_NONE = DIRECTION_COUNT,
};

enum loadgen_wire_kind {
    WIRE_NOTHING,   // no telnet command in these bytes
    WIRE_MARK,      // end of a prompt
    WIRE_OFFER_EOR, // IAC WILL EOR
    WIRE_OTHER,     // any other telnet command
};

struct loadgen_wire_command {
    enum loadgen_wire_kind kind;
    const uint8_t *at;   // its IAC
    const uint8_t *next; // the byte after it
};

// The first whole telnet command at or after `from`. A command cut off by `end` is not reported.
struct loadgen_wire_command loadgen_wire_next(const uint8_t *from, const uint8_t *end);
// The last prompt mark before `end`, searched backwards, so that a crowd's chatter before it costs
// nothing; NULL when there is none. Only for streams in which negotiation is over.
const uint8_t *loadgen_wire_last_mark(const uint8_t *from, const uint8_t *end);
// The counter in the prompt that ends at `mark`; false when that prompt holds none.
bool loadgen_wire_count(const uint8_t *from, const uint8_t *mark, uint64_t *count);
// One bit a direction for the open exits of the last exits line in text; `found` tells whether
// there was such a line at all.
unsigned loadgen_wire_exits(const char *text, size_t length, bool *found);

const char *loadgen_wire_direction(enum loadgen_direction d);
enum loadgen_direction loadgen_wire_opposite(enum loadgen_direction d);

#endif

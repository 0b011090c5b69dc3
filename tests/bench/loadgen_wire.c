// Finds prompt marks, prompt counters and exits in received bytes. Keeps nothing between calls:
// the caller carries bytes that a read cut off. Does not undo IAC IAC, because no text that the
// generator looks for can hold the byte 255 (it never occurs in UTF-8).
#include "loadgen_wire.h"

#include <ctype.h>
#include <string.h>

#include "loadgen_dialogue.h"

static const char *const direction_names[DIRECTION_COUNT] = {
    [DIRECTION_NORTH] = "north",
    [DIRECTION_EAST] = "east",
    [DIRECTION_SOUTH] = "south",
    [DIRECTION_WEST] = "west",
    [DIRECTION_NORTHEAST] = "northeast",
    [DIRECTION_NORTHWEST] = "northwest",
    [DIRECTION_SOUTHEAST] = "southeast",
    [DIRECTION_SOUTHWEST] = "southwest",
    [DIRECTION_UP] = "up",
    [DIRECTION_DOWN] = "down",
};

static const uint8_t direction_opposites[DIRECTION_COUNT] = {
    [DIRECTION_NORTH] = DIRECTION_SOUTH,
    [DIRECTION_EAST] = DIRECTION_WEST,
    [DIRECTION_SOUTH] = DIRECTION_NORTH,
    [DIRECTION_WEST] = DIRECTION_EAST,
    [DIRECTION_NORTHEAST] = DIRECTION_SOUTHWEST,
    [DIRECTION_NORTHWEST] = DIRECTION_SOUTHEAST,
    [DIRECTION_SOUTHEAST] = DIRECTION_NORTHWEST,
    [DIRECTION_SOUTHWEST] = DIRECTION_NORTHEAST,
    [DIRECTION_UP] = DIRECTION_DOWN,
    [DIRECTION_DOWN] = DIRECTION_UP,
};

struct loadgen_wire_command loadgen_wire_next(const uint8_t *from, const uint8_t *end)
{
    struct loadgen_wire_command found = {.kind = WIRE_NOTHING, .at = end, .next = end};
    const uint8_t *at = memchr(from, WIRE_IAC, (size_t)(end - from));
    if (!at || end - at < 2) {
        return found;
    }
    bool negotiates = at[1] >= WIRE_WILL && at[1] <= WIRE_DONT;
    if (negotiates && end - at < 3) {
        return found;
    }
    found.kind = WIRE_OTHER;
    found.at = at;
    found.next = at + (negotiates ? 3 : 2);
    if (at[1] == WIRE_EOR || at[1] == WIRE_GA) {
        found.kind = WIRE_MARK;
    } else if (at[1] == WIRE_WILL && at[2] == WIRE_OPTION_EOR) {
        found.kind = WIRE_OFFER_EOR;
    }
    return found;
}

const uint8_t *loadgen_wire_last_mark(const uint8_t *from, const uint8_t *end)
{
    while (end - from >= 2) {
        const uint8_t *at = memrchr(from, WIRE_IAC, (size_t)(end - from - 1));
        if (!at || at[1] == WIRE_EOR || at[1] == WIRE_GA) {
            return at;
        }
        end = at + 1;
    }
    return NULL;
}

bool loadgen_wire_count(const uint8_t *from, const uint8_t *mark, uint64_t *count)
{
    if (mark - from > WIRE_PROMPT_MAX) {
        from = mark - WIRE_PROMPT_MAX;
    }
    const uint8_t *at = memrchr(from, DIALOGUE_PROMPT_OPENS, (size_t)(mark - from));
    if (!at || at + 1 == mark || !isdigit(at[1])) {
        return false;
    }
    uint64_t value = 0;
    while (++at < mark && isdigit(*at)) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    *count = value;
    return at < mark;
}

static unsigned direction_bit(const char *word, size_t length)
{
    for (unsigned d = 0; d < DIRECTION_COUNT; d++) {
        const char *name = direction_names[d];
        if (strlen(name) == length && memcmp(name, word, length) == 0) {
            return 1U << d;
        }
    }
    return 0;
}

static const char *last_exits_line(const char *text, size_t length)
{
    const char *last = NULL;
    const char *end = text + length;
    const size_t needle = strlen(DIALOGUE_EXITS);
    const char *at = text;
    while ((at = memmem(at, (size_t)(end - at), DIALOGUE_EXITS, needle)) != NULL) {
        at += needle;
        last = at;
    }
    return last;
}

unsigned loadgen_wire_exits(const char *text, size_t length, bool *found)
{
    const char *end = text + length;
    const char *at = last_exits_line(text, length);
    *found = at != NULL;
    unsigned exits = 0;
    unsigned last = 0;
    while (at && at < end && *at != '\r' && *at != '\n') {
        if (!isalpha((unsigned char)*at)) {
            // "east (closed)": a remark in brackets means that this way is not simply open.
            if (*at == '(') {
                exits &= ~last;
            }
            at++;
            continue;
        }
        const char *word = at;
        while (at < end && isalpha((unsigned char)*at)) {
            at++;
        }
        last = direction_bit(word, (size_t)(at - word));
        exits |= last;
    }
    return exits;
}

const char *loadgen_wire_direction(enum loadgen_direction d)
{
    return d < DIRECTION_COUNT ? direction_names[d] : "nowhere";
}

enum loadgen_direction loadgen_wire_opposite(enum loadgen_direction d)
{
    return d < DIRECTION_COUNT ? (enum loadgen_direction)direction_opposites[d] : DIRECTION_NONE;
}

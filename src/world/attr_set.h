// A set of kinds of attributes, one bit each: which ones a thing has, and which have changed. As
// many words as the table of attributes needs, so what it costs to ask for one kind does not depend
// on how many there are.
//
// Threads: a set has no lock of its own; the rules of the struct that it is part of apply.
#ifndef WORLD_ATTR_SET_H
#define WORLD_ATTR_SET_H

#include "world/attr.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ATTR_WORD_BITS = 32,
    ATTR_WORDS = (ATTR_COUNT + ATTR_WORD_BITS - 1) / ATTR_WORD_BITS,
    ATTR_BYTES = ATTR_WORDS * (ATTR_WORD_BITS / 8),
};

struct attr_set {
    // Attribute n is bit n % 32 of word n / 32; bits of ATTR_COUNT and above are never set.
    uint32_t word[ATTR_WORDS];
};

// The index of the word that an attribute's bit is in. With a single word nothing is computed.
static inline unsigned attr_word(unsigned id)
{
    return ATTR_WORDS > 1 ? id / ATTR_WORD_BITS : 0;
}

static inline uint32_t attr_bit(unsigned id)
{
    return UINT32_C(1) << id % ATTR_WORD_BITS;
}

// The number of bits that are set. Inline, because compilers call a function for it on machines
// without an instruction.
static inline unsigned attr_bits(uint32_t word)
{
    word -= word >> 1 & 0x55555555;
    word = (word & 0x33333333) + (word >> 2 & 0x33333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f;
    return word * 0x01010101 >> 24;
}

// How many bits of each number below 128 are set: of a byte less its top bit.
extern const uint8_t attr_bits_below[128];

// The number of attributes of the set that stand in the same byte of it before this one.
static inline unsigned attr_set_before(const struct attr_set *s, unsigned id)
{
    uint32_t byte = s->word[attr_word(id)] >> (id % ATTR_WORD_BITS & ~7U);
    return attr_bits_below[byte & ((1U << id % 8) - 1)];
}

static inline bool attr_set_has(const struct attr_set *s, unsigned id)
{
    return s->word[attr_word(id)] & attr_bit(id);
}

static inline void attr_set_add(struct attr_set *s, unsigned id)
{
    s->word[attr_word(id)] |= attr_bit(id);
}

static inline void attr_set_remove(struct attr_set *s, unsigned id)
{
    s->word[attr_word(id)] &= ~attr_bit(id);
}

static inline bool attr_set_is_within(const struct attr_set *s, const struct attr_set *all)
{
    for (unsigned i = 0; i < ATTR_WORDS; i++)
        if (s->word[i] & ~all->word[i])
            return false;
    return true;
}

static inline unsigned attr_set_count(const struct attr_set *s)
{
    unsigned n = 0;
    for (unsigned i = 0; i < ATTR_WORDS; i++)
        n += attr_bits(s->word[i]);
    return n;
}

// The first attribute of the set with that number or a higher one; ATTR_COUNT when there is none.
static inline unsigned attr_set_next(const struct attr_set *s, unsigned from)
{
    if (from >= ATTR_COUNT)
        return ATTR_COUNT;
    unsigned i = attr_word(from);
    uint32_t rest = s->word[i] & ~(attr_bit(from) - 1);
    while (!rest) {
        if (++i == ATTR_WORDS)
            return ATTR_COUNT;
        rest = s->word[i];
    }
    return i * ATTR_WORD_BITS + attr_bits(~rest & (rest - 1));
}

// Visits each attribute of the set, in order of its number.
#define attr_set_foreach(id, s)                                                                    \
    for (unsigned id = attr_set_next((s), 0); id < ATTR_COUNT; id = attr_set_next((s), id + 1))

#endif

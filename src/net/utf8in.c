// The filter between what a player types and what other players see. Keeps at most three bytes of
// an unfinished character between calls. Which characters pass is decided by util/screen;
// confusable names and widths are left to the code that uses the text.
#include "net/utf8in.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static unsigned sequence_length(uint8_t lead)
{
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0; // a continuation byte, an overlong lead (C0, C1), or beyond U+10FFFF (F5..FF)
}

// The range of the second byte excludes overlong forms, surrogates and code points beyond the last.
static bool continues(const struct utf8in *u, uint8_t byte)
{
    uint8_t low = 0x80, high = 0xBF;
    if (u->have == 1) {
        switch (u->bytes[0]) {
        case 0xE0:
            low = 0xA0;
            break;
        case 0xED:
            high = 0x9F;
            break;
        case 0xF0:
            low = 0x90;
            break;
        case 0xF4:
            high = 0x8F;
            break;
        }
    }
    return byte >= low && byte <= high;
}

static uint32_t code_point(const struct utf8in *u)
{
    uint32_t c = u->bytes[0] & (0x7Fu >> u->need);
    for (unsigned i = 1; i < u->need; i++)
        c = c << 6 | (u->bytes[i] & 0x3F);
    return c;
}

static unsigned utf8in_start(struct utf8in *u, uint8_t byte, char out[4])
{
    u->have = u->need = 0;
    if (byte >= 0x80) {
        u->need = (uint8_t)sequence_length(byte);
        if (u->need)
            u->bytes[u->have++] = byte;
        return 0;
    }
    if (byte == '\t')
        byte = ' ';
    if (byte < ' ' && byte != '\n' && byte != '\b')
        return 0;
    // Erasing and typing again must not lift the limit on combining marks.
    if (byte >= ' ' && byte != 0x7f)
        u->screen = (struct screen){false, 0};
    out[0] = (char)byte;
    return 1;
}

unsigned utf8in_next(struct utf8in *u, uint8_t byte, char out[4])
{
    if (u->have == 0 || !continues(u, byte))
        return utf8in_start(u, byte, out);
    assert(u->have < u->need && u->need <= sizeof(u->bytes));
    u->bytes[u->have++] = byte;
    if (u->have < u->need)
        return 0;
    unsigned n = u->need;
    bool drop = !screen_takes(&u->screen, code_point(u));
    memcpy(out, u->bytes, n);
    u->have = u->need = 0;
    return drop ? 0 : n;
}

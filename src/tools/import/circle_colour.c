// Keeps nothing but the counts of a survey, which the caller owns.
#include "tools/import/circle_colour.h"

#include <assert.h>
#include <string.h>

#include "util/buf.h"
#include "util/screen.h"
#include "util/str.h"
#include "util/utf8.h"

enum { TAB_WIDTH = 8, FEW = 3 };

// The form of the codes of a lead: the sign, what comes before the letter, and the letters that end
// a colour.
static const struct {
    char sign;
    const char *between;
    const char *ends;
} leads[CIRCLE_LEADS] = {
    [CIRCLE_LEAD_AT] = {'@', "", "nN"},         [CIRCLE_LEAD_AMPERSAND] = {'&', "", "nNx0"},
    [CIRCLE_LEAD_CARET] = {'^', "", "nN0"},     [CIRCLE_LEAD_BRACE] = {'{', "", "xXnN0"},
    [CIRCLE_LEAD_BACKTICK] = {'`', "", "nN"},   [CIRCLE_LEAD_BAR] = {'|', "", "nN"},
    [CIRCLE_LEAD_SLASH] = {'/', "c", "0n"},     [CIRCLE_LEAD_TAB] = {'\t', "", "nN"},
    [CIRCLE_LEAD_BACKSLASH] = {'\\', "t", "n"}, [CIRCLE_LEAD_HASH] = {'#', "", "nN"},
};

// True for signs that are common in pictures and numbers, so that few of their uses are colours.
static bool is_rare(int lead)
{
    return lead == CIRCLE_LEAD_BAR || lead == CIRCLE_LEAD_HASH;
}

static const char colour_letters[] = "krgybmcwdnxlpoaKRGYBMCWDNXLPOA0123456789";

static bool colour_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool colour_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int lead_of(char c)
{
    switch (c) {
    case '@':
        return CIRCLE_LEAD_AT;
    case '&':
        return CIRCLE_LEAD_AMPERSAND;
    case '^':
        return CIRCLE_LEAD_CARET;
    case '{':
        return CIRCLE_LEAD_BRACE;
    case '`':
        return CIRCLE_LEAD_BACKTICK;
    case '|':
        return CIRCLE_LEAD_BAR;
    case '/':
        return CIRCLE_LEAD_SLASH;
    case '\t':
        return CIRCLE_LEAD_TAB;
    case '\\':
        return CIRCLE_LEAD_BACKSLASH;
    case '#':
        return CIRCLE_LEAD_HASH;
    default:
        return -1;
    }
}

// The letter of what may be a code at p, or NUL.
static char letter_at(int lead, const char *p, const char *end)
{
    assert(lead >= 0 && lead < CIRCLE_LEADS && p < end);
    p++;
    if (*leads[lead].between) {
        if (p >= end || *p != *leads[lead].between)
            return '\0';
        p++;
    }
    return p < end && (colour_is_letter(*p) || (colour_is_digit(*p) && lead != CIRCLE_LEAD_HASH))
               ? *p
               : '\0';
}

static size_t colour_length_of(int lead)
{
    assert(lead >= 0 && lead < CIRCLE_LEADS);
    return 2 + strlen(leads[lead].between);
}

// "name@host.org" is an address, not a name in colour.
static bool is_address(const char *start, const char *at)
{
    if (at == start || !(colour_is_letter(at[-1]) || colour_is_digit(at[-1])))
        return false;
    const char *p = at + 1;
    while (colour_is_letter(*p) || colour_is_digit(*p) || *p == '-')
        p++;
    return p > at + 1 && *p == '.' && colour_is_letter(p[1]);
}

// A code that ends a colour is followed by a character that cannot continue a word.
static bool colour_is_end(int lead, const char *p, const char *end)
{
    char letter = letter_at(lead, p, end);
    const char *next = p + colour_length_of(lead);
    return letter && strchr(leads[lead].ends, letter) && (next >= end || !is_lower(*next));
}

void circle_colour_survey(struct circle_colours *c, const char *s, size_t n)
{
    assert(s || !n);
    static const char signs[256] = {['@'] = 1, ['&'] = 1,  ['^'] = 1, ['{'] = 1,  ['`'] = 1,
                                    ['|'] = 1, ['\t'] = 1, ['/'] = 1, ['\\'] = 1, ['#'] = 1};
    for (const char *p = s, *end = s + n; p < end; p++) {
        if (!signs[(unsigned char)*p])
            continue;
        int lead = lead_of(*p);
        char letter = letter_at(lead, p, end);
        if (colour_is_end(lead, p, end))
            c->ends[lead]++;
        else if (letter && strchr(colour_letters, letter))
            c->starts[lead]++;
    }
}

// A colour that is begun is usually ended: a world that has only beginnings, or only ends, uses the
// sign for something else, such as quotes or the bars of a picture. A single pair may be chance
// where the sign is common in pictures.
void circle_colour_decide(struct circle_colours *c)
{
    for (int i = 0; i < CIRCLE_LEADS; i++) {
        size_t least = is_rare(i) ? FEW : 1;
        c->used[i] = c->ends[i] >= least && c->starts[i] >= least && c->starts[i] / 20 < c->ends[i];
    }
    // Ampersands do without an end in some worlds. What ends with a tab or backslash and one letter
    // is nothing else; what begins so is a code only where the text has an end, too (see is_code).
    c->used[CIRCLE_LEAD_AMPERSAND] |= c->starts[CIRCLE_LEAD_AMPERSAND] >= FEW;
    c->used[CIRCLE_LEAD_TAB] = c->ends[CIRCLE_LEAD_TAB] > 0;
    c->used[CIRCLE_LEAD_BACKSLASH] = c->ends[CIRCLE_LEAD_BACKSLASH] > 0;
}

struct text {
    const char *start, *end, *after; // after: the last code that was removed
    const struct circle_colours *world;
    bool ended[CIRCLE_LEADS]; // this text ends a colour of that lead
    struct screen screen;
};

static size_t at_code(const struct text *t, const char *p, bool *literal)
{
    *literal = p[1] == '@';
    if (*literal)
        return 2;
    if (p[1] == '[') {
        size_t n = strspn(p + 2, "0123456789FfBbUu");
        return n && p[2 + n] == ']' ? n + 3 : 0;
    }
    if (p[1] == '(' || p[1] == ')' || colour_is_digit(p[1]))
        return 2;
    return colour_is_letter(p[1]) && !is_address(t->start, p) ? 2 : 0;
}

static size_t escape_code(const char *p)
{
    if (p[1] != '[')
        return 1;
    size_t n = 2 + strspn(p + 2, "0123456789;?");
    return p[n] ? n + 1 : n;
}

// A sign in the middle of a word, "R&D" or "and/cord", is a code only where the text ends colours
// of that kind; and one letter of a quoted `word' is none.
static bool is_code(const struct text *t, int lead, const char *p, char letter)
{
    if (t->ended[lead])
        return true;
    if (lead == CIRCLE_LEAD_TAB || lead == CIRCLE_LEAD_BACKSLASH)
        return false;
    bool inside = p > t->after && (colour_is_letter(p[-1]) || colour_is_digit(p[-1]));
    if (inside || !strchr(colour_letters, letter))
        return false;
    return lead != CIRCLE_LEAD_BACKTICK || !strchr(p + 1, '\'');
}

// Bytes of the colour code at p, 0 when there is none.
static size_t code_at(const struct text *t, const char *p, bool *literal, size_t *kept)
{
    *literal = false;
    if (*p == '\x1b')
        return escape_code(p);
    if (*p == '\\' && p[1] == 'c' && colour_is_digit(p[2]) && colour_is_digit(p[3]))
        return 4;
    int lead = lead_of(*p);
    if (lead < 0)
        return 0;
    if (lead == CIRCLE_LEAD_AT && t->world->used[lead])
        return at_code(t, p, literal);
    char letter = letter_at(lead, p, t->end);
    if (!letter)
        return 0;
    bool looks = is_code(t, lead, p, letter) && !is_address(t->start, p);
    if (looks && t->world->used[lead])
        return colour_length_of(lead);
    *kept += looks && (!is_rare(lead) || t->ended[lead]);
    return 0;
}

static void trim_line_end(struct buf *out, size_t line)
{
    assert(line <= out->len);
    while (out->len > line && str_is_space(out->data[out->len - 1]))
        buf_truncate(out, out->len - 1);
}

static void colour_add_plain(struct buf *out, size_t *line, char c)
{
    if (c == '\n') {
        trim_line_end(out, *line);
        buf_addc(out, '\n');
        *line = out->len;
    } else if (c == '\t') {
        do
            buf_addc(out, ' ');
        while (utf8_count(out->data + *line, out->len - *line) % TAB_WIDTH);
    } else if ((unsigned char)c >= ' ' && c != '\x7f') {
        buf_addc(out, c);
    }
}

// The length of a character beyond ASCII that may not reach a screen; 0: it may.
static size_t hidden_at(struct text *t, const char *p)
{
    uint32_t c = 0;
    if ((unsigned char)*p < 0x80) {
        t->screen = (struct screen){false, 0};
        return 0;
    }
    size_t n = utf8_decode(p, (size_t)(t->end - p), &c);
    return n && !screen_takes(&t->screen, c) ? n : 0;
}

static bool find_ends(struct text *t)
{
    bool any = false;
    for (const char *p = t->start; p < t->end; p++) {
        int lead = lead_of(*p);
        any |= lead >= 0 || *p == '\x1b';
        if (lead >= 0)
            t->ended[lead] |= colour_is_end(lead, p, t->end);
    }
    return any;
}

struct circle_stripped circle_colour_strip(struct buf *out, const struct circle_colours *c,
                                           const char *s)
{
    assert(out && s);
    struct circle_stripped done = {0, 0};
    struct circle_colours own = {{0}, {0}, {false}};
    struct text t = {s, s + strlen(s), s, c ? c : &own, {false}, {false, 0}};
    size_t line = out->len;
    bool literal = false, any = find_ends(&t);
    if (!c) {
        circle_colour_survey(&own, s, (size_t)(t.end - s));
        circle_colour_decide(&own);
        own.used[CIRCLE_LEAD_AT] = true; // a text without its world: assume the most common lead
    }
    for (const char *p = s; p < t.end;) {
        size_t n = any ? code_at(&t, p, &literal, &done.kept) : 0;
        if (!n)
            n = hidden_at(&t, p);
        else
            done.removed += !literal;
        if (n && !literal)
            t.after = p + n;
        if (literal)
            buf_addc(out, *p);
        else if (!n)
            colour_add_plain(out, &line, *p);
        p += n ? n : 1;
    }
    trim_line_end(out, line);
    return done;
}

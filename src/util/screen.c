// The filter itself. ASCII takes a short way; the categories of other characters are utf8proc's.
#include "util/screen.h"

#include "util/buf.h"
#include "util/utf8.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <utf8proc.h>

enum { NO_JOINER = 0x200c, JOINER = 0x200d, RUN_MAX = 256 };

static bool forbidden(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x7F, 0x9F},       // delete; C1 controls, among them a one-character CSI
        {0xAD, 0xAD},       // soft hyphen
        {0x061C, 0x061C},   // Arabic letter mark
        {0x115F, 0x1160},   // Hangul fillers
        {0x17B4, 0x17B5},   // Khmer vowels that are not shown
        {0x180E, 0x180E},   // Mongolian vowel separator
        {0x200B, 0x200B},   // zero-width space
        {0x200E, 0x200F},   // left-to-right and right-to-left marks
        {0x2028, 0x202E},   // line and paragraph separators, embeddings and overrides
        {0x2060, 0x206F},   // invisible operators, isolates, deprecated shaping controls
        {0x3164, 0x3164},   // Hangul filler
        {0xD800, 0xDFFF},   // surrogates
        {0xFDD0, 0xFDEF},   // noncharacters
        {0xFEFF, 0xFEFF},   // byte order mark
        {0xFFA0, 0xFFA0},   // halfwidth Hangul filler
        {0xFFF0, 0xFFFB},   // unassigned and ignorable; interlinear annotation
        {0x1D173, 0x1D17A}, // musical controls
        {0xE0000, 0xE0FFF}, // tags, and selectors of rare variants
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c < ranges[i].first)
            break;
        if (c <= ranges[i].last)
            return true;
    }
    return c > 0x10ffff || (c & 0xFFFE) == 0xFFFE; // the last two of every plane
}

static bool is_joined(uint32_t c)
{
    if (c == NO_JOINER || c == JOINER)
        return true;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return true;
    default:
        return false;
    }
}

bool screen_takes(struct screen *s, uint32_t c)
{
    if (c < 0x7f) {
        if (c < ' ' && c != '\n')
            return false;
        *s = (struct screen){false, 0};
        return true;
    }
    if (forbidden(c))
        return false;
    if (c < 0x300 || !is_joined(c)) {
        *s = (struct screen){true, 0};
        return true;
    }
    // Joiners shape emoji and some scripts, none of them ASCII: there they would only hide.
    if (((c == NO_JOINER || c == JOINER) && !s->foreign) || s->marks >= SCREEN_MARKS)
        return false;
    s->marks++;
    return true;
}

static bool becomes_space(uint32_t c)
{
    return c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

size_t screen_ascii(const char *s, size_t n)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (uint64_t eight; n - i >= sizeof(eight); i += sizeof(eight)) {
        memcpy(&eight, s + i, sizeof(eight));
        // Of bytes below 0x80: a sum with 0x60 reaches the top bit from 0x20 on, one with 1 only
        // for 0x7f.
        uint64_t shown = eight + UINT64_C(0x6060606060606060),
                 erased = eight + UINT64_C(0x0101010101010101);
        if ((eight | ~shown | erased) & high)
            break;
    }
    while (i < n && (unsigned char)s[i] >= ' ' && (unsigned char)s[i] < 0x7f)
        i++;
    return i;
}

// Sixteen bytes that are looked at together; comparing gives bytes of 0xff where it holds.
typedef unsigned char sixteen __attribute__((vector_size(16)));
typedef signed char sixteen_signed __attribute__((vector_size(16)));
typedef uint64_t sixteen_halves __attribute__((vector_size(16)));

static sixteen survey_load(const char *s)
{
    sixteen row;
    memcpy(&row, s, sizeof(row));
    return row;
}

static bool survey_any(sixteen v)
{
    sixteen_halves half = (sixteen_halves)v;
    return half[0] | half[1];
}

// 0xff for each byte that is printable ASCII. Moved by 0x60, these are the lowest of signed char,
// which every machine can compare.
static sixteen survey_shown(sixteen row)
{
    const sixteen_signed none = {0};
    return (sixteen)(none + (signed char)(0x7f + 0x60 - 0x100) > (sixteen_signed)(row + 0x60));
}

static bool survey_plain(const char *s, size_t n)
{
    const char *end = s + n;
    sixteen shown, more;
    if (n < sizeof(shown))
        return screen_ascii(s, n) == n;
    shown = survey_shown(survey_load(end - sizeof(shown))); // some bytes of it once more below
    more = shown;
    for (; end - s >= 2 * (ptrdiff_t)sizeof(shown); s += 2 * sizeof(shown)) {
        shown &= survey_shown(survey_load(s));
        more &= survey_shown(survey_load(s + sizeof(shown)));
    }
    if (end - s >= (ptrdiff_t)sizeof(shown))
        shown &= survey_shown(survey_load(s));
    return !survey_any(~(shown & more));
}

// What is known of all the bytes so far, in sixteen columns.
struct survey_sums {
    sixteen seen;   // the bytes, or'ed
    sixteen bad;    // not zero: one that may not be shown
    sixteen silent; // counts; no more than 255 rows are added before they are taken out
};

static void survey_row(struct survey_sums *sums, sixteen row, unsigned char marks)
{
    sixteen low = (sixteen)(row < ' '), erased = (sixteen)(row == 0x7f);
    sixteen shown = (sixteen)(row == '\n') | ((sixteen)(row <= marks) & (sixteen)(row != 0));
    sums->seen |= row;
    sums->bad |= (low & ~shown) | erased;
    sums->silent -= low | erased;
}

// The sum of sixteen counts of 0 to 255.
static size_t survey_take(sixteen *counts)
{
    const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
    sixteen_halves half = (sixteen_halves)*counts;
    half = (half & even) + (half >> 8 & even);
    uint64_t sums = half[0] + half[1];
    *counts = (sixteen){0};
    return (size_t)(sums * UINT64_C(0x0001000100010001) >> 48);
}

// Not inline: few texts come here, and the others need no more than a few registers.
static __attribute__((noinline)) struct screen_survey survey_exactly(const char *s, size_t n,
                                                                     unsigned char marks)
{
    struct survey_sums sums = {0};
    char last[sizeof(sixteen)];
    size_t silent = 0, i = 0;
    for (unsigned rows = 1; n - i >= sizeof(last); i += sizeof(last), rows++) {
        survey_row(&sums, survey_load(s + i), marks);
        if (rows % 255 == 0)
            silent += survey_take(&sums.silent);
    }
    if (i < n) {
        silent += survey_take(&sums.silent);
        memset(last, ' ', sizeof(last));
        memcpy(last, s + i, n - i);
        survey_row(&sums, survey_load(last), marks);
    }
    silent += survey_take(&sums.silent);
    bool ascii = !survey_any(sums.seen & 0x80);
    return (struct screen_survey){
        .ascii = ascii, .clean = ascii && !survey_any(sums.bad), .silent = silent};
}

struct screen_survey screen_survey(const char *s, size_t n, unsigned char marks)
{
    assert(marks < ' ' && (s || !n));
    size_t end = n, from = 0;
    if (!n)
        return (struct screen_survey){.ascii = true, .clean = true}; // the text may be NULL
    // Most marks stand at an end of a line, and what is between them is plain.
    while (from < end && s[from] <= marks && s[from] > 0)
        from++;
    while (end > from && s[end - 1] <= marks && s[end - 1] > 0)
        end--;
    if (survey_plain(s + from, end - from))
        return (struct screen_survey){.ascii = true, .clean = true, .silent = n - (end - from)};
    return survey_exactly(s, n, marks);
}

bool screen_is_clean(const char *s, size_t n, unsigned char marks)
{
    return screen_survey(s, n, marks).clean;
}

void screen_clean(struct buf *out, const char *s, size_t n, unsigned char marks)
{
    struct screen state = {0};
    buf_reserve(out, n);
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t step = utf8_decode(s + i, n - i, &c);
        if (!step) {
            buf_adds(out, "\xef\xbf\xbd");
            state = (struct screen){true, 0};
            step = 1;
        } else if (becomes_space(c)) {
            buf_addc(out, ' ');
            state = (struct screen){false, 0};
        } else if ((c && c <= marks) || screen_takes(&state, c)) {
            buf_add(out, s + i, step);
        }
        i += step;
    }
}

size_t screen_cut(const char *s, size_t n, size_t max)
{
    assert(s || !n);
    if (n <= max)
        return n;
    // Far enough back to be in an earlier letter, however much is stacked on it.
    size_t from = max > RUN_MAX ? utf8_cut(s, n, max - RUN_MAX) : 0, end = from;
    utf8proc_int32_t state = 0;
    uint32_t before = 0, next;
    for (size_t i = from, step; i < n && i <= max; i += step) {
        step = utf8_decode(s + i, n - i, &next);
        if (!step) {
            step = 1;
            next = UTF8_REPLACEMENT;
        }
        if (i == from || utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                                          (utf8proc_int32_t)next, &state))
            end = i;
        before = next;
    }
    return end > from ? end : utf8_cut(s, n, max);
}

bool screen_ends_sentence(const char *s)
{
    size_t n = strlen(s), from = n;
    uint32_t c;
    while (from && ((unsigned char)s[from - 1] & 0xc0) == 0x80)
        from--;
    from -= from > 0;
    if (!n || !utf8_decode(s + from, n - from, &c))
        return false;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_PD: // a dash or a hyphen breaks off
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SO: // pictures
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_MN: // and what chooses their shape
        return true;
    default:
        return false;
    }
}

// Cuts a line into words. Words beyond WORDS_MAX are not listed but stay in the text.
#include "command/words.h"

#include "util/caseless.h"

#include <assert.h>
#include <string.h>

void words_init(struct words *w)
{
    w->line = w->lower = (struct buf)BUF_INIT;
    w->count = 0;
}

void words_fini(struct words *w)
{
    buf_fini(&w->line);
    buf_fini(&w->lower);
}

static bool ends_word(char c, bool last)
{
    return c == ',' || c == ';' || c == ':' || (last && (c == '.' || c == '!' || c == '?'));
}

// The number of bytes of a word that are compared: punctuation that ends a line is ignored, as in
// "look."
static size_t bare(const char *s, size_t n, bool last, bool *comma)
{
    size_t left = n;
    while (left && ends_word(s[left - 1], last))
        left--;
    left = left ? left : n;
    *comma = left < n && s[left] == ',';
    return left;
}

// The whole line in small letters, at the same places, if it is ASCII; false when it is not, or has
// a sign that another is taken for. Eight bytes at a time: of bytes below 0x80 a sum reaches the
// top bit from 'A' on, or only past 'Z'.
static bool words_lower_line(struct words *w)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    size_t n = w->line.len;
    uint64_t eight = 0, odd = 0;
    buf_reserve(&w->line, sizeof(eight));
    memset(w->line.data + n, 0, sizeof(eight));
    buf_reserve(&w->lower, n + 2 * sizeof(eight));
    for (size_t i = 0; i <= n; i += sizeof(eight)) {
        memcpy(&eight, w->line.data + i, sizeof(eight));
        uint64_t quote = eight ^ ones * '`';
        odd |= (eight | ((quote - ones) & ~quote)) & high;
        uint64_t letters = eight + ones * (0x80 - 'A'), past = eight + ones * (0x7f - 'Z');
        eight |= (letters & ~past & high) >> 2;
        memcpy(w->lower.data + i, &eight, sizeof(eight));
    }
    w->lower.len = odd ? 0 : n + 1;
    w->lower.data[w->lower.len] = '\0';
    return !odd;
}

static void words_add_word(struct words *w, const char *s, size_t n, bool last, bool lowered)
{
    struct word *word = &w->list[w->count++];
    word->text = s;
    n = bare(s, n, last, &word->comma);
    if (lowered) {
        word->at = (size_t)(s - w->line.data);
        w->lower.data[word->at + n] = '\0';
        return;
    }
    word->at = w->lower.len;
    caseless_add(&w->lower, s, n);
    buf_addc(&w->lower, '\0');
}

void words_set(struct words *w, const char *line)
{
    assert(line);
    buf_clear(&w->line);
    buf_clear(&w->lower);
    w->count = 0;
    while (*line == ' ')
        line++;
    size_t n = strlen(line);
    while (n && line[n - 1] == ' ')
        n--;
    buf_add(&w->line, line, n);
    bool lowered = words_lower_line(w);
    const char *p = w->line.data, *end = p + n;
    while (p < end && w->count < WORDS_MAX) {
        const char *space = memchr(p, ' ', (size_t)(end - p));
        words_add_word(w, p, (size_t)((space ? space : end) - p), !space, lowered);
        for (p = space ? space : end; p < end && *p == ' ';)
            p++;
    }
}

void words_move(struct words *to, struct words *from)
{
    to->line = from->line;
    to->lower = from->lower;
    to->count = from->count;
    memcpy(to->list, from->list, from->count * sizeof(from->list[0]));
    from->line = from->lower = (struct buf)BUF_INIT;
    from->count = 0;
}

const char *words_at(const struct words *w, size_t n)
{
    return n < w->count ? w->lower.data + w->list[n].at : "";
}

const char *words_rest(const struct words *w, size_t n)
{
    return n < w->count ? w->list[n].text : "";
}

bool words_comma(const struct words *w, size_t n)
{
    return n < w->count && w->list[n].comma;
}

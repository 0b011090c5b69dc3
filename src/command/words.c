// Cuts a line into words. Words beyond WORDS_MAX are not listed but stay in the text.
#include "command/words.h"

#include "util/caseless.h"
#include "util/str.h"

#include <assert.h>
#include <string.h>

void words_init(struct words *w)
{
    *w = (struct words){.line = BUF_INIT, .lower = BUF_INIT};
}

void words_fini(struct words *w)
{
    buf_fini(&w->line);
    buf_fini(&w->lower);
}

static size_t without(const char *s, size_t n, const char *signs)
{
    size_t left = n;
    while (left && s[left - 1] && strchr(signs, s[left - 1]))
        left--;
    return left ? left : n;
}

// The number of bytes of a word that are compared: punctuation that ends a line is ignored, as in
// "look."
static size_t bare(const char *s, size_t n, bool last, bool *comma)
{
    size_t left = without(s, n, last ? ",;:.!?" : ",;:");
    *comma = left < n && s[left] == ',';
    return left;
}

static bool plain(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] & 0x80 || s[i] == '`')
            return false;
    return true;
}

static void words_add_word(struct words *w, const char *s, size_t n, bool last)
{
    struct word *word = &w->list[w->count++];
    word->text = s;
    word->at = w->lower.len;
    n = bare(s, n, last, &word->comma);
    if (plain(s, n))
        for (size_t i = 0; i < n; i++)
            buf_addc(&w->lower, str_lower_char(s[i]));
    else
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
    buf_reserve(&w->lower, 2 * n + 2);
    const char *p = buf_str(&w->line), *end = p + n;
    while (p < end && w->count < WORDS_MAX) {
        const char *space = memchr(p, ' ', (size_t)(end - p));
        words_add_word(w, p, (size_t)((space ? space : end) - p), !space);
        for (p = space ? space : end; p < end && *p == ' ';)
            p++;
    }
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

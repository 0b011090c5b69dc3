// Cutting a line into words. Words beyond WORDS_MAX are not listed but stay in the text.
#include "command/words.h"


void words_init(struct words *w)
{
    *w = (struct words){.line = BUF_INIT, .lower = BUF_INIT};
}

void words_fini(struct words *w)
{
    buf_fini(&w->line);
    buf_fini(&w->lower);
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

void words_set(struct words *w, const char *line)
{
    buf_clear(&w->line);
    buf_clear(&w->lower);
    w->count = 0;
    while (*line == ' ')
        line++;
    size_t n = strlen(line);
    while (n && line[n - 1] == ' ')
        n--;
    buf_add(&w->line, line, n);
    // Reserved first, so that the pointers below stay good: a copy of each byte and a NUL a word.
    buf_reserve(&w->lower, 2 * n + 2);
    const char *p = buf_str(&w->line), *end = p + n;
    while (p < end && w->count < WORDS_MAX) {
        struct word *word = &w->list[w->count++];
        word->text = p;
        word->lower = w->lower.data + w->lower.len;
        for (; p < end && *p != ' '; p++)
            buf_addc(&w->lower, ascii_lower(*p));
        buf_addc(&w->lower, '\0');
        while (p < end && *p == ' ')
            p++;
    }
}

const char *words_at(const struct words *w, size_t n)
{
    return n < w->count ? w->list[n].lower : "";
}

const char *words_rest(const struct words *w, size_t n)
{
    return n < w->count ? w->list[n].text : "";
}

// Shared immutable text and ASCII helpers. Keeps nothing; any thread.
#include "util/str.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/utf8.h"

struct str {
    atomic_uint refs;
    size_t n;
    char text[];
};

struct str *str_new(const char *s, size_t n)
{
    assert(s || !n);
    struct str *new = mem_alloc(sizeof(*new) + n + 1);
    atomic_init(&new->refs, 1);
    new->n = n;
    if (n)
        memcpy(new->text, s, n);
    new->text[n] = '\0';
    return new;
}

struct str *str_from(const char *s)
{
    return str_new(s, strlen(s));
}

struct str *str_ref(struct str *s)
{
    if (s)
        atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

void str_unref(struct str *s)
{
    // Release: whatever its users did with the text happens before the one that frees it.
    if (s && atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1)
        free(s);
}

const char *str_text(const struct str *s)
{
    return s->text;
}

size_t str_length(const struct str *s)
{
    return s->n;
}

char str_lower_char(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

char str_upper_char(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

void str_lower(char *s)
{
    for (; *s; s++)
        *s = str_lower_char(*s);
}

int str_casecmp(const char *a, const char *b)
{
    while (*a && str_lower_char(*a) == str_lower_char(*b)) {
        a++;
        b++;
    }
    return (unsigned char)str_lower_char(*a) - (unsigned char)str_lower_char(*b);
}

bool str_equal_nocase(const char *a, const char *b)
{
    return str_casecmp(a, b) == 0;
}

bool str_begins(const char *s, const char *prefix)
{
    assert(s && prefix);
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool str_begins_nocase(const char *s, const char *prefix)
{
    while (*prefix && str_lower_char(*s) == str_lower_char(*prefix)) {
        s++;
        prefix++;
    }
    return !*prefix;
}

bool str_ends(const char *s, const char *suffix)
{
    assert(s && suffix);
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && !strcmp(s + n - m, suffix);
}

bool str_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool str_is_word(const char *s)
{
    size_t n = strlen(s);
    uint32_t c;
    for (size_t i = 0, step; i < n; i += step) {
        step = utf8_decode(s + i, n - i, &c);
        if (!step || c <= 0x20 || (c >= 0x7f && c <= 0xa0))
            return false;
    }
    return n > 0;
}

bool str_is_ref(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return n >= 1 && n <= 40 && !s[n];
}

bool str_is_digits(const char *s)
{
    size_t n = strspn(s, "0123456789");
    return n > 0 && !s[n];
}

void str_trim(const char **s, size_t *n)
{
    while (*n && str_is_space((*s)[*n - 1]))
        --*n;
    while (*n && str_is_space(**s)) {
        ++*s;
        --*n;
    }
}

const char *str_word(const char **s, size_t *n)
{
    while (str_is_space(**s))
        ++*s;
    const char *word = *s;
    while (**s && !str_is_space(**s))
        ++*s;
    *n = (size_t)(*s - word);
    return *n ? word : NULL;
}

const char *str_line(const char **s, const char *end, size_t *n)
{
    const char *line = *s;
    if (line == end)
        return NULL;
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    *n = (size_t)((stop ? stop : end) - line);
    *s = stop ? stop + 1 : end;
    return line;
}

// Cuts names into words and compares them. A name is cut at spaces. A word with hyphens counts as a
// whole and in its parts; a word with an apostrophe also without the apostrophe and what follows
// it.
#include "command/called.h"

#include "command/phrase.h"
#include "command/words.h"
#include "util/caseless.h"
#include "world/attr/aliases.h"
#include "world/attr/name.h"

#include <assert.h>
#include <string.h>

enum { ABBREVIATION_BYTES = 3 };

static bool ends_noun(const char *word)
{
    static const char *const words[] = {"of", "from", "with", "in",      "on",    "at",
                                        "to", "by",   "for",  "without", "under", NULL};
    for (const char *const *w = words; *w; w++)
        if (!strcmp(word, *w))
            return true;
    return false;
}

static const char *called_text_of(const struct called *c, const struct called_word *w)
{
    return c->text.data + w->at;
}

static void called_add(struct called *c, const char *s, size_t n, bool noun, unsigned position)
{
    if (c->count == CALLED_WORDS || !n)
        return;
    c->list[c->count++] = (struct called_word){(uint32_t)c->text.len, noun,
                                               (uint8_t)(position > 200 ? 200 : position)};
    buf_add(&c->text, s, n);
    buf_addc(&c->text, '\0');
}

static bool is_punctuation(char c)
{
    return c && strchr("\"'.,;:!?()[]{}<>*~", c);
}

static void add_parts(struct called *c, const char *word, size_t n, bool noun, unsigned *position)
{
    const char *end = word + n;
    for (const char *dash; (dash = memchr(word, '-', (size_t)(end - word))); word = dash + 1)
        called_add(c, word, (size_t)(dash - word), false, ++*position);
    called_add(c, word, (size_t)(end - word), noun, ++*position);
}

static void add_name_word(struct called *c, const char *word, size_t n, bool noun,
                          unsigned *position)
{
    while (n && is_punctuation(*word)) {
        word++;
        n--;
    }
    while (n && is_punctuation(word[n - 1]))
        n--;
    const char *mark = memchr(word, '\'', n);
    if (memchr(word, '-', n)) {
        unsigned at = *position + 1;
        add_parts(c, word, n, noun, position);
        called_add(c, word, n, noun, at);
    } else {
        called_add(c, word, n, noun, ++*position);
        if (mark && mark > word)
            called_add(c, word, (size_t)(mark - word), false, *position);
    }
}

static void called_add_name(struct called *c, const char *name)
{
    struct buf folded = BUF_INIT;
    unsigned position = 0;
    caseless_add(&folded, name, strlen(name));
    char *word = (char *)buf_str(&folded), *next;
    for (; word && *word; word = next) {
        next = strchr(word, ' ');
        size_t n = next ? (size_t)(next - word) : strlen(word);
        char after[16] = "";
        if (next) {
            *next++ = '\0';
            size_t more = strcspn(next, " ");
            if (more < sizeof(after))
                memcpy(after, next, more);
        }
        if (!phrase_is_stop_word(word))
            add_name_word(c, word, n, !next || ends_noun(after), &position);
    }
    buf_fini(&folded);
}

static void called_add_aliases(struct called *c, struct thing *t)
{
    const char *word;
    for (size_t i = 0; (word = aliases_peek(t, i)); i++) {
        if (*word != '+')
            called_add(c, word, strlen(word), true, CALLED_ANYWHERE);
        else
            called_add(c, word + 1, strcspn(word + 1, ":"), false, CALLED_ANYWHERE);
    }
}

void called_read(struct called *c, struct thing *t)
{
    buf_clear(&c->text);
    c->count = 0;
    called_add_name(c, name_get(t));
    called_add_aliases(c, t);
}

void called_fini(struct called *c)
{
    buf_fini(&c->text);
}

// Compares without apostrophes and hyphens: "wardens" is "warden's", "lockkeeper" is "lock-keeper".
static bool called_same(const char *a, const char *b)
{
    for (;;) {
        while (*a == '\'' || *a == '-')
            a++;
        while (*b == '\'' || *b == '-')
            b++;
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

static bool plural_of(const char *word, const char *one)
{
    size_t n = strlen(one), m = strlen(word);
    if (m <= n)
        return false;
    if (!strncmp(word, one, n))
        return !strcmp(word + n, "s") || !strcmp(word + n, "es");
    return n > 1 && one[n - 1] == 'y' && !strncmp(word, one, n - 1) && !strcmp(word + n - 1, "ies");
}

bool called_begins(const char *whole, const char *word)
{
    assert(whole && word);
    size_t n = strlen(word);
    return n >= ABBREVIATION_BYTES && !strncmp(whole, word, n);
}

static bool word_fits(const char *word, const char *typed, enum called_as as, bool many)
{
    return called_same(word, typed) || (many && plural_of(typed, word)) ||
           (as == CALLED_ABBREVIATED && called_begins(word, typed));
}

// Each word of a thing can match only one of the typed words: "ben ben" is not Ben.
static bool called_find_word(const struct called *c, const char *typed, enum called_as as,
                             bool many, bool noun, uint64_t *used)
{
    for (size_t i = 0; i < c->count; i++)
        if (!(*used & UINT64_C(1) << i) && (!noun || c->list[i].noun) &&
            word_fits(called_text_of(c, &c->list[i]), typed, as, many)) {
            // The same word may be in the list twice, as part of the name and as an alias.
            for (size_t k = 0; k < c->count; k++)
                if (called_same(called_text_of(c, &c->list[k]), called_text_of(c, &c->list[i])))
                    *used |= UINT64_C(1) << k;
            return true;
        }
    return false;
}

bool called_fits(const struct called *c, const struct phrase *p, enum called_as as, bool many)
{
    uint64_t used = 0;
    if (!p->count || p->too_long)
        return false;
    if (!called_find_word(c, p->words[p->count - 1], as, many, as == CALLED_NAMED, &used))
        return false;
    for (size_t i = 0; i + 1 < p->count; i++)
        if (!called_find_word(c, p->words[i], as, false, false, &used))
            return false;
    return true;
}

// The entry for a word that may follow position `after` of the name.
static const struct called_word *called_next_word(const struct called *c, const char *typed,
                                                  unsigned after)
{
    const struct called_word *anywhere = NULL;
    bool in_name = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct called_word *w = &c->list[i];
        if (!called_same(called_text_of(c, w), typed))
            continue;
        if (w->position > after)
            return w;
        if (w->position == CALLED_ANYWHERE)
            anywhere = w;
        else
            in_name = true; // its turn in the order of the name is over
    }
    return in_name ? NULL : anywhere;
}

static bool is_noun(const struct called *c, const char *typed)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].noun && called_same(called_text_of(c, &c->list[i]), typed))
            return true;
    return false;
}

size_t called_length(const struct called *c, const struct words *words, size_t from, size_t to,
                     const char *first)
{
    assert(from <= to && to <= words->count);
    size_t length = 0;
    unsigned at = 0;
    bool complete = false; // an alias that is no part of the name is enough by itself
    for (size_t i = from; i < to && !complete; i++) {
        const char *typed = i == from ? first : words_at(words, i);
        if (i > from && phrase_is_stop_word(typed))
            continue;
        const struct called_word *w = called_next_word(c, typed, at);
        if (!w)
            break;
        if (w->position != CALLED_ANYWHERE)
            at = w->position;
        if (is_noun(c, typed)) {
            length = i + 1 - from;
            complete = w->position == CALLED_ANYWHERE;
        }
    }
    return length;
}

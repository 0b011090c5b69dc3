// ALIASES: "word", "+qualifier" for all of them, "+qualifier:word" for one. Under the lock rules.
#include "world/attr/aliases.h"

#include "lock/raw.h"
#include "world/attr/attr_rows.h"
#include "world/attr/wordlist.h"
#include "world/world_priv.h"

#include <assert.h>
#include <string.h>

bool aliases_is_at(struct thing *t, const char *word, const struct site *at)
{
    assert(word);
    const struct wordlist *l = attr_get_at(t, ATTR_ALIASES, at);
    return *word != '+' && wordlist_has(l, word);
}

bool aliases_qualifies_at(struct thing *t, const char *qualifier, const char *alias,
                          const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_ALIASES, at);
    size_t n = strlen(qualifier);
    for (size_t i = 0; l && i < l->count; i++) {
        const char *word = l->words[i];
        if (*word != '+' || strncmp(word + 1, qualifier, n))
            continue;
        const char *rest = word + 1 + n;
        if (!*rest || (*rest == ':' && !strcmp(rest + 1, alias)))
            return true;
    }
    return false;
}

void aliases_set_at(struct thing *t, const char *const *words, size_t n, const struct site *at)
{
    assert(words || !n);
    attr_set_at(t, ATTR_ALIASES, n ? wordlist_new(words, n, true) : NULL, at);
}

const char *aliases_first_at(struct thing *t, const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_ALIASES, at);
    for (size_t i = 0; l && i < l->count; i++)
        if (*l->words[i] != '+')
            return l->words[i];
    return NULL;
}

const char *aliases_peek_at(struct thing *t, size_t n, const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_ALIASES, at);
    return l && n < l->count ? l->words[n] : NULL;
}

void aliases_each(const struct thing *t, void (*fn)(void *arg, const char *word), void *arg)
{
    assert(fn);
    raw_own(1); // no locks are held, as nothing runs
    const struct wordlist *l = thing_attr(t, ATTR_ALIASES);
    for (size_t i = 0; l && i < l->count; i++)
        if (*l->words[i] != '+')
            fn(arg, l->words[i]);
    raw_own(-1);
}

static bool aliases_valid(const char *s)
{
    const char *word = *s == '+' ? s + 1 : s, *colon = *s == '+' ? strchr(word, ':') : NULL;
    if (colon && (!colon[1] || colon == word))
        return false;
    return *word && !strpbrk(word, " \t\n") && strlen(s) <= 60;
}

static void *aliases_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    return wordlist_decode(d, n, true, aliases_valid,
                           "\"word\", \"+qualifier\" or \"+qualifier:word\"");
}

static struct doc_node *aliases_encode(const void *value, struct doc *out)
{
    return wordlist_encode(value, out);
}

const struct attr_kind aliases_attr = {
    .copy = attr_shared_copy,
    .free = wordlist_free,
    .decode = aliases_decode,
    .encode = aliases_encode,
};

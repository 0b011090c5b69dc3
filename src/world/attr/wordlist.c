// Word lists: made once, never changed, freed with the last reference.
#include "world/attr/wordlist.h"

#include "util/buf.h"
#include "util/caseless.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/screen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct wordlist *wordlist_new(const char *const *words, size_t n, bool lower)
{
    assert(words || !n);
    struct buf all = BUF_INIT, clean = BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        // Bytes that must not reach a screen are dropped, as in other texts: a zone cannot forge
        // colours.
        const char *word = words[i];
        size_t length = strlen(word);
        if (!screen_is_clean(word, length, 0)) {
            buf_clear(&clean);
            screen_clean(&clean, word, length, 0);
            word = buf_str(&clean);
            length = clean.len;
        }
        if (lower)
            caseless_add(&all, word, length);
        else
            buf_add(&all, word, length);
        buf_addc(&all, '\0');
    }
    struct wordlist *l = attr_shared_new(sizeof(*l) + (n + 1) * sizeof(char *) + all.len);
    char *text = (char *)&l->words[n + 1];
    if (all.len)
        memcpy(text, all.data, all.len);
    l->count = n;
    for (size_t i = 0; i < n; i++, text += strlen(text) + 1)
        l->words[i] = text;
    buf_fini(&all);
    buf_fini(&clean);
    return l;
}

struct wordlist *wordlist_decode(struct attr_decode *d, const struct doc_node *n, bool lower,
                                 bool (*valid)(const char *), const char *expected)
{
    if (n->kind != DOC_ARRAY) {
        doc_error(d->problems, d->doc, n, "an array of strings was expected here, not %s",
                  doc_kind_name((enum doc_kind)n->kind));
        return NULL;
    }
    const char **words = mem_calloc(n->list.count + 1, sizeof(*words));
    size_t count = 0;
    bool good = true;
    doc_foreach (word, n) {
        const char *s;
        if (!doc_want_string(d->problems, d->doc, word, &s)) {
            good = false;
        } else if (valid && !valid(s)) {
            doc_error(d->problems, d->doc, word, "bad entry \"%s\", expected %s", s, expected);
            good = false;
        } else {
            words[count++] = s;
        }
    }
    struct wordlist *l = good ? wordlist_new(words, count, lower) : NULL;
    free(words);
    return l;
}

struct doc_node *wordlist_encode(const struct wordlist *l, struct doc *out)
{
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < l->count; i++)
        doc_append(n, doc_string(out, l->words[i]));
    return n;
}

void wordlist_free(void *value)
{
    if (value && attr_shared_last(value))
        free(value);
}

bool wordlist_has(const struct wordlist *l, const char *word)
{
    assert(word);
    for (size_t i = 0; l && i < l->count; i++)
        if (!strcmp(l->words[i], word))
            return true;
    return false;
}

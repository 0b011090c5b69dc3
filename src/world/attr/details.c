// DETAILS: keywords and what they show. Under the lock rules.
#include "world/attr/details.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"
#include "world/attr/text.h"
#include "world/attr/wordlist.h"
#include "world/thing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct detail {
    struct wordlist *keywords;
    void *text;
};

struct details {
    struct attr_shared shared;
    size_t count;
    struct detail list[];
};

const char *details_find_at(struct thing *t, const char *word, const struct site *at)
{
    assert(word);
    const struct details *ds = attr_get_at(t, ATTR_DETAILS, at);
    for (size_t i = 0; ds && i < ds->count; i++)
        if (wordlist_has(ds->list[i].keywords, word))
            return hooks_text(text_peek(ds->list[i].text), thing_place(t), ATTR_DETAILS, at);
    return NULL;
}

const char *details_find_beginning_at(struct thing *t, const char *word, const struct site *at)
{
    const struct details *ds = attr_get_at(t, ATTR_DETAILS, at);
    size_t n = strlen(word);
    for (size_t i = 0; ds && i < ds->count; i++)
        for (size_t k = 0; k < ds->list[i].keywords->count; k++)
            if (!strncmp(ds->list[i].keywords->words[k], word, n))
                return hooks_text(text_peek(ds->list[i].text), thing_place(t), ATTR_DETAILS, at);
    return NULL;
}

static void details_free(void *value)
{
    struct details *ds = value;
    if (!attr_shared_last(ds))
        return;
    for (size_t i = 0; i < ds->count; i++) {
        wordlist_free(ds->list[i].keywords);
        text_free(ds->list[i].text);
    }
    free(ds);
}

static bool details_decode_one(struct attr_decode *d, const struct doc_node *n, struct detail *out)
{
    static const char *const known[] = {"keywords", "text", "comment", NULL};
    if (!decode_object(d, n, known))
        return false;
    const struct doc_node *keywords = doc_get(n, "keywords"), *text = doc_get(n, "text");
    if (!keywords || !text) {
        doc_error(d->problems, d->doc, n, "a detail needs \"keywords\" and \"text\"");
        return false;
    }
    out->keywords = wordlist_decode(d, keywords, true, NULL, NULL);
    out->text = text_decode(d, NULL, text);
    if (out->keywords && out->text)
        return true;
    wordlist_free(out->keywords);
    if (out->text)
        text_free(out->text);
    return false;
}

static void *details_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_ARRAY))
        return NULL;
    struct details *ds = attr_shared_new(sizeof(*ds) + n->list.count * sizeof(ds->list[0]));
    doc_foreach (item, n)
        if (details_decode_one(d, item, &ds->list[ds->count]))
            ds->count++;
    return ds;
}

static struct doc_node *details_encode(const void *value, struct doc *out)
{
    const struct details *ds = value;
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < ds->count; i++) {
        struct doc_node *item = doc_object(out);
        doc_put(out, item, "keywords", wordlist_encode(ds->list[i].keywords, out));
        doc_put(out, item, "text", text_encode(ds->list[i].text, out));
        doc_append(n, item);
    }
    return n;
}

const struct attr_kind details_attr = {
    .copy = attr_shared_copy,
    .free = details_free,
    .decode = details_decode,
    .encode = details_encode,
};

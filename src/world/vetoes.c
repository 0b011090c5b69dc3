// VETOES: command and message pairs, one word list with the two in turn. Under the lock rules.
#include "world/vetoes.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr_rows.h"
#include "world/wordlist.h"

#include <stdlib.h>
#include <string.h>

const char *vetoes_get_at(struct thing *t, const char *command, const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_VETOES, at);
    for (size_t i = 0; l && i + 1 < l->count; i += 2)
        if (!strcmp(l->words[i], command))
            return l->words[i + 1];
    return NULL;
}

void vetoes_set_at(struct thing *t, const char *command, const char *message,
                   const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_VETOES, at);
    size_t count = l ? l->count : 0, n = 0;
    const char **words = mem_calloc(count + 2, sizeof(*words));
    for (size_t i = 0; i + 1 < count; i += 2)
        if (strcmp(l->words[i], command)) {
            words[n++] = l->words[i];
            words[n++] = l->words[i + 1];
        }
    words[n++] = command;
    words[n++] = message;
    struct wordlist *changed = wordlist_new(words, n, false);
    free(words);
    attr_set_at(t, ATTR_VETOES, changed, at);
}

static void *decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    const char **words = mem_calloc(2 * (size_t)n->list.count + 1, sizeof(*words));
    size_t count = 0;
    doc_foreach(member, n) {
        const char *message;
        if (!doc_want_string(d->problems, d->doc, member, &message))
            continue;
        words[count++] = member->key;
        words[count++] = message;
    }
    struct wordlist *l = wordlist_new(words, count, false);
    free(words);
    return l;
}

static struct doc_node *encode(const void *value, struct doc *out)
{
    const struct wordlist *l = value;
    struct doc_node *n = doc_object(out);
    for (size_t i = 0; i + 1 < l->count; i += 2)
        doc_put(out, n, l->words[i], doc_string(out, l->words[i + 1]));
    return n;
}

const struct attr_kind vetoes_attr = {
    .name = "vetoes",
    .in_zones = true,
    .saved = true,
    .copy = attr_shared_copy,
    .free = wordlist_free,
    .decode = decode,
    .encode = encode,
};

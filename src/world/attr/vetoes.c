// VETOES: commands, messages and conditions. Under the lock rules.
#include "world/attr/vetoes.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/condition.h"
#include "world/attr/decode.h"
#include "world/attr/wordlist.h"
#include "world/thing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct vetoes {
    struct attr_shared shared;
    struct wordlist *words;         // command and message alternate
    struct condition *conditions[]; // one for each pair; NULL: the veto always holds
};

const char *vetoes_get_at(struct thing *t, const char *command, const struct site *at)
{
    assert(command);
    const struct vetoes *v = attr_get_at(t, ATTR_VETOES, at);
    for (size_t i = 0; v && i + 1 < v->words->count; i += 2)
        if (!v->conditions[i / 2] && !strcmp(v->words->words[i], command))
            return v->words->words[i + 1];
    return NULL;
}

const char *vetoes_for_at(struct thing *t, const char *command, struct thing *by,
                          const struct site *at)
{
    assert(command);
    const struct vetoes *v = attr_get_at(t, ATTR_VETOES, at);
    for (size_t i = 0; v && i + 1 < v->words->count; i += 2)
        if (!strcmp(v->words->words[i], command) &&
            condition_holds_at(v->conditions[i / 2], by, at))
            return hooks_text(v->words->words[i + 1], thing_place(t), ATTR_VETOES, at);
    return NULL;
}

static void vetoes_free(void *value)
{
    struct vetoes *v = value;
    if (!attr_shared_last(v))
        return;
    for (size_t i = 0; i < v->words->count / 2; i++)
        condition_free(v->conditions[i]);
    wordlist_free(v->words);
    free(v);
}

// A message, or {message, if}; false after a complaint.
static bool vetoes_decode_one(struct attr_decode *d, const struct doc_node *n, const char **message,
                              struct condition **condition)
{
    static const char *const known[] = {"message", "if", "comment", NULL};
    if (n->kind != DOC_OBJECT)
        return doc_want_string(d->problems, d->doc, n, message);
    const struct doc_node *text = doc_get(n, "message"), *test = doc_get(n, "if");
    if (!decode_object(d, n, known))
        return false;
    if (!text) {
        doc_error(d->problems, d->doc, n, "a veto with conditions needs a \"message\"");
        return false;
    }
    if (test && !(*condition = condition_decode(d, test)))
        return false;
    return doc_want_string(d->problems, d->doc, text, message);
}

static void *vetoes_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    const char **words = mem_calloc(2 * (size_t)n->list.count + 1, sizeof(*words));
    struct vetoes *v = attr_shared_new(sizeof(*v) + n->list.count * sizeof(v->conditions[0]));
    size_t count = 0;
    doc_foreach (member, n) {
        const char *message;
        struct condition *condition = NULL;
        if (!vetoes_decode_one(d, member, &message, &condition)) {
            condition_free(condition);
            continue;
        }
        v->conditions[count / 2] = condition;
        words[count++] = member->key;
        words[count++] = message;
    }
    v->words = wordlist_new(words, count, false);
    free(words);
    return v;
}

static struct doc_node *vetoes_encode(const void *value, struct doc *out)
{
    const struct vetoes *v = value;
    struct doc_node *n = doc_object(out);
    for (size_t i = 0; i + 1 < v->words->count; i += 2) {
        struct doc_node *veto = doc_string(out, v->words->words[i + 1]);
        if (v->conditions[i / 2]) {
            struct doc_node *both = doc_object(out);
            doc_put(out, both, "message", veto);
            doc_put(out, both, "if", condition_encode(v->conditions[i / 2], out));
            veto = both;
        }
        doc_put(out, n, v->words->words[i], veto);
    }
    return n;
}

const struct attr_kind vetoes_attr = {
    .copy = attr_shared_copy,
    .free = vetoes_free,
    .decode = vetoes_decode,
    .encode = vetoes_encode,
};

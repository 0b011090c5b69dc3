// ON_ACTION: what a thing does by itself. Under the lock rules.
#include "world/attr/on_action.h"

#include "util/doc.h"
#include "world/attr/attr_rows.h"
#include "world/attr/condition.h"
#include "world/attr/decode.h"
#include "world/attr/wordlist.h"

#include <stdlib.h>

struct value {
    struct attr_shared shared;
    int64_t after, jitter;
    struct wordlist *commands;
    struct condition *condition;
};

bool on_action_get_at(struct thing *t, struct on_action *out, const struct site *at)
{
    const struct value *v = attr_get_at(t, ATTR_ON_ACTION, at);
    if (v)
        *out = (struct on_action){v->after, v->jitter, v->commands->count, v->commands->words,
                                  v->condition};
    return v;
}

static void on_action_value_free(void *value)
{
    struct value *v = value;
    if (!attr_shared_last(v))
        return;
    wordlist_free(v->commands);
    condition_free(v->condition);
    free(v);
}

static void *on_action_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"after", "jitter", "do", "if", "comment", NULL};
    int64_t after = 60000, jitter = 0;
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    if (!doc_get(n, "do")) {
        doc_error(d->problems, d->doc, n, "an action needs \"do\", a list of commands");
        return NULL;
    }
    decode_duration(d, n, "after", &after);
    decode_duration(d, n, "jitter", &jitter);
    struct wordlist *commands = wordlist_decode(d, doc_get(n, "do"), false, NULL, NULL);
    if (!commands)
        return NULL;
    struct value *v = attr_shared_new(sizeof(*v));
    v->after = after;
    v->jitter = jitter;
    v->commands = commands;
    if (doc_get(n, "if"))
        v->condition = condition_decode(d, doc_get(n, "if"));
    return v;
}

static struct doc_node *on_action_encode(const void *value, struct doc *out)
{
    const struct value *v = value;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "after", encode_duration(out, v->after));
    doc_put(out, n, "jitter", encode_duration(out, v->jitter));
    doc_put(out, n, "do", wordlist_encode(v->commands, out));
    if (v->condition)
        doc_put(out, n, "if", condition_encode(v->condition, out));
    return n;
}

const struct attr_kind on_action_attr = {
    .copy = attr_shared_copy,
    .free = on_action_value_free,
    .decode = on_action_decode,
    .encode = on_action_encode,
};

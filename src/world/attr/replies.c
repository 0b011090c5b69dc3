// REPLIES: keywords, their conditions on the speaker, and the commands of the answer. Under the
// lock rules.
#include "world/attr/replies.h"

#include "util/buf.h"
#include "util/caseless.h"
#include "util/doc.h"
#include "world/attr/attr_rows.h"
#include "world/attr/condition.h"
#include "world/attr/decode.h"
#include "world/attr/refs.h"
#include "world/attr/wordlist.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct reply {
    struct wordlist *keywords, *commands;
    struct condition *condition;
    const char *give, *mark;
};

struct replies {
    struct attr_shared shared;
    size_t count;
    struct reply list[];
};

static bool replies_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c & 0x80;
}

// Does the text contain `word` as a word of its own? Both are in the form for comparing.
static bool spoken(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text; n && (p = strstr(p, word)); p++)
        if ((p == text || !replies_letter(p[-1])) && !replies_letter(p[n]))
            return true;
    return false;
}

static const struct reply *replies_first_match(const struct replies *rs, const char *text,
                                               bool told, struct thing *by, const struct site *at)
{
    const struct reply *any = NULL;
    for (size_t i = 0; i < rs->count; i++) {
        const struct wordlist *keywords = rs->list[i].keywords;
        if (!condition_holds_at(rs->list[i].condition, by, at))
            continue;
        for (size_t k = 0; k < keywords->count; k++) {
            if (!strcmp(keywords->words[k], "*"))
                any = told && !any ? &rs->list[i] : any;
            else if (spoken(text, keywords->words[k]))
                return &rs->list[i];
        }
    }
    return any;
}

void replies_keywords(const struct thing *t, void (*each)(void *arg, const char *word), void *arg)
{
    assert(each);
    const struct replies *rs = thing_attr(t, ATTR_REPLIES);
    for (size_t i = 0; rs && i < rs->count; i++)
        for (size_t k = 0; k < rs->list[i].keywords->count; k++)
            each(arg, rs->list[i].keywords->words[k]);
}

bool replies_find_at(struct thing *t, const char *text, bool told, struct thing *by,
                     struct replies_answer *out, const struct site *at)
{
    assert(text);
    const struct replies *rs = attr_get_at(t, ATTR_REPLIES, at);
    if (!rs)
        return false;
    struct buf folded = BUF_INIT;
    caseless_add(&folded, text, strlen(text));
    const struct reply *r = replies_first_match(rs, buf_str(&folded), told, by, at);
    buf_fini(&folded);
    if (r)
        *out = (struct replies_answer){r->give, r->mark, r->commands->count, r->commands->words};
    return r;
}

void replies_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg)
{
    assert(each);
    const struct replies *rs = thing_attr(t, ATTR_REPLIES);
    for (size_t i = 0; rs && i < rs->count; i++)
        if (rs->list[i].give)
            each(arg, rs->list[i].give);
}

static void reply_fini(struct reply *r)
{
    wordlist_free(r->keywords);
    wordlist_free(r->commands);
    condition_free(r->condition);
}

static void replies_free(void *value)
{
    struct replies *rs = value;
    if (!attr_shared_last(rs))
        return;
    for (size_t i = 0; i < rs->count; i++)
        reply_fini(&rs->list[i]);
    free(rs);
}

static bool decode_reply(struct attr_decode *d, const struct doc_node *n, struct reply *r)
{
    const struct doc_node *condition = doc_get(n, "if"), *give = doc_get(n, "give");
    const struct doc_node *mark = doc_get(n, "mark");
    r->keywords = wordlist_decode(d, doc_get(n, "keywords"), true, NULL, NULL);
    r->commands = wordlist_decode(d, doc_get(n, "do"), false, NULL, NULL);
    if (condition)
        r->condition = condition_decode(d, condition);
    if (give)
        r->give = refs_thing(d, give);
    if (mark)
        r->mark = refs_mark(d, mark, true);
    return r->keywords && r->commands && (!condition || r->condition) && (!give || r->give) &&
           (!mark || r->mark);
}

static void *replies_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"keywords", "if", "do", "give", "mark", "comment", NULL};
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_ARRAY))
        return NULL;
    struct replies *rs = attr_shared_new(sizeof(*rs) + n->list.count * sizeof(rs->list[0]));
    doc_foreach (item, n) {
        if (!decode_object(d, item, known))
            continue;
        if (!doc_get(item, "keywords") || !doc_get(item, "do")) {
            doc_error(d->problems, d->doc, item, "a reply needs \"keywords\" and \"do\"");
            continue;
        }
        struct reply r = {0};
        if (decode_reply(d, item, &r))
            rs->list[rs->count++] = r;
        else
            reply_fini(&r);
    }
    return rs;
}

static struct doc_node *replies_encode(const void *value, struct doc *out)
{
    const struct replies *rs = value;
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < rs->count; i++) {
        struct doc_node *item = doc_object(out);
        doc_put(out, item, "keywords", wordlist_encode(rs->list[i].keywords, out));
        if (rs->list[i].condition)
            doc_put(out, item, "if", condition_encode(rs->list[i].condition, out));
        doc_put(out, item, "do", wordlist_encode(rs->list[i].commands, out));
        if (rs->list[i].give)
            doc_put(out, item, "give", doc_string(out, rs->list[i].give));
        if (rs->list[i].mark)
            doc_put(out, item, "mark", doc_string(out, rs->list[i].mark));
        doc_append(n, item);
    }
    return n;
}

const struct attr_kind replies_attr = {
    .copy = attr_shared_copy,
    .free = replies_free,
    .decode = replies_decode,
    .encode = replies_encode,
};

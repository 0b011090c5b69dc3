// REPLIES: keywords and the commands they call forth. Under the lock rules.
#include "world/replies.h"

#include "util/buf.h"
#include "util/caseless.h"
#include "util/doc.h"
#include "world/attr_rows.h"
#include "world/members.h"
#include "world/wordlist.h"
#include "world/world_priv.h"

#include <stdlib.h>
#include <string.h>

struct reply {
    struct wordlist *keywords, *commands;
};

struct replies {
    struct attr_shared shared;
    size_t count;
    struct reply list[];
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c & 0x80;
}

// Is `word` in the text as a word of its own? Both in the form for comparing.
static bool spoken(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text; n && (p = strstr(p, word)); p++)
        if ((p == text || !letter(p[-1])) && !letter(p[n]))
            return true;
    return false;
}

static const struct reply *find(const struct replies *rs, const char *text, bool told)
{
    const struct reply *any = NULL;
    for (size_t i = 0; i < rs->count; i++) {
        const struct wordlist *keywords = rs->list[i].keywords;
        for (size_t k = 0; k < keywords->count; k++) {
            if (!strcmp(keywords->words[k], "*"))
                any = told ? &rs->list[i] : any;
            else if (spoken(text, keywords->words[k]))
                return &rs->list[i];
        }
    }
    return any;
}

void replies_keywords(const struct thing *t, void (*each)(void *arg, const char *word), void *arg)
{
    const struct replies *rs = thing_attr(t, ATTR_REPLIES);
    for (size_t i = 0; rs && i < rs->count; i++)
        for (size_t k = 0; k < rs->list[i].keywords->count; k++)
            each(arg, rs->list[i].keywords->words[k]);
}

const char *replies_find_at(struct thing *t, const char *text, bool told, size_t n,
                            const struct site *at)
{
    const struct replies *rs = attr_get_at(t, ATTR_REPLIES, at);
    if (!rs)
        return NULL;
    struct buf folded = BUF_INIT;
    caseless_add(&folded, text, strlen(text));
    const struct reply *r = find(rs, buf_str(&folded), told);
    buf_fini(&folded);
    return r && n < r->commands->count ? r->commands->words[n] : NULL;
}

static void replies_free(void *value)
{
    struct replies *rs = value;
    if (!attr_shared_last(rs))
        return;
    for (size_t i = 0; i < rs->count; i++) {
        wordlist_free(rs->list[i].keywords);
        wordlist_free(rs->list[i].commands);
    }
    free(rs);
}

static void *decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"keywords", "do", "comment", NULL};
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_ARRAY))
        return NULL;
    struct replies *rs = attr_shared_new(sizeof(*rs) + n->list.count * sizeof(rs->list[0]));
    doc_foreach(item, n) {
        if (!members_check(d, item, known))
            continue;
        const struct doc_node *keywords = doc_get(item, "keywords"), *commands = doc_get(item, "do");
        if (!keywords || !commands) {
            doc_error(d->problems, d->doc, item, "a reply needs \"keywords\" and \"do\"");
            continue;
        }
        struct reply r = {wordlist_decode(d, keywords, true, NULL, NULL),
                          wordlist_decode(d, commands, false, NULL, NULL)};
        if (r.keywords && r.commands) {
            rs->list[rs->count++] = r;
        } else {
            wordlist_free(r.keywords);
            wordlist_free(r.commands);
        }
    }
    return rs;
}

static struct doc_node *encode(const void *value, struct doc *out)
{
    const struct replies *rs = value;
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < rs->count; i++) {
        struct doc_node *item = doc_object(out);
        doc_put(out, item, "keywords", wordlist_encode(rs->list[i].keywords, out));
        doc_put(out, item, "do", wordlist_encode(rs->list[i].commands, out));
        doc_append(n, item);
    }
    return n;
}

const struct attr_kind replies_attr = {
    .name = "replies",
    .in_zones = true,
    .saved = true,
    .copy = attr_shared_copy,
    .free = replies_free,
    .decode = decode,
    .encode = encode,
};

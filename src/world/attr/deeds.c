// DEEDS: rules, each for one kind of act, tried in order. Under the lock rules.
#include "world/attr/deeds.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/condition.h"
#include "world/attr/decode.h"
#include "world/attr/refs.h"
#include "world/attr/text.h"
#include "world/attr/wordlist.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const whens[DEED_WHENS] = {"enter", "get", "give", "sign"};

struct deed_rule {
    enum deed_when when;
    struct refs *of; // prototypes of the gift; NULL: any gift
    struct condition *condition;
    void *text;
    struct wordlist *commands; // NULL: none
    const char *give, *mark;
    enum deed_keep keep;
};

struct deeds {
    struct attr_shared shared;
    size_t count;
    struct deed_rule list[];
};

bool deeds_find_at(struct thing *t, enum deed_when when, struct thing *with, struct thing *by,
                   struct deed *out, const struct site *at)
{
    assert(out);
    const struct deeds *ds = attr_get_at(t, ATTR_DEEDS, at);
    for (size_t i = 0; ds && i < ds->count; i++) {
        const struct deed_rule *r = &ds->list[i];
        if (r->when != when || (r->of && !(with && refs_have(r->of, thing_refname(with)))) ||
            !condition_holds_at(r->condition, by, at))
            continue;
        *out = (struct deed){.text = text_peek(r->text),
                             .give = r->give,
                             .mark = r->mark,
                             .keep = r->keep,
                             .count = r->commands ? r->commands->count : 0,
                             .commands = r->commands ? r->commands->words : NULL};
        return true;
    }
    return false;
}

void deeds_gifts(const struct thing *t, void (*each)(void *arg, const char *ref), void *arg)
{
    assert(each);
    const struct deeds *ds = thing_attr(t, ATTR_DEEDS);
    for (size_t i = 0; ds && i < ds->count; i++)
        if (ds->list[i].give)
            each(arg, ds->list[i].give);
}

static void rule_fini(struct deed_rule *r)
{
    free(r->of);
    condition_free(r->condition);
    if (r->text)
        text_free(r->text);
    wordlist_free(r->commands);
}

static void deeds_free(void *value)
{
    struct deeds *ds = value;
    if (!attr_shared_last(ds))
        return;
    for (size_t i = 0; i < ds->count; i++)
        rule_fini(&ds->list[i]);
    free(ds);
}

static bool decode_when(struct attr_decode *d, struct thing *t, const struct doc_node *n,
                        enum deed_when *out)
{
    const struct doc_node *when = doc_get(n, "when");
    const char *text = "";
    if (when && !doc_want_string(d->problems, d->doc, when, &text))
        return false;
    for (int i = 0; i < DEED_WHENS; i++) {
        if (strcmp(whens[i], text))
            continue;
        *out = (enum deed_when)i;
        if ((i == DEED_ENTER) != thing_is(t, THING_LOCATION))
            doc_error(d->problems, d->doc, when,
                      "a location has deeds for \"enter\", a thing for all "
                      "others");
        else if (i == DEED_GIVE && !thing_is(t, THING_MOBILE))
            doc_error(d->problems, d->doc, when, "only a mobile can be given something");
        else
            return true;
        return false;
    }
    doc_error(d->problems, d->doc, when ? when : n,
              "a deed needs \"when\": \"enter\", \"get\", \"give\" or \"sign\"");
    return false;
}

static void decode_keep(struct attr_decode *d, const struct doc_node *n, enum deed_keep *out)
{
    if (n && n->kind == DOC_BOOL)
        *out = n->boolean ? DEED_KEEP : DEED_RETURN;
    else if (n && n->kind == DOC_STRING && !strcmp(n->string.text, "carry"))
        *out = DEED_CARRY;
    else if (n)
        doc_error(d->problems, d->doc, n, "expected true, false or \"carry\"");
}

// Reads each member that is present; false after a complaint.
static bool decode_rule(struct attr_decode *d, const struct doc_node *n, struct deed_rule *r)
{
    const struct doc_node *of = doc_get(n, "of"), *condition = doc_get(n, "if");
    const struct doc_node *text = doc_get(n, "text"), *commands = doc_get(n, "do");
    const struct doc_node *give = doc_get(n, "give"), *mark = doc_get(n, "mark");
    size_t errors = d->problems->errors;
    if ((of || doc_get(n, "keep")) && r->when != DEED_GIVE)
        doc_error(d->problems, d->doc, n, "\"of\" and \"keep\" are for \"when\": \"give\" only");
    if (of)
        r->of = refs_decode(d, of, false);
    if (condition)
        r->condition = condition_decode(d, condition);
    if (text)
        r->text = text_decode(d, NULL, text);
    if (commands)
        r->commands = wordlist_decode(d, commands, false, NULL, NULL);
    if (give)
        r->give = refs_thing(d, give);
    if (mark)
        r->mark = refs_mark(d, mark, true);
    decode_keep(d, doc_get(n, "keep"), &r->keep);
    return d->problems->errors == errors;
}

static void *deeds_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"when", "of",   "if",   "text",    "do",
                                        "give", "mark", "keep", "comment", NULL};
    if (!doc_want_kind(d->problems, d->doc, n, DOC_ARRAY))
        return NULL;
    struct deeds *ds = attr_shared_new(sizeof(*ds) + n->list.count * sizeof(ds->list[0]));
    doc_foreach (item, n) {
        struct deed_rule r = {0};
        if (decode_object(d, item, known) && decode_when(d, t, item, &r.when) &&
            decode_rule(d, item, &r))
            ds->list[ds->count++] = r;
        else
            rule_fini(&r);
    }
    return ds;
}

static struct doc_node *encode_rule(const struct deed_rule *r, struct doc *out)
{
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "when", doc_string(out, whens[r->when]));
    if (r->of)
        doc_put(out, n, "of", refs_encode(r->of, out));
    if (r->condition)
        doc_put(out, n, "if", condition_encode(r->condition, out));
    if (r->text)
        doc_put(out, n, "text", text_encode(r->text, out));
    if (r->commands)
        doc_put(out, n, "do", wordlist_encode(r->commands, out));
    if (r->give)
        doc_put(out, n, "give", doc_string(out, r->give));
    if (r->mark)
        doc_put(out, n, "mark", doc_string(out, r->mark));
    if (r->keep)
        doc_put(out, n, "keep",
                r->keep == DEED_KEEP ? doc_bool(out, true) : doc_string(out, "carry"));
    return n;
}

static struct doc_node *deeds_encode(const void *value, struct doc *out)
{
    const struct deeds *ds = value;
    struct doc_node *n = doc_array(out);
    for (size_t i = 0; i < ds->count; i++)
        doc_append(n, encode_rule(&ds->list[i], out));
    return n;
}

const struct attr_kind deeds_attr = {
    .copy = attr_shared_copy,
    .free = deeds_free,
    .decode = deeds_decode,
    .encode = deeds_encode,
};

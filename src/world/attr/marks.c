// MARKS: a word list, replaced by a longer one at each new mark. Under the lock rules.
#include "world/attr/marks.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/wordlist.h"
#include "world/mark.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MARKS_MAX = 1000, MARK_REF_MAX = 81 };

bool marks_has_at(struct thing *t, const char *ref, const struct site *at)
{
    assert(ref);
    return wordlist_has(attr_get_at(t, ATTR_MARKS, at), ref);
}

bool marks_add_at(struct thing *t, const char *ref, const struct site *at)
{
    assert(ref);
    const struct wordlist *l = attr_get_at(t, ATTR_MARKS, at);
    size_t n = l ? l->count : 0;
    if (n >= MARKS_MAX || wordlist_has(l, ref))
        return false;
    const char **words = mem_calloc(n + 1, sizeof(*words));
    for (size_t i = 0; i < n; i++)
        words[i] = l->words[i];
    words[n] = ref;
    struct wordlist *changed = wordlist_new(words, n + 1, false);
    free(words);
    attr_set_at(t, ATTR_MARKS, changed, at);
    return true;
}

const char *marks_get_at(struct thing *t, size_t n, const struct site *at)
{
    const struct wordlist *l = attr_get_at(t, ATTR_MARKS, at);
    return l && n < l->count ? l->words[n] : NULL;
}

static const char *title(const struct world *w, const struct wordlist *l)
{
    for (size_t i = l ? l->count : 0; i-- > 0;) {
        const struct mark *m = mark_find(w, l->words[i]);
        if (m && m->title)
            return m->title;
    }
    return NULL;
}

const char *marks_title_at(struct thing *t, const struct site *at)
{
    return title(t->world, attr_get_at(t, ATTR_MARKS, at));
}

const char *marks_title_peek(const struct thing *t)
{
    return title(t->world, thing_attr(t, ATTR_MARKS));
}

static bool marks_valid(const char *ref)
{
    size_t n = strlen(ref);
    return n && n <= MARK_REF_MAX && strspn(ref, "abcdefghijklmnopqrstuvwxyz0123456789_-:") == n;
}

static void *marks_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (n->kind == DOC_ARRAY && n->list.count > MARKS_MAX) {
        doc_error(d->problems, d->doc, n, "more than %d marks", MARKS_MAX);
        return NULL;
    }
    return wordlist_decode(d, n, false, marks_valid, "the ref of a mark");
}

static struct doc_node *marks_encode(const void *value, struct doc *out)
{
    return wordlist_encode(value, out);
}

const struct attr_kind marks_attr = {
    .copy = attr_shared_copy,
    .free = wordlist_free,
    .decode = marks_decode,
    .encode = marks_encode,
};

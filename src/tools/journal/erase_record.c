// Rewrites one event. What another player typed keeps its words, except where it meant the erased
// person: the event's changes show that, as a name may be a word like any other ("gold"). Free text
// is always rewritten. Keeps the present event only.
#include "command/command.h"
#include "command/words.h"
#include "store/json.h"
#include "tools/journal/erase.h"
#include "util/doc.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool involves(const struct erase *e, const struct record *r)
{
    if (!r->changes)
        return true; // the changes were not kept: assume that it did
    for (size_t i = 0; i < r->change_count; i++) {
        struct record_change c = record_change_at(r, i);
        for (size_t k = 0; k < e->count; k++)
            if (c.identity == e->list[k].identity || c.value == e->list[k].carried)
                return true;
    }
    return false;
}

static bool is_free_text(const char *line)
{
    struct words words;
    words_init(&words);
    words_set(&words, line);
    const struct command *c = command_find(words_at(&words, 0));
    bool is = strchr("\"':", *words_rest(&words, 0)) && *words_rest(&words, 0);
    is |= !c && strchr(line, ','); // speech to a listener: "ben, hello"
    is |= c && c->flags & (COMMAND_SPEECH | COMMAND_SETTINGS);
    words_fini(&words);
    return is;
}

struct copying {
    const struct erase *erase;
    struct doc *to;
    bool own;
};

enum part { AS_IT_IS, NAMED, ALIASES, PROMPT };

static struct doc_node *copy_text(const struct copying *c, const char *text, enum part part)
{
    assert(text);
    if (part == AS_IT_IS)
        return doc_string(c->to, text);
    char *other = part == PROMPT              ? erase_silence_prompt(text)
                  : part == ALIASES && c->own ? erase_silence_alias(c->erase, text)
                                              : erase_reword(c->erase, text);
    struct doc_node *n = doc_string(c->to, other);
    free(other);
    return n;
}

// The new key of a member: the name of an alias may contain an erased name.
static const char *erase_record_key_of(const struct copying *c, const struct doc_node *child,
                                       enum part part)
{
    if (part != ALIASES)
        return child->key;
    char *now = erase_reword_alias(c->erase, child->key);
    const char *key = doc_string(c->to, now)->string.text;
    free(now);
    return key;
}

static bool is_called(const struct doc_node *n, const char *key)
{
    assert(key);
    return n->key && !strcmp(n->key, key);
}

// In the erased player's own document the name, what things call the player by, and all that only
// players have belong to the person; in another player's document only what only players have. All
// else belongs to the world, whatever words it uses.
static enum part part_of(const struct copying *c, const struct doc_node *child, enum part outside)
{
    if (outside == NAMED && c->own && is_called(child, "prompt"))
        return PROMPT;
    if (outside != AS_IT_IS)
        return outside == NAMED && is_called(child, "aliases") && child->kind == DOC_OBJECT
                   ? ALIASES
                   : outside;
    if (is_called(child, "player"))
        return NAMED;
    if (is_called(child, "aliases") && child->kind == DOC_OBJECT)
        return ALIASES;
    return c->own && (is_called(child, "name") || is_called(child, "aliases")) ? NAMED : AS_IT_IS;
}

static struct doc_node *copy_node(const struct copying *c, const struct doc_node *n, enum part part)
{
    struct doc_node *list;
    switch ((enum doc_kind)n->kind) {
    case DOC_NULL:
        return doc_null(c->to);
    case DOC_BOOL:
        return doc_bool(c->to, n->boolean);
    case DOC_INT:
        return doc_int(c->to, n->integer);
    case DOC_REAL:
        return doc_real(c->to, n->real);
    case DOC_STRING:
        return copy_text(c, n->string.text, part);
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    list = n->kind == DOC_ARRAY ? doc_array(c->to) : doc_object(c->to);
    for (const struct doc_node *child = n->list.first; child; child = child->next) {
        // What the player carries is not the player.
        struct copying inner = *c;
        inner.own = c->own && !is_called(child, "contents");
        struct doc_node *copy = copy_node(&inner, child, part_of(&inner, child, part));
        if (n->kind == DOC_ARRAY)
            doc_append(list, copy);
        else
            doc_put(c->to, list, erase_record_key_of(c, child, part), copy);
    }
    return list;
}

char *erase_character(const struct erase *e, const char *json, bool own)
{
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct buf out = BUF_INIT;
    struct doc *from = json_read("journal", json, strlen(json), &p);
    const struct doc_node *root = from ? doc_root(from) : NULL;
    char *text = NULL;
    if (root && root->kind == DOC_OBJECT) {
        struct doc *to = doc_new("journal");
        struct copying c = {e, to, own};
        doc_set_root(to, copy_node(&c, root, AS_IT_IS));
        if (json_write(&out, doc_root(to), JSON_ONE_LINE))
            text = mem_strndup(buf_str(&out), out.len);
        doc_free(to);
    }
    doc_free(from);
    doc_problems_fini(&p);
    buf_fini(&out);
    return text ? text : mem_strdup("");
}

// Replaces the line's first word if it is an alias whose name contained the erased name.
static char *reword_first(const struct erase *e, const char *line)
{
    struct words words;
    words_init(&words);
    words_set(&words, line);
    const char *whole = words_rest(&words, 0);
    size_t n = strcspn(whole, " ");
    char *word = mem_strndup(whole, n), *now = erase_reword(e, word), *text = NULL;
    if (strcmp(word, now) != 0)
        text = mem_printf("%s%s", now, whole + n);
    free(now);
    free(word);
    words_fini(&words);
    return text;
}

static char *erase_record_text_of(const struct erase *e, const struct record *r, bool own)
{
    if (r->kind == RECORD_ENTER)
        return *r->text && (own || erase_mentions(e, r->text)) ? erase_character(e, r->text, own)
                                                               : NULL;
    if (own)
        return e->alias ? erase_silence_short(e, r->text, e->alias) : erase_silence(e, r->text);
    if (!erase_mentions(e, r->text))
        return NULL;
    if (is_free_text(e->alias && *e->alias != '$' ? e->alias : r->text) || involves(e, r) ||
        (e->alias && *e->alias == '$'))
        return erase_reword(e, r->text);
    return e->alias ? reword_first(e, r->text) : NULL;
}

// What it may do, and no account: nobody's account is erased.
static char *rights_of(const struct record *r)
{
    size_t n = strcspn(r->more, "\n");
    return r->more[n] ? mem_printf("%.*s\n", (int)n, r->more) : mem_strdup(r->more);
}

const struct record *erase_record(struct erase *e, const struct record *r)
{
    const struct erase_name *n = erase_find(e, r->name);
    char *text = erase_record_text_of(e, r, n);
    if (!n && !text)
        return r;
    free(e->text);
    e->text = text;
    e->record = *r;
    if (text)
        e->record.text = text;
    if (n) {
        e->record.name = n->to;
        free(e->rights);
        e->rights = rights_of(r);
        e->record.more = e->rights;
    }
    e->renamed++;
    return &e->record;
}

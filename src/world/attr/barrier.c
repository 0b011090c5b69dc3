// BARRIER: who may not leave by an exit. Under the lock rules.
#include "world/attr/barrier.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/aliases.h"
#include "world/attr/attr_rows.h"
#include "world/attr/decode.h"
#include "world/attr/text.h"
#include "world/attr/wordlist.h"
#include "world/direction.h"
#include "world/thing.h"

#include <stdlib.h>
#include <string.h>

struct barrier {
    struct attr_shared shared;
    int exit;
    struct wordlist *allow, *deny; // NULL when empty
    void *message;                 // NULL: the usual one
};

// A player counts as "player" only: names may not open or close ways.
static bool barrier_listed(const struct wordlist *l, struct thing *who, const struct site *at)
{
    for (size_t i = 0; l && i < l->count; i++) {
        if (thing_is(who, THING_PLAYER) ? !strcmp(l->words[i], "player")
                                        : aliases_is_at(who, l->words[i], at))
            return true;
    }
    return false;
}

const char *barrier_stops_at(struct thing *t, int direction, struct thing *who,
                             const struct site *at)
{
    const struct barrier *b = attr_get_at(t, ATTR_BARRIER, at);
    if (!b || b->exit != direction || barrier_listed(b->allow, who, at))
        return NULL;
    if (b->deny ? !barrier_listed(b->deny, who, at) : false)
        return NULL;
    return b->message ? hooks_text(text_peek(b->message), thing_place(t), ATTR_BARRIER, at)
                      : "Something stops you from going that way.";
}

static void barrier_free(void *value)
{
    struct barrier *b = value;
    if (!attr_shared_last(b))
        return;
    wordlist_free(b->allow);
    wordlist_free(b->deny);
    if (b->message)
        text_free(b->message);
    free(b);
}

static struct wordlist *barrier_list(struct attr_decode *d, const struct doc_node *n)
{
    return n && (n->kind != DOC_ARRAY || n->list.count) ? wordlist_decode(d, n, true, NULL, NULL)
                                                        : NULL;
}

static void *barrier_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    static const char *const known[] = {"exit", "allow", "deny", "message", "comment", NULL};
    const char *text;
    (void)t;
    if (!decode_object(d, n, known))
        return NULL;
    const struct doc_node *exit = doc_get(n, "exit"), *message = doc_get(n, "message");
    if (!exit) {
        doc_error(d->problems, d->doc, n, "a barrier needs \"exit\", a direction");
        return NULL;
    }
    if (!doc_want_string(d->problems, d->doc, exit, &text))
        return NULL;
    int direction = direction_by_name(text);
    if (direction < 0) {
        direction_complain(d->problems, d->doc, exit, text);
        return NULL;
    }
    struct barrier *b = attr_shared_new(sizeof(*b));
    b->exit = direction;
    b->allow = barrier_list(d, doc_get(n, "allow"));
    b->deny = barrier_list(d, doc_get(n, "deny"));
    if (message)
        b->message = text_decode(d, NULL, message);
    return b;
}

static struct doc_node *barrier_encode(const void *value, struct doc *out)
{
    const struct barrier *b = value;
    struct doc_node *n = doc_object(out);
    doc_put(out, n, "exit", doc_string(out, direction_name((enum direction)b->exit)));
    if (b->allow)
        doc_put(out, n, "allow", wordlist_encode(b->allow, out));
    if (b->deny)
        doc_put(out, n, "deny", wordlist_encode(b->deny, out));
    if (b->message)
        doc_put(out, n, "message", text_encode(b->message, out));
    return n;
}

const struct attr_kind barrier_attr = {
    .copy = attr_shared_copy,
    .free = barrier_free,
    .decode = barrier_decode,
    .encode = barrier_encode,
};

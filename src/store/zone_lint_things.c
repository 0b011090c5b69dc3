// Step 6, for one location or thing: what its author can hardly have meant.
#include "store/zones_priv.h"
#include "util/mem.h"
#include "util/str.h"
#include "world/attr/aliases.h"
#include "world/attr/door.h"
#include "world/attr/exits.h"
#include "world/attr/on_action.h"
#include "world/inventory.h"
#include "world/zone.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 4, 5))) static void
odd(struct loader *l, const struct zone_entry *e, const struct doc_node *at, const char *fmt, ...);

static void odd(struct loader *l, const struct zone_entry *e, const struct doc_node *at,
                const char *fmt, ...)
{
    va_list ap;
    char text[400];
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    doc_problem_at(l->problems, DOC_WARNING, doc_name(e->file->doc),
                   at->key_line ? at->key_line : at->line,
                   at->key_line ? at->key_column : at->column, "%s", text);
}

static bool is_blank(const struct doc_node *n)
{
    return n && n->kind == DOC_STRING && strspn(n->string.text, " \t\r\n") == n->string.length;
}

static bool zone_lint_things_is_list(const struct doc_node *n)
{
    return n && n->kind == DOC_ARRAY;
}

static bool is_object(const struct doc_node *n)
{
    return n && n->kind == DOC_OBJECT;
}

static bool zone_lint_things_is_true(const struct doc_node *n)
{
    return n && n->kind == DOC_BOOL && n->boolean;
}

static const char *near_command(const char *word)
{
    assert(zones_commands());
    enum { MOST = 200 };
    const char *names[MOST + 1] = {NULL};
    for (size_t i = 0; i < MOST && (names[i] = zones_commands()->name(i)); i++)
        ;
    return doc_nearest(word, names);
}

static bool is_command(const char *word)
{
    assert(zones_commands());
    const char *name;
    for (size_t i = 0; (name = zones_commands()->name(i)); i++)
        if (!strcmp(name, word))
            return true;
    return false;
}

// The first word of what a player would type; `"hello` and `:smiles` are commands, too.
static void lint_command(struct loader *l, const struct zone_entry *e, const struct doc_node *n)
{
    if (n->kind != DOC_STRING || !zones_commands())
        return;
    const char *s = n->string.text;
    size_t length;
    char word[64];
    const char *first = str_word(&s, &length);
    if (!first) {
        odd(l, e, n, "an empty command: nothing would happen");
        return;
    }
    if (strchr("\"':", *first))
        return;
    length = length < sizeof(word) - 1 ? length : sizeof(word) - 1;
    memcpy(word, first, length);
    word[length] = '\0';
    str_lower(word);
    if (zones_commands()->does(word))
        return;
    const char *near = near_command(word);
    if (near && !zones_commands()->does(near))
        near = NULL;
    odd(l, e, n, "no thing can do \"%s\"%s%s%s", word, near ? ", did you mean \"" : "",
        near ? near : "", near ? "\"?" : "");
}

static void lint_commands(struct loader *l, const struct zone_entry *e, const struct doc_node *list)
{
    if (!zone_lint_things_is_list(list))
        return;
    if (!list->list.count)
        odd(l, e, list, "an empty list of commands: nothing would happen");
    doc_foreach (n, list)
        lint_command(l, e, n);
}

static void lint_acts(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *action = doc_get(e->node, "on_action"),
                          *replies = doc_get(e->node, "replies"),
                          *deeds = doc_get(e->node, "deeds");
    struct on_action timing;
    if (is_object(action)) {
        lint_commands(l, e, doc_get(action, "do"));
        if (!doc_get(action, "after"))
            odd(l, e, action, "\"on_action\" without \"after\": it says how often");
        else if (on_action_get(e->thing, &timing) && timing.after <= 0)
            odd(l, e, doc_get(action, "after"), "\"after\" of no time: it never happens");
    }
    if (zone_lint_things_is_list(replies))
        doc_foreach (n, replies)
            lint_commands(l, e, doc_get(n, "do"));
    if (zone_lint_things_is_list(deeds))
        doc_foreach (n, deeds)
            lint_commands(l, e, doc_get(n, "do"));
}

static void lint_vetoes(struct loader *l, const struct zone_entry *e)
{
    static const char *const others[] = {"putin", "takeout", "combat"};
    const struct doc_node *vetoes = doc_get(e->node, "vetoes");
    if (!is_object(vetoes) || !zones_commands())
        return;
    doc_foreach (n, vetoes) {
        bool known = is_command(n->key);
        for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
            known |= !strcmp(others[i], n->key);
        const char *near = known ? NULL : near_command(n->key);
        if (!known)
            odd(l, e, n, "there is no command \"%s\" to veto%s%s%s", n->key,
                near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        else if (is_blank(n))
            odd(l, e, n, "a veto without a message");
    }
}

static bool resets_give(const struct zone_reset *r, const struct thing *what)
{
    for (; r; r = r->next)
        if ((r->what == what && r->kind != ZONE_REMOVE) || resets_give(r->then, what))
            return true;
    return false;
}

// Is every copy of the key inside what it opens?
static bool locked_into_itself(struct loader *l, const struct zone_entry *e, struct thing *key)
{
    assert(key);
    struct zone_entry *k = zone_entry_of(l, key);
    for (size_t i = 0; k && i < k->instance_count; i++) {
        bool inside = false;
        for (size_t j = 0; j < e->instance_count; j++)
            inside |= thing_inside(k->instances[i], e->instances[j]);
        if (!inside)
            return false;
    }
    for (size_t i = 0; i < l->file_count; i++)
        if (l->files[i].zone && resets_give(*zone_resets(l->files[i].zone), key))
            return false;
    return k && k->instance_count > 0;
}

static bool is_twin(struct loader *l, const struct zone_entry *e, struct thing *where, int exit)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, where, lists[i])
            if (door_is(t) && door_exit(t) == exit && t != e->instances[0] &&
                zone_entry_of(l, t) != e)
                return true;
    return false;
}

static void zone_lint_things_lint_door(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *door = doc_get(e->node, "door");
    if (!is_object(door) || !door_is(e->thing))
        return;
    struct thing *key = door_key(e->thing);
    int exit = door_exit(e->thing);
    if (zone_lint_things_is_true(doc_get(door, "locked")) && !doc_get(door, "key") &&
        !zone_lint_things_is_true(doc_get(door, "latch")))
        odd(l, e, door, "locked, and no key opens it");
    if (key && exit < 0 && locked_into_itself(l, e, key))
        odd(l, e, doc_get(door, "key"), "the key of \"%s\" is inside it", e->node->key);
    if (exit >= 0 && e->instance_count && is_twin(l, e, thing_where(e->instances[0]), exit))
        odd(l, e, door, "a second door in the exit %s of %s", direction_name((enum direction)exit),
            thing_refname(thing_where(e->instances[0])));
    if (exit < 0 && !inventory_has(e->thing))
        odd(l, e, door, "a lid on what has no inventory; a door in an exit needs \"exit\"");
}

static void lint_health(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *health = doc_get(e->node, "health"), *now = doc_get(health, "current"),
                          *most = doc_get(health, "maximum");
    if (now && most && now->kind == DOC_INT && most->kind == DOC_INT &&
        now->integer > most->integer)
        odd(l, e, now, "more health than the maximum, %lld", (long long)most->integer);
}

// Words that commands take for something else before they look for a thing.
static bool is_taken(const char *word)
{
    static const char *const taken[] = {"all",  "every",  "any", "last", "my",   "the",   "a",
                                        "an",   "some",   "of",  "me",   "self", "from",  "in",
                                        "into", "inside", "to",  "on",   "with", "about", "at"};
    for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
        if (str_equal_nocase(word, taken[i]))
            return true;
    return false;
}

// The words of its name do as well as aliases, but for those that are taken.
static void lint_name(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *name = doc_get(e->node, "name");
    const char *rest = name && name->kind == DOC_STRING ? name->string.text : "", *word;
    size_t n;
    bool named = aliases_first(e->thing) || thing_is(e->thing, THING_LOCATION);
    while (!named && (word = str_word(&rest, &n))) {
        char *copy = mem_strndup(word, n);
        named = !is_taken(copy);
        free(copy);
    }
    if (!named)
        odd(l, e, e->node,
            "nobody can name \"%s\": it has no aliases, and no word of its name will do",
            e->node->key);
}

static void lint_aliases(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *list = doc_get(e->node, "aliases");
    if (!zone_lint_things_is_list(list))
        return;
    doc_foreach (n, list) {
        if (n->kind != DOC_STRING)
            continue;
        if (is_taken(n->string.text))
            odd(l, e, n, "commands take the word \"%s\" for something else: it cannot name a thing",
                n->string.text);
        for (const struct doc_node *before = list->list.first; before != n; before = before->next)
            if (before->kind == DOC_STRING && str_equal_nocase(before->string.text, n->string.text))
                odd(l, e, n, "\"%s\" is in this list already", n->string.text);
    }
}

static void lint_texts(struct loader *l, const struct zone_entry *e)
{
    static const char *const texts[] = {"name", "description", "presence", "writing"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct doc_node *n = doc_get(e->node, texts[i]);
        if (is_blank(n))
            odd(l, e, n, "an empty \"%s\"", texts[i]);
    }
    if (thing_is(e->thing, THING_LOCATION) && !doc_get(e->node, "description"))
        odd(l, e, e->node, "\"%s\" has no \"description\": there is nothing to see", e->node->key);
}

// Finds what EXAMINE would find first: a thing there of that name.
static bool hides(struct thing *where, const char *word)
{
    static const enum inventory_list lists[] = {INVENTORY_NARRATIVE, INVENTORY_THINGS};
    for (size_t i = 0; i < 2; i++)
        inventory_foreach (t, where, lists[i])
            if (thing_is(t, THING_NARRATIVE) && aliases_is(t, word))
                return true;
    return false;
}

static void lint_details(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *details = doc_get(e->node, "details");
    if (!zone_lint_things_is_list(details) || !thing_is(e->thing, THING_LOCATION))
        return;
    doc_foreach (n, details) {
        const struct doc_node *words = doc_get(n, "keywords");
        size_t hidden = 0;
        if (is_blank(doc_get(n, "text")))
            odd(l, e, doc_get(n, "text"), "an empty \"text\"");
        if (!zone_lint_things_is_list(words))
            continue;
        doc_foreach (word, words)
            hidden += word->kind == DOC_STRING && hides(e->thing, word->string.text);
        if (hidden && hidden == words->list.count)
            odd(l, e, n, "nobody can read this: a thing here has the name \"%s\"",
                words->list.first->string.text);
    }
}

static void lint_keywords(struct loader *l, const struct zone_entry *e, const char *member)
{
    const struct doc_node *list = doc_get(e->node, member);
    if (!zone_lint_things_is_list(list))
        return;
    doc_foreach (n, list) {
        const struct doc_node *words = doc_get(n, "keywords");
        if (zone_lint_things_is_list(words) && !words->list.count)
            odd(l, e, words, "no keywords: nobody can ask for this");
    }
    if (!strcmp(member, "replies") && !thing_is(e->thing, THING_MOBILE))
        odd(l, e, list, "\"replies\" of what is no mobile: nobody can talk to it");
}

// Uses that come to nothing: no slot, or more of one than anybody has; no mobile to use it.
static void lint_uses(struct loader *l, const struct zone_entry *e)
{
    static const char *const uses[] = {"holdable", "wearable", "wieldable"};
    const struct doc_node *equip = doc_get(e->node, "equip"),
                          *inventory = doc_get(e->node, "inventory"),
                          *capacity = doc_get(inventory, "capacity");
    for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
        const struct doc_node *list = doc_get(e->node, uses[i]);
        if (zone_lint_things_is_list(list) && !list->list.count)
            odd(l, e, list, "no slot: it cannot be used so");
    }
    if (equip && !doc_get(e->node, "in"))
        odd(l, e, equip, "\"equip\" without \"in\": the mobile that uses it");
    if (capacity && capacity->kind == DOC_INT && !capacity->integer)
        odd(l, e, capacity, "a capacity of 0: it holds nothing");
}

// Timers that fire at once, for ever.
static void lint_timers(struct loader *l, const struct zone_entry *e)
{
    static const char *const timers[] = {"reset", "cleanup"};
    for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
        const struct doc_node *after = doc_get(doc_get(e->node, timers[i]), "after");
        bool none = after && ((after->kind == DOC_INT && !after->integer) ||
                              (after->kind == DOC_STRING &&
                               strspn(after->string.text, "0smh") == after->string.length));
        if (none)
            odd(l, e, after, "\"after\" of no time");
    }
}

static void lint_barrier(struct loader *l, const struct zone_entry *e)
{
    const struct doc_node *exit = doc_get(doc_get(e->node, "barrier"), "exit");
    int d = exit && exit->kind == DOC_STRING ? direction_by_name(exit->string.text) : -1;
    for (size_t i = 0; d >= 0 && i < e->instance_count; i++) {
        struct thing *where = thing_where(e->instances[i]);
        if (where && thing_is(where, THING_LOCATION) && !exits_to(where, (enum direction)d))
            odd(l, e, exit, "%s has no exit %s", thing_refname(where),
                direction_name((enum direction)d));
    }
}

void zone_lint_things(struct loader *l, struct zone_entry *e)
{
    lint_keywords(l, e, "details");
    lint_keywords(l, e, "replies");
    lint_uses(l, e);
    lint_timers(l, e);
    lint_barrier(l, e);
    lint_texts(l, e);
    lint_name(l, e);
    lint_aliases(l, e);
    lint_acts(l, e);
    lint_vetoes(l, e);
    zone_lint_things_lint_door(l, e);
    lint_health(l, e);
    lint_details(l, e);
}

// PLAYER: outbox, prompt, aliases. Under the lock rules.
#include "world/player.h"

#include "lock/hooks.h"
#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/str.h"
#include "world/attr/aliases.h"
#include "world/attr/attr_rows.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/player_priv.h"
#include "world/world_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ALIASES_SAVED_MAX = 1000 };

static const struct player *player_get(struct thing *t, const struct site *at)
{
    return attr_read_at(t, ATTR_PLAYER, at);
}

static struct player *player_change(struct thing *t, const struct site *at)
{
    return attr_mutable_at(t, ATTR_PLAYER, at);
}

static void player_replace(char **text, const char *with)
{
    free(*text);
    *text = with ? mem_strdup(with) : NULL;
}

void player_give(struct thing *t, const char *name, const char *permissions)
{
    assert(name && permissions);
    hooks_field(&t->place, true, "give a player's part to", SITE);
    struct player *p = thing_attr(t, ATTR_PLAYER);
    if (!p) {
        p = mem_new(struct player);
        thing_attr_store(t, ATTR_PLAYER, p);
    }
    player_replace(&p->name, name);
    player_replace(&p->permissions, permissions);
}

const char *player_name_at(struct thing *t, const struct site *at)
{
    return hooks_text(player_get(t, at)->name, thing_place(t), ATTR_PLAYER, at);
}

uint32_t player_outbox_at(struct thing *t, const struct site *at)
{
    return player_get(t, at)->outbox;
}

void player_set_outbox_at(struct thing *t, uint32_t outbox, const struct site *at)
{
    player_change(t, at)->outbox = outbox;
    inventory_audience_update(t, outbox);
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (!p[n] || p[n] == ' '))
            return true;
    return false;
}

bool player_may_at(struct thing *t, const char *command, const struct site *at)
{
    assert(command);
    const struct player *p = player_get(t, at);
    return p->permissions && (has_word(p->permissions, command) || has_word(p->permissions, "all"));
}

void player_set_permissions_at(struct thing *t, const char *permissions, const struct site *at)
{
    player_replace(&player_change(t, at)->permissions, permissions);
}

const char *player_permissions_at(struct thing *t, const struct site *at)
{
    const struct player *p = player_get(t, at);
    return p->permissions ? p->permissions : "";
}

const char *player_account_at(struct thing *t, const struct site *at)
{
    const struct player *p = player_get(t, at);
    return p->account ? p->account : "";
}

void player_set_account_at(struct thing *t, const char *account, const struct site *at)
{
    player_replace(&player_change(t, at)->account, *account ? account : NULL);
}

const char *player_prompt_at(struct thing *t, const struct site *at)
{
    const struct player *p = player_get(t, at);
    return p->prompt ? p->prompt : ">";
}

void player_set_prompt_at(struct thing *t, const char *format, const struct site *at)
{
    player_replace(&player_change(t, at)->prompt, format);
}

uint64_t player_count_command_at(struct thing *t, const struct site *at)
{
    return ++player_change(t, at)->commands;
}

uint64_t player_commands_at(struct thing *t, const struct site *at)
{
    return player_get(t, at)->commands;
}

int64_t player_breathless_at(struct thing *t, const struct site *at)
{
    return player_get(t, at)->breathless;
}

void player_set_breathless_at(struct thing *t, int64_t until, const struct site *at)
{
    player_change(t, at)->breathless = until;
}

size_t player_aliases_at(struct thing *t, const struct site *at)
{
    return player_get(t, at)->alias_count;
}

void player_alias_peek_at(struct thing *t, size_t n, const char **name, const char **text,
                          const struct site *at)
{
    const struct player *p = player_get(t, at);
    *name = p->aliases[n].name;
    *text = p->aliases[n].text;
}

// The index of a name in the list, or where it would be inserted.
static size_t player_find(const struct player *p, const char *name, bool *there)
{
    size_t i = 0;
    int order = 1;
    while (i < p->alias_count && (order = strcmp(p->aliases[i].name, name)) < 0)
        i++;
    *there = i < p->alias_count && !order;
    return i;
}

const char *player_alias_find_at(struct thing *t, const char *name, const struct site *at)
{
    assert(name);
    const struct player *p = player_get(t, at);
    bool there;
    size_t i = player_find(p, name, &there);
    return there ? p->aliases[i].text : NULL;
}

static void alias_drop(struct player *p, size_t i)
{
    free(p->aliases[i].name);
    free(p->aliases[i].text);
    p->alias_count--;
    memmove(&p->aliases[i], &p->aliases[i + 1], (p->alias_count - i) * sizeof(*p->aliases));
}

static bool alias_set(struct player *p, const char *name, const char *text, size_t most)
{
    bool there;
    size_t i = player_find(p, name, &there);
    if (!text) {
        if (there)
            alias_drop(p, i);
        return there;
    }
    if (there) {
        player_replace(&p->aliases[i].text, text);
        return true;
    }
    if (p->alias_count >= most)
        return false;
    if (p->alias_count == p->alias_cap) {
        p->alias_cap = p->alias_cap ? p->alias_cap * 2 : 8;
        p->aliases = mem_realloc_array(p->aliases, p->alias_cap, sizeof(*p->aliases));
    }
    memmove(&p->aliases[i + 1], &p->aliases[i], (p->alias_count - i) * sizeof(*p->aliases));
    p->aliases[i] = (struct player_alias){mem_strdup(name), mem_strdup(text)};
    p->alias_count++;
    return true;
}

bool player_alias_set_at(struct thing *t, const char *name, const char *text, size_t most,
                         const struct site *at)
{
    assert(name);
    return alias_set(player_change(t, at), name, text, most);
}

void player_rename(struct thing *t, const char *to)
{
    assert(to);
    struct player *p = thing_attr(t, ATTR_PLAYER);
    char *lower = mem_strdup(to);
    str_lower(lower);
    const char *aliases[] = {lower, "player"};
    player_replace(&p->name, to);
    player_replace(&p->account, NULL);
    name_set(t, to);
    thing_set_label(t, to);
    aliases_set(t, aliases, 2);
    world_roster_rename(t->world, t, to);
    atomic_store_explicit(&t->identity, 0, memory_order_relaxed);
    free(lower);
}

static char *player_cut(char *text, size_t most)
{
    text[screen_cut(text, strlen(text), most)] = '\0';
    return text;
}

void player_reword(struct thing *t, char *(*texts)(void *arg, const char *text),
                   char *(*names)(void *arg, const char *text),
                   char *(*prompts)(void *arg, const char *text), void *arg)
{
    assert(texts && names && prompts);
    struct player *p = thing_attr(t, ATTR_PLAYER);
    struct player_alias *list = p->aliases;
    size_t count = p->alias_count;
    p->aliases = NULL; // sorted again by their new names
    p->alias_count = p->alias_cap = 0;
    for (size_t i = 0; i < count; i++) {
        char *name = player_cut(names(arg, list[i].name), PLAYER_ALIAS_NAME - 1);
        char *text = player_cut(texts(arg, list[i].text), PLAYER_ALIAS_TEXT - 1);
        str_lower(name);
        alias_set(p, name, text, count);
        free(name);
        free(text);
        free(list[i].name);
        free(list[i].text);
    }
    free(list);
    if (p->prompt) {
        char *prompt = player_cut(prompts(arg, p->prompt), PLAYER_PROMPT);
        free(p->prompt);
        p->prompt = prompt;
    }
    attr_set_add(&t->changed, ATTR_PLAYER);
}

const char *player_alias_text(const struct thing *t, const char *name)
{
    const struct player *p = thing_attr(t, ATTR_PLAYER);
    bool there;
    size_t i = player_find(p, name, &there);
    return there ? p->aliases[i].text : NULL;
}

static void player_free(void *value)
{
    struct player *p = value;
    while (p->alias_count)
        alias_drop(p, p->alias_count - 1);
    free(p->aliases);
    free(p->name);
    free(p->permissions);
    free(p->account);
    free(p->prompt);
    free(p);
}

// Players are never copied.
static void *player_copy(const void *value, struct thing *to)
{
    (void)value;
    (void)to;
    return NULL;
}

static void *player_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    const char *text;
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    struct player *p = mem_new(struct player);
    const struct doc_node *prompt = doc_get(n, "prompt"), *aliases = doc_get(n, "aliases");
    if (prompt && doc_want_string(d->problems, d->doc, prompt, &text) &&
        strlen(text) <= PLAYER_PROMPT)
        player_replace(&p->prompt, text);
    if (aliases && doc_want_kind(d->problems, d->doc, aliases, DOC_OBJECT))
        doc_foreach (alias, aliases)
            if (doc_want_string(d->problems, d->doc, alias, &text) &&
                strlen(alias->key) < PLAYER_ALIAS_NAME && strlen(text) < PLAYER_ALIAS_TEXT)
                alias_set(p, alias->key, text, ALIASES_SAVED_MAX);
    return p;
}

static struct doc_node *player_encode(const void *value, struct doc *out)
{
    const struct player *p = value;
    struct doc_node *n = doc_object(out);
    if (p->prompt)
        doc_put(out, n, "prompt", doc_string(out, p->prompt));
    if (p->alias_count) {
        struct doc_node *aliases = doc_object(out);
        for (size_t i = 0; i < p->alias_count; i++)
            doc_put(out, aliases, p->aliases[i].name, doc_string(out, p->aliases[i].text));
        doc_put(out, n, "aliases", aliases);
    }
    return n;
}

// The state that is not saved with a character but kept while the player is in the world.
static struct doc_node *player_snapshot(const void *value, struct doc *out)
{
    const struct player *p = value;
    struct doc_node *n = player_encode(value, out);
    doc_put(out, n, "name", doc_string(out, p->name ? p->name : ""));
    doc_put(out, n, "permissions", doc_string(out, p->permissions ? p->permissions : ""));
    if (p->account)
        doc_put(out, n, "account", doc_string(out, p->account));
    doc_put(out, n, "mailbox", doc_int(out, p->outbox));
    doc_put(out, n, "commands", doc_int(out, (int64_t)p->commands));
    return n;
}

static const char *text_in(const struct doc_node *n, const char *key)
{
    const struct doc_node *member = doc_get(n, key);
    return member && member->kind == DOC_STRING ? member->string.text : "";
}

static int64_t player_number_in(const struct doc_node *n, const char *key)
{
    const struct doc_node *member = doc_get(n, key);
    return member && member->kind == DOC_INT ? member->integer : 0;
}

static void player_restore(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    struct player *p = player_decode(d, t, n);
    if (!p)
        p = mem_new(struct player);
    player_replace(&p->name, text_in(n, "name"));
    player_replace(&p->permissions, text_in(n, "permissions"));
    if (*text_in(n, "account"))
        player_replace(&p->account, text_in(n, "account"));
    p->outbox = (uint32_t)player_number_in(n, "mailbox");
    p->commands = (uint64_t)player_number_in(n, "commands");
    thing_attr_store(t, ATTR_PLAYER, p);
}

// Leaves out the count of commands, because it also counts those that only read, and no journal has
// them. Events from before accounts were recorded have no account.
static uint64_t player_digest(const void *value)
{
    const struct player *p = value;
    uint64_t hash = hash_text(p->name, p->outbox);
    hash = hash_text(p->prompt, hash_text(p->permissions, hash));
    if (p->account)
        hash = hash_text(p->account, hash);
    for (size_t i = 0; i < p->alias_count; i++)
        hash = hash_text(p->aliases[i].text, hash_text(p->aliases[i].name, hash));
    return hash;
}

const struct attr_kind player_attr = {
    .copy = player_copy,
    .free = player_free,
    .decode = player_decode,
    .encode = player_encode,
    .snapshot = player_snapshot,
    .restore = player_restore,
    .digest = player_digest,
};

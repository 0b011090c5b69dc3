// Entering, losing the connection, coming back, leaving, saving. A player is made in limbo from its
// character, published in a location, and goes back to limbo when it leaves. Its document is made
// under its lock; the offload threads write it to the disk later.
#include "game/enter.h"

#include "command/context.h"
#include "command/report.h"
#include "game/ending.h"
#include "game/enter_priv.h"
#include "game/fight.h"
#include "store/json.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/attr.h"
#include "world/attr/aliases.h"
#include "world/attr/marks.h"
#include "world/attr/name.h"
#include "world/inventory.h"
#include "world/limbo.h"
#include "world/player.h"
#include "world/tree.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// Version of a saved character: since version 2 unique things are left out (world/tree.h).
enum { CHARACTER_FORMAT = 2 };

char *enter_rights(const char *permissions, const char *account)
{
    return account ? mem_printf("%s\n%s", permissions, account) : mem_strdup(permissions);
}

// Both results belong to the caller; "" for an account that is not there.
static void split_rights(const char *rights, char **permissions, char **account)
{
    size_t n = strcspn(rights, "\n");
    *permissions = mem_strndup(rights, n);
    *account = mem_strdup(rights[n] ? rights + n + 1 : "");
}

void enter_spec_init(struct enter_spec *e, const char *name, const char *rights,
                     struct doc *character, uint32_t outbox)
{
    assert(name && *name);
    *e = (struct enter_spec){.name = mem_strdup(name),
                             .rights = mem_strdup(rights ? rights : ""),
                             .character = character,
                             .outbox = outbox};
    split_rights(e->rights, &e->permissions, &e->account);
}

char *enter_text(const struct doc *character)
{
    struct buf out = BUF_INIT;
    if (!json_write(&out, doc_root(character), JSON_ONE_LINE)) {
        buf_fini(&out);
        return NULL;
    }
    char *text = mem_strndup(buf_str(&out), out.len);
    buf_fini(&out);
    return text;
}

struct doc *enter_read(const char *text)
{
    assert(text);
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    struct doc *d = *text ? json_read("journal", text, strlen(text), &problems) : NULL;
    doc_problems_fini(&problems);
    return d;
}

void enter_spec_used(struct enter_spec *e)
{
    char *name = e->name;
    free(e->rights);
    free(e->permissions);
    free(e->account);
    doc_free(e->character);
    *e = (struct enter_spec){.name = name};
}

void enter_spec_fini(struct enter_spec *e)
{
    enter_spec_used(e);
    free(e->name);
    e->name = NULL;
}

struct thing *enter_home(struct world *w, const char *name)
{
    assert(name);
    size_t starts = world_starts(w), sum = 0;
    for (const char *p = name; *p; p++)
        sum += (unsigned char)*p;
    return starts ? world_start(w, sum % starts) : NULL;
}

// The location where the player was when it left, if that still exists; else a start chosen by a
// hash of the name, so that the same player always begins at the same one.
static struct thing *enter_destination(struct context *c)
{
    const struct doc_node *root = c->enter->character ? doc_root(c->enter->character) : NULL;
    const struct doc_node *at = root ? doc_get(root, "location") : NULL;
    struct thing *t = NULL;
    if (at && at->kind == DOC_STRING)
        t = world_lookup(c->world, at->string.text);
    if (t && thing_is(t, THING_LOCATION))
        return t;
    return enter_home(c->world, c->enter->name);
}

// Characters that earlier programs wrote also hold unique things, without marking them.
static bool is_old(const struct doc_node *root)
{
    const struct doc_node *format = doc_get(root, "format");
    return !format || format->kind != DOC_INT || format->integer < CHARACTER_FORMAT;
}

static struct thing *make_player(struct context *c, struct tree_reading *reading)
{
    struct enter_spec *e = c->enter;
    struct thing *t = NULL;
    struct thing *template = world_player_template(c->world);
    const struct doc_node *root = e->character ? doc_root(e->character) : NULL;
    const struct doc_node *saved = root ? doc_get(root, "thing") : NULL;
    if (saved) {
        struct doc_problems problems = DOC_PROBLEMS_INIT;
        *reading = (struct tree_reading){
            .world = c->world, .doc = e->character, .problems = &problems, .old = is_old(root)};
        t = tree_decode(reading, saved, THING_PLAYER);
        reading->problems = NULL;
        doc_problems_fini(&problems);
    }
    if (!t)
        t = limbo_player(c->world, template, e->name);
    name_set(t, e->name);
    player_give(t, e->name, e->permissions);
    player_set_account(t, e->account);
    player_set_outbox(t, e->outbox);
    size_t n = strlen(e->name);
    char *lower = mem_strdup(e->name);
    for (size_t i = 0; i < n; i++)
        if (lower[i] >= 'A' && lower[i] <= 'Z')
            lower[i] = (char)(lower[i] + ('a' - 'A'));
    const char *aliases[] = {lower, "player"};
    aliases_set(t, aliases, 2);
    free(lower);
    return t;
}

static enum command_result enter_look(struct context *c)
{
    return context_run(c, command_find("look"), "look");
}

// Tells the player which things of the file belong to the world, and hands over those that did not
// fit at first; what the player has no room for is put down in the location.
static void settle_reading(struct context *c, struct tree_reading *r)
{
    for (size_t i = 0; i < r->given_up_count; i++)
        report_actor(c, "%s belongs to this world, so it is not among your things any more.",
                     name_get(r->given_up[i]));
    for (size_t i = 0; i < r->spare_count; i++) {
        struct thing *t = r->spare[i];
        if (limbo_publish(t, c->actor) == INVENTORY_MOVED)
            continue;
        if (limbo_publish(t, c->where) != INVENTORY_MOVED) {
            limbo_free(t);
            continue;
        }
        ending_left_lying(c, t);
        report_actor(c, "You have no room for %s: it lies here.", name_get(t));
    }
    tree_reading_fini(r);
}

// A location holds any number of players, but nesting of things is limited. A player whose things
// do not fit is placed with empty hands, and settle_reading hands over the things that fit.
static void put_in(struct thing *player, struct thing *to, struct tree_reading *r)
{
    if (limbo_publish(player, to) == INVENTORY_MOVED)
        return;
    tree_reading_unload(r, player);
    enum inventory_outcome outcome = limbo_publish(player, to);
    assert(outcome == INVENTORY_MOVED);
    (void)outcome;
}

static enum command_result run_enter(struct context *c)
{
    struct thing *to = enter_destination(c);
    if (!to) {
        report_actor(c, "This world has no place to begin.");
        return COMMAND_DONE;
    }
    bool held = context_need_lock(c, world_roster_lock(c->world), LOCK_EXCLUSIVE);
    if (!context_need(c, to) || !held)
        return COMMAND_AGAIN;
    struct tree_reading reading = {0};
    struct thing *player = make_player(c, &reading);
    put_in(player, to, &reading);
    world_roster_add(c->world, player, c->enter->name);
    if (marks_title(player))
        world_roster_entitle(c->world, player, marks_title(player));
    doc_free(c->enter->character);
    c->enter->character = NULL;
    c->actor = player;
    c->where = c->location = to;
    c->locks->actor = thing_label(player);
    report_passing(c, c->where, "%s arrives as if from nowhere.", name_get(player));
    fight_heal_later(c, player); // the player may have left wounded
    wake_location(c, to);
    settle_reading(c, &reading);
    return enter_look(c);
}

static enum command_result run_linkdead(struct context *c)
{
    if (!c->actor)
        return COMMAND_DONE;
    player_set_outbox(c->actor, 0);
    timers_set(&c->timers, c->actor, TIMER_QUIT, c->linkdead < 1 ? 1 : c->linkdead);
    report_passing(c, c->where, "%s stares into the distance.", name_get(c->actor));
    return COMMAND_DONE;
}

// A player's rights are those that its account has now, not those that it had at entry.
static void take_rights(struct context *c)
{
    char *permissions, *account;
    if (!*c->rights)
        return;
    split_rights(c->rights, &permissions, &account);
    if (strcmp(permissions, player_permissions(c->actor)) != 0)
        player_set_permissions(c->actor, permissions);
    if (strchr(c->rights, '\n') && strcmp(account, player_account(c->actor)) != 0)
        player_set_account(c->actor, account);
    free(permissions);
    free(account);
}

static enum command_result run_rights(struct context *c)
{
    if (c->actor)
        take_rights(c);
    return COMMAND_DONE;
}

static enum command_result run_attach(struct context *c)
{
    if (!c->actor)
        return COMMAND_DONE;
    player_set_outbox(c->actor, c->outbox);
    take_rights(c);
    timers_cancel(c->actor, TIMER_QUIT);
    report_passing(c, c->where, "%s looks awake again.", name_get(c->actor));
    wake_location(c, c->where);
    return enter_look(c);
}

static struct doc *enter_write_down(struct context *c)
{
    struct doc *d = doc_new("character");
    struct doc_node *root = doc_object(d);
    doc_put(d, root, "name", doc_string(d, player_name(c->actor)));
    if (c->location)
        doc_put(d, root, "location", doc_string(d, thing_refname(c->location)));
    doc_put(d, root, "saved", doc_int(d, c->now / 1000));
    doc_put(d, root, "format", doc_int(d, CHARACTER_FORMAT));
    doc_put(d, root, "thing", tree_encode(c->actor, d));
    doc_set_root(d, root);
    return d;
}

static enum command_result run_write(struct context *c)
{
    if (!c->actor)
        return COMMAND_DONE;
    c->saved = enter_write_down(c);
    c->session = CONTEXT_SAVE;
    return COMMAND_DONE;
}

enum command_result enter_leave(struct context *c, const char *observed)
{
    loopguard_check_worker("enter_leave()");
    assert(observed);
    struct thing *player = c->actor;
    if (!player)
        return COMMAND_DONE;
    bool held = context_need_lock(c, world_roster_lock(c->world), LOCK_EXCLUSIVE);
    if (!ending_need_contents(c, player) || !held)
        return COMMAND_AGAIN;
    context_number(c); // before the report below, which still needs the player
    ending_send_home(c, player);
    report_passing(c, c->where, "%s %s", name_get(player), observed);
    c->saved = enter_write_down(c);
    c->session = CONTEXT_LEAVE;
    c->left = thing_ref(player);
    c->last_outbox = player_outbox(player);
    world_roster_remove(c->world, player);
    limbo_take(player);
    ending_uncount(c, player);
    limbo_free(player);
    c->actor = NULL;
    return COMMAND_DONE;
}

static enum command_result run_leave(struct context *c)
{
    return enter_leave(c, "is gone.");
}

const struct command command_enter = {.name = "$enter", .flags = COMMAND_SCRIPT, .run = run_enter};
const struct command command_linkdead = {
    .name = "$linkdead", .flags = COMMAND_SCRIPT, .run = run_linkdead};
const struct command command_attach = {
    .name = "$attach", .flags = COMMAND_SCRIPT, .run = run_attach};
const struct command command_rights = {
    .name = "$rights", .flags = COMMAND_SCRIPT, .run = run_rights};
const struct command command_leave = {.name = "$leave", .flags = COMMAND_SCRIPT, .run = run_leave};
const struct command command_write = {.name = "$write", .flags = COMMAND_SCRIPT, .run = run_write};

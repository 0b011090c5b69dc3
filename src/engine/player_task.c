// The task of a player: it lives as long as the player is in the world, and
// the list of work that waits for it. The list belongs to the loop, which hands the task one piece
// at a time, and the next when the outcome of the last has come back: so the task needs no queue
// and no lock.
#include "engine/player_task_priv.h"

#include "command/outcome.h"
#include "game/enter.h"
#include "runtime/task.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/player.h"
#include "world/thing.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void begin_work(struct player_task *a)
{
    assert(a->current && !a->execution);
    struct work *w = a->current;
    bool enters = w->kind == RECORD_ENTER;
    struct player_task_piece piece = {.kind = w->kind,
                                      .who = a->thing,
                                      .line = w->line,
                                      .rights = w->line,
                                      .outbox = enters ? a->entry.outbox : w->outbox,
                                      .linkdead = a->dispatch->config.linkdead,
                                      .enters = &a->entry};
    struct execution *r = a->execution = execution_take(a->dispatch, &a->task);
    player_task_begin(r, &piece);
    r->context.read_only = w->kind == RECORD_LINE && dispatch_disk_full(a->dispatch);
    r->record.name = a->entry.name;
    bool line = w->kind == RECORD_LINE;
    r->record.text = enters ? a->entered_as : line ? w->line : "";
    r->record.more = enters ? a->entry.rights : line ? "" : w->line;
}

void player_task_begin(struct execution *r, const struct player_task_piece *p)
{
    assert(record_is_players(p->kind) && (p->kind != RECORD_ENTER || p->enters));
    switch (p->kind) {
    case RECORD_LINE:
        execution_begin(r, p->who, NULL, "command", p->line);
        r->context.typed = true;
        break;
    case RECORD_ENTER:
        execution_begin(r, (struct tref){0, 0}, &command_enter, "enter", "");
        r->context.enter = p->enters;
        break;
    case RECORD_LINKDEAD:
        execution_begin(r, p->who, &command_linkdead, "linkdead", "");
        r->context.linkdead = r->record.param = p->linkdead;
        break;
    case RECORD_ATTACH:
        execution_begin(r, p->who, &command_attach, "attach", "");
        r->context.outbox = p->outbox;
        r->context.rights = p->rights;
        break;
    case RECORD_RIGHTS:
        execution_begin(r, p->who, &command_rights, "rights", "");
        r->context.rights = p->rights;
        break;
    case RECORD_LEAVE:
        execution_begin(r, p->who, &command_leave, "leave", "");
        break;
    default:
        execution_begin(r, p->who, &command_write, "save", "");
        break;
    }
    r->record.kind = p->kind;
    r->record.outbox = p->outbox;
}

static void finish_work(struct player_task *a)
{
    assert(a->current && a->execution->outcome);
    struct execution *r = a->execution;
    struct outcome *o = r->outcome;
    if (a->current->kind == RECORD_ENTER && r->context.actor)
        a->thing = thing_ref(r->context.actor);
    o->source = a;
    timer_tasks_request(a->dispatch, &r->context);
    a->execution = NULL;
    execution_give(r);
    // From here on the loop may hand over the next piece of work, or free the player task.
    atomic_store_explicit(&a->busy, false, memory_order_release);
    dispatch_publish(a->dispatch, o);
}

static enum task_result player_task_step(struct task *t)
{
    struct player_task *a = (struct player_task *)t;
    if (!atomic_load_explicit(&a->busy, memory_order_acquire))
        return atomic_load_explicit(&a->ended, memory_order_acquire) ? TASK_DONE : TASK_PENDING;
    if (!a->execution)
        begin_work(a);
    switch (execution_step(a->execution)) {
    case EXECUTION_PARKED:
        return TASK_PENDING;
    case EXECUTION_YIELD:
        return TASK_READY;
    case EXECUTION_DONE:
        break;
    }
    finish_work(a);
    return TASK_PENDING;
}

static void release_player_task(struct task *t)
{
    struct player_task *a = (struct player_task *)t;
    free(a->current);
    free(a->spare);
    for (struct work *w = a->first, *next; w; w = next) {
        next = w->next;
        free(w);
    }
    enter_spec_fini(&a->entry);
    free(a->permissions);
    free(a->account);
    free(a->entered_as);
    free(a);
}

// Loop thread: hands the next piece of work to the task if the last one has come back.
static void submit_next(struct player_task *a)
{
    loopguard_check("a player's work");
    if (a->under_way || !a->first)
        return;
    assert(!a->current);
    a->current = a->first;
    a->first = a->current->next;
    if (!a->first)
        a->last = NULL;
    a->under_way = true;
    atomic_store_explicit(&a->busy, true, memory_order_release);
    task_wake(&a->task);
}

static void submit(struct player_task *a, enum record_kind kind, const char *line, uint32_t outbox)
{
    assert(line);
    size_t n = strlen(line);
    struct work *w = n <= WORK_LINE ? a->spare : NULL;
    if (w)
        a->spare = NULL;
    else
        w = mem_alloc(sizeof(*w) + (n > WORK_LINE ? n : WORK_LINE) + 1);
    *w = (struct work){.kind = kind, .outbox = outbox};
    memcpy(w->line, line, n + 1);
    if (a->last)
        a->last->next = w;
    else
        a->first = w;
    a->last = w;
    submit_next(a);
}

static void keep_rights(struct player_task *a, const char *permissions, const char *account)
{
    char *p = mem_strdup(permissions ? permissions : "");
    // copied first: `account` may be the very string that is freed below
    char *owner = account ? mem_strdup(account) : NULL;
    free(a->permissions);
    free(a->account);
    a->permissions = p;
    a->account = owner;
}

struct player_task *player_task_new(struct dispatch *d, const struct dispatch_entry *entry)
{
    assert(entry->name && *entry->name);
    struct player_task *a = mem_new(struct player_task);
    task_init(&a->task, d->sched, player_task_step, "player", release_player_task);
    a->dispatch = d;
    a->loop = (uint8_t)loopguard_loop();
    a->session = entry->session;
    a->owner = entry->owner;
    if (entry->character && dispatch_recording(d))
        a->entered_as = enter_text(entry->character);
    keep_rights(a, entry->permissions, entry->account);
    char *rights = enter_rights(a->permissions, a->account);
    enter_spec_init(&a->entry, entry->name, rights, entry->character, entry->outbox);
    free(rights);
    submit(a, RECORD_ENTER, "", 0);
    log_debug("dispatch", "enters", "actor", entry->name, "account", entry->account, NULL);
    return a;
}

struct player_task *player_task_restore(struct dispatch *d, const char *name, struct thing *player,
                                        void *owner)
{
    assert(name && player);
    struct player_task *a = mem_new(struct player_task);
    task_init(&a->task, d->sched, player_task_step, "player", release_player_task);
    a->dispatch = d;
    a->loop = (uint8_t)dispatch_home(d, player_account(player));
    a->owner = owner;
    a->thing = a->known = thing_ref(player);
    const char *account = player_account(player);
    keep_rights(a, player_permissions(player), *account ? account : NULL);
    enter_spec_init(&a->entry, name, "", NULL, 0);
    return a;
}

void player_task_free(struct player_task *a)
{
    if (!a)
        return;
    atomic_store_explicit(&a->ended, true, memory_order_release);
    task_wake(&a->task);
    task_detach(&a->task);
}

bool player_task_is_free(const struct player_task *a)
{
    return !atomic_load_explicit(&a->busy, memory_order_relaxed) && !a->execution;
}

enum record_kind player_task_returned(struct player_task *a)
{
    loopguard_check("player_task_returned()");
    assert(a->under_way && a->current && !atomic_load(&a->busy));
    enum record_kind kind = a->current->kind;
    if (a->spare || strlen(a->current->line) > WORK_LINE)
        free(a->current);
    else
        a->spare = a->current;
    a->current = NULL;
    a->under_way = false;
    if (kind == RECORD_ENTER) {
        enter_spec_used(&a->entry);
        free(a->entered_as);
        a->entered_as = NULL;
    }
    return kind;
}

void player_task_next(struct player_task *a)
{
    loopguard_check("player_task_next()");
    submit_next(a);
}

void dispatch_line(struct player_task *a, const char *line)
{
    loopguard_check("dispatch_line()");
    submit(a, RECORD_LINE, line, 0);
}

void dispatch_linkdead(struct player_task *a)
{
    loopguard_check("dispatch_linkdead()");
    a->session = NULL;
    log_debug("dispatch", "linkdead", "actor", player_task_name(a), NULL);
    submit(a, RECORD_LINKDEAD, "", 0);
}

void dispatch_attach(struct player_task *a, uint32_t outbox, void *session, const char *permissions,
                     const char *account)
{
    loopguard_check("dispatch_attach()");
    a->session = session;
    keep_rights(a, permissions, account);
    char *rights = enter_rights(a->permissions, a->account);
    submit(a, RECORD_ATTACH, rights, outbox);
    free(rights);
}

void dispatch_rights(struct player_task *a, const char *permissions, const char *account)
{
    loopguard_check("dispatch_rights()");
    keep_rights(a, permissions, account);
    char *rights = enter_rights(a->permissions, a->account);
    submit(a, RECORD_RIGHTS, rights, 0);
    free(rights);
}

void dispatch_leave(struct player_task *a)
{
    loopguard_check("dispatch_leave()");
    submit(a, RECORD_LEAVE, "", 0);
}

void dispatch_save(struct player_task *a)
{
    loopguard_check("dispatch_save()");
    submit(a, RECORD_SAVE, "", 0);
}

const char *player_task_name(const struct player_task *a)
{
    return a->entry.name;
}

const char *player_task_account(const struct player_task *a)
{
    return a->account;
}

const char *player_task_permissions(const struct player_task *a)
{
    return a->permissions;
}

void *player_task_session(const struct player_task *a)
{
    return a->session;
}

void *player_task_owner(const struct player_task *a)
{
    return a->owner;
}

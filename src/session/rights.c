// Permissions of accounts: read when a server starts, when a player comes back, and every few
// seconds for players in the world, as an operator may change an account at any time. A change is
// an event like any other (dispatch_rights), so a replay knows it too. Loop thread; files off the
// loop.
#include "engine/dispatch.h"
#include "engine/offload.h"
#include "session/jobs.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/character.h"
#include "store/owner.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SWEEP_MS = 5000 };

void rights_check(struct sessions *h, const struct account *a)
{
    loopguard_check("rights_check()");
    for (size_t i = 0; i < a->permission_count; i++) {
        const char *word = a->permissions[i];
        char *key = mem_printf("%s %s", a->name, word);
        if (!dispatch_is_permission(word) && session_shared_is_new(h->shared, key))
            log_warning("session", "unknown_permission", "account", a->name, "permission", word,
                        "expected", "all, or the name of a command that needs one", NULL);
        free(key);
    }
}

// Looking from time to time ---------------------------------------------------------------------

// A player in the world.
struct looked {
    char character[NAME_SIZE], account[NAME_SIZE];
    char *permissions; // read now; NULL: unchanged, or unknown
};

// The version of an account's file that was read last.
struct seen {
    struct timespec changed; // the file's ctime: it changes also when size and mtime are kept
    ino_t inode;
};

struct rights_sweep {
    struct sessions *sessions;
    struct map *seen; // account → struct seen; used by the sweep only
    bool under_way;
    struct looked *list;
    size_t count, cap;
};

// Has the file changed since it was read last? A file that does not exist counts as changed each
// time: perhaps the whole folder was moved away.
static bool has_changed(struct rights_sweep *w, const char *account)
{
    struct stat st = {0};
    char *path = mem_printf("%s/accounts/%s.json", w->sessions->settings->folder_data, account);
    struct seen *seen = map_get(w->seen, account);
    bool there = stat(path, &st) == 0;
    free(path);
    bool changed = !there || !seen || seen->inode != st.st_ino ||
                   seen->changed.tv_sec != st.st_ctim.tv_sec ||
                   seen->changed.tv_nsec != st.st_ctim.tv_nsec;
    if (!seen) {
        seen = mem_new(struct seen);
        map_put(w->seen, account, seen);
    }
    *seen = (struct seen){st.st_ctim, st.st_ino};
    return changed;
}

static void rights_look_at(const struct rights_sweep *w, struct looked *l)
{
    struct account *a;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *data = w->sessions->settings->folder_data;
    int rc = account_load(data, l->account, &a, &p);
    if (rc == SAVEFILE_OK)
        l->permissions = playing_permissions(a);
    else if (rc == SAVEFILE_ABSENT && account_reachable(data) == 0)
        l->permissions = mem_strdup(""); // the account is gone, and its permissions with it
    account_free(a);
    doc_problems_fini(&p);
}

// Those of one account stand together.
static int rights_order(const void *a, const void *b)
{
    const struct looked *x = a, *y = b;
    return strcmp(x->account, y->account);
}

static void rights_work(void *arg)
{
    struct rights_sweep *w = arg;
    qsort(w->list, w->count, sizeof(*w->list), rights_order);
    bool changed = false;
    for (size_t i = 0; i < w->count; i++) {
        if (!i || strcmp(w->list[i].account, w->list[i - 1].account) != 0)
            changed = has_changed(w, w->list[i].account);
        if (changed)
            rights_look_at(w, &w->list[i]);
    }
}

// Forgets the list of the last sweep.
static void forget_list(struct rights_sweep *w)
{
    assert(!w->under_way);
    for (size_t i = 0; i < w->count; i++)
        free(w->list[i].permissions);
    free(w->list); // for thousands it is a megabyte, which is not needed between sweeps
    w->list = NULL;
    w->count = w->cap = 0;
}

static void permit(struct player_task *a, const char *permissions, const char *account)
{
    assert(permissions);
    log_info("session", "rights_changed", "account", account, "character", player_task_name(a),
             "permissions", permissions, NULL);
    dispatch_rights(a, permissions, account);
}

static void rights_done(void *arg)
{
    struct rights_sweep *w = arg;
    assert(w->under_way);
    for (size_t i = 0; i < w->count; i++) {
        const struct looked *l = &w->list[i];
        struct player_task *a =
            l->permissions ? dispatch_find(w->sessions->dispatch, l->character) : NULL;
        if (a && player_task_account(a) && !strcmp(player_task_account(a), l->account) &&
            strcmp(player_task_permissions(a), l->permissions) != 0)
            permit(a, l->permissions, l->account);
    }
    w->under_way = false;
    forget_list(w);
}

static void rights_gather(struct player_task *a, void *arg)
{
    struct rights_sweep *w = arg;
    if (!player_task_account(a))
        return;
    if (w->count == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->list = mem_realloc_array(w->list, w->cap, sizeof(*w->list));
    }
    struct looked *l = &w->list[w->count++];
    *l = (struct looked){.permissions = NULL};
    snprintf(l->character, sizeof(l->character), "%s", player_task_name(a));
    snprintf(l->account, sizeof(l->account), "%s", player_task_account(a));
}

void rights_tick(struct sessions *h)
{
    loopguard_check("rights_tick()");
    if (h->stopping || h->now < h->next_sweep || (h->sweep && h->sweep->under_way))
        return;
    h->next_sweep = h->now + SWEEP_MS;
    if (!h->sweep) {
        h->sweep = mem_new(struct rights_sweep);
        h->sweep->sessions = h;
        h->sweep->seen = map_new();
    }
    assert(!h->sweep->list);
    dispatch_each(h->dispatch, rights_gather, h->sweep);
    h->sweep->under_way =
        h->sweep->count &&
        offload_submit(dispatch_offload(h->dispatch), rights_work, rights_done, h->sweep, false);
    if (!h->sweep->under_way)
        forget_list(h->sweep); // nobody to look at, or too much else to do: next time
}

void rights_free(struct sessions *h)
{
    loopguard_check("rights_free()");
    struct map_iter at = {0};
    if (!h->sweep)
        return;
    for (void *value; map_next(h->sweep->seen, &at, NULL, &value);)
        free(value);
    map_free(h->sweep->seen);
    h->sweep->under_way = false; // nothing runs any more
    forget_list(h->sweep);
    free(h->sweep);
}

// At a start ------------------------------------------------------------------------------------

struct opening {
    struct sessions *sessions;
    struct owner_index *index;
};

static void check_one(void *arg, const struct account *a)
{
    rights_check(arg, a);
}

static void mend(void *arg, const char *character, bool nobodys)
{
    const struct sessions *h = arg;
    if (nobodys && character_disown(h->settings->folder_data, character) == SAVEFILE_OK)
        log_info("session", "name_freed", "character", character, "why",
                 "no account has it: it was being made or deleted when the server was killed",
                 NULL);
    else
        log_warning(
            "session", "character_unowned", "character", character, "why",
            "no account that can be read has it; nobody can take the name while its file is there",
            NULL);
}

// Removes a player from the world if its account no longer has the character; else sets its present
// permissions.
static void rights_settle(struct player_task *a, void *arg)
{
    const struct opening *o = arg;
    struct sessions *h = o->sessions;
    const char *data = h->settings->folder_data, *name = player_task_name(a);
    const char *known =
        player_task_account(a) ? player_task_account(a) : owner_index_find(o->index, name);
    char account[NAME_SIZE] = "";
    struct account *file = NULL;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    if (known)
        snprintf(account, sizeof(account), "%s", known);
    int rc = known ? account_load(data, account, &file, &p) : SAVEFILE_ABSENT;
    bool nobody_knows =
        rc < 0 || account_reachable(data) < 0 || (!known && owner_index_unreadable(o->index));
    if (rc == SAVEFILE_OK ? !account_has_character(file, name) : !nobody_knows) {
        log_warning("session", "dismissed", "account", known ? account : NULL, "character", name,
                    "why", "no account has it any more", NULL);
        dispatch_leave(a);
    } else {
        char *permissions = file ? playing_permissions(file) : mem_strdup("");
        if (strcmp(permissions, player_task_permissions(a)) != 0 ||
            (known && !player_task_account(a)))
            permit(a, permissions, known ? account : NULL);
        free(permissions);
    }
    account_free(file);
    doc_problems_fini(&p);
}

// Calls fn for each player of each loop, on its loop's behalf.
static void rights_each(struct session_shared *shared, void (*fn)(struct player_task *, void *),
                        void *arg)
{
    unsigned here = loopguard_loop();
    for (unsigned i = 0; i < dispatch_loops(shared->dispatch); i++) {
        loopguard_act_for(i);
        dispatch_each(shared->dispatch, fn, arg);
    }
    loopguard_act_for(here);
}

static void rights_learn(struct player_task *a, void *arg)
{
    struct session_shared *shared = arg;
    names_in_use_enter(shared->names, player_task_name(a), SIZE_MAX);
}

void sessions_learn_players(struct session_shared *shared)
{
    loopguard_check("sessions_learn_players()");
    rights_each(shared, rights_learn, shared);
}

void sessions_drop_orphans(struct session_shared *shared)
{
    loopguard_check("sessions_drop_orphans()");
    struct sessions *h = shared->each[loopguard_loop()];
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    char *folder = mem_printf("%s/accounts", h->settings->folder_data);
    struct opening o = {h, owner_index_new(h->settings->folder_data, check_one, h, &problems)};
    job_log_problems(&problems);
    owner_remove_previous(h->settings->folder_data);
    owner_index_unlisted(o.index, mend, h);
    rights_each(shared, rights_settle, &o);
    // The folder of accounts is made for a new server only. Where there were accounts its absence
    // is a fault, which an operator has to mend.
    if (!problems.errors)
        file_mkdirs(folder, 0700);
    shared->opened = true;
    owner_index_free(o.index);
    doc_problems_fini(&problems);
    free(folder);
}

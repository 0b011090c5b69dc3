// Writes characters to the disk, in batches: while one batch is being written, what else is to be
// saved waits, and then becomes the next batch. So a single save begins at once, and ten thousand
// at a stop take few syncs. Only one version of a character is written at a time, so versions
// cannot overtake each other; a newer one replaces an older one that still waits. A write that
// fails is tried again every second until it succeeds. Threads: batch_work runs on an offload
// thread of dispatch, everything else on the thread of the loop that the character's player
// belonged to, which has batches of its own.
#include "session/sessions_priv.h"

#include "engine/dispatch.h"
#include "engine/offload.h"
#include "store/character.h"
#include "store/owner.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

// The login that waits for a character waits for its batch: no longer than so many files take.
enum { BATCH_MAX = 512 };

struct saver {
    struct sessions *sessions;
    struct saver *next;        // in the list of those that wait for a batch, or in a batch
    char *character, *account; // account NULL: unknown
    struct doc *writing, *waiting;
    bool failed, reported;
    bool unowned; // it was not written, as its account no longer has the character
    int result;
};

struct saver_batch {
    struct sessions *sessions;
    struct saver *first; // each on the list of this batch alone, until batch_done
    size_t count;
};

// For a character whose file is not there.
static void save_absent(struct saver *v)
{
    const char *data = v->sessions->settings->folder_data;
    // A file that was lost is made again. No file is made for a character that was erased while in
    // the world, or that no account has. Which of these holds is known only when the account can be
    // read; when the folder of accounts is missing, no account counts as erased.
    int there = savefile_reachable(data, "accounts");
    int has = there < 0    ? there
              : v->account ? owner_has(data, v->account, v->character)
                           : SAVEFILE_ABSENT;
    v->unowned = has == SAVEFILE_ABSENT;
    v->result = has == SAVEFILE_OK ? character_restore(data, v->character, doc_root(v->writing))
                : v->unowned       ? SAVEFILE_OK
                                   : has;
}

static void batch_work(void *arg)
{
    struct saver_batch *b = arg;
    assert(b->count);
    struct savefile_version *list = mem_calloc(b->count, sizeof(*list));
    size_t n = 0;
    for (struct saver *v = b->first; v; v = v->next) {
        v->unowned = false;
        if (v->account)
            character_sign(v->writing, v->account);
        list[n++] = (struct savefile_version){.name = v->character, .root = doc_root(v->writing)};
    }
    assert(n == b->count);
    character_save_many(b->sessions->settings->folder_data, list, n);
    n = 0;
    for (struct saver *v = b->first; v; v = v->next) {
        v->result = list[n++].result;
        if (v->result == SAVEFILE_ABSENT)
            save_absent(v);
    }
    free(list);
}

static void saver_enqueue(struct saver *v);

static void free_saver(struct saver *v)
{
    doc_free(v->writing);
    doc_free(v->waiting);
    free(v->character);
    free(v->account);
    free(v);
}

static void saver_done(struct saver *v)
{
    struct sessions *h = v->sessions;
    assert(v->writing && h->saving);
    if (v->result != SAVEFILE_OK) {
        if (!v->reported) // logged only once, as it is tried again every second
            log_error("session", "save_failed", "character", v->character, "why",
                      v->result < 0 ? strerror(-v->result) : "refused", NULL);
        v->failed = v->reported = true;
        if (v->waiting) {
            doc_free(v->writing);
            v->writing = v->waiting;
            v->waiting = NULL;
        }
        return;
    }
    if (v->reported)
        log_info("session", "save_going_on", "character", v->character, NULL);
    v->reported = false;
    if (v->unowned)
        log_warning("session", "not_kept", "character", v->character, "account", v->account, "why",
                    "its account does not have it any more", NULL);
    doc_free(v->writing);
    v->writing = v->waiting;
    v->waiting = NULL;
    if (v->writing) {
        saver_enqueue(v);
        return;
    }
    map_remove(h->savers, v->character);
    unsigned loops = names_in_use_saved(h->shared->names, v->character);
    h->saving--;
    claims_freed(h, loops);
    free_saver(v);
}

static void batch_start(struct sessions *h);

static void batch_done(void *arg)
{
    struct saver_batch *b = arg;
    struct sessions *h = b->sessions;
    assert(h->saves_under_way);
    h->saves_under_way = false;
    for (struct saver *v = b->first, *next; v; v = next) {
        next = v->next;
        v->next = NULL;
        saver_done(v);
    }
    free(b);
    batch_start(h);
}

// Begins a batch with what waits; nothing while there is one under way.
static void batch_start(struct sessions *h)
{
    if (h->saves_under_way || !h->saves_first)
        return;
    struct saver_batch *b = mem_new(struct saver_batch);
    b->sessions = h;
    b->first = h->saves_first;
    struct saver *last = b->first;
    for (b->count = 1; last->next && b->count < BATCH_MAX; b->count++)
        last = last->next;
    h->saves_first = last->next;
    if (!h->saves_first)
        h->saves_last = NULL;
    last->next = NULL;
    h->saves_under_way = true;
    offload_submit(dispatch_offload(h->dispatch), batch_work, batch_done, b, true);
}

static void saver_enqueue(struct saver *v)
{
    struct sessions *h = v->sessions;
    assert(v->writing && !v->next && h->saves_last != v);
    v->failed = false;
    if (h->saves_last)
        h->saves_last->next = v;
    else
        h->saves_first = v;
    h->saves_last = v;
    batch_start(h);
}

void saver_save(struct sessions *h, const char *character, const char *account, struct doc *saved)
{
    loopguard_check("saver_save()");
    assert(saved && *character);
    struct saver *v = map_get(h->savers, character);
    if (v) {
        doc_free(v->waiting);
        v->waiting = saved;
        return;
    }
    v = mem_new(struct saver);
    v->sessions = h;
    v->character = mem_strdup(character);
    v->account = account ? mem_strdup(account) : NULL;
    v->writing = saved;
    map_put(h->savers, v->character, v);
    names_in_use_saving(h->shared->names, character);
    h->saving++;
    saver_enqueue(v);
}

bool saver_busy(const struct sessions *h, const char *character)
{
    loopguard_check("saver_busy()");
    return names_in_use_is_saving(h->shared->names, character);
}

bool saver_failed(const struct sessions *h, const char *character)
{
    loopguard_check("saver_failed()");
    const struct saver *v = map_get(h->savers, character);
    return v && v->failed;
}

void saver_retry(struct sessions *h)
{
    loopguard_check("saver_retry()");
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->savers, &it, &key, &value)) {
        struct saver *v = value;
        if (v->failed)
            saver_enqueue(v);
    }
}

void saver_free_all(struct sessions *h)
{
    loopguard_check("saver_free_all()");
    offload_finish_all(dispatch_offload(h->dispatch)); // work under way uses what is freed below
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->savers, &it, &key, &value)) {
        struct saver *v = value;
        log_error("session", "save_lost", "character", v->character, NULL);
        free_saver(v);
    }
}

// Writes characters to the disk. Only one version of a character is written at a time, so versions
// cannot overtake each other; a newer one replaces an older one that still waits. A write that
// fails is tried again every second until it succeeds. Threads: saver_work runs on the offload
// threads of dispatch, everything else on the loop thread.
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

struct saver {
    struct sessions *sessions;
    char *character, *account; // account NULL: unknown
    struct doc *writing, *waiting;
    bool failed, reported;
    bool unowned; // it was not written, as its account no longer has the character
    int result;
};

static void saver_work(void *arg)
{
    struct saver *v = arg;
    const char *data = v->sessions->settings->folder_data;
    v->unowned = false;
    if (v->account)
        character_sign(v->writing, v->account);
    v->result = character_save(data, v->character, doc_root(v->writing));
    if (v->result != SAVEFILE_ABSENT)
        return;
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

static void saver_start(struct saver *v);

static void free_saver(struct saver *v)
{
    doc_free(v->writing);
    doc_free(v->waiting);
    free(v->character);
    free(v->account);
    free(v);
}

static void saver_done(void *arg)
{
    struct saver *v = arg;
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
        saver_start(v);
        return;
    }
    map_remove(h->savers, v->character);
    h->saving--;
    claims_freed(h, v->character);
    free_saver(v);
}

static void saver_start(struct saver *v)
{
    assert(v->writing);
    v->failed = false;
    offload_submit(dispatch_offload(v->sessions->dispatch), saver_work, saver_done, v, true);
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
    h->saving++;
    saver_start(v);
}

bool saver_busy(const struct sessions *h, const char *character)
{
    loopguard_check("saver_busy()");
    return map_has(h->savers, character);
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
            saver_start(v);
    }
}

void saver_free_all(struct sessions *h)
{
    loopguard_check("saver_free_all()");
    struct offload *o = dispatch_offload(h->dispatch);
    while (offload_pending(o)) { // work under way uses what is freed below
        offload_drain(o);
        offload_finish(o);
    }
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->savers, &it, &key, &value)) {
        struct saver *v = value;
        log_error("session", "save_lost", "character", v->character, NULL);
        free_saver(v);
    }
}

// Writing characters to disk off the loop. One write at a time for each character, so that versions
// cannot overtake each other; a newer one replaces an older one that still waits. A write that fails
// is tried again every second and never forgotten. Loop thread; the write itself on dispatch's
// offload threads.
#include "session/hub_priv.h"

#include "dispatch/dispatch.h"
#include "dispatch/offload.h"
#include "store/account.h"
#include "store/character.h"
#include "store/record.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/settings.h"

#include <stdlib.h>
#include <string.h>

struct saver {
    struct hub *hub;
    char *character;
    struct doc *writing, *waiting;
    bool failed;
    int result;
};

static void work(void *arg)
{
    struct saver *v = arg;
    const char *data = v->hub->settings->folder_data;
    const struct doc_node *root = doc_root(v->writing);
    v->result = character_save(data, v->character, root);
    if (v->result != RECORD_ABSENT)
        return;
    // A file that was lost is made again; that of somebody who was erased while he was in the world is not.
    v->result = account_owns(data, v->character) ? character_create(data, v->character, root) : RECORD_OK;
}

static void start(struct saver *v);

static void done(void *arg)
{
    struct saver *v = arg;
    struct hub *h = v->hub;
    if (v->result != RECORD_OK) {
        log_error("session", "save_failed", "character", v->character, "why",
                  v->result < 0 ? strerror(-v->result) : "refused", NULL);
        v->failed = true;
        if (v->waiting) {
            doc_free(v->writing);
            v->writing = v->waiting;
            v->waiting = NULL;
        }
        return;
    }
    doc_free(v->writing);
    v->writing = v->waiting;
    v->waiting = NULL;
    if (v->writing) {
        start(v);
        return;
    }
    map_remove(h->savers, v->character);
    h->saving--;
    hub_saved(h, v->character);
    free(v->character);
    free(v);
}

static void start(struct saver *v)
{
    v->failed = false;
    offload_submit(dispatch_offload(v->hub->dispatch), work, done, v, true);
}

void saver_save(struct hub *h, const char *character, struct doc *saved)
{
    struct saver *v = map_get(h->savers, character);
    if (v) {
        doc_free(v->waiting);
        v->waiting = saved;
        return;
    }
    v = mem_new(struct saver);
    v->hub = h;
    v->character = mem_strdup(character);
    v->writing = saved;
    map_put(h->savers, v->character, v);
    h->saving++;
    start(v);
}

bool saver_busy(const struct hub *h, const char *character)
{
    return map_has(h->savers, character);
}

void saver_retry(struct hub *h)
{
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->savers, &it, &key, &value)) {
        struct saver *v = value;
        if (v->failed)
            start(v);
    }
}

void saver_free_all(struct hub *h)
{
    struct offload *o = dispatch_offload(h->dispatch);
    while (offload_pending(o)) { // what is being written has what we free
        offload_drain(o);
        offload_finish(o);
    }
    struct map_iter it = {0};
    const char *key;
    void *value;
    while (map_next(h->savers, &it, &key, &value)) {
        struct saver *v = value;
        log_error("session", "save_lost", "character", v->character, NULL);
        doc_free(v->writing);
        doc_free(v->waiting);
        free(v->character);
        free(v);
    }
}

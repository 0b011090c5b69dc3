// Loads greeting, welcome, and the lists of names and passwords that may not be chosen; each has a
// built-in text or list in case its file is missing.
#include "session/session_shared.h"

#include "engine/dispatch.h"
#include "session/login_limiter.h"
#include "session/names_in_use.h"
#include "session/session.h"
#include "store/weak_password.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16384 };

static void shared_report(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++)
        log_warning("session", "text_file", "file", p->list[i].file, "line",
                    LOG_INT(p->list[i].line), "why", p->list[i].text, NULL);
}

static char *shared_read_text(const struct session_shared *h, const char *name, const char *instead)
{
    struct buf b = BUF_INIT, clean = BUF_INIT;
    char *path = mem_printf("%s/%s", h->settings->folder_text, name);
    int r = file_read(path, TEXT_MAX, &b);
    if (r < 0) {
        log_warning("session", "text_file", "file", path, "why", strerror(-r), NULL);
        buf_clear(&b);
        buf_adds(&b, instead);
    }
    free(path);
    screen_clean(&clean, buf_str(&b), b.len, 0);
    buf_fini(&b);
    return buf_take(&clean);
}

static void shared_add_word(void *arg, const char *word)
{
    name_rules_words_add(arg, word);
}

static void shared_load(struct session_shared *h)
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const char *folder = h->settings->folder_text;
    char *reserved = mem_printf("%s/reserved-names.txt", folder);
    char *common = mem_printf("%s/common-passwords.txt", folder);
    h->greeting = shared_read_text(h, "greeting.txt", "Welcome.\n");
    h->welcome = shared_read_text(
        h, "welcome.txt",
        "You are here for the first time: type HELP to see what there is to know, and "
        "HELP NEWCOMERS for the first steps.\n\n");
    h->reserved = name_rules_words_load(reserved, &problems);
    if (!h->reserved)
        h->reserved = name_rules_words_new();
    h->common = weak_passwords_load(common, &problems);
    h->meanings = name_rules_words_new();
    dispatch_words(h->dispatch, shared_add_word, h->meanings);
    shared_report(&problems);
    doc_problems_fini(&problems);
    free(reserved);
    free(common);
}

struct session_shared *session_shared_new(const struct settings *settings,
                                          struct dispatch *dispatch)
{
    loopguard_check("session_shared_new()");
    assert(settings && dispatch);
    struct session_shared *h = mem_new(struct session_shared);
    h->settings = settings;
    h->dispatch = dispatch;
    h->limiter = login_limiter_new();
    h->names = names_in_use_new();
    h->reported = map_new();
    pthread_mutex_init(&h->mutex, NULL);
    shared_load(h);
    return h;
}

void session_shared_free(struct session_shared *h)
{
    loopguard_check("session_shared_free()");
    if (!h)
        return;
    login_limiter_free(h->limiter);
    names_in_use_free(h->names);
    map_free(h->reported);
    pthread_mutex_destroy(&h->mutex);
    name_rules_words_free(h->reserved);
    name_rules_words_free(h->meanings);
    weak_passwords_free(h->common);
    free(h->greeting);
    free(h->welcome);
    free(h);
}

enum name_rules_verdict session_shared_character(const struct session_shared *h, const char *typed,
                                                 char out[NAME_SIZE])
{
    loopguard_check("session_shared_character()");
    char name[NAME_SIZE];
    enum name_rules_verdict v = name_rules_character(typed, h->reserved, name);
    if (v == NAME_GOOD && name_rules_words_has(h->meanings, name))
        v = NAME_MEANING;
    if (v == NAME_GOOD)
        memcpy(out, name, NAME_SIZE);
    return v;
}

bool session_shared_is_new(struct session_shared *h, const char *said)
{
    loopguard_check("session_shared_is_new()");
    pthread_mutex_lock(&h->mutex);
    bool is_new = !map_has(h->reported, said);
    if (is_new)
        map_put(h->reported, said, h);
    pthread_mutex_unlock(&h->mutex);
    return is_new;
}

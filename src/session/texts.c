// Greeting, welcome, and the lists of names and passwords that may not be chosen. Each has a
// built-in text or list in case its file is missing.
#include "engine/dispatch.h"
#include "session/sessions_priv.h"
#include "store/weak_password.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/settings.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 16384 };

static void report_text(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++)
        log_warning("session", "text_file", "file", p->list[i].file, "line",
                    LOG_INT(p->list[i].line), "why", p->list[i].text, NULL);
}

static char *texts_read_text(const struct sessions *h, const char *name, const char *instead)
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

static void texts_add_word(void *arg, const char *word)
{
    name_rules_words_add(arg, word);
}

void texts_load(struct sessions *h)
{
    loopguard_check("texts_load()");
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const char *folder = h->settings->folder_text;
    char *reserved = mem_printf("%s/reserved-names.txt", folder);
    char *common = mem_printf("%s/common-passwords.txt", folder);
    h->greeting = texts_read_text(h, "greeting.txt", "Welcome.\n");
    h->welcome = texts_read_text(
        h, "welcome.txt",
        "You are here for the first time: type HELP to see what there is to know, and "
        "HELP NEWCOMERS for the first steps.\n\n");
    h->reserved = name_rules_words_load(reserved, &problems);
    if (!h->reserved)
        h->reserved = name_rules_words_new();
    h->common = weak_passwords_load(common, &problems);
    h->meanings = name_rules_words_new();
    dispatch_words(h->dispatch, texts_add_word, h->meanings);
    report_text(&problems);
    doc_problems_fini(&problems);
    free(reserved);
    free(common);
}

void texts_free(struct sessions *h)
{
    loopguard_check("texts_free()");
    name_rules_words_free(h->reserved);
    name_rules_words_free(h->meanings);
    weak_passwords_free(h->common);
    free(h->greeting);
    free(h->welcome);
}

enum name_rules_verdict texts_character(const struct sessions *h, const char *typed,
                                        char out[NAME_SIZE])
{
    loopguard_check("texts_character()");
    char name[NAME_SIZE];
    enum name_rules_verdict v = name_rules_character(typed, h->reserved, name);
    if (v == NAME_GOOD && name_rules_words_has(h->meanings, name))
        v = NAME_MEANING;
    if (v == NAME_GOOD)
        memcpy(out, name, NAME_SIZE);
    return v;
}

// Looks for refs in all strings of a file: a string of another meaning is unlikely to have that
// form and to name an existing file. Faults of a file are reported by the loader.
#include "tools/check/check_siblings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "store/json.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/str.h"

enum { FILE_MOST = 32 << 20, FILES_MOST = 10000 };

void check_files_add(struct check_files *f, const char *path)
{
    assert(path);
    if (f->count == f->cap) {
        f->cap = f->cap ? f->cap * 2 : 16;
        f->list = mem_realloc_array(f->list, f->cap, sizeof(*f->list));
    }
    f->list[f->count++] = mem_strdup(path);
}

void check_files_fini(struct check_files *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->list[i]);
    free(f->list);
    *f = (struct check_files){NULL, 0, 0};
}

static bool has(const struct check_files *f, const struct stat *like)
{
    struct stat st;
    for (size_t i = 0; i < f->count; i++)
        if (!stat(f->list[i], &st) && st.st_dev == like->st_dev && st.st_ino == like->st_ino)
            return true;
    return false;
}

static void add_zone(struct check_files *f, const char *beside, const char *zone)
{
    assert(beside && *zone);
    const char *slash = strrchr(beside, '/');
    char *path = mem_printf("%.*s%s.json", slash ? (int)(slash - beside) + 1 : 0, beside, zone);
    struct stat st;
    if (f->count < FILES_MOST && !stat(path, &st) && S_ISREG(st.st_mode) && !has(f, &st))
        check_files_add(f, path);
    free(path);
}

static void check_siblings_look(struct check_files *f, const char *beside, const struct doc_node *n)
{
    if (n->kind == DOC_STRING) {
        const char *colon = strchr(n->string.text, ':');
        char *zone = colon ? mem_strndup(n->string.text, (size_t)(colon - n->string.text)) : NULL;
        if (zone && str_is_ref(zone) && str_is_ref(colon + 1))
            add_zone(f, beside, zone);
        free(zone);
    } else if (n->kind == DOC_ARRAY || n->kind == DOC_OBJECT) {
        doc_foreach (child, n)
            check_siblings_look(f, beside, child);
    }
}

void check_siblings_add(struct check_files *f)
{
    for (size_t i = 0; i < f->count; i++) {
        struct doc *d = json_read_file(f->list[i], FILE_MOST, NULL);
        char *path = mem_strdup(f->list[i]); // the list may move
        if (d)
            check_siblings_look(f, path, doc_root(d));
        free(path);
        doc_free(d);
    }
}

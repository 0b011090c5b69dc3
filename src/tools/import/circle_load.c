// Finds the files of a world, reads all of them, has them surveyed and then parsed, in the order of
// each index. Files that an index leaves out come after the others: their records count only if
// their numbers are still free.
#include "tools/import/circle_load.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/import/circle_encoding.h"
#include "tools/import/circle_parse.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/str.h"

enum { FILE_MOST = 64 << 20 };

struct names {
    char **list;
    size_t count, cap;
};

static void names_add(struct names *n, const char *name)
{
    if (n->count == n->cap) {
        n->cap = n->cap ? n->cap * 2 : 64;
        n->list = mem_realloc_array(n->list, n->cap, sizeof(*n->list));
    }
    n->list[n->count++] = mem_strdup(name);
}

static void names_fini(struct names *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->list[i]);
    free(n->list);
}

// Sorts by number: "2.wld" before "10.wld".
static int load_by_number(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int list_folder(const char *folder, const char *suffix, struct names *out)
{
    DIR *d = opendir(folder);
    if (!d)
        return -errno;
    char *ending = mem_printf(".%s", suffix);
    for (struct dirent *e; (e = readdir(d));)
        if (*e->d_name != '.' && str_ends(e->d_name, ending))
            names_add(out, e->d_name);
    closedir(d);
    free(ending);
    if (out->count)
        qsort(out->list, out->count, sizeof(*out->list), load_by_number);
    return 0;
}

static struct circle_at at_path(struct circle_world *w, const char *path, uint32_t line)
{
    size_t n = strlen(path) + 1;
    return (struct circle_at){memcpy(arena_take(&w->arena, n, 1), path, n), line};
}

// One file in memory, UTF-8.
struct source {
    enum circle_file kind;
    const char *path; // in the arena of the world
    struct buf text;
};

struct load {
    struct circle_world *w;
    const struct circle_load_options *options;
    struct source *list;
    size_t count, cap;
};

static void tell_encoding(struct load *l, const char *path, const struct circle_encoded *e)
{
    assert(path && e);
    struct circle_at at = at_path(l->w, path, (uint32_t)e->first);
    if (e->as == CIRCLE_IS_NAMED && e->bad)
        circle_report_note(l->w->report, at, "%zu bytes are no %s; replaced", e->bad,
                           l->options->encoding);
    else if (e->as == CIRCLE_IS_MENDED)
        circle_report_note(l->w->report, at,
                           "%zu bytes of this file are no UTF-8; each read as Windows-1252",
                           e->bad);
    else if (e->as == CIRCLE_IS_LATIN && e->foreign)
        circle_report_note(l->w->report, at,
                           "this file is not UTF-8; read as Windows-1252, which it hardly is: "
                           "--encoding KOI8-R, CP1251, EUC-KR, GBK, BIG5, … says what it is");
    else if (e->as == CIRCLE_IS_LATIN)
        circle_report_note(l->w->report, at,
                           "this file is not UTF-8; read as Windows-1252 (--encoding NAME for "
                           "another)");
}

static int load_read_one(struct load *l, enum circle_file kind, const char *path)
{
    assert(kind < CIRCLE_FILES);
    struct buf bytes = BUF_INIT;
    int e = file_read(path, FILE_MOST, &bytes);
    if (e) {
        circle_report_bad(l->w->report, at_path(l->w, path, 0), "cannot be read: %s", strerror(-e));
    } else {
        if (l->count == l->cap) {
            l->cap = l->cap ? l->cap * 2 : 64;
            l->list = mem_realloc_array(l->list, l->cap, sizeof(*l->list));
        }
        struct source *s = &l->list[l->count++];
        *s = (struct source){.kind = kind, .path = at_path(l->w, path, 0).file};
        struct circle_encoded how =
            circle_encoding_decode(&s->text, l->options->encoding, buf_str(&bytes), bytes.len);
        tell_encoding(l, path, &how);
    }
    buf_fini(&bytes);
    return e;
}

// Reads the names in an index, up to "$". Names with a '/' are refused, as worlds come from
// strangers.
static int read_index(struct circle_world *w, const char *path, struct names *out)
{
    struct buf text = BUF_INIT;
    int e = file_read(path, FILE_MOST, &text);
    const char *s = buf_str(&text);
    size_t n;
    for (const char *word; !e && (word = str_word(&s, &n)) && *word != '$';) {
        char *name = mem_strndup(word, n);
        if (strchr(name, '/'))
            circle_report_note(w->report, at_path(w, path, 0),
                               "\"%s\" is outside of the folder; left out", name);
        else
            names_add(out, name);
        free(name);
    }
    buf_fini(&text);
    return e;
}

static int load_names(struct load *l, enum circle_file kind, const char *folder,
                      const struct names *listed, const struct names *found, bool indexed)
{
    int files = 0, failed = 0;
    struct map *seen = map_new();
    for (int pass = 0; pass < 2; pass++) {
        const struct names *names = pass ? found : listed;
        for (size_t i = 0; i < names->count; i++) {
            if (map_has(seen, names->list[i]))
                continue;
            map_put(seen, names->list[i], NULL);
            char *path = mem_printf("%s/%s", folder, names->list[i]);
            bool unnamed = pass && indexed, left = unnamed && l->options->indexed;
            if (unnamed)
                circle_report_note(l->w->report, at_path(l->w, path, 0),
                                   left ? "not named in the index; left out"
                                        : "not named in the index; read all the same, while the "
                                          "game does not (--indexed leaves it out)");
            int e = left ? 0 : load_read_one(l, kind, path);
            if (e)
                failed = e;
            files += !e && !left;
            free(path);
        }
    }
    map_free(seen);
    return files ? files : failed;
}

static bool names_any(const struct names *listed, const struct names *found)
{
    for (size_t i = 0; i < listed->count; i++)
        for (size_t j = 0; j < found->count; j++)
            if (!strcmp(listed->list[i], found->list[j]))
                return true;
    return false;
}

// Reports missing kinds of files. Worlds may do without shops, triggers and quests.
static void report_missing_files(struct load *l, enum circle_file kind, const char *base,
                                 bool folders)
{
    static const char *const losses[CIRCLE_FILES] = {
        [CIRCLE_WLD] = "there are no rooms",
        [CIRCLE_MOB] = "there are no mobiles, and resets of such are lost",
        [CIRCLE_OBJ] = "there are no objects, and resets of such are lost",
        [CIRCLE_ZON] = "there are no zones and no resets",
    };
    const char *suffix = circle_parse_suffix(kind);
    if (!losses[kind])
        return;
    if (folders)
        circle_report_note(l->w->report, at_path(l->w, base, 0), "there is no folder %s: %s",
                           suffix, losses[kind]);
    else
        circle_report_note(l->w->report, at_path(l->w, base, 0), "there is no file *.%s: %s",
                           suffix, losses[kind]);
}

static int load_kind(struct load *l, enum circle_file kind, const char *base, bool folders)
{
    assert(kind < CIRCLE_FILES && base);
    const char *suffix = circle_parse_suffix(kind);
    char *folder = mem_printf("%s/%s", base, suffix);
    bool own = is_folder(folder);
    if (!own) {
        free(folder);
        folder = mem_strdup(base);
    }
    char *index = mem_printf("%s/index", folder);
    struct names listed = {NULL, 0, 0}, found = {NULL, 0, 0};
    int e = list_folder(folder, suffix, &found);
    bool indexed = !e && own && !read_index(l->w, index, &listed) && names_any(&listed, &found);
    if (!e)
        e = load_names(l, kind, folder, &listed, &found, indexed);
    else
        circle_report_bad(l->w->report, at_path(l->w, folder, 0), "cannot be read: %s",
                          strerror(-e));
    if (!e && !own)
        report_missing_files(l, kind, base, folders);
    names_fini(&listed);
    names_fini(&found);
    free(index);
    free(folder);
    return e;
}

static int read_all(struct load *l, const char *base)
{
    int files = 0, failed = 0;
    bool folders = false;
    for (int kind = 0; kind < CIRCLE_FILES; kind++) {
        char *folder = mem_printf("%s/%s", base, circle_parse_suffix((enum circle_file)kind));
        folders |= is_folder(folder);
        free(folder);
    }
    for (int kind = 0; kind < CIRCLE_FILES; kind++) {
        int n = load_kind(l, (enum circle_file)kind, base, folders);
        if (n < 0)
            failed = n;
        files += n > 0 ? n : 0;
    }
    return files ? files : failed;
}

int circle_load(struct circle_world *w, const char *dir, const struct circle_load_options *options)
{
    assert(dir && options && !w->dialect.decided);
    struct load l = {.w = w, .options = options};
    char *below = mem_printf("%s/world", dir), *rooms = mem_printf("%s/wld", dir);
    int files = read_all(&l, !is_folder(rooms) && is_folder(below) ? below : dir);
    for (size_t i = 0; i < l.count; i++)
        circle_dialect_survey(&w->dialect, (int)l.list[i].kind, buf_str(&l.list[i].text),
                              l.list[i].text.len);
    circle_dialect_decide(&w->dialect);
    for (size_t i = 0; i < l.count; i++) {
        circle_parse(w, l.list[i].kind, l.list[i].path, buf_str(&l.list[i].text),
                     l.list[i].text.len);
        buf_fini(&l.list[i].text);
    }
    free(l.list);
    free(rooms);
    free(below);
    circle_world_settle(w);
    return files;
}

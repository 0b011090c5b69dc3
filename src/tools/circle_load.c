// Finds the files of a world and has each parsed. Files that an index leaves out are read too,
// after the others: their records count only where no number is taken yet.
#include "tools/circle_load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/circle_parse.h"
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

// "2.wld" before "10.wld".
static int by_number(const void *a, const void *b)
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
        qsort(out->list, out->count, sizeof(*out->list), by_number);
    return 0;
}

static struct circle_at at_path(struct circle_world *w, const char *path, uint32_t line)
{
    size_t n = strlen(path) + 1;
    return (struct circle_at){memcpy(arena_take(&w->arena, n, 1), path, n), line};
}

static int read_one(struct circle_world *w, enum circle_file kind, const char *path)
{
    struct buf text = BUF_INIT;
    int e = file_read(path, FILE_MOST, &text);
    if (e)
        circle_report_bad(w->report, at_path(w, path, 0), "cannot be read: %s", strerror(-e));
    else
        circle_parse(w, kind, path, buf_str(&text), text.len);
    buf_fini(&text);
    return e;
}

// The names in an index, up to "$". Names with a '/' are refused: worlds come from strangers.
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

static int load_names(struct circle_world *w, enum circle_file kind, const char *folder,
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
            if (pass && indexed)
                circle_report_note(w->report, at_path(w, path, 0),
                                   "not named in the index; read all the same");
            int e = read_one(w, kind, path);
            if (e && !failed)
                failed = e;
            files += !e;
            free(path);
        }
    }
    map_free(seen);
    return files ? files : failed;
}

static int load_kind(struct circle_world *w, enum circle_file kind, const char *base)
{
    const char *suffix = circle_parse_suffix(kind);
    char *folder = mem_printf("%s/%s", base, suffix);
    if (!is_folder(folder)) {
        free(folder);
        folder = mem_strdup(base);
    }
    char *index = mem_printf("%s/index", folder);
    struct names listed = {NULL, 0, 0}, found = {NULL, 0, 0};
    int e = list_folder(folder, suffix, &found);
    bool indexed = !e && strcmp(folder, base) && !read_index(w, index, &listed);
    if (!e)
        e = load_names(w, kind, folder, &listed, &found, indexed);
    else
        circle_report_bad(w->report, at_path(w, folder, 0), "cannot be read: %s", strerror(-e));
    names_fini(&listed);
    names_fini(&found);
    free(index);
    free(folder);
    return e;
}

int circle_load(struct circle_world *w, const char *dir)
{
    char *below = mem_printf("%s/world", dir), *rooms = mem_printf("%s/wld", dir);
    const char *base = !is_folder(rooms) && is_folder(below) ? below : dir;
    int files = 0, failed = 0;
    for (int kind = 0; kind < CIRCLE_FILES; kind++) {
        int n = load_kind(w, (enum circle_file)kind, base);
        if (n < 0 && !failed)
            failed = n;
        files += n > 0 ? n : 0;
    }
    free(rooms);
    free(below);
    circle_world_settle(w);
    return files ? files : failed;
}

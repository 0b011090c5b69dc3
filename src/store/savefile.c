// Files of records. A name that is no plain word never reaches the file system. Keeps nothing;
// any thread but the loop's.
#include "store/savefile.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store/alike.h"
#include "store/json.h"
#include "store/name_rules.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/str.h"

static bool pretending;

void savefile_pretend(void)
{
    pretending = true;
}

static bool is_safe(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return n && n <= NAME_LONGEST && !name[n] && *name != '-' && *name != '_';
}

// NULL when the name is none.
static char *savefile_path_of(const char *data, const char *kind, const char *name)
{
    assert(data && kind && name);
    return is_safe(name) ? mem_printf("%s/%s/%s.json", data, kind, name) : NULL;
}

// A descriptor that holds the folder's lock until it is closed; negative errno.
static int lock_folder(const char *folder)
{
    char *path = mem_printf("%s/.lock", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int rc = fd < 0 ? -errno : fd;
    free(path);
    while (fd >= 0 && flock(fd, LOCK_EX) < 0) {
        if (errno == EINTR)
            continue;
        rc = -errno;
        close(fd);
        break;
    }
    return rc;
}

static int to_text(struct buf *text, const struct doc_node *root)
{
    if (!json_write(text, root, JSON_PRETTY))
        return -EOVERFLOW;
    return text->len > SAVEFILE_LARGEST ? -EFBIG : 0;
}

static int create_locked(const char *folder, const char *name, const char *path,
                         const struct buf *text, bool alike)
{
    char who[NAME_SIZE];
    int rc = alike ? SAVEFILE_OK : alike_find(folder, name, who);
    if (rc == SAVEFILE_OK)
        rc = file_create(path, text->data, text->len, 0600);
    if (rc == SAVEFILE_OK)
        alike_add(folder, name);
    return rc == -EEXIST ? SAVEFILE_TAKEN : rc;
}

// `alike`: a record of a name that looks alike does not matter.
static int create_record(const char *data, const char *kind, const char *name,
                         const struct doc_node *root, bool alike)
{
    assert(root);
    if (pretending)
        return SAVEFILE_OK;
    char *path = savefile_path_of(data, kind, name);
    if (!path)
        return SAVEFILE_BAD_NAME;
    char *folder = mem_printf("%s/%s", data, kind);
    struct buf text = BUF_INIT;
    int rc = to_text(&text, root);
    if (!rc)
        rc = file_mkdirs(folder, 0700);
    if (!rc) {
        int lock = lock_folder(folder);
        rc = lock < 0 ? lock : create_locked(folder, name, path, &text, alike);
        if (lock >= 0)
            close(lock);
    }
    buf_fini(&text);
    free(folder);
    free(path);
    return rc;
}

int savefile_create(const char *data, const char *kind, const char *name,
                    const struct doc_node *root)
{
    return create_record(data, kind, name, root, false);
}

int savefile_restore(const char *data, const char *kind, const char *name,
                     const struct doc_node *root)
{
    return create_record(data, kind, name, root, true);
}

int savefile_alike(const char *data, const char *kind, const char *name, char who[NAME_SIZE])
{
    assert(data && kind && name && who);
    if (!is_safe(name))
        return SAVEFILE_BAD_NAME;
    char *folder = mem_printf("%s/%s", data, kind);
    int rc = alike_find(folder, name, who);
    free(folder);
    return rc == -ENOENT ? SAVEFILE_OK : rc;
}

int savefile_reachable(const char *data, const char *kind)
{
    char *folder = mem_printf("%s/%s", data, kind);
    int rc = access(folder, R_OK | X_OK) < 0 ? -errno : 0;
    free(folder);
    return rc;
}

int savefile_load(const char *data, const char *kind, const char *name, struct doc **out,
                  struct doc_problems *p)
{
    assert(out);
    *out = NULL;
    char *path = savefile_path_of(data, kind, name);
    if (!path)
        return SAVEFILE_BAD_NAME;
    int rc = 0;
    if (access(path, F_OK) < 0)
        rc = errno == ENOENT ? SAVEFILE_ABSENT : -errno;
    else
        *out = json_open(path, SAVEFILE_LARGEST, p, &rc);
    free(path);
    return rc;
}

// Members that an earlier version of this program saved, or saved by mistake.
static int drop_previous(const char *path)
{
    char *previous = mem_printf("%s~", path);
    int rc = unlink(previous) < 0 && errno != ENOENT ? -errno : 0;
    free(previous);
    return rc;
}

// The path of a record that exists, and its text: both are the caller's when SAVEFILE_OK.
static int prepare(const char *data, const char *kind, const struct savefile_version *v,
                   char **path, struct buf *text)
{
    assert(v->root);
    *text = (struct buf)BUF_INIT;
    *path = savefile_path_of(data, kind, v->name);
    if (!*path)
        return SAVEFILE_BAD_NAME;
    int rc = access(*path, F_OK) < 0 ? (errno == ENOENT ? SAVEFILE_ABSENT : -errno) : SAVEFILE_OK;
    if (rc == SAVEFILE_OK)
        rc = to_text(text, v->root);
    if (rc != SAVEFILE_OK) {
        free(*path);
        buf_fini(text);
    }
    return rc;
}

void savefile_save_many(const char *data, const char *kind, struct savefile_version *list,
                        size_t count, bool keep)
{
    struct file_version *files = mem_calloc(count + 1, sizeof(*files));
    size_t *of = mem_calloc(count + 1, sizeof(*of)); // the index in `list` of each file
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        char *path;
        struct buf text;
        list[i].result = pretending ? SAVEFILE_OK : prepare(data, kind, &list[i], &path, &text);
        if (pretending || list[i].result != SAVEFILE_OK)
            continue;
        of[n] = i;
        files[n] = (struct file_version){.path = path, .n = text.len};
        files[n++].data = buf_take(&text);
    }
    file_write_many(files, n, 0600, keep);
    for (size_t i = 0; i < n; i++) {
        int rc = files[i].result;
        list[of[i]].result = !rc && !keep ? drop_previous(files[i].path) : rc;
        free((char *)files[i].path);
        free((char *)files[i].data);
    }
    free(files);
    free(of);
}

int savefile_save(const char *data, const char *kind, const char *name, const struct doc_node *root,
                  bool keep)
{
    struct savefile_version v = {.name = name, .root = root};
    savefile_save_many(data, kind, &v, 1, keep);
    return v.result;
}

// Removes name.json and all that begins so; SAVEFILE_ABSENT when there was none.
static int erase_files(const char *folder, const char *name)
{
    assert(*name); // else all files of the folder would be removed
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? SAVEFILE_ABSENT : -errno;
    char *start = mem_printf("%s.json", name);
    int rc = SAVEFILE_ABSENT;
    for (struct dirent *e; rc >= 0 && (errno = 0, e = readdir(dir));) {
        if (!str_begins(e->d_name, start))
            continue;
        rc = unlinkat(dirfd(dir), e->d_name, 0) < 0 ? -errno : SAVEFILE_OK;
    }
    if (rc >= 0 && errno)
        rc = -errno;
    if (rc == SAVEFILE_OK && fsync(dirfd(dir)) < 0)
        rc = -errno;
    free(start);
    closedir(dir);
    return rc;
}

int savefile_disown(const char *data, const char *kind, const char *name)
{
    if (pretending)
        return SAVEFILE_OK;
    char *path = savefile_path_of(data, kind, name);
    if (!path)
        return SAVEFILE_BAD_NAME;
    char *aside = mem_printf("%s.unowned", path);
    int rc = rename(path, aside) < 0 ? -errno : file_sync_folder(path);
    if (!rc)
        rc = drop_previous(path);
    free(aside);
    free(path);
    return rc == -ENOENT ? SAVEFILE_ABSENT : rc;
}

int savefile_erase(const char *data, const char *kind, const char *name)
{
    if (pretending)
        return SAVEFILE_OK;
    if (!is_safe(name))
        return SAVEFILE_BAD_NAME;
    char *folder = mem_printf("%s/%s", data, kind);
    int rc = erase_files(folder, name);
    free(folder);
    return rc;
}

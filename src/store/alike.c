// For each folder a table from skeletons to the names that have it. Never freed: it is as long as
// the process.
#include "store/alike.h"

#include "store/savefile.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The names of one skeleton.
struct namesakes {
    size_t count;
    char (*names)[NAME_SIZE];
};

struct index {
    dev_t device;
    ino_t inode; // of the folder that it was made of
    struct map *skeletons;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct map *folders; // path → struct index

static void add_alike(struct index *x, const char *name)
{
    assert(*name && strlen(name) < NAME_SIZE);
    char skeleton[NAME_SIZE];
    name_rules_skeleton(name, skeleton);
    struct namesakes *n = map_get(x->skeletons, skeleton);
    if (!n) {
        n = mem_new(struct namesakes);
        map_put(x->skeletons, skeleton, n);
    }
    for (size_t i = 0; i < n->count; i++)
        if (!strcmp(n->names[i], name))
            return;
    n->names = mem_realloc_array(n->names, n->count + 1, sizeof(*n->names));
    memset(n->names[n->count], 0, NAME_SIZE);
    memcpy(n->names[n->count++], name, strlen(name));
}

static void empty(struct index *x)
{
    struct map_iter at = {0};
    for (void *value; map_next(x->skeletons, &at, NULL, &value);) {
        struct namesakes *n = value;
        free(n->names);
        free(n);
    }
    map_clear(x->skeletons);
}

static int read_folder(struct index *x, const char *folder)
{
    static const char end[] = ".json";
    DIR *dir = opendir(folder);
    if (!dir)
        return -errno;
    for (struct dirent *e; (errno = 0, e = readdir(dir));) {
        size_t n = strlen(e->d_name);
        char name[NAME_SIZE] = "";
        if (n <= strlen(end) || n - strlen(end) >= NAME_SIZE || !str_ends(e->d_name, end))
            continue;
        memcpy(name, e->d_name, n - strlen(end));
        add_alike(x, name);
    }
    int error = errno;
    closedir(dir);
    return -error;
}

// With the mutex. NULL, and negative errno in *rc: the folder cannot be read.
static struct index *index_of(const char *folder, int *rc)
{
    struct stat st;
    if (!folders)
        folders = map_new();
    struct index *x = map_get(folders, folder);
    if (stat(folder, &st) < 0) {
        *rc = -errno;
        return NULL;
    }
    if (x && x->device == st.st_dev && x->inode == st.st_ino)
        return x;
    if (!x) {
        x = mem_new(struct index);
        x->skeletons = map_new();
        map_put(folders, folder, x);
    }
    empty(x);
    *rc = read_folder(x, folder);
    x->device = st.st_dev;
    x->inode = *rc ? 0 : st.st_ino; // read again next time
    return *rc ? NULL : x;
}

static bool is_there(const char *folder, const char *name)
{
    char *path = mem_printf("%s/%s.json", folder, name);
    bool is = !access(path, F_OK) || errno != ENOENT;
    free(path);
    return is;
}

int alike_find(const char *folder, const char *name, char who[NAME_SIZE])
{
    assert(folder && name && who);
    char skeleton[NAME_SIZE];
    int rc = 0;
    name_rules_skeleton(name, skeleton);
    pthread_mutex_lock(&mutex);
    struct index *x = index_of(folder, &rc);
    struct namesakes *n = x ? map_get(x->skeletons, skeleton) : NULL;
    for (size_t i = 0; n && i < n->count && rc == SAVEFILE_OK;) {
        if (is_there(folder, n->names[i])) {
            memcpy(who, n->names[i], NAME_SIZE);
            rc = SAVEFILE_TAKEN;
        } else {
            memmove(n->names[i], n->names[i + 1], (--n->count - i) * sizeof(*n->names));
        }
    }
    pthread_mutex_unlock(&mutex);
    return rc;
}

void alike_add(const char *folder, const char *name)
{
    assert(folder && name);
    int rc = 0;
    pthread_mutex_lock(&mutex);
    struct index *x = index_of(folder, &rc);
    if (x)
        add_alike(x, name);
    pthread_mutex_unlock(&mutex);
}

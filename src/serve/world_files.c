// Mixes the bytes of zone files, and keeps them in a file of the epoch: names and texts, one after
// the other, with a checksum. Files that cannot be read count as empty: the loader complains of
// them.
#include "serve/world_files.h"

#include "journal/journal.h"
#include "journal/record.h"
#include "store/zones.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/pack.h"
#include "world/world.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 20, FILES_MAX = 100000, VERSION = 1 };

static const size_t kept_max = (size_t)1 << 32;

static int is_zone(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 5 && !strcmp(e->d_name + n - 5, ".json");
}

// Each zone file in order of name, its text read; "" for one that cannot be.
static void each_zone(const char *zones,
                      void (*each)(void *arg, const char *name, struct buf *text), void *arg)
{
    assert(zones && each);
    struct dirent **list;
    int n = scandir(zones, &list, is_zone, alphasort);
    for (int i = 0; i < n; i++) {
        struct buf text = BUF_INIT;
        char *path = mem_printf("%s/%s", zones, list[i]->d_name);
        if (file_read(path, FILE_MAX, &text))
            buf_clear(&text);
        each(arg, list[i]->d_name, &text);
        buf_fini(&text);
        free(path);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
}

static void world_files_mix(void *arg, const char *name, struct buf *text)
{
    uint64_t *digest = arg;
    *digest = record_digest(name, strlen(name), *digest);
    if (text->len)
        *digest = record_digest(text->data, text->len, *digest);
}

uint64_t world_files_digest(const char *zones, const char *player)
{
    struct buf b = BUF_INIT;
    uint64_t digest = 1;
    if (!file_read(player, FILE_MAX, &b))
        digest = record_digest(b.data, b.len, digest);
    buf_fini(&b);
    each_zone(zones, world_files_mix, &digest);
    return digest;
}

static char *kept_path(const char *epoch)
{
    return mem_printf("%s/" JOURNAL_WORLD_FILES, epoch);
}

struct packing {
    struct buf all;
    uint64_t digest; // of what is in it
};

static void world_files_add(void *arg, const char *name, struct buf *text)
{
    struct packing *p = arg;
    pack_text(&p->all, name);
    pack_text(&p->all, buf_str(text));
    world_files_mix(&p->digest, name, text);
}

// The length of all that will be kept, about; so that it is one piece of memory from the start.
static size_t world_files_length(const char *zones)
{
    struct dirent **list;
    struct stat st;
    size_t total = 0;
    int n = scandir(zones, &list, is_zone, NULL);
    for (int i = 0; i < n; i++) {
        char *path = mem_printf("%s/%s", zones, list[i]->d_name);
        total += stat(path, &st) ? 0 : (size_t)st.st_size + strlen(list[i]->d_name) + 16;
        free(path);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return total;
}

// The files as they are now, as one text of the form that is kept; its digest.
static uint64_t world_files_pack(const char *zones, const char *player, struct buf *out)
{
    struct buf text = BUF_INIT;
    struct packing p = {.all = BUF_INIT, .digest = 1};
    buf_reserve(&p.all, world_files_length(zones));
    arena_use_large_pages(p.all.data, p.all.cap);
    pack_uint(&p.all, VERSION);
    bool there = !file_read(player, FILE_MAX, &text);
    pack_text(&p.all, there ? "player" : "");
    pack_text(&p.all, buf_str(&text));
    if (there)
        p.digest = record_digest(text.data, text.len, p.digest);
    each_zone(zones, world_files_add, &p);
    buf_fini(&text);
    *out = p.all;
    return p.digest;
}

int world_files_keep(const char *zones, const char *player, const char *epoch, uint64_t digest)
{
    assert(epoch);
    uint64_t kept;
    if (world_files_kept(epoch, &kept, NULL) && kept == digest)
        return 0;
    struct buf all;
    if (world_files_pack(zones, player, &all) != digest) {
        buf_fini(&all);
        return WORLD_FILES_CHANGED;
    }
    uint64_t sum = record_digest(all.data, all.len, 0);
    buf_add(&all, &sum, sizeof(sum));
    char *path = kept_path(epoch);
    int r = file_write_atomic(path, all.data, all.len, 0600, false);
    buf_fini(&all);
    free(path);
    return r < 0 ? r : 0;
}

static bool write_out(const char *path, const char *text)
{
    assert(path && text);
    return file_create(path, text, strlen(text), 0600) == 0;
}

// A name of a file in a folder, and of no other.
static bool is_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/') && strlen(name) < 200;
}

// Each of those that were kept; "player" first, if it was there. False when they end within one.
static bool each_kept(struct unpack *u,
                      bool (*each)(void *arg, bool player, const char *name, const char *text),
                      void *arg)
{
    assert(each);
    bool good = unpack_uint(u) == VERSION;
    bool has_player = *unpack_text(u);
    const char *text = unpack_text(u);
    if (good && has_player && !u->bad)
        good = each(arg, true, "", text);
    for (int left = FILES_MAX; good && u->at < u->end && !u->bad && left; left--) {
        const char *name = unpack_text(u);
        text = unpack_text(u);
        good = is_name(name) && !u->bad && each(arg, false, name, text);
    }
    return good && !u->bad;
}

static bool write_one(void *arg, bool player, const char *name, const char *text)
{
    const struct world_files *f = arg;
    if (player)
        return write_out(f->player, text);
    char *path = mem_printf("%s/%s", f->zones, name);
    bool good = write_out(path, text);
    free(path);
    return good;
}

static bool mix_one(void *arg, bool player, const char *name, const char *text)
{
    uint64_t *digest = arg;
    size_t n = strlen(text);
    if (!player)
        *digest = record_digest(name, strlen(name), *digest);
    if (player || n)
        *digest = record_digest(text, n, *digest);
    return true;
}

// The file of those that an epoch has kept, whole by its checksum; else what is wrong with it.
static const char *read_kept(const char *path, struct buf *all, struct unpack *u)
{
    uint64_t sum;
    int r = file_read(path, kept_max, all);
    if (r == -ENOENT)
        return "missing: this epoch kept no zone files";
    if (r < 0)
        return strerror(-r);
    if (all->len < sizeof(sum))
        return "damaged, expected whole files";
    memcpy(&sum, all->data + all->len - sizeof(sum), sizeof(sum));
    if (record_digest(all->data, all->len - sizeof(sum), 0) != sum)
        return "damaged, expected its own checksum";
    const unsigned char *bytes = (const unsigned char *)all->data;
    *u = (struct unpack){bytes, bytes + all->len - sizeof(sum), false};
    return NULL;
}

static bool unpack_files(const char *epoch, struct world_files *f, struct error *why)
{
    struct buf all = BUF_INIT;
    struct unpack u;
    char *path = kept_path(epoch);
    const char *expected = read_kept(path, &all, &u);
    if (!expected && !each_kept(&u, write_one, f))
        expected = "cannot be unpacked into a temporary folder";
    if (expected)
        error_set(why, -EINVAL, "%s: %s", path, expected);
    free(path);
    buf_fini(&all);
    return !expected;
}

bool world_files_kept(const char *epoch, uint64_t *digest, struct error *why)
{
    assert(epoch && digest);
    struct buf all = BUF_INIT;
    struct unpack u;
    char *path = kept_path(epoch);
    const char *expected = read_kept(path, &all, &u);
    *digest = 1;
    if (!expected && !each_kept(&u, mix_one, digest))
        expected = "damaged, expected whole files";
    if (expected)
        error_set(why, -EINVAL, "%s: %s", path, expected);
    free(path);
    buf_fini(&all);
    return !expected;
}

static bool make_temporary(struct world_files *f, struct error *why)
{
    assert(!f->folder && !f->zones && !f->player);
    const char *tmp = getenv("TMPDIR");
    f->folder = mem_printf("%s/latchkey-world-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    int error = mkdtemp(f->folder) ? 0 : errno;
    f->zones = mem_printf("%s/zones", f->folder);
    f->player = mem_printf("%s/player.json", f->folder);
    if (!error && mkdir(f->zones, 0700))
        error = errno;
    if (error)
        error_set_system(why, error, "%s", f->folder);
    return !error;
}

bool world_files_find(struct world_files *f, uint64_t digest, const char *zones, const char *player,
                      const char *epoch, struct error *why)
{
    *f = (struct world_files){0};
    if (world_files_digest(zones, player) == digest) {
        f->zones = mem_strdup(zones);
        f->player = mem_strdup(player);
        return true;
    }
    bool good = make_temporary(f, why) && unpack_files(epoch, f, why);
    if (good && world_files_digest(f->zones, f->player) != digest) {
        error_set(why, -EINVAL, "the zone files that %s has kept are not those of its manifest",
                  epoch);
        good = false;
    }
    if (!good)
        world_files_fini(f);
    return good;
}

struct world *world_files_load(const struct world_files *f, struct doc_problems *p)
{
    assert(f->zones && f->player && p);
    struct world *w = world_new();
    if ((access(f->player, R_OK) || zones_load_player(w, f->player, p) == ZONES_LOADED) &&
        zones_load_folder(w, f->zones, false, p, NULL) == ZONES_LOADED)
        return w;
    world_free(w);
    return NULL;
}

static void world_files_remove_file(void *arg, const char *name, struct buf *text)
{
    (void)text;
    char *path = mem_printf("%s/%s", (const char *)arg, name);
    unlink(path);
    free(path);
}

void world_files_fini(struct world_files *f)
{
    if (f->folder) {
        each_zone(f->zones, world_files_remove_file, f->zones);
        rmdir(f->zones);
        unlink(f->player);
        rmdir(f->folder);
    }
    free(f->zones);
    free(f->player);
    free(f->folder);
    *f = (struct world_files){0};
}

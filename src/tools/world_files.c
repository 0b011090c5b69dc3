// Mixes the bytes of zone files. Files that cannot be read count as empty: the loader complains of them.
#include "tools/world_files.h"

#include "journal/record.h"
#include "util/buf.h"
#include "util/file.h"
#include "util/mem.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 << 20 };

static uint64_t mix_file(uint64_t digest, const char *path)
{
    struct buf b = BUF_INIT;
    if (!file_read(path, FILE_MAX, &b))
        digest = record_digest(b.data, b.len, digest);
    buf_fini(&b);
    return digest;
}

static int is_zone(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 5 && !strcmp(e->d_name + n - 5, ".json");
}

uint64_t world_files_digest(const char *zones, const char *player)
{
    struct dirent **list;
    uint64_t digest = mix_file(1, player);
    int n = scandir(zones, &list, is_zone, alphasort);
    for (int i = 0; i < n; i++) {
        char *path = mem_printf("%s/%s", zones, list[i]->d_name);
        digest = record_digest(list[i]->d_name, strlen(list[i]->d_name), digest);
        digest = mix_file(digest, path);
        free(path);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    return digest;
}

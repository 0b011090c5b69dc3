// Reads and writes the manifest of an epoch. Refuses a manifest with a line that it does not
// understand.
#include "journal/manifest.h"

#include "journal/journal.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void manifest_compose(struct buf *b, const struct manifest *m)
{
    buf_addf(b, "format %" PRIu64 "\nparent %" PRIu64 "\nworld %016" PRIx64 "\nprogram %s\n",
             m->format, m->parent, m->world, m->program);
    if (m->format > 1)
        buf_addf(b, "base %" PRIu64 "\nsettings %" PRIu64 " %" PRIu64 "\n", m->base, m->settings[0],
                 m->settings[1]);
    buf_addf(b, "checksum %016" PRIx64 "\n", record_digest(b->data, b->len, 0));
}

int manifest_write(const char *epoch, const struct manifest *m)
{
    struct buf b = BUF_INIT;
    char *path = mem_printf("%s/manifest", epoch);
    manifest_compose(&b, m);
    int r = file_write_atomic(path, b.data, b.len, 0600, false);
    free(path);
    buf_fini(&b);
    return r < 0 ? r : 0;
}

int manifest_read(const char *epoch, struct manifest *m, struct error *why)
{
    char text[512], again[512];
    char *path = mem_printf("%s/manifest", epoch);
    FILE *f = fopen(path, "r");
    if (!f) {
        int r = error_set_system(why, errno, "%s", path);
        free(path);
        return r == -ENOENT ? MANIFEST_NONE : MANIFEST_BAD;
    }
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    fclose(f);
    *m = (struct manifest){0};
    int got = sscanf(text,
                     "format %" SCNu64 " parent %" SCNu64 " world %" SCNx64 " program %63s"
                     " base %" SCNu64 " settings %" SCNu64 " %" SCNu64,
                     &m->format, &m->parent, &m->world, m->program, &m->base, &m->settings[0],
                     &m->settings[1]);
    int wanted = m->format > 1 ? 7 : 4;
    struct buf b = BUF_INIT;
    manifest_compose(&b, m);
    snprintf(again, sizeof(again), "%s", buf_str(&b));
    buf_fini(&b);
    const char *what = got != wanted ? "lines format, parent, world, program, base and settings"
                       : m->format > JOURNAL_FORMAT
                           ? "format 3 or before: a later program wrote this"
                       : strcmp(text, again) != 0 ? "its own checksum"
                                                  : NULL;
    if (what)
        error_set(why, -EINVAL, "%s:1:1: damaged, expected %s", path, what);
    free(path);
    return what ? MANIFEST_BAD : 0;
}

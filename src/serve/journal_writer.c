// Writes events in batches into an epoch that is being made. Keeps the batch; one thread. It checks
// only that the numbers of the events continue.
#include "serve/journal_writer.h"

#include "journal/copy.h"
#include "journal/journal.h"
#include "serve/complain.h"
#include "util/error.h"
#include "util/file.h"
#include "util/mem.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { BATCH = 512, BATCH_BYTES = 4 << 20, EPOCHS_MAX = 4096 };

struct journal_writer {
    struct journal *journal;
    struct buf bytes;
    size_t lengths[BATCH], count;
    uint64_t first;
    int status;
};

struct journal_writer *journal_writer_new(const char *folder, const struct manifest *m)
{
    assert(folder && m);
    struct error why;
    char *path = mem_printf("%s/epoch-%012" PRIu64, folder, m->parent);
    bool made = journal_make(path, m, &why);
    free(path);
    if (!made) {
        complain("%s", error_text(&why));
        return NULL;
    }
    struct journal_config config = {.folder = folder, .world = m->world, .epoch = UINT64_MAX};
    struct journal *j = journal_open(&config, &why);
    if (!j) {
        complain("%s", error_text(&why));
        return NULL;
    }
    struct journal_writer *w = mem_new(struct journal_writer);
    w->journal = j;
    w->first = m->parent + 1;
    return w;
}

static void write_imported(struct journal_writer *w)
{
    if (w->status || !w->count)
        return;
    int r = journal_write(w->journal, w->first, w->bytes.data, w->lengths, w->count);
    if (r != 0) {
        complain("%s", r == JOURNAL_NO_SPACE ? "the disk is full" : journal_why(w->journal));
        w->status = EX_CANTCREAT;
    }
    w->first += w->count;
    w->count = 0;
    buf_clear(&w->bytes);
}

bool journal_writer_add(struct journal_writer *w, const struct record *r)
{
    assert(w->count < BATCH && r);
    size_t before = w->bytes.len;
    record_encode(&w->bytes, r);
    w->lengths[w->count++] = w->bytes.len - before;
    if (w->count == BATCH || w->bytes.len > BATCH_BYTES)
        write_imported(w);
    return !w->status;
}

int journal_writer_end(struct journal_writer *w)
{
    assert(w);
    write_imported(w);
    int status = w->status;
    if (!status && journal_sync(w->journal) < 0) {
        complain("%s", journal_why(w->journal));
        status = EX_CANTCREAT;
    }
    assert(status || !w->count);
    journal_close(w->journal);
    buf_fini(&w->bytes);
    free(w);
    return status;
}

static int remove_epoch_file(const char *epoch, const char *name)
{
    char *file = mem_printf("%s/%s", epoch, name);
    int r = unlink(file) < 0 && errno != ENOENT ? -errno : 0;
    free(file);
    return r;
}

int journal_writer_remove(const char *epoch)
{
    assert(epoch);
    char *manifest = mem_printf("%s/manifest", epoch);
    int r = remove_epoch_file(epoch, "manifest");
    if (r == 0)
        r = file_sync_folder(manifest);
    free(manifest);
    DIR *d = r == 0 ? opendir(epoch) : NULL;
    for (struct dirent *e; d && r == 0 && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            r = remove_epoch_file(epoch, e->d_name);
    if (d)
        closedir(d);
    if (r == 0 && rmdir(epoch) < 0)
        r = -errno;
    return r == 0 ? file_sync_folder(epoch) : r;
}

void journal_writer_discard(const char *folder)
{
    uint64_t *list = mem_alloc(EPOCHS_MAX * sizeof(*list));
    size_t count = journal_epochs(folder, list, EPOCHS_MAX);
    for (size_t i = 0; i < count; i++) {
        char *path = mem_printf("%s/epoch-%012" PRIu64, folder, list[i]);
        journal_writer_remove(path);
        free(path);
    }
    free(list);
    rmdir(folder);
}

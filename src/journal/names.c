// Checks whether the files that the journal writes still have their names. If somebody removes a
// folder while a server runs, the server's descriptors stay valid: it would go on writing into
// files that nobody can open again. A file that was removed from its folder is made again, as its
// whole contents are known; a folder that is gone is not, as it held more than the journal. The
// writer's thread.
#include "journal/journal_priv.h"

#include "journal/manifest.h"
#include "util/file.h"
#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum named { NAMED, NAMELESS, ANOTHER };

static enum named look_at_name(const struct journal *j, const char *name, int fd)
{
    assert(j->path);
    struct stat mine, there;
    char *path = mem_printf("%s/%s", j->path, name);
    bool found = !stat(path, &there);
    int error = errno;
    free(path);
    if (!found)
        // other errors say nothing about the name
        return error == ENOENT || error == ENOTDIR ? NAMELESS : NAMED;
    if (fd < 0 || fstat(fd, &mine))
        return NAMED;
    return mine.st_dev == there.st_dev && mine.st_ino == there.st_ino ? NAMED : ANOTHER;
}

static const char *say(struct journal *j, const char *name, const char *what)
{
    error_set(&j->nameless, 0, "%s%s%s %s while the server runs", j->path, *name ? "/" : "", name,
              what);
    return error_text(&j->nameless);
}

static void report_made_again(const struct journal *j, const char *name)
{
    log_warning("journal", "made_again", "path", j->path, "file", name, "why",
                "it was removed while the server runs", NULL);
}

// Commits into the file without a name, copies it, and continues with the copy.
static bool make_table_again(struct journal *j)
{
    assert(!j->config.read_only);
    if (journal_settle(j, true) != 0)
        return false;
    char *path = mem_printf("%s/data.mdb", j->path);
    int r = mdb_env_copy2(j->env, j->path, 0);
    int fd = r ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (!r && (fd < 0 || fsync(fd) || file_sync_folder(path) < 0))
        r = errno;
    if (fd >= 0)
        close(fd);
    if (r) {
        unlink(path);
        journal_note(j, "data.mdb cannot be made again", r);
    }
    free(path);
    return !r && !journal_reopen(j);
}

static const char *look_at_table(struct journal *j)
{
    switch (look_at_name(j, "data.mdb", j->data)) {
    case NAMED:
        return NULL;
    case ANOTHER:
        return say(j, "data.mdb", "became another file");
    case NAMELESS:
        break;
    }
    if (!make_table_again(j))
        return say(j, "data.mdb", "was removed, and cannot be made again,");
    report_made_again(j, "data.mdb");
    return NULL;
}

// The write-ahead log has lost its name: moves its records into the table; the next batch makes a
// new file.
static const char *check_wal_name(struct journal *j)
{
    enum named is = j->wal ? look_at_name(j, "tail", wal_descriptor(j->wal)) : NAMED;
    if (is == NAMED)
        return NULL;
    if (is == ANOTHER)
        return say(j, "tail", "became another file");
    if (journal_settle(j, true) != 0)
        return say(j, "tail", "was removed, and what it has cannot be written into the table,");
    wal_free(j->wal);
    j->wal = NULL;
    report_made_again(j, "tail");
    return NULL;
}

static const char *look_at_manifest(struct journal *j)
{
    if (look_at_name(j, "manifest", -1) == NAMED)
        return NULL;
    if (manifest_write(j->path, &j->manifest) < 0)
        return say(j, "manifest", "was removed, and cannot be made again,");
    report_made_again(j, "manifest");
    return NULL;
}

const char *journal_nameless(struct journal *j)
{
    struct stat st;
    bool there = !stat(j->path, &st);
    if (there ? st.st_dev != j->device || st.st_ino != j->inode
              : errno == ENOENT || errno == ENOTDIR)
        return say(j, "", "was removed, or moved away,");
    const char *why = look_at_table(j);
    if (!why)
        why = check_wal_name(j);
    return why ? why : look_at_manifest(j);
}

// Whole files, bounded and durable. Blocking calls: never from the loop thread.
// Threads: any.  Locks: none.  Errors: negative errno, nothing changed where it can be avoided.
#ifndef UTIL_FILE_H
#define UTIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf;

// Appends the file to `out`. -EISDIR for a folder, -EINVAL for any other special file, -EFBIG when
// it is longer than max_bytes.
int file_read(const char *path, size_t max_bytes, struct buf *out);

// Replaces `path`: a temporary file in the same folder, written, synced and renamed over it, and
// the folder synced. At every moment `path` is the old or the new version, whole. With
// keep_previous the old version stays as `path~`. `mode` is subject to the umask.
int file_write_atomic(const char *path, const void *data, size_t n, mode_t mode,
                      bool keep_previous);

// Replaces many files of one folder, each as file_write_atomic does, with one sync of the file
// system for all: a disk takes about as long for it as for the sync of one file, and for what other
// programs have written there and not synced. Each gets its own result.
struct file_version {
    const char *path;
    const void *data;
    size_t n;
    int result; // 0, or negative errno and the file is as it was
};
void file_write_many(struct file_version *list, size_t count, mode_t mode, bool keep_previous);

// Makes `path`, whole and synced, only when it is not there: else -EEXIST. Of two that try at once
// one succeeds.
int file_create(const char *path, const void *data, size_t n, mode_t mode);

// Makes the folder and those above it that are missing.
int file_mkdirs(const char *path, mode_t mode);

// Syncs the folder that `path` stands in, so that a new or renamed entry survives a crash.
int file_sync_folder(const char *path);

// Does an errno tell of the system (rights, descriptors, memory, room), not of what a file holds?
bool file_error_is_outside(int error);

#endif

// A lock trace read from a file of the disk.
// Threads: one owner at a time.  Locks: none.
#ifndef TOOLS_LOCKS_LOCKS_OPEN_H
#define TOOLS_LOCKS_LOCKS_OPEN_H

#include "trace/reader_file.h"

// As reader_file_read; also false when the file cannot be read, or is none.
bool locks_open(struct reader_file *f, const char *path, struct buf *error);

#endif

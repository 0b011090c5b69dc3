// Whether the files of an epoch can be read at all. If the system refuses (rights, descriptors,
// memory), that is no damage, and no message may call it damage.
// Threads: any.
#ifndef JOURNAL_ACCESS_H
#define JOURNAL_ACCESS_H

struct error;

// 0, or a negative errno and `why` when the system refuses to let a file be read. A missing file,
// or one that is not a plain file, is left to others to report.
int journal_access(const char *epoch, struct error *why);

#endif

// Whether the files of an epoch can be read at all. What the system refuses (rights, descriptors, memory)
// is no damage, and no message may call it that.
// Threads: any.
#ifndef JOURNAL_ACCESS_H
#define JOURNAL_ACCESS_H

#include <stddef.h>

// 0, or a negative errno that tells of the system and not of what is in a file, and why. What is missing,
// or no file, is for others to judge.
int journal_access(const char *epoch, char *why, size_t size);

#endif

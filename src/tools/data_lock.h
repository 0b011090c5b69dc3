// One program that writes for each data folder: an operating system lock on DATA/lock, so that a
// crash leaves nothing behind.
// Threads: any.
#ifndef TOOLS_DATA_LOCK_H
#define TOOLS_DATA_LOCK_H

#include <stdbool.h>

// A descriptor that holds the lock until it is closed. The folder is made when it is missing. -1:
// it cannot be written, or another has it and still has it a second later.
int data_lock(const char *folder);
bool data_lock_taken(const char *folder); // by whoever it is, just now

#endif

// One program that writes for each data folder: an operating system lock on DATA/lock, so that a
// crash leaves nothing behind.
// Threads: any.
#ifndef SERVE_DATA_LOCK_H
#define SERVE_DATA_LOCK_H

#include <stdbool.h>
#include <stddef.h>

// A descriptor that holds the lock until it is closed. The folder is made when it is missing. -1:
// it cannot be written, or another has it and still has it a second later, which errno tells:
// EWOULDBLOCK.
int data_lock(const char *folder);
// After that, why: who has it, with folder and process as far as they are known.
void data_lock_why(const char *folder, char *why, size_t size);
bool data_lock_taken(const char *folder); // by whoever it is, just now

#endif

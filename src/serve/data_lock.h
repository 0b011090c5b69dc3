// One program that writes for each data folder: an operating system lock on DATA/lock, so that a
// crash leaves nothing behind.
// Threads: any.
#ifndef SERVE_DATA_LOCK_H
#define SERVE_DATA_LOCK_H

#include <stdbool.h>

struct error;

// A descriptor that holds the lock until it is closed; the folder is made when it is missing.
// Negative: it cannot be written, or, -EWOULDBLOCK, another process has it and still has it a
// second later. `why` names the folder, and who has the lock as far as that is known.
int data_lock(const char *folder, struct error *why);
bool data_lock_taken(const char *folder); // by any process, just now

#endif

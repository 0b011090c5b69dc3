// Where lines of the log go. A log that nobody reads, a pipe or a terminal that is full, must stop
// nobody: what it does not take now waits here, in order and bounded, and goes with the next line,
// a log_flush, or at the end. Regular files are written to at once. Threads: any.  Locks: one mutex
// for what is no regular file; nothing waits under it.
#ifndef UTIL_LOG_OUT_H
#define UTIL_LOG_OUT_H

#include <stdbool.h>
#include <stddef.h>

enum { LOG_OUT_QUEUE_MAX = 256 << 10 }; // bytes that may wait

void log_out_to(int fd); // borrowed, as with log_set_fd
int log_out_fd(void);
// One whole line. False when it was lost: no room, or the descriptor took none of it.
bool log_out_line(const char *s, size_t n);
bool log_out_pending(void);
// Writes what waits; for at most wait_ms when that is slow. True when nothing is left.
bool log_out_flush(int wait_ms);

#endif

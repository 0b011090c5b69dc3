// Work that may crash: a signal that it raises on its own thread (SIGSEGV, SIGBUS, SIGFPE, SIGILL,
// SIGABRT) ends the work, not the program. What the work has changed stays changed, and memory or a
// mutex that it had taken is lost, so it must take neither. A crash in the checker itself, or with
// a mutex held as far as the checker knows, ends the program.
//
// Threads: any; the signal handlers are the process's, installed from the first crash_guard_open to
// the last crash_guard_close. A crash elsewhere is handled as it was before.
#ifndef TOOLS_BENCH_CRASH_GUARD_H
#define TOOLS_BENCH_CRASH_GUARD_H

enum { GUARD_STACK = 64 * 1024 };

void crash_guard_open(void);
void crash_guard_close(void);

// Runs work(arg); 0, or the signal that ended it. `stack` (GUARD_STACK bytes, nobody else's) is
// what the handler runs on, so that a stack that has overflowed is caught too. Not nested.
int crash_guard_run(void (*work)(void *arg), void *arg, void *stack);

const char *crash_guard_signal_name(int signal);

#endif

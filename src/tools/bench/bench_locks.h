// Micro-costs of the lock checker, for `latchkey bench locks`.
// Threads: main's.
#ifndef TOOLS_BENCH_BENCH_LOCKS_H
#define TOOLS_BENCH_BENCH_LOCKS_H

int bench_locks(void); // prints a table; returns the exit status

#endif

// The end of a process that cannot have what it needs from the system to begin: threads,
// descriptors, memory for its tables. Says what was wanted and why it was not given. Threads: any.
// Locks: none.
#ifndef UTIL_FATAL_H
#define UTIL_FATAL_H

// `what` ends the sentence "latchkey: cannot …"; `error` is an errno. Exit status 71 (EX_OSERR).
_Noreturn void fatal_system(const char *what, int error);

#endif

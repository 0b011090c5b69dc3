// Another process's CPU time and memory, from /proc.
// Units: milliseconds, kilobytes (1,024 bytes).  Threads: any.  Locks: none.
// Source: proc(5), /proc/PID/stat fields 14 and 15, /proc/PID/status VmRSS and VmHWM,
// /proc/PID/task/TID/comm and schedstat.
#ifndef BENCH_LOADGEN_PROC_H
#define BENCH_LOADGEN_PROC_H

#include <stdbool.h>
#include <sys/types.h>

struct loadgen_proc_cpu {
    double user_ms;
    double system_ms;
};

// All threads of the process, those that have ended included; false when it is gone.
bool loadgen_proc_cpu(pid_t pid, struct loadgen_proc_cpu *cpu);
// The threads that live, by what they are: a name without the number at its end is a kind.
enum loadgen_thread {
    LOADGEN_THREAD_LOOP,
    LOADGEN_THREAD_WORKER,
    LOADGEN_THREAD_COMMITTER,
    LOADGEN_THREAD_OTHER,
    LOADGEN_THREADS,
};

struct loadgen_proc_threads {
    unsigned count[LOADGEN_THREADS];
    double ms[LOADGEN_THREADS]; // user and system
};

// From /proc/PID/task; false when the process is gone. The first thread of the process is a loop.
bool loadgen_proc_threads(pid_t pid, struct loadgen_proc_threads *t);

enum loadgen_thread loadgen_proc_kind(const char *name, bool first);

// Resident now and at its highest; false when the process is gone.
bool loadgen_proc_memory(pid_t pid, long *resident_kb, long *peak_kb);

#endif

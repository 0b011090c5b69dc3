// Another process's CPU time and memory, from /proc.
// Units: milliseconds, kilobytes (1,024 bytes).  Threads: any.  Locks: none.
// Source: proc(5), /proc/PID/stat fields 14 and 15, /proc/PID/status VmRSS and VmHWM.
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
// Resident now and at its highest; false when the process is gone.
bool loadgen_proc_memory(pid_t pid, long *resident_kb, long *peak_kb);

#endif

// Reads small files of /proc. The kernel prints the CPU time of a process in ticks of 10 ms, so
// windows should last seconds; that of a thread it prints in nanoseconds.
#include "loadgen_proc.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_file(pid_t pid, const char *name, char *text, size_t size)
{
    char path[96];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    FILE *f = fopen(path, "re");
    if (!f) {
        return false;
    }
    size_t n = fread(text, 1, size - 1, f);
    text[n] = '\0';
    fclose(f);
    return n > 0;
}

bool loadgen_proc_cpu(pid_t pid, struct loadgen_proc_cpu *cpu)
{
    char text[2048];
    if (!read_file(pid, "stat", text, sizeof(text))) {
        return false;
    }
    // The second field is the program's name in brackets and may hold blanks and brackets itself.
    const char *at = strrchr(text, ')');
    unsigned long user = 0;
    unsigned long system = 0;
    if (!at || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                      &system) != 2) {
        return false;
    }
    double tick_ms = 1000.0 / (double)sysconf(_SC_CLK_TCK);
    cpu->user_ms = (double)user * tick_ms;
    cpu->system_ms = (double)system * tick_ms;
    return true;
}

enum loadgen_thread loadgen_proc_kind(const char *name, bool first)
{
    static const char *const names[] = {
        [LOADGEN_THREAD_LOOP] = "loop",
        [LOADGEN_THREAD_WORKER] = "worker",
        [LOADGEN_THREAD_COMMITTER] = "committer",
    };
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        size_t n = strlen(names[i]);
        if (strncmp(name, names[i], n) == 0 &&
            strspn(name + n, "-0123456789\n") == strlen(name + n)) {
            return (enum loadgen_thread)i;
        }
    }
    return first ? LOADGEN_THREAD_LOOP : LOADGEN_THREAD_OTHER;
}

static void add_thread(pid_t pid, const char *tid, struct loadgen_proc_threads *t)
{
    char name[64], file[64], text[256];
    unsigned long long ns = 0;
    snprintf(file, sizeof(file), "task/%.16s/comm", tid);
    if (!read_file(pid, file, name, sizeof(name))) {
        return; // it has ended
    }
    snprintf(file, sizeof(file), "task/%.16s/schedstat", tid);
    if (!read_file(pid, file, text, sizeof(text)) || sscanf(text, "%llu", &ns) != 1) {
        return;
    }
    enum loadgen_thread kind = loadgen_proc_kind(name, atol(tid) == pid);
    t->count[kind]++;
    t->ms[kind] += (double)ns / 1e6;
}

bool loadgen_proc_threads(pid_t pid, struct loadgen_proc_threads *t)
{
    char path[64];
    *t = (struct loadgen_proc_threads){0};
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    if (!folder) {
        return false;
    }
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        if (e->d_name[0] != '.') {
            add_thread(pid, e->d_name, t);
        }
    }
    closedir(folder);
    return true;
}

static bool find_kb(const char *text, const char *name, long *kb)
{
    const char *at = strstr(text, name);
    return at && sscanf(at + strlen(name), " %ld", kb) == 1;
}

bool loadgen_proc_memory(pid_t pid, long *resident_kb, long *peak_kb)
{
    char text[4096];
    return read_file(pid, "status", text, sizeof(text)) && find_kb(text, "\nVmRSS:", resident_kb) &&
           find_kb(text, "\nVmHWM:", peak_kb);
}

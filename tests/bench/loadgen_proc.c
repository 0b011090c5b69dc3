// Reads two small files of /proc. The kernel prints CPU time in ticks of 10 ms, so windows should
// last seconds.
#include "loadgen_proc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool read_file(pid_t pid, const char *name, char *text, size_t size)
{
    char path[64];
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

// A schedule as a file: which scenario, which seed, and every choice, run-length encoded. Text, so
// that it can be kept beside a bug report.
// Threads: main's.
#ifndef TOOLS_EXPLORE_SCHEDULE_H
#define TOOLS_EXPLORE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule {
    char *scenario;
    uint64_t seed, hash;
    unsigned loops; // 0 counts as 1
    bool guests;    // the loops run commands too
    uint16_t *choices;
    size_t count;
};

// `title`: what the schedule shows, a comment in the file. 0, or a negative errno.
int schedule_write(const char *path, const struct schedule *s, const char *title);
// NULL when it cannot be read or is damaged; the reason is printed to standard error.
struct schedule *schedule_read(const char *path);
void schedule_free(struct schedule *s);

#endif

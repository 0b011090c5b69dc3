// A folder for a fuzz target whose inputs are files: in memory where that is possible.
#ifndef TESTS_FUZZ_FUZZ_FOLDER_H
#define TESTS_FUZZ_FUZZ_FOLDER_H

#include "fuzz.h"

#include <fcntl.h>
#include <unistd.h>

#include "util/mem.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static char folder[64];

static inline void folder_make(void)
{
    snprintf(folder, sizeof(folder), "%s/latchkey-fuzz-XXXXXX",
             access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    MUST(mkdtemp(folder));
}

static inline void folder_remove(void)
{
    char *command = mem_printf("rm -rf '%s'", folder);
    if (system(command))
        fprintf(stderr, "%s is left\n", folder);
    free(command);
}

static inline char *path_of(const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static inline void write_file(const char *name, const void *bytes, size_t n)
{
    char *path = path_of(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    MUST(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
    free(path);
}

#endif

// Counts how often each process came to the line that is wrong, in the file that the environment
// variable PLANTED names: the number of processes, and for each its id and its count. A child of
// the explorer begins with what its parent had counted. The file is mapped, so that the counts are
// there after a crash. Without the variable nothing is kept.
//
// Threads: any. Counting is relaxed, so that it orders nothing that the bug left unordered.
#include "planted.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ENTRIES = 1 << 16 };

struct entry {
    uint64_t pid;
    _Atomic uint64_t ran;
};

static struct {
    _Atomic uint64_t used;
    struct entry entries[ENTRIES];
} * file;

static struct entry own;
static struct entry *here = &own;

void planted_ran(void)
{
    atomic_fetch_add_explicit(&here->ran, 1, memory_order_relaxed);
}

static void begin_process(void)
{
    uint64_t n = atomic_fetch_add(&file->used, 1), ran = atomic_load(&here->ran);
    here = n < ENTRIES ? &file->entries[n] : &own;
    here->pid = (uint64_t)getpid();
    atomic_store(&here->ran, ran);
}

// Before main, as the wrong line may run while locks are held.
__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("PLANTED");
    int fd = path && *path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
        return;
    void *p = MAP_FAILED;
    if (!ftruncate(fd, sizeof(*file)))
        p = mmap(NULL, sizeof(*file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return;
    file = p;
    begin_process();
    pthread_atfork(NULL, NULL, begin_process);
}

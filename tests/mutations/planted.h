// Put into the copy of the tree in which scripts/lock-score builds a planted bug, as src/planted.h:
// the line that is wrong calls planted_ran(), so that a run which never came there is not counted
// as one that missed it.
//
// Counts in the file that the environment variable PLANTED names: an entry of two numbers for each
// process, its id and how often it came there, after the number of entries. A child of the explorer
// begins with what its parent had counted. The file is mapped, so that the entries are there after
// a crash. Without the variable nothing is kept.
//
// Threads: any. Counting is relaxed, so that it orders nothing that the bug left unordered.
#ifndef PLANTED_H
#define PLANTED_H

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PLANTED_ENTRIES = 1 << 16 };

struct planted_file {
    _Atomic uint64_t used;
    struct planted_entry {
        uint64_t pid;
        _Atomic uint64_t ran;
    } entries[PLANTED_ENTRIES];
};

// One of each in a program, though several files may be planted in.
__attribute__((weak)) struct planted_file *planted_file;
__attribute__((weak)) struct planted_entry planted_own;
__attribute__((weak)) struct planted_entry *planted_here = &planted_own;

static inline void planted_ran(void)
{
    atomic_fetch_add_explicit(&planted_here->ran, 1, memory_order_relaxed);
}

// In a child too, which goes on from the count of its parent.
static inline void planted_begin(void)
{
    uint64_t n = planted_file ? atomic_fetch_add(&planted_file->used, 1) : PLANTED_ENTRIES;
    uint64_t ran = atomic_load(&planted_here->ran);
    planted_here = n < PLANTED_ENTRIES ? &planted_file->entries[n] : &planted_own;
    planted_here->pid = (uint64_t)getpid();
    atomic_store(&planted_here->ran, ran);
}

// Before main, as the first bug may run while locks are held.
__attribute__((constructor)) static void planted_init(void)
{
    const char *path = getenv("PLANTED");
    int fd = path && *path && !planted_file ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    if (fd < 0)
        return;
    void *p = MAP_FAILED;
    if (!ftruncate(fd, sizeof(struct planted_file)))
        p = mmap(NULL, sizeof(struct planted_file), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return;
    planted_file = p;
    planted_begin();
    pthread_atfork(NULL, NULL, planted_begin);
}

#endif

// The file of the recording, in which each thread's ring of events lies. Its room is reserved
// first, where the file system can. If something happens to the file afterwards (emptied, cut,
// removed, replaced, its disk full), only the recording ends: the mapping is replaced by plain
// memory at the same address, in which the rings go on for reports. An access to pages that are
// gone raises SIGBUS, whose handler does that.
#include "trace/recorder_priv.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NONE, WHOLE, REPLACING, REPLACED };

static _Atomic int state;
static char *base, *spare; // the mapping, and the memory that may take its place
static size_t size;
static dev_t device;
static ino_t inode;
static const char *_Atomic reason;
static struct sigaction before;

void *trace_file_memory(size_t bytes)
{
    assert(bytes);
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

// Replaces the mapping by memory. True also while another thread replaces it: then this thread
// makes its access again, and faults again, until that is done. False: it could not be replaced.
static bool give_up(const char *why)
{
    int whole = WHOLE;
    if (!atomic_compare_exchange_strong(&state, &whole, REPLACING))
        return whole != NONE;
    trace_header_again((struct trace_header *)spare);
    if (mremap(spare, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, base) == MAP_FAILED) {
        atomic_store(&state, NONE);
        return false;
    }
    spare = NULL;
    atomic_store(&reason, why);
    atomic_store(&state, REPLACED);
    return true;
}

bool trace_file_fault(const void *address)
{
    int now = atomic_load(&state);
    if (now == NONE || (const char *)address < base || (const char *)address >= base + size)
        return false;
    return give_up("it was cut, or its disk is full");
}

static void on_fault(int n, siginfo_t *info, void *context)
{
    int saved = errno;
    bool ours = trace_file_fault(info->si_addr);
    errno = saved;
    if (ours)
        return;
    if (before.sa_flags & SA_SIGINFO && before.sa_sigaction) {
        before.sa_sigaction(n, info, context);
        return;
    }
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
        before.sa_handler(n);
        return;
    }
    signal(n, SIG_DFL); // the access is made again, and then kills the process
}

static bool make_room(int fd)
{
    if (!fallocate(fd, 0, 0, (off_t)size))
        return true;
    // No room, or a file system that cannot reserve it: pages get room as they are written.
    return !ftruncate(fd, 0) && !ftruncate(fd, (off_t)size);
}

void *trace_file_map(const char *path, size_t bytes)
{
    assert(path && bytes && atomic_load(&state) == NONE); // one file at a time
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return NULL;
    size = bytes;
    void *p = MAP_FAILED;
    spare = trace_file_memory(size);
    if (spare && !fstat(fd, &st) && make_room(fd))
        p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int saved = errno;
    close(fd);
    errno = saved;
    if (p == MAP_FAILED) {
        if (spare)
            munmap(spare, size);
        spare = NULL;
        return NULL;
    }
    device = st.st_dev;
    inode = st.st_ino;
    base = p;
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &before);
    atomic_store(&reason, NULL);
    atomic_store(&state, WHOLE);
    return p;
}

void trace_file_unmap(void *p, size_t bytes)
{
    assert(p && bytes);
    if (p == base && atomic_exchange(&state, NONE) != NONE) {
        sigaction(SIGBUS, &before, NULL);
        base = NULL;
        if (spare)
            munmap(spare, bytes);
        spare = NULL;
        atomic_store(&reason, NULL);
    }
    munmap(p, bytes);
}

const char *trace_file_why(void)
{
    return atomic_load(&reason);
}

void trace_file_look(const char *path)
{
    assert(path);
    struct stat st;
    if (atomic_load(&state) != WHOLE)
        return;
    if (stat(path, &st))
        give_up(errno == ENOENT ? "it was removed" : "it cannot be reached any more");
    else if (st.st_dev != device || st.st_ino != inode)
        give_up("another file has its name");
    else if ((uint64_t)st.st_size < size)
        give_up("it was cut");
}

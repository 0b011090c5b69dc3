// Which planted bug this process has, and how often it was executed. Read before main, as the first
// question may come while locks are held. The counter may lie in a file that is mapped, so that it
// is there after a crash. Any thread.
#include "util/mutation.h"

#ifdef LATCHKEY_MUTATIONS

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int chosen;
static _Atomic uint64_t own_counter;
static _Atomic uint64_t *counter = &own_counter;

static void map_counter(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return;
    void *p = MAP_FAILED;
    if (!ftruncate(fd, sizeof(*counter)))
        p = mmap(NULL, sizeof(*counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (p != MAP_FAILED)
        counter = p;
}

__attribute__((constructor)) static void read_environment(void)
{
    const char *n = getenv("LATCHKEY_MUTATION"), *path = getenv("LATCHKEY_MUTATION_COUNT");
    chosen = n ? atoi(n) : 0;
    if (path && *path)
        map_counter(path);
}

bool mutation_chosen(int n)
{
    return n == chosen;
}

bool mutation_active(int n)
{
    if (n != chosen)
        return false;
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
    return true;
}

uint64_t mutation_count(void)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void mutation_count_in(_Atomic uint64_t *there)
{
    atomic_store(there, mutation_count());
    counter = there;
}

#endif

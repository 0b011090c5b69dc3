// Numbers for call sites: a site's index is its position in the linker's section. Keeps nothing.
#include "util/site.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern struct site __start_lk_sites[] __attribute__((weak));
extern struct site __stop_lk_sites[] __attribute__((weak));

static struct site made[SITES_MADE];
static const void *made_for[SITES_MADE];
static _Atomic unsigned made_count;

const struct site *site_add(const struct site *s, const void *call)
{
    unsigned n = atomic_load(&made_count);
    if (n == SITES_MADE)
        return NULL;
    made[n] = *s;
    made_for[n] = call;
    atomic_store_explicit(&made_count, n + 1, memory_order_release);
    return &made[n];
}

unsigned site_made_count(void)
{
    return atomic_load_explicit(&made_count, memory_order_acquire);
}

const struct site *site_made(unsigned n)
{
    return n < site_made_count() ? &made[n] : NULL;
}

unsigned site_made_index(const struct site *at)
{
    return at >= made && at < made + SITES_MADE ? (unsigned)(at - made) + 1 : 0;
}

const void *site_call(const struct site *at)
{
    unsigned n = site_made_index(at);
    return n ? made_for[n - 1] : NULL;
}

unsigned site_index(const struct site *at)
{
    if (at && at >= __start_lk_sites && at < __stop_lk_sites)
        return (unsigned)(at - __start_lk_sites) + 1;
    unsigned n = site_made_index(at);
    return n && site_count() + n <= UINT16_MAX ? site_count() + n : 0;
}

const struct site *site_by_index(unsigned index)
{
    size_t count = (size_t)(__stop_lk_sites - __start_lk_sites);
    if (index > count)
        return site_made(index - (unsigned)count - 1);
    const struct site *at = index ? &__start_lk_sites[index - 1] : NULL;
    return at && at->file ? at : NULL;
}

unsigned site_count(void)
{
    return (unsigned)(__stop_lk_sites - __start_lk_sites);
}

const char *site_file(const struct site *at)
{
    const char *src = at->file;
    for (const char *next; (next = strstr(src, "src/"));)
        src = next + 4;
    const char *tests = src == at->file ? strstr(src, "/tests/") : NULL;
    return tests ? tests + 1 : src;
}

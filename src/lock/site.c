// Numbers for call sites: a site's index is its position in the linker's section. Keeps nothing.
#include "lock/site.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern struct site __start_lk_sites[] __attribute__((weak));
extern struct site __stop_lk_sites[] __attribute__((weak));

unsigned site_index(const struct site *at)
{
    unsigned made = site_made_index(at);
    if (made && site_count() + made <= UINT16_MAX)
        return site_count() + made;
    if (!at || at < __start_lk_sites || at >= __stop_lk_sites)
        return 0;
    return (unsigned)(at - __start_lk_sites) + 1;
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

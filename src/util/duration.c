// Text to milliseconds and back. Keeps nothing; any thread.
#include "util/duration.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "util/buf.h"

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// The number at *s; bounded long before it could overflow.
static bool duration_number(const char **s, int64_t *n)
{
    if (!digit(**s))
        return false;
    *n = 0;
    for (; digit(**s); (*s)++) {
        *n = *n * 10 + (**s - '0');
        if (*n > DURATION_MAX_MS)
            return false;
    }
    return true;
}

// Index of the unit at *s, moved past; N_UNITS when there is none.
static size_t unit(const char **s)
{
    size_t length = 0;
    while ((*s)[length] >= 'a' && (*s)[length] <= 'z')
        length++;
    for (size_t i = 0; i < N_UNITS; i++) {
        if (strlen(units[i].name) == length && !strncmp(*s, units[i].name, length)) {
            *s += length;
            return i;
        }
    }
    return N_UNITS;
}

bool duration_parse(const char *s, int64_t *ms)
{
    int64_t n, total = 0;
    if (!duration_number(&s, &n))
        return false;
    if (!*s) {
        total = n * 1000;
    } else {
        size_t smallest = unit(&s);
        if (smallest == N_UNITS)
            return false;
        total = n * units[smallest].ms;
        while (*s && total <= DURATION_MAX_MS) {
            if (!duration_number(&s, &n))
                return false;
            size_t next = unit(&s);
            if (next == N_UNITS || next <= smallest)
                return false;
            smallest = next;
            total += n * units[next].ms;
        }
    }
    if (total > DURATION_MAX_MS)
        return false;
    *ms = total;
    return true;
}

void duration_write(struct buf *out, int64_t ms)
{
    assert(ms >= 0);
    if (ms <= 0) {
        buf_adds(out, "0s");
        return;
    }
    for (size_t i = 0; i < N_UNITS; i++) {
        if (ms < units[i].ms)
            continue;
        buf_addu(out, (uint64_t)(ms / units[i].ms));
        buf_adds(out, units[i].name);
        ms %= units[i].ms;
    }
}

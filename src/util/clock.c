// System clocks, or frozen ones under test. Keeps the frozen state, in atomics, because a test may
// advance time while other threads read it.
#include "util/clock.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

static atomic_bool frozen;
static _Atomic int64_t frozen_mono, frozen_wall;

static int64_t system_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_mono_us(void)
{
    return atomic_load(&frozen) ? atomic_load(&frozen_mono) * 1000 : system_us(CLOCK_MONOTONIC);
}

int64_t clock_mono_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_step_ns(void)
{
    return atomic_load(&frozen) ? atomic_load(&frozen_mono) * 1000000 : clock_mono_ns();
}

int64_t clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_wall_ms(void)
{
    return atomic_load(&frozen) ? atomic_load(&frozen_wall) : system_us(CLOCK_REALTIME) / 1000;
}

void clock_freeze(int64_t mono_ms, int64_t wall_ms)
{
    assert(mono_ms >= 0);
    atomic_store(&frozen_mono, mono_ms);
    atomic_store(&frozen_wall, wall_ms);
    atomic_store(&frozen, true);
}

void clock_advance_ms(int64_t ms)
{
    atomic_fetch_add(&frozen_mono, ms);
    atomic_fetch_add(&frozen_wall, ms);
}

void clock_use_system(void)
{
    atomic_store(&frozen, false);
}

bool clock_frozen(void)
{
    return atomic_load(&frozen);
}

void clock_iso(int64_t wall_ms, char out[CLOCK_ISO_SIZE])
{
    static const int64_t first = INT64_C(-62167219200000), last = INT64_C(253402300799999);
    if (wall_ms < first)
        wall_ms = first;
    if (wall_ms > last)
        wall_ms = last;
    int64_t ms = wall_ms % 1000;
    if (ms < 0)
        ms += 1000;
    time_t seconds = (time_t)((wall_ms - ms) / 1000);
    struct tm t;
    gmtime_r(&seconds, &t);
    snprintf(out, CLOCK_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned)(t.tm_year + 1900) % 10000, (unsigned)(t.tm_mon + 1) % 100,
             (unsigned)t.tm_mday % 100, (unsigned)t.tm_hour % 100, (unsigned)t.tm_min % 100,
             (unsigned)t.tm_sec % 100, (unsigned)ms % 1000);
}

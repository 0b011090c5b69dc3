// The functions that the compiler's thread instrumentation calls (gcc 12, clang 14 and later), in
// place of the compiler's runtime, which is not linked. Keeps the return addresses of the functions
// that a thread is in. Accesses are checked in raw.c; atomic operations are only carried out here,
// as they need no lock.
#include "check/raw/raw_priv.h"

#include "check/check.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"
// the format is checked in the code that calls printf
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

enum { CALLERS = 64 };

static _Thread_local struct {
    const void *from[CALLERS];
    unsigned depth;
} stack;

const void *raw_caller(unsigned n)
{
    return n < stack.depth && stack.depth <= CALLERS ? stack.from[stack.depth - 1 - n] : NULL;
}

static inline void touched(const volatile void *p, size_t size, bool write, const void *from)
{
    if (check_on())
        raw_touched(p, size, write, from);
}

void __tsan_init(void)
{
}

void __tsan_func_entry(void *from)
{
    if (stack.depth < CALLERS)
        stack.from[stack.depth] = from;
    stack.depth++;
}

void __tsan_func_exit(void)
{
    if (stack.depth)
        stack.depth--;
}

#define HERE __builtin_return_address(0)
#define PLAIN(name, size, write)                                                                   \
    void __tsan_##name(void *p)                                                                    \
    {                                                                                              \
        touched(p, size, write, HERE);                                                             \
    }
#define PLAINS(size)                                                                               \
    PLAIN(read##size, size, false)                                                                 \
    PLAIN(write##size, size, true)                                                                 \
    PLAIN(read_write##size, size, true)                                                            \
    PLAIN(volatile_read##size, size, false)                                                        \
    PLAIN(volatile_write##size, size, true)                                                        \
    PLAIN(unaligned_read##size, size, false)                                                       \
    PLAIN(unaligned_write##size, size, true)                                                       \
    PLAIN(unaligned_read_write##size, size, true)                                                  \
    PLAIN(unaligned_volatile_read##size, size, false)                                              \
    PLAIN(unaligned_volatile_write##size, size, true)

PLAINS(1)
PLAINS(2)
PLAINS(4)
PLAINS(8)
PLAINS(16)
PLAIN(vptr_read, sizeof(void *), false)

void __tsan_vptr_update(void **p, void *value)
{
    (void)value;
    touched(p, sizeof(*p), true, HERE);
}

void __tsan_read_range(void *p, long size)
{
    touched(p, (size_t)size, false, HERE);
}

void __tsan_write_range(void *p, long size)
{
    touched(p, (size_t)size, true, HERE);
}

void *__tsan_memcpy(void *to, const void *from, size_t n)
{
    touched(from, n, false, HERE);
    touched(to, n, true, HERE);
    return memcpy(to, from, n);
}

void *__tsan_memmove(void *to, const void *from, size_t n)
{
    touched(from, n, false, HERE);
    touched(to, n, true, HERE);
    return memmove(to, from, n);
}

void *__tsan_memset(void *p, int c, size_t n)
{
    touched(p, n, true, HERE);
    return memset(p, c, n);
}

// Writes that the C library does on behalf of instrumented code: meson.build makes that code call
// these functions instead.
static int printed(char *to, size_t n, int length, const void *from)
{
    if (length >= 0 && n)
        touched(to, (size_t)length < n ? (size_t)length + 1 : n, true, from);
    return length;
}

__attribute__((format(printf, 3, 0))) int raw_vsnprintf(char *to, size_t n, const char *format,
                                                        va_list list)
{
    return printed(to, n, vsnprintf(to, n, format, list), HERE);
}

__attribute__((format(printf, 3, 4))) int raw_snprintf(char *to, size_t n, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(to, n, format, list);
    va_end(list);
    return printed(to, n, length, HERE);
}

char *raw_stpcpy(char *to, const char *from)
{
    touched(to, strlen(from) + 1, true, HERE);
    return stpcpy(to, from);
}

char *raw_strncpy(char *to, const char *from, size_t n)
{
    touched(to, n, true, HERE);
    return strncpy(to, from, n);
}

char *raw_strncat(char *to, const char *from, size_t n)
{
    touched(to + strlen(to), strnlen(from, n) + 1, true, HERE);
    return strncat(to, from, n);
}

size_t raw_strftime(char *to, size_t n, const char *format, const struct tm *when)
{
    size_t length = strftime(to, n, format, when);
    touched(to, length + 1, true, HERE);
    return length;
}

void raw_qsort(void *list, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    touched(list, n * size, true, HERE);
    qsort(list, n, size, compare);
}

// Every operation uses the strongest memory order, whatever `order` asks for.
#define UPDATE(bits, name, builtin)                                                                \
    uint##bits##_t __tsan_atomic##bits##_##name(volatile void *p, uint##bits##_t value, int order) \
    {                                                                                              \
        (void)order;                                                                               \
        return builtin((volatile uint##bits##_t *)p, value, __ATOMIC_SEQ_CST);                     \
    }
#define EXCHANGE_IF(bits, name, weak)                                                              \
    int __tsan_atomic##bits##_compare_exchange_##name(volatile void *p, void *expected,            \
                                                      uint##bits##_t value, int order, int other)  \
    {                                                                                              \
        (void)order;                                                                               \
        (void)other;                                                                               \
        return __atomic_compare_exchange_n((volatile uint##bits##_t *)p,                           \
                                           (uint##bits##_t *)expected, value, weak,                \
                                           __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                    \
    }
#define ATOMICS(bits)                                                                              \
    uint##bits##_t __tsan_atomic##bits##_load(const volatile void *p, int order)                   \
    {                                                                                              \
        (void)order;                                                                               \
        return __atomic_load_n((const volatile uint##bits##_t *)p, __ATOMIC_SEQ_CST);              \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile void *p, uint##bits##_t value, int order)            \
    {                                                                                              \
        (void)order;                                                                               \
        __atomic_store_n((volatile uint##bits##_t *)p, value, __ATOMIC_SEQ_CST);                   \
    }                                                                                              \
    UPDATE(bits, exchange, __atomic_exchange_n)                                                    \
    UPDATE(bits, fetch_add, __atomic_fetch_add)                                                    \
    UPDATE(bits, fetch_sub, __atomic_fetch_sub)                                                    \
    UPDATE(bits, fetch_and, __atomic_fetch_and)                                                    \
    UPDATE(bits, fetch_or, __atomic_fetch_or)                                                      \
    UPDATE(bits, fetch_xor, __atomic_fetch_xor)                                                    \
    UPDATE(bits, fetch_nand, __atomic_fetch_nand)                                                  \
    EXCHANGE_IF(bits, strong, 0)                                                                   \
    EXCHANGE_IF(bits, weak, 1)                                                                     \
    uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                                     \
        volatile void *p, uint##bits##_t expected, uint##bits##_t value, int order, int other)     \
    {                                                                                              \
        __tsan_atomic##bits##_compare_exchange_strong(p, &expected, value, order, other);          \
        return expected;                                                                           \
    }

ATOMICS(8)
ATOMICS(16)
ATOMICS(32)
ATOMICS(64)

void __tsan_atomic_thread_fence(int order)
{
    (void)order;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void __tsan_atomic_signal_fence(int order)
{
    (void)order;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

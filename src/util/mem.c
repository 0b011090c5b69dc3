// Checked allocation: the one place that decides what running out of memory means.
// Keeps nothing; any thread may call it.
#include "util/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *mem_check(void *p, size_t size)
{
    if (!p) {
        fprintf(stderr, "latchkey: out of memory (%zu bytes wanted)\n", size);
        abort();
    }
    return p;
}

void *mem_alloc(size_t size)
{
    return mem_check(malloc(size ? size : 1), size);
}

void *mem_zalloc(size_t size)
{
    return mem_check(calloc(1, size ? size : 1), size);
}

void *mem_calloc(size_t n, size_t size)
{
    return mem_check(calloc(n ? n : 1, size ? size : 1), size);
}

void *mem_realloc(void *p, size_t size)
{
    return mem_check(realloc(p, size ? size : 1), size);
}

void *mem_realloc_array(void *p, size_t n, size_t size)
{
    return mem_check(reallocarray(p, n ? n : 1, size ? size : 1), size);
}

char *mem_strdup(const char *s)
{
    assert(s);
    return mem_dup(s, strlen(s) + 1);
}

char *mem_strndup(const char *s, size_t n)
{
    n = strnlen(s, n);
    char *copy = mem_alloc(n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

void *mem_dup(const void *p, size_t n)
{
    void *copy = mem_alloc(n);
    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *mem_printf(const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&s, fmt, ap);
    va_end(ap);
    return mem_check(n < 0 ? NULL : s, 0);
}

// Memory for our own needs. Every function aborts with a message when the system has none left:
// bytes from outside are bounded before they are stored, so running out is never their doing.
// Threads: any.  Locks: none taken.
#ifndef UTIL_MEM_H
#define UTIL_MEM_H

#include <stddef.h>

// All results are owned by the caller and released with free().
void *mem_alloc(size_t size);            // uninitialised
void *mem_zalloc(size_t size);           // zeroed
void *mem_calloc(size_t n, size_t size); // zeroed; aborts when n * size overflows
void *mem_realloc(void *p, size_t size); // p may be NULL
void *mem_realloc_array(void *p, size_t n, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);
void *mem_dup(const void *p, size_t n);
__attribute__((format(printf, 1, 2))) char *mem_printf(const char *fmt, ...);

#define mem_new(type) ((type *)mem_zalloc(sizeof(type)))

#endif

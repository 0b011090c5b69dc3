// A table from text to pointers. Iteration is in the order of insertion, always: hash order may
// never decide anything in the game.
// Threads: one owner at a time; lookups alone may run side by side.  Locks: none.
// Ownership: keys are copied, values are the caller's.
#ifndef UTIL_MAP_H
#define UTIL_MAP_H

#include <stdbool.h>
#include <stddef.h>

struct map;

struct map_iter {
    size_t at;
};

struct map *map_new(void);
void map_free(struct map *m); // the values stay as they are
size_t map_count(const struct map *m);

void *map_get(const struct map *m, const char *key); // borrowed; NULL when absent
void *map_getn(const struct map *m, const char *key, size_t n);
bool map_has(const struct map *m, const char *key); // also when its value is NULL

// The map's own copy of the key, which stays where it is until the key is removed; added with no
// value when it is absent.
const char *map_keep(struct map *m, const char *key);

// Returns the value that was there before, or NULL. A key that is replaced keeps its place.
void *map_put(struct map *m, const char *key, void *value);
void *map_putn(struct map *m, const char *key, size_t n, void *value);
void *map_remove(struct map *m, const char *key); // returns the value, or NULL
void map_clear(struct map *m);

// Start with `struct map_iter it = {0};`. key and value may be NULL. Between two calls the entry
// just seen may be removed; adding ends the iteration's validity.
bool map_next(const struct map *m, struct map_iter *it, const char **key, void **value);

#endif

// A CircleMUD world in memory as zone files, one a zone.
// Threads: one owner at a time; circle_export_write blocks on files.  Locks: none.
#ifndef TOOLS_IMPORT_CIRCLE_EXPORT_H
#define TOOLS_IMPORT_CIRCLE_EXPORT_H

#include <stddef.h>
#include <stdint.h>

struct circle_world;
struct circle_zone;
struct doc;
struct buf;

// The rooms where players begin: those asked for that exist, else the stock world's 3001, else the
// lowest room of the first zone that has rooms. Returns how many; *starts is the caller's to free.
// Each one asked for that does not exist is reported.
size_t circle_export_starts(struct circle_world *w, const int64_t *asked, size_t count,
                            int64_t **starts);

// Zone files in `dir` that look like those of an import and are not of this world: how many, and the
// first of their names.
size_t circle_export_others(const struct circle_world *w, const char *dir, struct buf *names);

// All zones, in the order of their numbers: `each` gets the document of one, which is freed
// afterwards. The first result of `each` that is not 0 ends it and is returned.
typedef int circle_export_fn(void *context, const struct circle_zone *zone, struct doc *d);
int circle_export(struct circle_world *w, const int64_t *starts, size_t start_count,
                  circle_export_fn *each, void *context);

// Into DIR/zN.json; makes the folder. *bytes grows by what was written. Negative errno, with the
// file in question reported.
int circle_export_write(struct circle_world *w, const char *dir, const int64_t *starts,
                        size_t start_count, size_t *files, size_t *bytes);

#endif

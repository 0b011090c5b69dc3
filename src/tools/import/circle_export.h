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

// Chooses the rooms where players begin: those of `asked` that exist, else the stock world's 3001,
// else the lowest room of the first zone that has rooms. Returns how many; the caller frees
// *starts. Every room of `asked` that does not exist is reported.
size_t circle_export_starts(struct circle_world *w, const int64_t *asked, size_t count,
                            int64_t **starts);

// Counts zone files in `dir` that look like those of an import and are not of this world; `names`
// gets the first of their names.
size_t circle_export_others(const struct circle_world *w, const char *dir, struct buf *names);

// Makes the documents of all zones, in the order of their numbers, and passes each to `each`; it is
// freed afterwards. The first result of `each` that is not 0 ends the call and is returned.
typedef int circle_export_fn(void *context, const struct circle_zone *zone, struct doc *d);
int circle_export(struct circle_world *w, const int64_t *starts, size_t start_count,
                  circle_export_fn *each, void *context);

// Writes all zones into DIR/zN.json; makes the folder. *bytes grows by what was written. A negative
// errno, with the file reported.
int circle_export_write(struct circle_world *w, const char *dir, const int64_t *starts,
                        size_t start_count, size_t *files, size_t *bytes);

#endif

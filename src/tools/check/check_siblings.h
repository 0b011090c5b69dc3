// Finds the zone files that the files to be checked refer to, so that one file of a world can be
// checked alone. Threads: main's.
#ifndef TOOLS_CHECK_CHECK_SIBLINGS_H
#define TOOLS_CHECK_CHECK_SIBLINGS_H

#include <stddef.h>

struct check_files {
    char **list;
    size_t count, cap;
};

void check_files_add(struct check_files *f, const char *path);
void check_files_fini(struct check_files *f);
// Adds, for each ref "zone:ref" in one of the files, the file zone.json in the same folder, if it
// exists; and the files that those refer to.
void check_siblings_add(struct check_files *f);

#endif

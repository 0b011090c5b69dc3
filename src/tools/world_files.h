// The files that the world is made from, as one number: the journal of one world is not another's.
// Threads: main's.
#ifndef TOOLS_WORLD_FILES_H
#define TOOLS_WORLD_FILES_H

#include <stdint.h>

// Of all zone files of a folder, in order of name, and of the template of players if it is there.
uint64_t world_files_digest(const char *zones, const char *player);

#endif

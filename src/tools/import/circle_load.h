// Reads a folder of CircleMUD world files into memory.
// Threads: one owner at a time; blocks on files.  Locks: none.
#ifndef TOOLS_IMPORT_CIRCLE_LOAD_H
#define TOOLS_IMPORT_CIRCLE_LOAD_H

#include <stdbool.h>

struct circle_world;

struct circle_load_options {
    // The encoding of files that are not UTF-8, a name for iconv; NULL: see circle_encoding.h.
    const char *encoding;
    bool indexed; // leave out what an index does not name
};

// Reads DIR/wld/*.wld and so on (DIR may also be the folder above, with a `world` in it, or one
// that holds all files side by side), in the order of each `index`, then what no index names. An
// index that names no file that is there counts as none. Settles the world. Returns how many files
// were read, or a negative errno when a folder or file could not be read at all; each such file is
// reported.
int circle_load(struct circle_world *w, const char *dir, const struct circle_load_options *options);

#endif

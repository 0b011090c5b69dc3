// The bytes of a world's files as UTF-8. CircleMUD says nowhere in which encoding a file was
// written. Threads: any.  Locks: none.  Ownership: everything is appended to buffers of the caller.
#ifndef TOOLS_IMPORT_CIRCLE_ENCODING_H
#define TOOLS_IMPORT_CIRCLE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

// How the bytes of one file were read.
enum circle_encoding {
    CIRCLE_IS_UTF8,   // ASCII included
    CIRCLE_IS_NAMED,  // in the encoding that was asked for
    CIRCLE_IS_MENDED, // mostly UTF-8; each byte that is not was read as Windows-1252
    CIRCLE_IS_LATIN,  // Windows-1252 throughout, as nothing better is known
};

struct circle_encoded {
    enum circle_encoding as;
    size_t bad;   // bytes that belong to no character of the encoding
    size_t first; // line of the first such byte, 1-based
    bool foreign; // LATIN: so many letters are beyond ASCII that it is hardly a Latin script
};

// Whether iconv knows an encoding of that name and the names used here are fit for it.
bool circle_encoding_known(const char *name);

// Appends the text with '\n' line ends, without a byte order mark and without NULs. `name` NULL: it
// is UTF-8 when it reads as such, all of it or most; else Windows-1252. A file that is valid
// UTF-8 stays as it is, with any name, so that a world of both kinds can be read; UTF-16 is known
// by its mark. Bytes that are no character become U+FFFD.
struct circle_encoded circle_encoding_decode(struct buf *out, const char *name, const char *s,
                                             size_t n);

#endif

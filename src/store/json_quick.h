// The quick reader of JSON: what is common and right, straight into a document. It reads a part of
// what jansson reads, and makes the same document of that part; of everything else, mistakes above
// all, it says only that it did not read it, and json.c asks jansson then. So every complaint is
// made in one place.
// Threads: any, each with its own document.  Locks: none.
#ifndef STORE_JSON_QUICK_H
#define STORE_JSON_QUICK_H

#include <stdbool.h>
#include <stddef.h>

struct doc;

#define JSON_QUICK_DEEPEST 200 // levels of arrays and objects

// Fills a new document from a text of less than 4 GB without a byte order mark; the text is not
// needed afterwards. False: jansson is to be asked. The document is then to be dropped.
bool json_quick_read(struct doc *d, const char *text, size_t n);

#endif

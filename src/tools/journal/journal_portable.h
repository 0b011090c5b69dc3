// The portable text of a journal, a JSON object a line: {"format":…}, then {"epoch":…} before the
// files and events of each, {"file":…} for a part of a file, {"number":…} for each event, and
// {"end":…} with a digest of all bytes before it. Threads: any.
#ifndef TOOLS_JOURNAL_JOURNAL_PORTABLE_H
#define TOOLS_JOURNAL_JOURNAL_PORTABLE_H

#include "journal/manifest.h"
#include "journal/record.h"

#include <stdbool.h>

struct doc;

enum {
    JOURNAL_PORTABLE_VERSION = 2,  // of the format; version 1 has no files, bases and settings
    JOURNAL_PORTABLE_PART = 16384, // bytes of a file in a line, in hex, at most
};

#define JOURNAL_PORTABLE_FILE_MAX ((size_t)1 << 32)

enum journal_portable_kind {
    JOURNAL_PORTABLE_BAD,
    JOURNAL_PORTABLE_FORMAT,
    JOURNAL_PORTABLE_EPOCH,
    JOURNAL_PORTABLE_FILE,
    JOURNAL_PORTABLE_EVENT,
    JOURNAL_PORTABLE_END,
};

// The contents of a line. The record's texts are in `texts` and its locks in `locks`; other texts
// belong to `doc`, which the caller frees (NULL: the line is not JSON).
struct journal_portable {
    enum journal_portable_kind kind;
    struct manifest manifest;
    struct record record;
    uint32_t locks[RECORD_LOCKS_MAX];
    unsigned char changes[RECORD_CHANGES_MAX * RECORD_CHANGE_SIZE];
    uint64_t end, events, digest; // of the last line: last event number (0: none), count, digest
    const char *file;             // the name of a file, and a part of its contents
    uint64_t size, offset;
    unsigned char *part;
    size_t part_size;
    char *texts[3]; // texts that were given in hex
    struct doc *doc;
    const char *why; // what is wrong with the line
};

void journal_portable_read(struct journal_portable *p, const char *line, size_t n);
void journal_portable_fini(struct journal_portable *p);

#endif

// The manifest, which makes an epoch valid: a small file of lines "name value", with a checksum as
// the last one. Threads: any.
#ifndef JOURNAL_MANIFEST_H
#define JOURNAL_MANIFEST_H

#include <stdint.h>

struct error;

enum { MANIFEST_SETTINGS = 2 };

// The world that an epoch begins with: a new one, the snapshot of event `parent`, or that carried
// over to its zone files.
enum manifest_base { MANIFEST_ANEW, MANIFEST_GOES_ON, MANIFEST_CARRIED };

struct manifest {
    uint64_t format;
    uint64_t parent;                      // the last event before this epoch
    uint64_t world;                       // digest of the zone files
    uint64_t base;                        // enum manifest_base
    uint64_t settings[MANIFEST_SETTINGS]; // that outcomes depend on; which, its caller knows
    char program[64];
};

enum manifest_outcome {
    MANIFEST_NONE = 1, // there is no such file
    MANIFEST_BAD,      // it cannot be read, is damaged, or a later program's
};

// 0, or an outcome and `why`.
int manifest_read(const char *epoch, struct manifest *m, struct error *why);
// Writes it by temporary file, fsync, rename, fsync of the folder. 0, or a negative errno.
int manifest_write(const char *epoch, const struct manifest *m);

#endif

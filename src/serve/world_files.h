// The files that the world is made from: as one number, as the journal of one world is not
// another's; and kept with each epoch, so that it can be replayed when they have changed since.
// Threads: main's.
#ifndef SERVE_WORLD_FILES_H
#define SERVE_WORLD_FILES_H

#include <stdbool.h>
#include <stdint.h>

struct doc_problems;
struct error;
struct world;

// Digest of all zone files of a folder, in order of name, and of the template of players if there
// is one.
uint64_t world_files_digest(const char *zones, const char *player);

// One file in the epoch's folder that holds those with this digest, JOURNAL_WORLD_FILES; nothing is
// read or written when it holds them already. 0, WORLD_FILES_CHANGED when the files have another
// digest by now, or a negative errno.
enum { WORLD_FILES_CHANGED = 1 };
int world_files_keep(const char *zones, const char *player, const char *epoch, uint64_t digest);
// Whether the epoch has kept some, and the digest of those. False, and why: none, or damaged.
bool world_files_kept(const char *epoch, uint64_t *digest, struct error *why);

// Files that stand somewhere: as they were given, or unpacked from an epoch into a temporary
// folder.
struct world_files {
    char *zones, *player;
    char *folder; // to be removed; NULL: they are the operator's own
};

// Those with that digest: the given ones when they are, else what the epoch has kept. False, and
// why.
bool world_files_find(struct world_files *f, uint64_t digest, const char *zones, const char *player,
                      const char *epoch, struct error *why);
// Their world; NULL, with what is wrong in p, when they are bad.
struct world *world_files_load(const struct world_files *f, struct doc_problems *p);
void world_files_fini(struct world_files *f);

#endif

// Named documents on disk, one file each: DATA/KIND/name.json, readable by the server alone. The
// one place where a name becomes a path. Blocking: never on the loop thread.  Threads: any; who
// saves the same record from two threads at once gets one of the two versions, whole.  Locks:
// creating holds a file lock on the folder.
#ifndef STORE_SAVEFILE_H
#define STORE_SAVEFILE_H

#include "store/name_rules.h"

#include <stdbool.h>
#include <stddef.h>

struct doc;
struct doc_node;
struct doc_problems;

// From now on nothing is written: creating, saving and erasing succeed and do nothing. For a copy
// of the past that people may walk about in. Before any thread uses records.
void savefile_pretend(void);

#define SAVEFILE_LARGEST (4 << 20) // bytes of a file

// Outcomes of all below; negative errno when the disk failed, -EBADMSG when a file is damaged,
// -EFBIG or -EOVERFLOW when a document is too large or too deep to be kept.
enum savefile_outcome { SAVEFILE_OK, SAVEFILE_ABSENT, SAVEFILE_TAKEN, SAVEFILE_BAD_NAME };

// Fails with SAVEFILE_TAKEN when there is one of that name, or of a name that looks alike.
int savefile_create(const char *data, const char *kind, const char *name,
                    const struct doc_node *root);
// For a record whose file was lost: what was given once is not refused because another name looks
// alike. SAVEFILE_TAKEN only when there is one of that very name.
int savefile_restore(const char *data, const char *kind, const char *name,
                     const struct doc_node *root);
// *out is the caller's; it is NULL unless SAVEFILE_OK. What is wrong with the file is added to `p`.
int savefile_load(const char *data, const char *kind, const char *name, struct doc **out,
                  struct doc_problems *p);
// SAVEFILE_TAKEN, and which it is, when there is one of that name or of one that looks alike; else
// SAVEFILE_OK.
int savefile_alike(const char *data, const char *kind, const char *name, char who[NAME_SIZE]);
// 0 when the folder of that kind can be looked into, else negative errno: -ENOENT when it is not
// there.
int savefile_reachable(const char *data, const char *kind);
// Replaces a record that exists; with `keep` the version before stays as name.json~, else none
// does.
int savefile_save(const char *data, const char *kind, const char *name, const struct doc_node *root,
                  bool keep);
// The same for many records at once, with one sync for all; each gets its own outcome.
struct savefile_version {
    const char *name;
    const struct doc_node *root;
    int result;
};
void savefile_save_many(const char *data, const char *kind, struct savefile_version *list,
                        size_t count, bool keep);
// The name is free again, and the record lies beside as name.json.unowned.
int savefile_disown(const char *data, const char *kind, const char *name);
// Removes every file of it: versions before and what a crash may have left.
int savefile_erase(const char *data, const char *kind, const char *name);

#endif

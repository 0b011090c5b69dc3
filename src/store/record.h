// Named documents on disk, one file each: DATA/KIND/name.json, readable by the server alone. The
// one place where a name becomes a path. Blocking: never on the loop thread.  Threads: any; who
// saves the same record from two threads at once gets one of the two versions, whole.  Locks:
// creating holds a file lock on the folder.
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

struct doc;
struct doc_node;
struct doc_problems;

// From now on nothing is written: creating, saving and erasing succeed and do nothing. For a copy of
// the past that people may walk about in. Before any thread uses records.
void record_pretend(void);

#define RECORD_LARGEST (4 << 20) // bytes of a file

// Outcomes of all below; negative errno when the disk failed, -EBADMSG when a file is damaged,
// -EFBIG or -EOVERFLOW when a document is too large or too deep to be kept.
enum record_outcome { RECORD_OK, RECORD_ABSENT, RECORD_TAKEN, RECORD_BAD_NAME };

// Fails with RECORD_TAKEN when there is one of that name, or of a name that looks alike.
int record_create(const char *data, const char *kind, const char *name,
                  const struct doc_node *root);
// *out is the caller's; it is NULL unless RECORD_OK. What is wrong with the file is added to `p`.
int record_load(const char *data, const char *kind, const char *name, struct doc **out,
                struct doc_problems *p);
// Replaces a record that exists; the version before stays as name.json~.
int record_save(const char *data, const char *kind, const char *name, const struct doc_node *root);
// Removes every file of it: versions before and what a crash may have left.
int record_erase(const char *data, const char *kind, const char *name);

#endif

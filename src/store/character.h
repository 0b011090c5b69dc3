// Characters: a player's thing and all it carries, as a document that world writes and reads. One
// file each, DATA/characters/name.json in lower case; the document is kept as it is given.
// Blocking: never on the loop thread.  Threads: any.  Locks: none.
// Outcomes: enum record_outcome, or negative errno. Names in any case; what is no name of a
// character is RECORD_BAD_NAME and touches no file.
#ifndef STORE_CHARACTER_H
#define STORE_CHARACTER_H

struct doc;
struct doc_node;
struct doc_problems;

int character_create(const char *data, const char *name, const struct doc_node *root);
int character_load(const char *data, const char *name, struct doc **out, struct doc_problems *p);
int character_save(const char *data, const char *name, const struct doc_node *root);
int character_erase(const char *data, const char *name);

#endif

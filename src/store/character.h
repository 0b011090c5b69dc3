// Characters: a player's thing and all it carries, as a document that world writes and reads. One
// file each, DATA/characters/name.json in lower case; the document is kept as it is given.
// Blocking: never on the loop thread.  Threads: any.  Locks: none.
// Outcomes: enum savefile_outcome, or negative errno. Names in any case; what is no name of a
// character is SAVEFILE_BAD_NAME and touches no file.
#ifndef STORE_CHARACTER_H
#define STORE_CHARACTER_H

#include "store/name_rules.h"

#include <stddef.h>

struct doc;
struct doc_node;
struct doc_problems;
struct savefile_version;

int character_create(const char *data, const char *name, const struct doc_node *root);
// Makes the file of a character again that an account has already and whose file was lost, also
// when another name looks alike.
int character_restore(const char *data, const char *name, const struct doc_node *root);
// SAVEFILE_TAKEN and which, when there is a character of that name or of one that looks alike.
int character_alike(const char *data, const char *name, char who[NAME_SIZE]);
int character_disown(const char *data, const char *name); // it stays as name.json.unowned
// A file says whose the character is, so that one that its account does not list can be recognised
// (see owner.h). In the world and in the journal the document is without that.
const char *character_account(const struct doc *d); // borrowed; "" when it says nothing
void character_sign(struct doc *d, const char *account);
void character_unsign(struct doc *d);
// Saves a document that does not say whose it is where the file before said it.
int character_update(const char *data, const char *name, struct doc *d);
int character_load(const char *data, const char *name, struct doc **out, struct doc_problems *p);
int character_save(const char *data, const char *name, const struct doc_node *root);
// The same as character_save for many at once, with one sync for all.
void character_save_many(const char *data, struct savefile_version *list, size_t count);
int character_erase(const char *data, const char *name);

#endif

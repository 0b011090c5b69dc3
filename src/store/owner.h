// Which account a character belongs to. An account lists its characters, and a character's file
// names its account: two files that are written one after the other. Between the two a process may
// be killed; what is left then is a character that names an account which does not list it: that is
// nobody's.
//
// Threads: any. Blocking. Outcomes: enum savefile_outcome, or negative errno when nobody can know.
#ifndef STORE_OWNER_H
#define STORE_OWNER_H

#include "store/name_rules.h"

#include <stdbool.h>
#include <stddef.h>

struct account;
struct doc;
struct doc_problems;

// SAVEFILE_OK when the account lists it; SAVEFILE_ABSENT when it does not, or there is no such
// account. Without the folder of accounts nobody can know.
int owner_has(const char *data, const char *account, const char *character);
// May the account, which lists it, have the character that was read? SAVEFILE_TAKEN when its file
// names another account that lists it too; SAVEFILE_OK also for what was moved from another by
// hand.
int owner_agrees(const char *data, const char *account, const struct doc *character,
                 const char *name);
// Makes the character of the account, whose name nobody may have who could be in the world. A file
// of that name that is nobody's is renamed first. SAVEFILE_TAKEN when it is somebody's.
int owner_create(const char *data, const char *account, const char *character);

// Every account is read once. `each` (may be NULL) gets every one that can be read.
struct owner_index;
struct owner_index *owner_index_new(const char *data,
                                    void (*each)(void *arg, const struct account *a), void *arg,
                                    struct doc_problems *p);
void owner_index_free(struct owner_index *x);
// NULL: nobody's; also when it is the account of one that cannot be read.
const char *owner_index_find(const struct owner_index *x, const char *character);
size_t owner_index_unreadable(const struct owner_index *x); // accounts
// Each file of a character that no account lists. Nobody's are those that name an account which is
// there and does not list them, and those that name none and were never played: their names may be
// freed (character_disown). Of the others nobody can know.
void owner_index_unlisted(const struct owner_index *x,
                          void (*each)(void *arg, const char *character, bool nobodys), void *arg);
// Versions before of accounts, which have old hashes, and which earlier programs have kept.
void owner_remove_previous(const char *data);

// When the account is erased: removes what was left of characters of it that no account lists.
// 0, or negative errno.
int owner_erase_left(const char *data, const char *account);

#endif

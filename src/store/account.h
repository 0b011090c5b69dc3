// Accounts: who may log in, and as whom. One file each, DATA/accounts/name.json.
// Functions on files block: never on the loop thread.  Threads: any; an account has one owner at a
// time.  Locks: none.  Outcomes: enum savefile_outcome, or negative errno.
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include "store/name_rules.h"

#include <stdbool.h>
#include <stddef.h>

struct doc_problems;

struct account {
    char *name;        // as name_rules_account leaves it
    char *hash;        // of the password (store/password.h)
    char *created;     // 2026-01-31T23:59:59.123Z
    char **characters; // names, in the order they were made
    size_t character_count;
    char **permissions; // words, such as "builder"
    size_t permission_count;
};

struct account *account_new(const char *name, const char *hash); // created now; strings are copied
void account_free(struct account *a);                            // erases the hash

int account_create(const char *data, const struct account *a); // SAVEFILE_TAKEN when there is one
int account_load(const char *data, const char *name, struct account **out,
                 struct doc_problems *p); // *out is the caller's
int account_save(const char *data, const struct account *a);
int account_erase(const char *data, const char *name);

void account_set_hash(struct account *a, const char *hash);
// False when it is there already, or not there.
bool account_add_character(struct account *a, const char *name);
bool account_remove_character(struct account *a, const char *name);
bool account_has_character(const struct account *a, const char *name);
bool account_grant(struct account *a, const char *permission);
bool account_revoke(struct account *a, const char *permission);
bool account_may(const struct account *a, const char *permission);
// SAVEFILE_TAKEN and which, when there is an account of that name or of one that looks alike.
int account_alike(const char *data, const char *name, char who[NAME_SIZE]);
int account_reachable(const char *data); // 0, or negative errno: no account can be read at all

#endif

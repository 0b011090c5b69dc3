// Jobs: what a session needs done that blocks. `work` runs off the loop and touches nothing but the
// job; `done` runs on the loop; when the session's connection is gone meanwhile only the job is
// freed.
#ifndef SESSION_JOBS_H
#define SESSION_JOBS_H

#include "store/name.h"
#include "store/password.h"

#include <stdbool.h>
#include <stdint.h>

enum { ACCOUNT_CREATED_SIZE = 40 };

struct account;
struct doc;
struct doc_problems;
struct job;
struct session;
struct settings;

struct job {
    struct session *session;
    const struct settings *settings;
    void (*work)(struct job *j);
    void (*done)(struct session *s, struct job *j);
    char name[NAME_SIZE];         // what the job is about: an account or a character
    char account_name[NAME_SIZE]; // whose
    char account_created[ACCOUNT_CREATED_SIZE]; // and which of that name: one may have been made after it; "": any
    char claim[NAME_SIZE]; // the character whose name it keeps for itself; "": none
    char *password; // owned, wiped
    struct account *account; // owned
    struct doc *character;   // owned
    int result;
    char checked[PASSWORD_HASH_SIZE]; // the hash that the password matched
    bool has_folder; // of accounts: it was there at the start
    bool verified; // the password was right; or: the character is the account's
};

struct job *job_new(struct session *s, void (*work)(struct job *),
                    void (*done)(struct session *, struct job *));
// Any thread, in work: reads the account as it is now, lets `change` have it, and writes it, with nobody else
// doing so at the same time; then it is in j->account. Two sessions of one account cannot undo each
// other. An outcome of store/record.h; `change` may refuse with RECORD_ABSENT and the like.
int job_change_account(struct job *j, int (*change)(struct job *j));
// False when too much waits already: the job is freed and the player told.
bool job_start(struct job *j);
// Before it is started: until it is done, and what comes of it, nobody else has the character's name.
void job_claim(struct job *j, const char *character);
// Any thread, in work: reads the account that the session logged in to. RECORD_ABSENT also when that is
// gone and another was made of the same name.
int job_load_account(struct job *j, struct doc_problems *p);
// Any thread: what was wrong with a file goes to the log.
void job_tell(const struct doc_problems *p);

#endif

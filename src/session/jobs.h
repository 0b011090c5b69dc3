// Jobs: what a session needs done that blocks. `work` runs off the loop and touches nothing but the
// job; `done` runs on the loop; when the session's connection is gone meanwhile only the job is
// freed.
#ifndef SESSION_JOBS_H
#define SESSION_JOBS_H

#include "store/name.h"
#include "store/password.h"

#include <stdbool.h>
#include <stdint.h>

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
    char *password; // owned, wiped
    struct account *account; // owned
    struct doc *character;   // owned
    int result;
    bool verified; // the password was right; or: the character is the account's
};

struct job *job_new(struct session *s, void (*work)(struct job *),
                    void (*done)(struct session *, struct job *));
// Any thread, in work: reads the account anew, lets `change` have it, and writes it, with nobody else
// doing so at the same time; then it is in j->account. Two sessions of one account cannot undo each
// other. An outcome of store/record.h; `change` may refuse with RECORD_ABSENT and the like.
int job_change_account(struct job *j, int (*change)(struct job *j));
// False when too much waits already: the job is freed and the player told.
bool job_start(struct job *j);
// Any thread: what was wrong with a file goes to the log.
void job_tell(const struct doc_problems *p);

#endif

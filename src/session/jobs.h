// Jobs: blocking work for a session. `work` runs off the loop and accesses nothing but the job;
// `done` runs on the loop; if the session's connection is gone by then, the job is only freed.
#ifndef SESSION_JOBS_H
#define SESSION_JOBS_H

#include "store/name_rules.h"
#include "store/password.h"
#include "util/loopguard.h"

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
    char account_name[NAME_SIZE]; // the account of that character
    // when that account was made, as another may have been made with its name since; "": any
    char account_created[ACCOUNT_CREATED_SIZE];
    char claim[NAME_SIZE];   // the character whose name it claims; "": none
    char *password;          // owned, wiped
    struct account *account; // owned
    struct doc *character;   // owned
    int result;
    char checked[PASSWORD_HASH_SIZE]; // the hash that the password matched
    bool has_folder;                  // the folder of accounts existed at the start
    bool verified;                    // the password was right; or: the account has the character
};

LOOP_ONLY struct job *job_new(struct session *s, void (*work)(struct job *),
                              void (*done)(struct session *, struct job *));
// Any thread, in `work`: reads the account, lets `change` alter it, and writes it, while no other
// job does so; then it is in j->account. So two sessions of one account cannot undo each other's
// changes. Returns an outcome of store/savefile.h; `change` may refuse with SAVEFILE_ABSENT and the
// like.
int job_change_account(struct job *j, int (*change)(struct job *j));
// False when too many jobs wait already: the job is freed, and the player has got a message.
LOOP_ONLY bool job_start(struct job *j);
// A job about a character whose name the session has claimed (claims_take): the job gives the claim
// back when it is done, with its consequences.
LOOP_ONLY struct job *job_for_claim(struct session *s, const char *character,
                                    void (*work)(struct job *),
                                    void (*done)(struct session *, struct job *));
// Any thread, in `work`: reads the account that the session logged in to. SAVEFILE_ABSENT also when
// that account is gone and another one was made with its name.
int job_load_account(struct job *j, struct doc_problems *p);
// Any thread: logs what is wrong with a file.
void job_log_problems(const struct doc_problems *p);

#endif

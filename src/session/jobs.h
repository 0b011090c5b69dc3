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
    char name[NAME_SIZE];
    char *password; // owned, wiped
    struct account *account; // owned
    struct doc *character;   // owned
    int result;
    bool verified;
};

struct job *job_new(struct session *s, void (*work)(struct job *),
                    void (*done)(struct session *, struct job *));
// False when too much waits already: the job is freed and the player told.
bool job_start(struct job *j);
// Any thread: what was wrong with a file goes to the log.
void job_tell(const struct doc_problems *p);

#endif

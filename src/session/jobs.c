// Carrying jobs to dispatch's offload threads and back. Loop thread, but for the work itself.
#include "session/jobs.h"

#include "engine/dispatch.h"
#include "engine/offload.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/savefile.h"
#include "util/doc.h"
#include "util/log.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/settings.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t account_mutex = PTHREAD_MUTEX_INITIALIZER;

struct job *job_new(struct session *s, void (*work)(struct job *),
                    void (*done)(struct session *, struct job *))
{
    loopguard_check("job_new()");
    assert(work && done && !s->moving);
    struct job *j = mem_new(struct job);
    j->session = s;
    j->settings = s->sessions->settings;
    j->work = work;
    j->done = done;
    if (s->account) {
        snprintf(j->account_name, sizeof(j->account_name), "%s", s->account->name);
        snprintf(j->account_created, sizeof(j->account_created), "%s", s->account->created);
    }
    return j;
}

static void job_free(struct job *j)
{
    if (j->password)
        password_erase(j->password, strlen(j->password));
    password_erase(j->checked, sizeof(j->checked));
    free(j->password);
    account_free(j->account);
    doc_free(j->character);
    free(j);
}

static void jobs_work(void *arg)
{
    struct job *j = arg;
    j->work(j);
}

static void jobs_done(void *arg)
{
    struct job *j = arg;
    struct session *s = j->session;
    struct sessions *h = s->sessions;
    assert(s->jobs);
    s->jobs--;
    if (s->state == SESSION_OVER) { // also when the connection is gone
        session_free_if_done(s);
    } else {
        j->done(s, j);
        session_pump(s);
    }
    if (*j->claim)
        claims_give(h, j->claim);
    job_free(j);
}

struct job *job_for_claim(struct session *s, const char *character, void (*work)(struct job *),
                          void (*done)(struct session *, struct job *))
{
    loopguard_check("job_for_claim()");
    assert(*character);
    struct job *j = job_new(s, work, done);
    snprintf(j->name, sizeof(j->name), "%s", character);
    snprintf(j->claim, sizeof(j->claim), "%s", character);
    return j;
}

int job_load_account(struct job *j, struct doc_problems *p)
{
    assert(!j->account);
    int result = account_load(j->settings->folder_data, j->account_name, &j->account, p);
    if (result == SAVEFILE_OK && *j->account_created &&
        strcmp(j->account->created, j->account_created) != 0) {
        account_free(j->account);
        j->account = NULL;
        result = SAVEFILE_ABSENT;
    }
    return result;
}

int job_change_account(struct job *j, int (*change)(struct job *j))
{
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    const char *data = j->settings->folder_data;
    pthread_mutex_lock(&account_mutex);
    int result = job_load_account(j, &problems);
    if (result == SAVEFILE_OK)
        result = change(j);
    if (result == SAVEFILE_OK)
        result = account_save(data, j->account);
    pthread_mutex_unlock(&account_mutex);
    job_log_problems(&problems);
    doc_problems_fini(&problems);
    return result;
}

void job_log_problems(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++)
        log_error("session", "damaged", "file", p->list[i].file, "line", LOG_INT(p->list[i].line),
                  "why", p->list[i].text, NULL);
}

bool job_start(struct job *j)
{
    loopguard_check("job_start()");
    struct session *s = j->session;
    s->state = SESSION_BUSY;
    if (offload_submit(dispatch_offload(s->sessions->dispatch), jobs_work, jobs_done, j, false)) {
        s->jobs++;
        return true;
    }
    if (*j->claim)
        claims_give(s->sessions, j->claim);
    job_free(j);
    session_end(s, "Too many people are logging in at once. Please try again in a moment.\n");
    return false;
}

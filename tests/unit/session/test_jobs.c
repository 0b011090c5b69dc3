// Work off the loop: an account is changed by one job at a time, and by none of an account that was
// made again; when too much waits, the player gets a message and nothing stays taken.
#include "session_rig.h"

#include "engine/offload.h"
#include "session/jobs.h"
#include "session/sessions_priv.h"
#include "store/account.h"
#include "store/savefile.h"

#include <pthread.h>
#include <stdatomic.h>

enum { WRITERS = 4, ROUNDS = 6, QUEUE = 256 };

static void begin(void)
{
    rig_begin(NULL);
    rig_gone(rig_make_account("anna"));
    rig_settle();
}

static struct job job_of(const char *account, const char *created)
{
    struct job j = {.settings = &rig.settings};
    snprintf(j.account_name, sizeof(j.account_name), "%s", account);
    snprintf(j.account_created, sizeof(j.account_created), "%s", created);
    return j;
}

static int refuse(struct job *j)
{
    account_grant(j->account, "goto");
    return SAVEFILE_BAD_NAME;
}

static int grant(struct job *j)
{
    account_grant(j->account, "goto");
    return SAVEFILE_OK;
}

static bool may_goto(void)
{
    struct job j = job_of("anna", "");
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(job_load_account(&j, &p), SAVEFILE_OK);
    bool may = account_may(j.account, "goto");
    account_free(j.account);
    doc_problems_fini(&p);
    return may;
}

START_TEST(a_change_that_is_refused_is_not_written)
{
    struct job j = job_of("anna", "");
    ck_assert_int_eq(job_change_account(&j, refuse), SAVEFILE_BAD_NAME);
    account_free(j.account);
    ck_assert(!may_goto());
    j = job_of("anna", "");
    ck_assert_int_eq(job_change_account(&j, grant), SAVEFILE_OK);
    account_free(j.account);
    ck_assert(may_goto());
}

START_TEST(an_account_that_was_made_again_is_not_changed)
{
    struct job j = job_of("anna", "2001-01-01T00:00:00.000Z");
    ck_assert_int_eq(job_change_account(&j, grant), SAVEFILE_ABSENT);
    ck_assert_ptr_null(j.account);
    ck_assert(!may_goto());
    j = job_of("nobody", "");
    ck_assert_int_eq(job_change_account(&j, grant), SAVEFILE_ABSENT);
}

static atomic_int inside, most_inside;

// Adds one permission that is its own; the pause lets others in, if they may.
static int add_one(struct job *j)
{
    int now = atomic_fetch_add(&inside, 1) + 1;
    if (now > atomic_load(&most_inside))
        atomic_store(&most_inside, now);
    usleep(2000);
    account_grant(j->account, j->name);
    atomic_fetch_sub(&inside, 1);
    return SAVEFILE_OK;
}

static void *write_rounds(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        struct job j = job_of("anna", "");
        snprintf(j.name, sizeof(j.name), "word-%d-%d", *(int *)arg, i);
        if (job_change_account(&j, add_one) != SAVEFILE_OK)
            atomic_store(&most_inside, -1);
        account_free(j.account);
    }
    return NULL;
}

START_TEST(no_change_of_an_account_is_lost)
{
    pthread_t threads[WRITERS];
    int numbers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_rounds, &numbers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(atomic_load(&most_inside), 1);
    struct job j = job_of("anna", "");
    struct doc_problems p = DOC_PROBLEMS_INIT;
    ck_assert_int_eq(job_load_account(&j, &p), SAVEFILE_OK);
    ck_assert_uint_eq(j.account->permission_count, WRITERS * ROUNDS);
    account_free(j.account);
    doc_problems_fini(&p);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void wait_at_gate(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
}

static void nothing(void *arg)
{
    (void)arg;
}

// So much waits that no more is taken, until the gate opens.
static void fill_the_queue(void)
{
    struct offload *o = dispatch_offload(rig.dispatch);
    pthread_mutex_lock(&gate);
    for (int i = 0; offload_submit(o, wait_at_gate, nothing, NULL, false); i++)
        ck_assert_int_le(i, 2 * QUEUE);
}

START_TEST(when_too_much_waits_that_is_told)
{
    struct peer *p = rig_connect(), *q = rig_log_in("anna");
    rig_type(p, "anna", "Password: ");
    rig_type(q, "n", "character: ");
    fill_the_queue();
    buf_clear(&p->seen);
    buf_clear(&q->seen);
    rig_send(p, rig_password);
    rig_send(q, "Bella");
    ck_assert(p->closed && q->closed);
    ck_assert(claims_free(rig.sessions, "Bella"));
    rig_collect();
    ck_assert(rig_saw(p, "Too many people are logging in at once. Please try again in a moment."));
    ck_assert(rig_saw(q, "Too many people are logging in at once."));
    pthread_mutex_unlock(&gate);
    rig_settle();
    q = rig_log_in("anna");
    rig_type(q, "n", "character: ");
    rig_type(q, "Bella", "You see exits");
}

START_TEST(who_is_gone_has_no_outbox_while_a_job_of_it_runs)
{
    struct peer *p = rig_connect();
    rig_type(p, "anna", "Password: ");
    rig_send(p, rig_password);
    struct session *s = p->session;
    rig_gone(p);
    ck_assert_uint_eq(sessions_count(rig.sessions), 1);
    ck_assert_uint_eq(session_outbox(s), 0);
    rig_settle();
    ck_assert_uint_eq(sessions_count(rig.sessions), 0);
}

int main(void)
{
    Suite *s = suite_create("jobs");
    TCase *t = tcase_create("jobs");
    tcase_add_checked_fixture(t, begin, rig_end);
    tcase_add_test(t, a_change_that_is_refused_is_not_written);
    tcase_add_test(t, an_account_that_was_made_again_is_not_changed);
    tcase_add_test(t, no_change_of_an_account_is_lost);
    tcase_add_test(t, when_too_much_waits_that_is_told);
    tcase_add_test(t, who_is_gone_has_no_outbox_while_a_job_of_it_runs);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}

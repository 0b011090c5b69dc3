// The committer: one thread, one batch at a time. While it writes one, the next gathers: the slower
// the disk, the larger the batches. Records may arrive out of order, as workers add them when their
// commands have ended; they wait in a window until the missing numbers have come.
#include "engine/committer.h"

#include "journal/journal.h"
#include "lock/hooks.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/fatal.h"
#include "util/log.h"
#include "util/mem.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 500, RETRY_MS = 1000 };

struct batch {
    struct buf bytes;
    size_t *lengths, count, cap;
    uint64_t first;
};

struct waiting {
    char *record;
    size_t size;
};

struct committer {
    struct journal *journal;
    struct committer_config config;
    pthread_t thread;
    // Used by the committer only.
    // when it last checked how much room there is, and moved the log into the table
    int64_t looked, settled;
    bool unsettled;    // moving the log into the table failed
    bool wal_bypassed; // batches bypass the log file, which has been reported
    bool nameless;     // the files have lost their names, so batches are not kept
    // Under the mutex.
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    struct waiting *window; // ring of records by number
    size_t window_size;
    uint64_t next; // the next batch begins with this number
    struct batch gathering;
    // Atomic, read by other threads.
    _Atomic bool asleep;   // the committer sleeps, as nothing has gathered
    _Atomic bool gathered; // records have: the committer has yet to take them
    _Atomic bool stopping;
    _Atomic uint64_t durable, kept, events, batches, bytes;
    _Atomic bool disk_full, stalled;
};

// Copies a record to the end of a batch. The first one says with which number the batch begins.
static void batch_add(struct batch *b, uint64_t number, const char *record, size_t size)
{
    assert(record && (!b->count || number == b->first + b->count)); // no number is left out
    if (!b->count)
        b->first = number;
    if (b->count == b->cap) {
        b->cap = b->cap ? b->cap * 2 : 256;
        b->lengths = mem_realloc_array(b->lengths, b->cap, sizeof(*b->lengths));
    }
    b->lengths[b->count++] = size;
    buf_add(&b->bytes, record, size);
}

static void batch_clear(struct batch *b)
{
    buf_clear(&b->bytes);
    b->count = 0;
}

static void pause_ms(int64_t ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

// A failed sync ends the process: what is on the disk is unknown, so no reply may be sent any more.
static _Noreturn void die(const char *why)
{
    log_error("journal", "failed", "why", why, "then",
              "the server stops; nothing was shown that is not in the journal", NULL);
    _exit(EX_IOERR);
}

// Sets why changes are refused; NULL: they are not.
static void set_disk_full(struct committer *l, const char *why)
{
    if (atomic_exchange(&l->disk_full, why) == (bool)why)
        return;
    if (why)
        log_error("journal", "refused", "why", why, "then",
                  "changes are refused until it can be written", NULL);
    else
        log_info("journal", "going_on", "why", "the disk takes what it is given", NULL);
    l->config.wake(l->config.arg);
}

// Batches written into files that have lost their names are lost: they do not count as durable, and
// changes are refused. The names may come back, as when a folder that was moved away is moved back.
static bool look_at_names(struct committer *l)
{
    const char *why = journal_nameless(l->journal);
    if (why && !l->nameless)
        log_error(
            "journal", "nameless", "why", why, "then",
            "changes are refused; what was done since is kept when it is where it was again, and "
            "lost "
            "otherwise",
            NULL);
    l->nameless = why;
    if (why)
        set_disk_full(l, why);
    return !why;
}

// Refuses changes while there is still room for those under way: then these can be written, and
// looking still works.
static void look_at_space(struct committer *l)
{
    int64_t now = clock_mono_ms();
    if ((now - l->looked < LOOK_MS && l->looked) || l->unsettled)
        return;
    l->looked = now;
    if (!look_at_names(l))
        return;
    set_disk_full(
        l, journal_space(l->journal) < l->config.reserve
               ? "the disk, or the limit on the size of a file, leaves less than journal.reserve"
               : NULL);
}

// Moves durable records from the log into the table. If that fails nothing is lost, but changes are
// refused until it works.
static void committer_settle(struct committer *l)
{
    int64_t now = clock_mono_ms();
    bool all = now - l->settled >= (l->unsettled ? RETRY_MS : LOOK_MS);
    if (l->unsettled && !all)
        return;
    int r = journal_settle(l->journal, all);
    if (r < 0)
        die(journal_why(l->journal));
    if (all || r != 0)
        l->settled = now;
    l->unsettled = r != 0;
    if (l->unsettled)
        set_disk_full(l, journal_why(l->journal));
}

static void report_wal_bypassed(struct committer *l)
{
    const char *why = journal_wal_bypassed(l->journal);
    if (l->wal_bypassed == (bool)why)
        return;
    l->wal_bypassed = why;
    if (why)
        log_error("journal", "tail_refused", "why", why, "then",
                  "events go straight into the table, which is slower", NULL);
    else
        log_info("journal", "tail_goes_on", "why", "the tail takes what it is given", NULL);
}

static void wait_and_retry(struct committer *l)
{
    if (!atomic_exchange(&l->stalled, true))
        l->config.wake(l->config.arg);
    pause_ms(RETRY_MS);
}

static void committer_write_batch(struct committer *l, struct batch *b)
{
    assert(b->count && b->first == atomic_load(&l->kept) + 1);
    bool waited = false;
    for (;;) {
        int r = journal_write(l->journal, b->first, b->bytes.data, b->lengths, b->count);
        if (r == 0)
            break;
        if (r != JOURNAL_NO_SPACE || l->stopping) // a server that is to stop does not wait for room
            die(journal_why(l->journal));
        set_disk_full(l, journal_why(l->journal));
        wait_and_retry(l);
        waited = true;
    }
    while (!look_at_names(l)) {
        if (l->stopping)
            die(journal_nameless(l->journal));
        wait_and_retry(l);
        waited = true;
    }
    if (waited && l->config.resumed)
        atomic_fetch_add_explicit(l->config.resumed, 1, memory_order_relaxed);
    report_wal_bypassed(l);
    atomic_store(&l->stalled, false);
    atomic_store(&l->kept, b->first + b->count - 1);
    atomic_fetch_add(&l->events, b->count);
    atomic_fetch_add(&l->batches, 1);
    atomic_fetch_add(&l->bytes, b->bytes.len);
    if (!l->config.interval)
        atomic_store(&l->durable, b->first + b->count - 1);
    if (log_enabled(LOG_LEVEL_DEBUG))
        log_debug("journal", "written", "first", LOG_INT(b->first), "events", LOG_INT(b->count),
                  "bytes", LOG_INT(b->bytes.len), NULL);
    l->config.wake(l->config.arg);
    committer_settle(l);
    look_at_space(l);
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// Sleeps until records have gathered (true), or until the time `until` (false). The mutex is held.
static bool committer_gather(struct committer *l, int64_t until)
{
    struct timespec t = {until / 1000000000, until % 1000000000};
    int r = 0;
    atomic_store(&l->asleep, true);
    while (!l->gathering.count && !l->stopping && r != ETIMEDOUT)
        r = pthread_cond_timedwait(&l->cond, &l->mutex, &t);
    atomic_store(&l->asleep, false);
    return r != ETIMEDOUT;
}

// Takes the next batch, once there is one; false when the committer stops.
static bool take_batch(struct committer *l, struct batch *out)
{
    assert(!out->count);
    pthread_mutex_lock(&l->mutex);
    while (!committer_gather(l, now_ns() + LOOK_MS * INT64_C(1000000))) {
        pthread_mutex_unlock(&l->mutex);
        committer_settle(l);
        look_at_space(l);
        pthread_mutex_lock(&l->mutex);
    }
    hooks_guarded(&l->mutex, "the committer");
    bool any = l->gathering.count;
    struct batch spare = *out;
    *out = l->gathering;
    l->gathering = spare;
    atomic_store(&l->gathered, false);
    pthread_mutex_unlock(&l->mutex);
    return any;
}

static void *committer(void *arg)
{
    struct committer *l = arg;
    struct batch b = {.bytes = BUF_INIT};
    pthread_setname_np(pthread_self(), "committer");
    while (take_batch(l, &b)) {
        committer_write_batch(l, &b);
        batch_clear(&b);
        if (l->config.interval)
            pause_ms(l->stopping ? 0 : l->config.interval);
    }
    // The thread that wrote must end its transaction. If this fails, the next start moves the log.
    if (journal_settle(l->journal, true) < 0)
        die(journal_why(l->journal));
    if (!look_at_names(l))
        die(journal_nameless(l->journal));
    buf_fini(&b.bytes);
    free(b.lengths);
    return NULL;
}

struct committer *committer_start(struct journal *j, const struct committer_config *config)
{
    assert(j && config->wake && config->interval >= 0);
    struct committer *l = mem_new(struct committer);
    l->journal = j;
    l->config = *config;
    l->gathering.bytes = (struct buf)BUF_INIT;
    l->next = journal_last(j) + 1;
    atomic_store(&l->durable, journal_last(j));
    atomic_store(&l->kept, journal_last(j));
    look_at_space(l);
    l->window_size = 1024;
    l->window = mem_calloc(l->window_size, sizeof(*l->window));
    pthread_mutex_init(&l->mutex, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&l->cond, &attr);
    pthread_condattr_destroy(&attr);
    int error = pthread_create(&l->thread, NULL, committer, l);
    if (error)
        fatal_system("start the journal's thread", error);
    return l;
}

void committer_stop(struct committer *l)
{
    if (!l)
        return;
    committer_flush(l);
    log_info("journal", "stopped", "events", LOG_INT(atomic_load(&l->events)), "batches",
             LOG_INT(atomic_load(&l->batches)), "bytes", LOG_INT(atomic_load(&l->bytes)), NULL);
    pthread_mutex_lock(&l->mutex);
    l->stopping = true;
    pthread_cond_broadcast(&l->cond);
    pthread_mutex_unlock(&l->mutex);
    pthread_join(l->thread, NULL);
    for (size_t i = 0; i < l->window_size; i++)
        free(l->window[i].record);
    free(l->window);
    buf_fini(&l->gathering.bytes);
    free(l->gathering.lengths);
    pthread_mutex_destroy(&l->mutex);
    pthread_cond_destroy(&l->cond);
    free(l);
}

// Makes the window wide enough for a record of this number; those that wait keep their numbers. The
// mutex is held.
static void widen(struct committer *l, uint64_t number)
{
    assert(number >= l->next); // each number is added once
    size_t size = l->window_size;
    while (number - l->next >= size)
        size *= 2;
    if (size == l->window_size)
        return;
    struct waiting *window = mem_calloc(size, sizeof(*window));
    for (uint64_t n = l->next; n < l->next + l->window_size; n++)
        window[n % size] = l->window[n % l->window_size];
    free(l->window);
    l->window = window;
    l->window_size = size;
}

// The record of the next number goes straight into the batch that gathers, and those that waited
// for it follow; any other waits in the window, at its number modulo the size, until its turn
// comes. With an interval replies do not wait for the disk: what has gathered counts as durable.
void committer_add(struct committer *l, uint64_t number, const char *record, size_t size)
{
    assert(record);
    pthread_mutex_lock(&l->mutex);
    hooks_guarded(&l->mutex, "the committer");
    widen(l, number);
    assert(!l->window[number % l->window_size].record);
    if (number == l->next)
        batch_add(&l->gathering, l->next++, record, size);
    else
        l->window[number % l->window_size] = (struct waiting){mem_dup(record, size), size};
    for (struct waiting *w; (w = &l->window[l->next % l->window_size])->record; l->next++) {
        batch_add(&l->gathering, l->next, w->record, w->size);
        free(w->record);
        w->record = NULL;
    }
    atomic_store(&l->gathered, l->gathering.count > 0);
    if (l->config.interval)
        atomic_store(&l->durable, l->next - 1);
    pthread_mutex_unlock(&l->mutex);
}

// Reads the flags without the mutex: a thread that has added a record while the committer slept
// held the mutex after the committer, so it sees them. A record that waits in the window for an
// earlier one is left to the thread that adds that one.
void committer_flush(struct committer *l)
{
    if (atomic_load(&l->asleep) && atomic_load(&l->gathered))
        pthread_cond_signal(&l->cond);
}

uint64_t committer_durable(const struct committer *l)
{
    return atomic_load_explicit(&l->durable, memory_order_acquire);
}

uint64_t committer_kept(const struct committer *l)
{
    return atomic_load_explicit(&l->kept, memory_order_acquire);
}

void committer_wait(struct committer *l, uint64_t number)
{
    committer_flush(l);
    while (committer_durable(l) < number)
        pause_ms(1);
}

bool committer_disk_full(const struct committer *l)
{
    return atomic_load(&l->disk_full);
}

bool committer_stalled(const struct committer *l)
{
    return atomic_load(&l->stalled);
}

void committer_stats(const struct committer *l, struct committer_stats *out)
{
    *out = (struct committer_stats){atomic_load(&l->events), atomic_load(&l->batches),
                                    atomic_load(&l->bytes)};
}

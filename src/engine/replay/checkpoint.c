// Takes snapshots. The child of the fork has the world as it was in the pause: it writes it to a
// file under another name, syncs it, and waits for the word that every event in it is durable,
// before it renames the file; so a snapshot is never ahead of its journal. One thread of the server
// waits for the child.
#include "engine/replay/checkpoint.h"

#include "engine/committer.h"
#include "engine/dispatch_priv.h"
#include "journal/journal.h"
#include "journal/snapshot_file.h"
#include "lock/hooks.h"
#include "runtime/sched.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/mem.h"
#include "world/snapshot/digest.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_MAX_MS = 120000, STEP_MS = 5, CHILD_NICE = 5 };

// Sent by the child when its file is on the disk, and once more when the file is renamed.
struct report {
    int error; // 0, or a negative errno
    uint64_t bytes;
};

struct checkpoint {
    struct dispatch *dispatch;
    const char *epoch;
    uint64_t number, seq, parent;
    struct snapshot_head head;
    int64_t began, pause_us;
    pid_t child;
    int to_child, from_child;
    pthread_t thread;
    _Atomic bool allowed, stop, over;
    // Used by the waiting thread until it has ended.
    struct report report;
    bool died;  // the child is gone, and was not killed by the server
    int signal; // the signal that it died of; 0: it exited
};

int checkpoint_write(struct dispatch *d, struct journal *j, const char *epoch, uint64_t number)
{
    assert(epoch);
    struct buf body = BUF_INIT;
    struct snapshot_head head = {.number = number, .world = journal_world(j)};
    checkpoint_compose(d, &head, &body);
    int r = snapshot_file_prepare(epoch, &head, &body);
    if (!r)
        r = snapshot_file_finish(epoch, number);
    buf_fini(&body);
    return r;
}

static void report_written(int fd, int error, uint64_t bytes)
{
    struct report r = {error, bytes};
    if (write(fd, &r, sizeof(r)) != (ssize_t)sizeof(r))
        _exit(1);
}

// Closes all descriptors of the parent but a and b, also players' connections and locks on files.
static void keep_only(int a, int b)
{
    unsigned low = (unsigned)(a < b ? a : b), high = (unsigned)(a < b ? b : a);
    if (low > 3)
        close_range(3, low - 1, 0);
    if (high > low + 1)
        close_range(low + 1, high - 1, 0);
    close_range(high + 1, ~0u, 0);
}

static void forget_parent(pid_t parent, int to_child, int from_child)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    for (int n = 1; n < NSIG; n++)
        signal(n, n == SIGPIPE || n == SIGXFSZ ? SIG_IGN : SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    keep_only(to_child, from_child);
    if (nice(CHILD_NICE) == -1)
        errno = 0; // it only makes room for the players
}

static _Noreturn void checkpoint_child(struct checkpoint *c, int to_child, int from_child)
{
    struct buf body = BUF_INIT;
    char go;
    checkpoint_compose(c->dispatch, &c->head, &body);
    int r = snapshot_file_prepare(c->epoch, &c->head, &body);
    report_written(from_child, r, body.len);
    if (!r && read(to_child, &go, 1) == 1) {
        r = snapshot_file_finish(c->epoch, c->number);
        if (!r)
            snapshot_file_prune(c->epoch, c->parent);
        report_written(from_child, r, body.len);
    }
    _exit(0);
}

// Reads the child's next report. False when the child is gone or takes too long.
static bool hear(struct checkpoint *c)
{
    struct pollfd p = {.fd = c->from_child, .events = POLLIN};
    for (int64_t waited = 0; waited < CHILD_MAX_MS && !atomic_load(&c->stop); waited += STEP_MS) {
        if (poll(&p, 1, STEP_MS) <= 0)
            continue;
        c->died = read(c->from_child, &c->report, sizeof(c->report)) != (ssize_t)sizeof(c->report);
        return !c->died && !c->report.error;
    }
    return false;
}

static bool wait_until_allowed(struct checkpoint *c)
{
    for (int64_t waited = 0; waited < CHILD_MAX_MS && !atomic_load(&c->stop); waited += STEP_MS) {
        if (atomic_load(&c->allowed))
            return true;
        nanosleep(&(struct timespec){0, STEP_MS * 1000000}, NULL);
    }
    return false;
}

static bool give_word(struct checkpoint *c)
{
    c->died = write(c->to_child, "g", 1) != 1;
    return !c->died;
}

static void *attend(void *arg)
{
    assert(((struct checkpoint *)arg)->child > 0);
    struct checkpoint *c = arg;
    pthread_setname_np(pthread_self(), "snapshot");
    c->report.error = -ECANCELED;
    int status = 0;
    bool good = hear(c) && wait_until_allowed(c) && give_word(c) && hear(c);
    if (!good) {
        if (!c->died)
            kill(c->child, SIGKILL);
        if (!c->report.error)
            c->report.error = -ETIMEDOUT;
    }
    waitpid(c->child, &status, 0);
    c->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    atomic_store(&c->over, true);
    dispatch_wake(c->dispatch->loops[0]); // its thread looks whether a snapshot is over
    return NULL;
}

// Stops the workers, forks, and lets the workers go on. In the child it does not return.
static int fork_quiet(struct checkpoint *c, int to_child, int from_child)
{
    struct sched *s = c->dispatch->sched;
    pid_t parent = getpid();
    int64_t from = clock_mono_us();
    sched_pause(s);
    while (!sched_paused(s)) {
        router_run(c->dispatch, NULL); // a worker may wait for room in the sequencer
        nanosleep(&(struct timespec){0, 20000}, NULL);
    }
    c->number = c->head.number = sequencer_last_number(c->dispatch->sequencer);
    c->seq = sequencer_last_seq(c->dispatch->sequencer);
    hooks_quiet(sched_stands(s), "take a picture of");
    c->child = fork();
    if (!c->child) {
        forget_parent(parent, to_child, from_child);
        checkpoint_child(c, to_child, from_child);
    }
    int error = errno;
    hooks_quiet(sched_stands(s), "take a picture of");
    sched_resume(s);
    c->pause_us = clock_mono_us() - from;
    return c->child < 0 ? -error : 0;
}

static void checkpoint_fail(const char *what, int error)
{
    log_error("journal", "no_snapshot", "why", what, "error", strerror(error), NULL);
}

struct checkpoint *checkpoint_begin(struct dispatch *d, struct journal *j)
{
    assert(!d->replay);
    int down[2], up[2];
    if (pipe(down)) {
        checkpoint_fail("no pipe", errno);
        return NULL;
    }
    if (pipe(up)) {
        checkpoint_fail("no pipe", errno);
        close(down[0]);
        close(down[1]);
        return NULL;
    }
    struct checkpoint *c = mem_new(struct checkpoint);
    c->dispatch = d;
    c->epoch = journal_path(j);
    c->parent = journal_epoch(j);
    c->head.world = journal_world(j);
    c->began = clock_mono_ms();
    c->to_child = down[1];
    c->from_child = up[0];
    int r = fork_quiet(c, down[0], up[1]);
    close(down[0]);
    close(up[1]);
    if (!r && log_enabled(LOG_LEVEL_DEBUG))
        log_debug("journal", "snapshot_begun", "number", LOG_INT(c->number), "pause_us",
                  LOG_INT(c->pause_us), "child", LOG_INT(c->child), NULL);
    if (!r && !pthread_create(&c->thread, NULL, attend, c))
        return c;
    checkpoint_fail(r ? "cannot fork" : "no thread", r ? -r : errno);
    if (!r) {
        kill(c->child, SIGKILL);
        waitpid(c->child, NULL, 0);
    }
    close(down[1]);
    close(up[0]);
    free(c);
    return NULL;
}

void checkpoint_allow(struct checkpoint *c)
{
    assert(c);
    atomic_store(&c->allowed, true);
}

uint64_t checkpoint_number(const struct checkpoint *c)
{
    return c->number;
}

uint64_t checkpoint_seq(const struct checkpoint *c)
{
    return c->seq;
}

bool checkpoint_over(const struct checkpoint *c)
{
    return atomic_load(&c->over);
}

bool checkpoint_end(struct checkpoint *c, bool stop)
{
    if (!c)
        return false;
    atomic_store(&c->stop, stop);
    pthread_join(c->thread, NULL);
    assert(checkpoint_over(c));
    close(c->to_child);
    close(c->from_child);
    if (!c->report.error)
        log_info("journal", "snapshot", "number", LOG_INT(c->number), "bytes",
                 LOG_INT(c->report.bytes), "pause_us", LOG_INT(c->pause_us), "ms",
                 LOG_INT(clock_mono_ms() - c->began), NULL);
    else if (!stop && c->died)
        log_error("journal", "no_snapshot", "why", "its process died", "signal", LOG_INT(c->signal),
                  NULL);
    else if (!stop)
        checkpoint_fail("it was not finished", -c->report.error);
    snapshot_file_sweep(c->epoch);
    bool written = !c->report.error;
    free(c);
    return written;
}

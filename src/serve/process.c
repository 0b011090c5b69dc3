// Keeps nothing. Each step that is not possible here is left out: it is a limit of ours that is not
// set, not a reason to end.
#include "serve/process.h"

#include "util/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    FILES_LEAST = 32, // 24 for ourselves, the others for players and their files
    STACK_MAIN = 8 << 20,
    STACK_LEAST = 256 << 10,
    STACK_THREAD = 2 << 20,
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

void process_begin(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGCHLD, SIG_DFL); // when it is ignored, waitpid has nothing to find
    signal(SIGXFSZ, SIG_IGN); // a write beyond `ulimit -f` fails like one on a full disk
}

// Signals that mean nothing to a server must not end it. Those with a meaning are taken by
// net/server once it listens.
static void ignore_signals(void)
{
    static const int harmless[] = {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM,   SIGVTALRM,
                                   SIGPROF, SIGIO,   SIGPWR,  SIGSTKFLT, SIGHUP};
    for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
        signal(harmless[i], SIG_IGN);
    for (int n = SIGRTMIN; n <= SIGRTMAX; n++)
        signal(n, SIG_IGN);
    // A background job of a shell has these ignored; somebody who sends them means them.
    signal(SIGINT, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static bool raise_limit(int which, rlim_t want, struct rlimit *now)
{
    assert(now);
    if (getrlimit(which, now))
        return false;
    rlim_t goal = now->rlim_max < want ? now->rlim_max : want;
    if (now->rlim_cur < goal) {
        now->rlim_cur = goal;
        setrlimit(which, now);
        getrlimit(which, now);
    }
    return true;
}

static bool has_files(void)
{
    struct rlimit files;
    if (!raise_limit(RLIMIT_NOFILE, RLIM_INFINITY, &files) || files.rlim_cur >= FILES_LEAST)
        return true;
    fprintf(stderr,
            "latchkey serve: only %llu files may be open (ulimit -n); at least %d are needed, "
            "and one more for each player\n",
            (unsigned long long)files.rlim_cur, FILES_LEAST);
    return false;
}

static bool has_stack(void)
{
    struct rlimit stack;
    pthread_attr_t attr;
    if (!SANITIZED && !pthread_attr_init(&attr)) {
        pthread_attr_setstacksize(&attr, STACK_THREAD);
        pthread_setattr_default_np(&attr);
        pthread_attr_destroy(&attr);
    }
    if (!raise_limit(RLIMIT_STACK, STACK_MAIN, &stack) || stack.rlim_cur >= STACK_LEAST)
        return true;
    fprintf(stderr,
            "latchkey serve: the stack may have %llu bytes only (ulimit -s); at least %d are "
            "needed\n",
            (unsigned long long)stack.rlim_cur, STACK_LEAST);
    return false;
}

int process_serve(bool dumps)
{
    ignore_signals();
    umask(027); // each file says its own mode
    if (!has_files() || !has_stack())
        return EX_OSERR;
    if (!dumps && !SANITIZED) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        prctl(PR_SET_DUMPABLE, 0);
    }
    if (!geteuid())
        log_warning("serve", "runs_as_root", "why",
                    "it needs no rights of root; a fault in it would have all of them", NULL);
    return 0;
}

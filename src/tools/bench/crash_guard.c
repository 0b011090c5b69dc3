// Signal handlers that return to crash_guard_run. Keeps the actions that were there before and, for
// each thread, where to return to. Reports nothing and repairs nothing: the caller knows what the
// work held.
#include "tools/bench/crash_guard.h"

#include "check/interpose.h"
#include "trace/recorder.h"

#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

struct crash_guard {
    sigjmp_buf back;
    stack_t stack_before;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static unsigned opened;
static struct sigaction before[SIGNALS]; // written while none of these handlers is installed

static _Thread_local struct crash_guard *volatile armed;

static void crashed(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (sig == SIGBUS && trace_file_fault(info->si_addr))
        return;
    struct crash_guard *g = armed;
    // A mutex that is held would stay locked for ever, and all other threads would wait for it.
    bool survivable = g && !interpose_is_own() && !interpose_mutex_held();
    if (survivable) {
        armed = NULL;
        siglongjmp(g->back, sig);
    }
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i] == sig)
            sigaction(sig, &before[i], NULL);
    raise(sig);
}

void crash_guard_open(void)
{
    pthread_mutex_lock(&mutex);
    if (!opened++) {
        // Without SA_NODEFER the signal would stay blocked after the jump.
        struct sigaction action = {.sa_sigaction = crashed,
                                   .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
        sigemptyset(&action.sa_mask);
        for (size_t i = 0; i < SIGNALS; i++)
            sigaction(signals[i], NULL, &before[i]);
        for (size_t i = 0; i < SIGNALS; i++)
            sigaction(signals[i], &action, NULL);
    }
    pthread_mutex_unlock(&mutex);
}

void crash_guard_close(void)
{
    pthread_mutex_lock(&mutex);
    assert(opened);
    if (!--opened)
        for (size_t i = 0; i < SIGNALS; i++)
            sigaction(signals[i], &before[i], NULL);
    pthread_mutex_unlock(&mutex);
}

int crash_guard_run(void (*work)(void *arg), void *arg, void *stack)
{
    assert(work && stack && !armed); // not nested
    struct crash_guard g;
    stack_t own = {.ss_sp = stack, .ss_size = GUARD_STACK};
    memset(&g.stack_before, 0, sizeof(g.stack_before));
    sigaltstack(&own, &g.stack_before);
    int sig = sigsetjmp(g.back, 0);
    if (!sig) {
        armed = &g;
        work(arg);
        armed = NULL;
    } else {
        interpose_signal_over();
    }
    sigaltstack(&g.stack_before, NULL);
    return sig;
}

const char *crash_guard_signal_name(int signal)
{
    const char *name = sigabbrev_np(signal);
    return name ? name : "?";
}

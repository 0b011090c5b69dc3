// What belongs to the threads that run a loop (libuv, connections, sessions, outboxes), and what
// belongs to the steps of tasks (commands, and what they ask of the world). A call from elsewhere
// is reported to the listener. A server has one or several loops, each with a number and a thread
// of its own; what belongs to a loop belongs to the one whose number the calling thread has.
// Threads: any.
#ifndef UTIL_LOOPGUARD_H
#define UTIL_LOOPGUARD_H

#include <stdatomic.h>
#include <stdbool.h>

// Before the declaration of a function that only a thread that runs a loop may call. It begins
// with loopguard_check and its own name, and no other does: scripts/check-loop sees to both.
#define LOOP_ONLY
// The same for a function that only a step of a task may call, on the thread that steps it: it
// works under the locks of that task. Such a function begins with loopguard_check_worker.
#define WORKER_ONLY

enum loopguard_owner {
    LOOPGUARD_LOOP,
    LOOPGUARD_WORKER,
};

enum { LOOPS_MAX = 16 };

void loopguard_enter(void); // this thread runs a loop now
void loopguard_leave(void);
// From now on this thread acts for the loop of that number; until then for loop 0. While a server
// starts and ends one thread acts for all loops by turns, and no other thread runs them.
void loopguard_act_for(unsigned loop);
// The number of the loop that this thread acts for.
static inline unsigned loopguard_loop(void);
// First in the function: a report names the caller of that function.
#define loopguard_check(call) LOOPGUARD_CHECK(LOOPGUARD_LOOP, call)
#define loopguard_check_worker(call) LOOPGUARD_CHECK(LOOPGUARD_WORKER, call)
#define LOOPGUARD_CHECK(owner, call)                                                               \
    do {                                                                                           \
        if (__builtin_expect(atomic_load_explicit(&loopguard_heeded, memory_order_relaxed), 0) &&  \
            !loopguard_is_right(owner))                                                            \
            loopguard_check_from((owner), (call), __builtin_return_address(0),                     \
                                 __builtin_frame_address(0));                                      \
    } while (0)
extern _Atomic bool loopguard_heeded; // does somebody listen who wants to know now
// What this thread is: it runs the loop, and how many steps of tasks it is in.
struct loopguard_thread {
    bool loop;
    unsigned number; // of the loop that it acts for
    unsigned steps;
};
extern _Thread_local struct loopguard_thread loopguard_here;

static inline unsigned loopguard_loop(void)
{
    return loopguard_here.number;
}

// This thread begins (1) a step of a task, or has ended it (-1). It may be in one for the task and
// in one for its lock set.
static inline void loopguard_step(int by)
{
    loopguard_here.steps += (unsigned)by;
}

// The short way for calls that are as they should be; all others are looked at once more.
static inline bool loopguard_is_right(enum loopguard_owner owner)
{
    return owner == LOOPGUARD_WORKER ? loopguard_here.steps > 0
                                     : loopguard_here.loop && !loopguard_here.steps;
}

void loopguard_check_from(enum loopguard_owner owner, const char *call, const void *from,
                          const void *frame);
// `report` is called on the thread that broke the rule; NULL: nobody listens.
typedef void (*loopguard_report)(enum loopguard_owner owner, const char *call, const void *from,
                                 const void *frame);
void loopguard_listen(loopguard_report report);
// Whether the listener wants reports now; true from loopguard_listen on.
void loopguard_heed(bool wanted);
// How to find out whether this thread is in a step of a task now; a thread that runs the loop may
// be. NULL: nobody knows, so that no step is taken for the loop and no call is reported that
// belongs to a step.
void loopguard_ask(bool (*in_step)(void));

#endif

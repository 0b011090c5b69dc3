// What belongs to the one thread that runs the loop (libuv, connections, sessions, mailboxes), and
// what belongs to the steps of tasks on the workers (commands, and what they ask of the world). A
// call from elsewhere is reported to the listener. Threads: any.
#ifndef UTIL_LOOPGUARD_H
#define UTIL_LOOPGUARD_H

#include <stdatomic.h>
#include <stdbool.h>

// Before the declaration of a function that only the loop's thread may call. Such a function begins
// with loopguard_check and its own name, and no other does: scripts/check-loop sees to both.
#define LOOP_ONLY
// The same for a function that only a step of a task may call, on the thread that steps it: it
// works under the locks of that task. Such a function begins with loopguard_check_worker.
#define WORKER_ONLY

enum loopguard_owner {
    LOOPGUARD_LOOP,
    LOOPGUARD_WORKER,
};

void loopguard_enter(void); // this thread runs the loop now
void loopguard_leave(void);
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
    unsigned steps;
};
extern _Thread_local struct loopguard_thread loopguard_here;

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

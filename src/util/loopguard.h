// Who may call libuv: the one thread that runs the loop. Calls from another thread while it runs
// are told to whoever listens. Threads: any.
#ifndef UTIL_LOOPGUARD_H
#define UTIL_LOOPGUARD_H

#include <stdatomic.h>
#include <stdbool.h>

// Before the declaration of a function that only the loop's thread may call. Such a function begins
// with loopguard_check and its own name, and no other does: scripts/check-loop sees to both.
#define LOOP_ONLY

void loopguard_enter(void); // this thread runs the loop now
void loopguard_leave(void);
// First in a function that only the loop's thread may call: a report names the caller of that
// function.
#define loopguard_check(call)                                                                      \
    do {                                                                                           \
        if (__builtin_expect(atomic_load_explicit(&loopguard_heeded, memory_order_relaxed), 0))    \
            loopguard_check_from((call), __builtin_return_address(0), __builtin_frame_address(0)); \
    } while (0)
extern _Atomic bool loopguard_heeded; // does somebody listen who wants to know now
void loopguard_check_from(const char *call, const void *from, const void *frame);
// `report` is called on the thread that broke the rule; NULL: nobody listens.
void loopguard_listen(void (*report)(const char *call, const void *from, const void *frame));
// Whether the listener wants reports now; true from loopguard_listen on.
void loopguard_heed(bool wanted);
// Is this thread at work for somebody who is not the loop, though it may run it? NULL: never.
void loopguard_ask(bool (*elsewhere)(void));

#endif

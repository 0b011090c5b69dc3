// Calls of the system that the checker must see, wherever they are made: the linker sends them here
// first (--wrap, see src/meson.build). Calls that may wait are checked (L006), mutexes are
// remembered (L014, L015), and signal handlers are called through a wrapper (L040).
// Threads: any.
#ifndef CHECK_INTERPOSE_H
#define CHECK_INTERPOSE_H

#include <stdbool.h>

// A description of a mutex that this thread holds; NULL when it holds none.
const char *interpose_mutex_held(void);
// The return address of the call that took the first mutex which this thread holds, or NULL.
const void *interpose_mutex_from(void);
bool interpose_in_signal(void);
void interpose_signal_over(void); // a signal handler was left by longjmp
// While the count is > 0 the checker itself works on this thread: its calls are not checked.
extern _Thread_local int interpose_own_here;
static inline void interpose_own(int step)
{
    interpose_own_here += step;
}
bool interpose_is_own(void);

// For the wrappers.
void interpose_signal(int step);
// Reports L006 when a world lock is held: the call that returns to `from`, of the function with
// `frame`.
void interpose_may_block(const char *call, const void *from, const void *frame);
void interpose_mutex_taken(const void *m, const void *from);
void interpose_mutex_released(const void *m);
void interpose_mutex_destroyed(const void *m);

#endif

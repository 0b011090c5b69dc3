// Work without shared state, done by some threads at once: each piece reads and writes only what
// belongs to it or to the thread that does it. Which thread does which piece, and when, is chance,
// so the results may not depend on that.
// Threads: any but the loop's, as the caller waits.  Locks: none.
#ifndef UTIL_PARALLEL_H
#define UTIL_PARALLEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define PARALLEL_MOST 8 // threads

// How many threads are worth having for n pieces on the processors that this process may use; from
// 1 to PARALLEL_MOST.
unsigned parallel_threads(size_t n);

// Calls work(arg, thread, i) once for each i below n, with `thread` below `threads`: two calls with
// the same thread never overlap. The caller's own thread is one of them, and all have ended before
// this returns. When no further thread can be made, fewer do the work.
void parallel_each(size_t n, unsigned threads, void (*work)(void *arg, unsigned thread, size_t i),
                   void *arg);

// One piece of work beside what the caller goes on with. With one processor, or when no thread can
// be made, it is done in parallel_end. The job belongs to the caller, and stays where it is between
// the two.
struct parallel_job {
    void (*work)(void *arg);
    void *arg;
    bool alone; // has it a thread?
    pthread_t id;
};

void parallel_begin(struct parallel_job *job, void (*work)(void *arg), void *arg);
void parallel_end(struct parallel_job *job); // it is done afterwards

#endif

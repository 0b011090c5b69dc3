// The way of outcomes from the sequencer to the loops. The router takes them in order of their
// sequence numbers, keeps those back that reveal what is not durable yet, and passes each to every
// loop that has a hearer of it. So every loop delivers in the one order, on whichever
// thread a command runs.
//
// Threads: any thread that has published an outcome or made events durable does the router's work;
// one at a time, and nobody waits for it: who comes meanwhile is counted, and the one that is at it
// does that work too. No lock is held by callers.
#ifndef ENGINE_ROUTER_H
#define ENGINE_ROUTER_H

#include "util/loopguard.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct outcome;

struct router {
    _Atomic unsigned wanted; // how many have asked since the last one began; 0: nobody is at it
    // Of the thread that is at it.
    struct outcome *first, *last; // in order of sequence numbers, until they are durable
    uint64_t taken;               // the last sequence number that was taken from the sequencer
    uint64_t highest; // event number that was taken; epoch.c sets the first while nothing runs
    // Any thread reads them.
    _Atomic uint64_t passed;        // all outcomes up to this sequence number are in the inboxes
    _Atomic uint64_t waiting_event; // the last event that the queue waits for; 0: nothing waits
    _Atomic bool stalled;           // the committer was when it reported last
    // router_has_delivered: the question, and how many outcomes each loop has to have delivered.
    uint64_t asked;
    uint64_t marks[LOOPS_MAX];
};

#endif

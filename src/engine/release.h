// The sequencer: outcomes come from the workers in any order and leave in order of places, so that
// every player sees events in one order even when a later command finishes first.
//
// Threads: release_publish from any worker, no lock held; release_next on the loop thread only.
#ifndef ENGINE_RELEASE_H
#define ENGINE_RELEASE_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stdint.h>

struct outcome;
struct release;

struct release *release_new(void);
void release_free(struct release *r); // outcomes still inside are freed

uint64_t release_number(void *r); // takes the next event number; never 0; with the locks still held
uint64_t release_place(struct release *r); // takes the next place; with the locks still held
// After a replay: event numbers continue after `number`. To be called before any is taken.
void release_continue(struct release *r, uint64_t number);
// Takes the outcome over. Each place taken is published exactly once.
void release_publish(struct release *r, struct outcome *o);
// Is there a next one? Any thread may ask, but only the loop takes it, so only the loop can rely on
// the answer.
bool release_ready(struct release *r);
// The next in order, or NULL; the caller owns it.
LOOP_ONLY struct outcome *release_next(struct release *r);
uint64_t release_taken(const struct release *r);  // how many places were taken
uint64_t release_events(const struct release *r); // the last event number that was taken

#endif

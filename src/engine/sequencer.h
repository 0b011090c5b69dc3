// The sequencer: outcomes come from the workers in any order and leave in order of sequence
// numbers, so that every player sees events in one order even when a later command finishes first.
//
// Threads: sequencer_publish from any worker, no lock held; sequencer_take on any thread, one at a
// time (engine/router.h).
#ifndef ENGINE_SEQUENCER_H
#define ENGINE_SEQUENCER_H

#include <stdbool.h>
#include <stdint.h>

enum { SEQUENCER_SLOTS = 1 << 16 }; // so many outcomes the loop may be behind

struct lockset;
struct outcome;
struct sequencer;

struct sequencer *sequencer_new(void);
void sequencer_free(struct sequencer *r); // outcomes still inside are freed

// Takes the next event number, which is never 0. Call it while the locks are held.
uint64_t sequencer_next_number(void *r);
// Takes the next sequence number. Call it while the locks are held.
uint64_t sequencer_next_seq(struct sequencer *r);
// The command that holds the locks of ls has changed something and has this sequence number: noted
// for every lock that it holds exclusively. _last_change: the highest number that is noted for any
// lock that is held; what the holder can see was changed at this number or before.
void sequencer_note_change(struct sequencer *r, const struct lockset *ls, uint64_t seq);
uint64_t sequencer_last_change(struct sequencer *r, const struct lockset *ls);
// After a replay: event numbers continue after `number`. To be called before any is taken.
void sequencer_continue(struct sequencer *r, uint64_t number);
// Takes the outcome over. Each sequence number taken is published exactly once. Waits while the
// router is too many outcomes behind.
void sequencer_publish(struct sequencer *r, struct outcome *o);
// The same for any thread; false and nothing done instead of a wait.
bool sequencer_offer(struct sequencer *r, struct outcome *o);
// The next in order, or NULL; the caller owns it.
struct outcome *sequencer_take(struct sequencer *r);
uint64_t sequencer_last_seq(const struct sequencer *r); // the last sequence number that was taken
uint64_t sequencer_last_number(const struct sequencer *r); // the last event number that was taken

#endif

// The lock checker: checks every lock, unlock, location read, attribute access and move against the
// four rules at the moment it happens, in one task, without needing a second one to collide with.
// Specification and codes: docs/locking.md. All functions return at once while the level is off.
//
// Threads: any; each looks only at its own lock set, atomics and its own arrays.
// The level may be changed while the server runs: a command is checked only if the level that it
// began under is still set, so no command is checked in part.
#ifndef LOCK_LOCKCHECK_H
#define LOCK_LOCKCHECK_H

#include "lock/lockset.h"
#include "lock/place.h"
#include "trace/codes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum lockcheck_level {
    LOCKCHECK_OFF,
    LOCKCHECK_RULES,  // all checks, no steps are kept
    LOCKCHECK_SAMPLE, // and the steps of one command in N
    LOCKCHECK_FLOW,   // and the steps of all commands
};

// The level: read by the hooks, changed by lockcheck_set_level. `epoch` is a number that grows with
// each change of level.
extern _Atomic uint32_t lockcheck_level_now;

void lockcheck_set_level(enum lockcheck_level level);
enum lockcheck_level lockcheck_level(void);
// "off", "rules", "flow", "sample=1/N"; false when it is none of them.
bool lockcheck_parse_level(const char *text, enum lockcheck_level *level, uint32_t *sample);
void lockcheck_set_sample(uint32_t one_in);
uint32_t lockcheck_sample(void);
const char *lockcheck_level_name(enum lockcheck_level level);
// Sets the function that names attribute number n in reports, and how many attributes there are:
// every number is below `count`. The checker keeps room for that many for each thing, and for
// LOCKCHECK_ATTRIBUTES until this is called. Before any command runs.
enum { LOCKCHECK_ATTRIBUTES = 256 };
void lockcheck_set_names(const char *(*attribute)(unsigned n), unsigned count);
const char *lockcheck_attribute(unsigned n);

static inline bool lockcheck_on(void)
{
    return __builtin_expect(
        atomic_load_explicit(&lockcheck_level_now, memory_order_relaxed) != LOCKCHECK_OFF, 0);
}

// Are the steps of any commands kept?
static inline bool lockcheck_flows(void)
{
    return __builtin_expect(
        atomic_load_explicit(&lockcheck_level_now, memory_order_relaxed) >= LOCKCHECK_SAMPLE, 0);
}

// The parts that run when the checker is on; call the inline ones below.
void lockcheck_access_slow(struct place *p, unsigned attr, bool write, const struct site *at);
void lockcheck_handed_slow(const void *value);
void lockcheck_run_slow(struct lockset *ls);
void lockcheck_kept_slow(struct lockset *ls, const char *where, const void *word);
void lockcheck_list_slow(struct place *inventory, bool write, const struct site *at);
void lockcheck_met_slow(struct place *p, struct place *in, unsigned list);
void lockcheck_next_slow(struct place *p, unsigned list, const struct site *at);
void lockcheck_unlisted_slow(struct place *p);
void lockcheck_listed_slow(struct place *p, struct place *in, const struct site *at);
void lockcheck_found_slow(struct place *p, uint32_t seen, uint32_t wanted, const struct site *at);
void lockcheck_take_slow(struct place *p, const struct site *at);
void lockcheck_token_missing_slow(struct place *p, const struct site *at);
void lockcheck_shared_value_slow(struct place *p, unsigned attr, const struct site *at);
void lockcheck_pass_slow(struct lockset *ls);
void lockcheck_where_slow(struct place *p, struct place *in, const struct site *at);
void lockcheck_move_slow(struct place *p, struct place *to, const struct site *at);
void lockcheck_limbo_slow(unsigned kind, struct place *p, uint32_t owner, const struct site *at);
void lockcheck_store_slow(struct place *p, uint64_t where, const struct site *at);
void lockcheck_permit_slow(struct place *p);
void lockcheck_release_slow(struct place *p, const struct site *at);
void lockcheck_appointment_slow(struct place *p, bool pending, uint32_t generation,
                                const struct site *at);
void lockcheck_begin_slow(struct lockset *ls);
void lockcheck_entered_slow(struct lockset *ls, const void *from, const void *frame);
void lockcheck_left_slow(struct lockset *ls);
void lockcheck_want_slow(struct lockset *ls, const struct lockset_entry *e);
void lockcheck_parked_slow(struct lockset *ls, const struct lockset_entry *e);
void lockcheck_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended);
void lockcheck_unlock_slow(struct lockset *ls, struct lockset_entry *e);
void lockcheck_resumed_slow(struct lockset *ls);
void lockcheck_end_slow(struct lockset *ls);
void lockcheck_commit_slow(struct lockset *ls, uint64_t number, const struct site *at);
void lockcheck_actor_slow(struct lockset *ls, struct place *actor);
void lockcheck_named_slow(struct lockset *ls);
void lockcheck_given_slow(struct lock *l, struct lock_waiter *w);
bool lockcheck_released_slow(struct lock *l, enum lock_mode mode);
void lockcheck_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at);
void lockcheck_spawn_slow(struct lockset *ls, uint32_t task);
void lockcheck_lock_gone_slow(struct lock *l, const struct site *at);
void lockcheck_block_slow(const char *call, const struct site *at);
// `from` and `frame`: see site_of_call.
void lockcheck_off_loop(const char *call, const void *from,
                        const void *frame); // for util/loopguard: another thread called libuv

#define LOCKCHECK_HOOK(call)                                                                       \
    do {                                                                                           \
        if (lockcheck_on())                                                                        \
            call;                                                                                  \
    } while (0)

// An attribute of p is read or written. The inventory functions call _list for their lists, _met
// for each thing met in a list while its lock is held, and _next before they go on from one.
#define lockcheck_access(p, attr, write, at)                                                       \
    LOCKCHECK_HOOK(lockcheck_access_slow((p), (attr), (write), (at)))
// An accessor returns the value of the attribute that was read last.
#define lockcheck_handed(value)                                                                    \
    do {                                                                                           \
        if (lockcheck_flows())                                                                     \
            lockcheck_handed_slow((value));                                                        \
    } while (0)
// The command's own code begins a pass.
#define lockcheck_run(ls) LOCKCHECK_HOOK(lockcheck_run_slow((ls)))
// A command that returned AGAIN has stored `word` where its next pass would find it.
#define lockcheck_kept(ls, where, word) LOCKCHECK_HOOK(lockcheck_kept_slow((ls), (where), (word)))
#define lockcheck_list(p, write, at) LOCKCHECK_HOOK(lockcheck_list_slow((p), (write), (at)))
#define lockcheck_met(p, in, list) LOCKCHECK_HOOK(lockcheck_met_slow((p), (in), (list)))
#define lockcheck_next(p, list, at) LOCKCHECK_HOOK(lockcheck_next_slow((p), (list), (at)))
// p has been taken out of a list; has been put into one, after its location was stored.
#define lockcheck_unlisted(p) LOCKCHECK_HOOK(lockcheck_unlisted_slow((p)))
#define lockcheck_listed(p, in, at) LOCKCHECK_HOOK(lockcheck_listed_slow((p), (in), (at)))
// A reference that names the generation `wanted` led to p, whose generation is `seen`.
#define lockcheck_found(p, seen, wanted, at)                                                       \
    LOCKCHECK_HOOK(lockcheck_found_slow((p), (seen), (wanted), (at)))
// _take: p, which is not in play, is about to be taken into limbo. _token_missing: p, which is not
// in limbo, is about to leave it. The third: a value that p shares is about to be changed.
#define lockcheck_take(p, at) LOCKCHECK_HOOK(lockcheck_take_slow((p), (at)))
#define lockcheck_token_missing(p, at) LOCKCHECK_HOOK(lockcheck_token_missing_slow((p), (at)))
#define lockcheck_shared_value(p, attr, at)                                                        \
    LOCKCHECK_HOOK(lockcheck_shared_value_slow((p), (attr), (at)))
// A command starts again from the beginning: nothing that it read before may decide now.
#define lockcheck_pass(ls) LOCKCHECK_HOOK(lockcheck_pass_slow((ls)))
#define lockcheck_where(p, in, at) LOCKCHECK_HOOK(lockcheck_where_slow((p), (in), (at)))
#define lockcheck_move(p, to, at) LOCKCHECK_HOOK(lockcheck_move_slow((p), (to), (at)))
#define lockcheck_limbo(kind, p, owner, at)                                                        \
    LOCKCHECK_HOOK(lockcheck_limbo_slow((kind), (p), (owner), (at)))
// The location word of p changes; allowed once after _move, _limbo or _permit of the same place.
#define lockcheck_store(p, where, at) LOCKCHECK_HOOK(lockcheck_store_slow((p), (where), (at)))
#define lockcheck_permit(p) LOCKCHECK_HOOK(lockcheck_permit_slow((p)))
// The slot of p is about to be used again.
#define lockcheck_release(p, at) LOCKCHECK_HOOK(lockcheck_release_slow((p), (at)))
// A timer's task asked whether its timer (appointment) stands.
#define lockcheck_appointment(p, pending, generation, at)                                          \
    LOCKCHECK_HOOK(lockcheck_appointment_slow((p), (pending), (generation), (at)))
#define lockcheck_begin(ls) LOCKCHECK_HOOK(lockcheck_begin_slow((ls)))
// Called in lockset_enter: a report names the caller of that.
#define lockcheck_entered(ls)                                                                      \
    LOCKCHECK_HOOK(                                                                                \
        lockcheck_entered_slow((ls), __builtin_return_address(0), __builtin_frame_address(0)))
#define lockcheck_left(ls) LOCKCHECK_HOOK(lockcheck_left_slow((ls)))
#define lockcheck_want(ls, e) LOCKCHECK_HOOK(lockcheck_want_slow((ls), (e)))
#define lockcheck_parked(ls, e) LOCKCHECK_HOOK(lockcheck_parked_slow((ls), (e)))
#define lockcheck_locked(ls, e, c) LOCKCHECK_HOOK(lockcheck_locked_slow((ls), (e), (c)))
#define lockcheck_unlock(ls, e) LOCKCHECK_HOOK(lockcheck_unlock_slow((ls), (e)))
// w is given the lock, perhaps by another task; violations are reported only when w's task runs.
#define lockcheck_given(l, w) LOCKCHECK_HOOK(lockcheck_given_slow((l), (w)))
// The lock is about to be released; false: no task holds it, and it must not be released.
#define lockcheck_released(l, mode) (!lockcheck_on() || lockcheck_released_slow((l), (mode)))
#define lockcheck_resumed(ls) LOCKCHECK_HOOK(lockcheck_resumed_slow((ls)))
#define lockcheck_end(ls) LOCKCHECK_HOOK(lockcheck_end_slow((ls)))
// The command takes its event number, which fixes its position in the order of all events.
#define lockcheck_commit(ls, number, at) LOCKCHECK_HOOK(lockcheck_commit_slow((ls), (number), (at)))
// The command made another task: what that task does comes after what the command did before.
#define lockcheck_spawn(ls, task) LOCKCHECK_HOOK(lockcheck_spawn_slow((ls), (task)))
#define lockcheck_actor(ls, actor) LOCKCHECK_HOOK(lockcheck_actor_slow((ls), (actor)))
#define lockcheck_named(ls) LOCKCHECK_HOOK(lockcheck_named_slow((ls)))
#define lockcheck_foreign_unlock(ls, l, at)                                                        \
    LOCKCHECK_HOOK(lockcheck_foreign_unlock_slow((ls), (l), (at)))
#define lockcheck_lock_gone(l, at) LOCKCHECK_HOOK(lockcheck_lock_gone_slow((l), (at)))
// The next call may wait for something that is not a world lock: a file, a socket, a condition.
#define lockcheck_block(call) LOCKCHECK_HOOK(lockcheck_block_slow((call), SITE))

#endif

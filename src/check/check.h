// The lock checker: checks every lock, unlock, location read, attribute access and move against the
// four rules at the moment it happens, in one task, without needing a second one to collide with.
// Specification and codes: docs/locking.md. All functions return at once while the level is off.
//
// Threads: any; each looks only at its own lock set, atomics and its own arrays.
// The level may be changed while the server runs: a command is checked only if the level that it
// began under is still set, so no command is checked in part.
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "lock/hooks.h"
#include "lock/lockset.h"
#include "lock/place.h"
#include "trace/codes.h"
#include "util/loopguard.h"

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
void lockcheck_spawn_slow(struct lockset *ls, uint32_t task);
void lockcheck_look_again_slow(struct lockset *ls);
void lockcheck_block_slow(const char *call, const struct site *at);
// `from` and `frame`: see site_of_call.
// For util/loopguard: `call` was made by another thread than its owner's.
void lockcheck_off_thread(enum loopguard_owner owner, const char *call, const void *from,
                          const void *frame);

#define LOCKCHECK_HOOK(call)                                                                       \
    do {                                                                                           \
        if (lockcheck_on())                                                                        \
            call;                                                                                  \
    } while (0)

// The command made another task: what that task does comes after what the command did before.
#define lockcheck_spawn(ls, task) LOCKCHECK_HOOK(lockcheck_spawn_slow((ls), (task)))
// For benchmarks: what the task has found accessible is to be found so again.
#define lockcheck_look_again(ls) LOCKCHECK_HOOK(lockcheck_look_again_slow((ls)))
// The next call may wait for something that is not a world lock: a file, a socket, a condition.
#define lockcheck_block(call) LOCKCHECK_HOOK(lockcheck_block_slow((call), SITE))

#endif

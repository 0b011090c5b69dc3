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

enum check_level {
    CHECK_OFF,
    CHECK_RULES,  // all checks, no steps are kept
    CHECK_SAMPLE, // and the steps of one command in N
    CHECK_FLOW,   // and the steps of all commands
};

// The level: read by the hooks, changed by check_set_level. `epoch` is a number that grows with
// each change of level.
extern _Atomic uint32_t check_level_now;

void check_set_level(enum check_level level);
enum check_level check_level(void);
// "off", "rules", "flow", "sample=1/N"; false when it is none of them.
bool check_parse_level(const char *text, enum check_level *level, uint32_t *sample);
void check_set_sample(uint32_t one_in);
uint32_t check_sample(void);
const char *check_level_name(enum check_level level);
// Sets the function that names attribute number n in reports, and how many attributes there are:
// every number is below `count`. The checker keeps room for that many for each thing, and for
// CHECK_ATTRIBUTES until this is called. Before any command runs.
enum { CHECK_ATTRIBUTES = 256 };
void check_set_names(const char *(*attribute)(unsigned n), unsigned count);
const char *check_attribute(unsigned n);

static inline bool check_on(void)
{
    return __builtin_expect(
        atomic_load_explicit(&check_level_now, memory_order_relaxed) != CHECK_OFF, 0);
}

// Are the steps of any commands kept?
static inline bool check_flows(void)
{
    return __builtin_expect(
        atomic_load_explicit(&check_level_now, memory_order_relaxed) >= CHECK_SAMPLE, 0);
}

// The parts that run when the checker is on; call the inline ones below.
void check_spawn_slow(struct lockset *ls, uint32_t task);
void check_look_again_slow(struct lockset *ls);
void check_block_slow(const char *call, const struct site *at);
// `from` and `frame`: see site_of_call.
// For util/loopguard: `call` was made by another thread than its owner's.
void check_off_thread(enum loopguard_owner owner, const char *call, const void *from,
                      const void *frame);

#define CHECK_HOOK(call)                                                                           \
    do {                                                                                           \
        if (check_on())                                                                            \
            call;                                                                                  \
    } while (0)

// The command made another task: what that task does comes after what the command did before.
#define check_spawn(ls, task) CHECK_HOOK(check_spawn_slow((ls), (task)))
// For benchmarks: what the task has found accessible is to be found so again.
#define check_look_again(ls) CHECK_HOOK(check_look_again_slow((ls)))
// The next call may wait for something that is not a world lock: a file, a socket, a condition.
#define check_block(call) CHECK_HOOK(check_block_slow((call), SITE))

#endif

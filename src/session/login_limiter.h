// Limits on guessing passwords and on making accounts: counts recent attempts and says how long the
// next has to wait. Nobody is ever locked out: the right password gets in after a short delay at
// most, and attempts from other addresses do not delay an address from which the account has logged
// in before.
//
// Counts decrease with time. The memory for them is fixed: many accounts and addresses share each
// counter, instead of a table with entries that would have to be dropped when it is full. So a
// flood of invented names can make others wait, but never frees a guesser from waiting.
// What counts as one address: util/address.h. Threads: those of all loops; a mutex is held in each
// call. Times in ms of one monotonic clock.
#ifndef SESSION_LOGIN_LIMITER_H
#define SESSION_LOGIN_LIMITER_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stdint.h>

struct login_limiter;
struct settings;

LOOP_ONLY struct login_limiter *login_limiter_new(void);
LOOP_ONLY void login_limiter_free(struct login_limiter *g);

// Counts one more attempt, before its result is known, so that many attempts at once are counted
// too. Returns how long it has to wait: 0 to login.delay.
LOOP_ONLY int64_t login_limiter_allow(struct login_limiter *g, const struct settings *set,
                                      const char *account, const char *address, int64_t now);
// The password was right: the attempt is not counted, and this address no longer waits because of
// others' attempts.
LOOP_ONLY void login_limiter_succeeded(struct login_limiter *g, const struct settings *set,
                                       const char *account, const char *address, int64_t now);
// The attempt ended without a result, as the account could not be read: it is not counted.
LOOP_ONLY void login_limiter_forget(struct login_limiter *g, const struct settings *set,
                                    const char *account, const char *address, int64_t now);
// Counts a question whether a name is taken; returns how long the answer has to wait.
LOOP_ONLY int64_t login_limiter_ask(struct login_limiter *g, const struct settings *set,
                                    const char *address, int64_t now);
// May this address make a new account now? If so, and with `make`, the account is counted. If not,
// false, and *wait is how long until it may.
LOOP_ONLY bool login_limiter_may_create(struct login_limiter *g, const struct settings *set,
                                        const char *address, int64_t now, bool make, int64_t *wait);

#endif

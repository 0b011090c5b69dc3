// Guesses of passwords, and new accounts: how often they were tried lately, and how long the next has to
// wait. Nobody is ever locked out: who has the right password gets in after a short delay at most, and
// from where they have logged in before, what strangers do elsewhere does not count at all.
//
// What was counted fades away bit by bit. The memory for it is fixed: instead of a table that would have
// to forget somebody when it is full there are counters that many share, so that a flood of invented names
// can make others wait, and never lets one go that has to.
// What counts as one address: util/address.h. Loop thread. Times in ms of one clock that does not go back.
#ifndef SESSION_GUARD_H
#define SESSION_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct guard;
struct settings;

struct guard *guard_new(void);
void guard_free(struct guard *g);

// One more try of a password, counted before it is known how it ends, so that many at once count too.
// How long it has to wait: 0 to login.delay.
int64_t guard_try(struct guard *g, const struct settings *set, const char *account,
                  const char *address, int64_t now);
// It was right: it does not count, and from that address nobody waits for what strangers do.
void guard_right(struct guard *g, const struct settings *set, const char *account,
                 const char *address, int64_t now);
// It ended without anything being known, as the account could not be read.
void guard_take_back(struct guard *g, const struct settings *set, const char *account,
                     const char *address, int64_t now);
// Somebody has asked whether a name is taken.
int64_t guard_ask(struct guard *g, const struct settings *set, const char *address, int64_t now);
// May this address make a new account now? With `make` it is counted when it may. Else false, and how
// long until it may.
bool guard_may_create(struct guard *g, const struct settings *set, const char *address, int64_t now,
                      bool make, int64_t *wait);

#endif

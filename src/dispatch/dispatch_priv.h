// Between the modules of dispatch/. Included here only.
#ifndef DISPATCH_DISPATCH_PRIV_H
#define DISPATCH_DISPATCH_PRIV_H

#include "dispatch/dispatch.h"
#include "dispatch/release.h"
#include "dispatch/runner.h"

#include <stdint.h>

enum dispatch_counter { DISPATCH_WAITS, DISPATCH_RETRIES, DISPATCH_COUNTERS };

struct sched;
struct zone;

struct world *dispatch_world(struct dispatch *d);
struct release *dispatch_releaser(struct dispatch *d);
struct sched *dispatch_sched(struct dispatch *d);
int64_t dispatch_clock(struct dispatch *d);
unsigned dispatch_retries_max(const struct dispatch *d);
int64_t dispatch_linkdead_ms(const struct dispatch *d);
void dispatch_count(struct dispatch *d, enum dispatch_counter which, uint64_t n); // any thread
// Any thread, no lock held: hands an outcome on, and wakes the loop once for many.
void dispatch_publish(struct dispatch *d, struct outcome *o);
void dispatch_flush(struct dispatch *d); // wakes the loop if there is something

// actor.c
struct actor *actor_new(struct dispatch *d, const struct dispatch_entry *entry);
void actor_free(struct actor *a);
void actor_outcome(struct actor *a, struct outcome *o); // loop thread: its command has come back

// event.c: any thread, no world lock held.
void event_requests(struct dispatch *d, struct context *c); // what a finished command asked for
void event_zone(struct dispatch *d, struct zone *z, int64_t delay);

#endif

// State that everyone shares is lockable like a location: it belongs to an office, a thing that
// stands nowhere, holds nothing and has a lock. The checker treats it like any other thing.
// For world/ only.
#ifndef WORLD_OFFICE_H
#define WORLD_OFFICE_H

#include "lock/site.h"

#include <stdbool.h>

struct thing;
struct world;

struct thing *office_new(struct world *w, const char *label);
void office_touch(struct thing *office, bool write, const struct site *at);

#endif

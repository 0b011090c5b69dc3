// Who is let in while many knock. Strangers (connections that have not logged in) share a bounded
// number of places, by the block of addresses that they come from: when there are many, it is the
// block with the most of them that loses one, whether or not it is the newcomer's. So nobody who holds
// all places keeps others out.
//
// From limits.early_drop_from strangers on, each newcomer costs the heaviest block a place with a chance
// that grows from limits.early_drop_rate percent to certainty at limits.connections_before_login, if that
// block has more than its even share; beyond that limit somebody must go. (OpenSSH's MaxStartups
// start:rate:full is the model; it turns newcomers away instead.)
//
// Threads: the loop thread only. It knows no socket: the caller closes whom it names.
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include "util/address.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>

struct map;
struct settings;

struct door_guest {
    struct door_guest *next, **link; // among strangers
    void *owner;
    bool stranger;
    bool spoke; // has typed a line
    char key[ADDRESS_SIZE], block[ADDRESS_SIZE];
};

struct door {
    const struct settings *settings;
    struct map *addresses; // key → connections of all kinds
    struct map *keys, *blocks; // the same of strangers
    struct door_guest *strangers;
    size_t stranger_count;
    struct rng rng;
};

enum door_verdict {
    DOOR_OPEN,      // counted; call door_left when it goes
    DOOR_ADDRESS,   // too many connections from this address
    DOOR_STRANGERS, // too many strangers, and most come from where this one does
};

void door_init(struct door *d, const struct settings *settings, uint64_t seed);
void door_fini(struct door *d);

// `guest` is zeroed but for its owner. With DOOR_OPEN *evicted may be another stranger that has to go
// for it: the caller closes it (and calls door_left, then or later; it counts no more as a stranger).
enum door_verdict door_knock(struct door *d, struct door_guest *guest, const char *address,
                             struct door_guest **evicted);
void door_known(struct door *d, struct door_guest *guest); // it has logged in
void door_left(struct door *d, struct door_guest *guest);

#endif

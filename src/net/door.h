// Admission: which connections are let in when there are too many. Strangers (connections that have
// not logged in) share a bounded number of places, by the block of addresses that they come from:
// when there are too many, the block with the most of them loses one, whether or not the newcomer
// is of that block. So a flood from one block cannot keep others out.
//
// From limits.early_drop_from strangers on, each newcomer may cost the heaviest block a place, if
// that block has more than its even share. The chance grows from limits.early_drop_rate percent to
// certainty at limits.connections_before_login; beyond that limit one stranger must go. (The model
// is OpenSSH's MaxStartups start:rate:full, which turns newcomers away instead.)
//
// Threads: the loop thread only. It knows no sockets: the caller closes the connection that it
// chooses.
#ifndef NET_DOOR_H
#define NET_DOOR_H

#include "util/address.h"
#include "util/loopguard.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>

struct map;
struct settings;

struct door_guest {
    struct door_guest *next, **link; // in the list of strangers
    void *owner;                     // the caller's
    unsigned loop;                   // the caller's: where the owner is
    bool unwanted;                   // the caller's: it has to go as soon as its owner has arrived
    bool stranger;
    _Atomic bool spoke; // it has typed a line; any thread
    char key[ADDRESS_SIZE], block[ADDRESS_SIZE];
};

struct door {
    const struct settings *settings;
    struct map *addresses;     // key → number of all connections
    struct map *keys, *blocks; // the same for strangers only
    struct door_guest *strangers;
    size_t stranger_count;
    struct rng rng;
};

enum door_verdict {
    DOOR_OPEN,      // counted; call door_left when it goes
    DOOR_ADDRESS,   // too many connections from this address
    DOOR_STRANGERS, // too many strangers, and most of them are from the newcomer's block
};

LOOP_ONLY void door_init(struct door *d, const struct settings *settings, uint64_t seed);
LOOP_ONLY void door_fini(struct door *d);

// `guest` is zeroed except for what is the caller's. With DOOR_OPEN *evicted may be another
// stranger that has to go: the caller closes it (and calls door_left, then or later; it no longer
// counts as a stranger).
LOOP_ONLY enum door_verdict door_knock(struct door *d, struct door_guest *guest,
                                       const char *address, struct door_guest **evicted);
LOOP_ONLY void door_known(struct door *d, struct door_guest *guest); // it has logged in
LOOP_ONLY void door_left(struct door *d, struct door_guest *guest);

#endif

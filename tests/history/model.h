// What a right server would answer: a small world of rooms, players, things, containers and doors,
// and each command as one step of it. Nothing here knows of the server's sources.
#ifndef HISTORY_MODEL_H
#define HISTORY_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MODEL_ROOMS = 8,
    MODEL_PLAYERS = 16,
    MODEL_THINGS = 32,
    MODEL_DOORS = 16,
    MODEL_WAYS = 4,
    MODEL_NONE = 255,
    // Where a thing can be is one number: a room, a player or a container.
    MODEL_FIRST_PLAYER = MODEL_ROOMS,
    MODEL_FIRST_THING = MODEL_FIRST_PLAYER + MODEL_PLAYERS,
};

enum model_verb {
    MODEL_TAKE,
    MODEL_DROP,
    MODEL_PUT,
    MODEL_GET,
    MODEL_GIVE,
    MODEL_GO,
    MODEL_OPEN,
    MODEL_CLOSE,
    MODEL_LOCK,
    MODEL_UNLOCK,
    MODEL_LOOK,
    MODEL_INVENTORY,
    MODEL_PEEK, // look into a container
    MODEL_VERBS
};

enum model_code {
    MODEL_OK,
    MODEL_SEEN,    // lists what is there
    MODEL_ABSENT,  // the thing is not where it was looked for
    MODEL_AWAY,    // nor is the container or the player
    MODEL_HAVE,    // the actor carries it already
    MODEL_INSIDE,  // it lies in an open container that lies here
    MODEL_SHUT,    // the container is closed, or the door is in the way
    MODEL_ALREADY, // the door is so
    MODEL_LOCKED,
    MODEL_OPENED, // what is open cannot be locked
    MODEL_KEYLESS,
    MODEL_REFUSED, // by the disk: nothing changed, and the answer shows nothing of the world
    MODEL_CODES
};

// What never changes.
struct model_world {
    uint8_t rooms, players, things, doors;
    uint8_t to[MODEL_ROOMS][MODEL_WAYS]; // a room or MODEL_NONE
    uint8_t by[MODEL_ROOMS][MODEL_WAYS]; // the door in that way or MODEL_NONE
    uint8_t lid[MODEL_THINGS];           // its door or MODEL_NONE
    bool holds[MODEL_THINGS];            // it is a container
    bool fixed[MODEL_THINGS];            // no LOOK lists it and nobody takes it
    uint8_t key[MODEL_DOORS];            // a thing or MODEL_NONE
    uint8_t side[MODEL_DOORS][2];        // rooms; of a lid MODEL_NONE
    uint8_t of[MODEL_DOORS];             // a lid's container, else MODEL_NONE
    uint32_t hidden_things;              // in no answer: they are not looked at
    uint16_t hidden_players;
};

enum { MODEL_DOOR_OPEN = 1, MODEL_DOOR_LOCKED = 2 };

// What does. All bytes of it count.
struct model_state {
    uint8_t place[MODEL_THINGS];
    uint8_t room[MODEL_PLAYERS];
    uint8_t door[MODEL_DOORS];
};

struct model_request {
    uint8_t verb, player;
    uint8_t what; // a thing, door or way
    uint8_t whom; // a player or container
};

struct model_answer {
    uint8_t code, room, inside;
    uint8_t shut;     // a bit a way
    uint16_t players; // a bit each
    uint32_t things;
};

// Does it. True when that changed the state.
bool model_apply(const struct model_world *w, struct model_state *s, const struct model_request *q,
                 struct model_answer *a);

bool model_same(const struct model_answer *a, const struct model_answer *b);

#endif

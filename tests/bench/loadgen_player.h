// One simulated player: its connection, the command it waits for, and the bytes a read cut off.
// Threads: the generator's only thread.  Locks: none.
// Errors: a connection that is lost is an outcome (LOADGEN_GONE), never an abort.
#ifndef BENCH_LOADGEN_PLAYER_H
#define BENCH_LOADGEN_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen_wire.h"

struct loadgen_setup;

enum loadgen_role {
    LOADGEN_PLAYER,
    LOADGEN_DEAF,   // logs in and stops reading
    LOADGEN_FLOOD,  // logs in and sends without waiting
    LOADGEN_LEAVER, // logs in, and leaves the world and comes back again and again
    LOADGEN_SILENT, // connects and says nothing
    LOADGEN_DRIP,   // sends its account name byte by byte, slowly
    LOADGEN_ROLES,
};

enum loadgen_phase {
    LOADGEN_WAITS, // not yet connected
    LOADGEN_SETS_UP,
    LOADGEN_PLAYS,
    LOADGEN_LOST,
};

enum loadgen_command {
    COMMAND_LOOK,
    COMMAND_OUT,
    COMMAND_BACK,
    COMMAND_SAY,
    COMMAND_INVENTORY,
    COMMAND_WHO,
    COMMAND_ITEM,
    COMMAND_GET,
    COMMAND_DROP,
    COMMAND_FAR, // goto and teleport
    COMMAND_DOOR,
    COMMAND_KINDS,
};

enum loadgen_outcome {
    LOADGEN_QUIET,    // nothing for this player to do
    LOADGEN_ANSWERED, // the reply to its command is whole
    LOADGEN_READY,    // logged in and placed
    LOADGEN_GONE,     // the connection or the login failed
};

enum loadgen_check {
    CHECK_NONE,
    CHECK_SUCCESS, // look for the words of success
    CHECK_ALL,     // and for words of refusal
};

enum { LOADGEN_CARRY = WIRE_PROMPT_MAX };

// What is counted beside latency.
struct loadgen_tally {
    uint64_t bytes;
    uint64_t sampled;    // replies read word by word
    uint64_t unexpected; // sampled replies without the words they should have
    uint64_t refused;    // sampled replies with words of refusal
    uint64_t blocked;    // steps out that led nowhere
    uint64_t strayed;    // steps back that led nowhere
    uint64_t said;
    uint64_t heard; // what others said, when counted
    uint64_t closed;
    uint64_t kinds[COMMAND_KINDS]; // answered
};

struct loadgen_player {
    int fd;
    uint8_t role;
    uint8_t phase;
    uint8_t command; // enum loadgen_command, the last one sent
    uint8_t check;
    uint8_t way;     // enum loadgen_direction: a step out that can be undone, or none
    uint8_t carried; // bytes in carry
    bool waiting;    // a command is out
    bool away;       // one step from home
    bool saw;        // words of success seen in this reply
    bool refusal;
    uint32_t due;   // open loop: turns whose time has come
    uint32_t turns; // open loop: turns taken
    uint64_t want;  // prompt counter that completes the reply
    uint64_t began; // ns; when the command was, or should have been, sent
    uint64_t rng;
    struct loadgen_setup *setup; // owned; NULL once the player plays
    uint32_t number;             // of its account
    uint8_t carry[LOADGEN_CARRY];
};

void loadgen_player_init(struct loadgen_player *p, unsigned number, uint64_t seed);
void loadgen_player_fini(struct loadgen_player *p);

// Begins a non-blocking connection from the given loopback source (0 = any); false when refused.
bool loadgen_player_connect(struct loadgen_player *p, const char *host, uint16_t port,
                            unsigned source);
void loadgen_player_close(struct loadgen_player *p);

// Sends bytes as they are; false when the connection would not take them all.
bool loadgen_player_send(struct loadgen_player *p, const char *bytes, size_t length);
// Sends one command, line end included in the text, and notes what to wait for.
bool loadgen_player_command(struct loadgen_player *p, enum loadgen_command kind, const char *text,
                            size_t length, uint64_t now);

// Takes received bytes while the player plays. LOADGEN_CARRY bytes before `bytes` are writable
// scratch space. Bytes are not kept beyond the call, save for the carried tail.
enum loadgen_outcome loadgen_player_input(struct loadgen_player *p, uint8_t *bytes, size_t length,
                                          bool count_heard, struct loadgen_tally *tally);

uint64_t loadgen_player_random(struct loadgen_player *p);
unsigned loadgen_player_below(struct loadgen_player *p, unsigned limit); // 0 .. limit - 1

#endif

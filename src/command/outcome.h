// What is left of a command when its locks are released: its sequence number, its event number and
// its messages. It travels from the worker to the loop thread, which delivers the messages in order
// of sequence numbers. Ownership: passes with the pointer; outcome_free frees what it holds.
#ifndef COMMAND_OUTCOME_H
#define COMMAND_OUTCOME_H

#include "command/context.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct player_task;
struct block;

// One rendered text and the outboxes that get it.
struct message {
    struct message *next;
    struct block *block;
    bool urgent;         // a reply to the actor's own command
    uint32_t count;      // of outboxes
    uint32_t outboxes[]; // ids of outboxes, none of them 0
};

struct outcome {
    uint64_t seq; // sequence number: the position among all outcomes; replies leave in this order
    uint64_t number;       // event number; 0: it changed nothing
    uint64_t observed_seq; // of the newest outcome whose changes this one's messages may show
    const char *record;    // the event's record for the journal; NULL when there is none
    size_t record_size;
    struct message *first, *last;
    uint32_t outbox;    // of the actor, 0 when it is no player
    const char *prompt; // the new prompt for that outbox; NULL: unchanged
    bool typed;         // the actor typed the line, so a prompt is shown even without text
    struct doc *saved;  // the actor's character, see context_session; owned
    enum context_session session;
    struct tref actor;          // who acted
    const char *permitted;      // the name of the command if it needs a permission, else NULL
    struct outcome *next;       // link of the engine's list while the outcome is held back
    uint64_t durable_event;     // number of the event that must be durable before it is delivered
    struct player_task *source; // the player's task, NULL for events; used by the engine only
    // The engine's: the loops that deliver it, as bits, and how many of these have yet to do so.
    uint16_t loops;
    uint8_t home; // the loop of `source`
    _Atomic unsigned holders;
    // Allocations for what the area has no room for; used by outcome.c only.
    struct outcome_extra *extras;
    size_t area_used;         // bytes of `area` that outcome_take has handed out
    _Alignas(16) char area[]; // the memory from which outcome_take serves first
};

struct outcome *outcome_new(void);
void outcome_free(struct outcome *o);
// Empties the outcome for its next use; the outcome itself stays allocated.
void outcome_reset(struct outcome *o);
// Memory for what goes with the outcome, aligned like malloc's; freed with it.
void *outcome_take(struct outcome *o, size_t size);
// A message to `count` outboxes, which the caller fills in.
struct message *outcome_add(struct outcome *o, const char *text, size_t n, uint32_t count);

#endif

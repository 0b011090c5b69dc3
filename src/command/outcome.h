// What is left of a command when its locks are released: its sequence number, its event number and
// its messages. It travels from the worker to the loop thread, which delivers the messages in order
// of sequence numbers. Ownership: passes with the pointer; outcome_free frees what it holds.
#ifndef COMMAND_OUTCOME_H
#define COMMAND_OUTCOME_H

#include "command/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct player_task;
struct block;

struct message {
    struct message *next;
    struct block *block; // a reference
    bool urgent;         // a reply to the actor's own command
    uint32_t count;
    uint32_t outboxes[]; // ids of outboxes, none of them 0
};

struct outcome {
    uint64_t seq; // sequence number: the position among all outcomes; replies leave in this order
    uint64_t number;       // event number; 0: it changed nothing
    uint64_t observed_seq; // sequence number of the last outcome that changed anything it may show
    char *record;          // of the event, for the journal; owned; NULL when there is none
    size_t record_size;
    struct message *first, *last;
    uint32_t outbox;   // of the actor, 0 when it is no player
    char *prompt;      // the new prompt for that outbox, owned; NULL: unchanged
    bool typed;        // the actor typed the line, so a prompt is shown even without text
    struct doc *saved; // owned
    enum context_session session;
    struct tref actor;          // who acted
    const char *permitted;      // the name of the command if it needs a permission, else NULL
    struct outcome *next;       // link of the engine's list while the outcome is held back
    uint64_t durable_event;     // number of the event that must be durable before it is delivered
    struct player_task *source; // the player's task, NULL for events; used by the engine only
};

struct outcome *outcome_new(void);
void outcome_free(struct outcome *o);
// A message to `count` outboxes, which the caller fills in. Takes over the reference to the block.
struct message *outcome_add(struct outcome *o, struct block *block, uint32_t count);

#endif

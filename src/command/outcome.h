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
    bool urgent;         // the reply to one's own command
    uint32_t count;
    uint32_t outboxes[]; // none is 0
};

struct outcome {
    uint64_t seq; // sequence number: the position among all outcomes; replies leave in this order
    uint64_t number;       // event number; 0: it changed nothing
    uint64_t observed_seq; // sequence number of the last outcome that changed anything it may show
    char *record;          // of the event, for the journal; owned; NULL when there is none
    size_t record_size;
    struct message *first, *last;
    uint32_t outbox;   // of the actor, 0 when it is no player
    char *prompt;      // for it, owned; NULL: as before
    bool typed;        // a line of its own: the prompt is shown even without text
    struct doc *saved; // owned
    enum context_session session;
    struct tref actor;      // who acted
    const char *permitted;  // the command, when only those may use it who are permitted it; NULL
    struct outcome *next;   // while it is held back, the dispatcher's business
    uint64_t durable_event; // number of the event that must be durable before it is delivered
    struct player_task *source; // whose command it was, NULL for events; the dispatcher's business
};

struct outcome *outcome_new(void);
void outcome_free(struct outcome *o);
// Room for `count` outboxes, which the caller fills in. The reference to the block passes over.
struct message *outcome_add(struct outcome *o, struct block *block, uint32_t count);

#endif

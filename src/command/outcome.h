// What is left of a command when its locks are released: its place, its number and its messages. It
// travels from the worker to the loop thread, which hands the messages on in order of places.
// Ownership: passes with the pointer; outcome_free frees what it holds.
#ifndef COMMAND_OUTCOME_H
#define COMMAND_OUTCOME_H

#include "command/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct actor;
struct block;

struct message {
    struct message *next;
    struct block *block; // a reference
    bool urgent;         // the reply to one's own command
    uint32_t count;
    uint32_t outboxes[]; // none is 0
};

struct outcome {
    uint64_t place;  // in the order in which outcomes leave; every one has one
    uint64_t number; // of the event; 0: it changed nothing
    uint64_t sees;   // place of the last outcome that changed anything of what it may show
    char *record;    // of the event, for the journal; owned; NULL when there is none
    size_t record_size;
    struct message *first, *last;
    uint32_t outbox;   // of the actor, 0 when it is no player
    char *prompt;      // for it, owned; NULL: as before
    bool typed;        // a line of its own: the prompt is shown even without text
    struct doc *saved; // owned
    enum context_session session;
    struct tref actor;     // who acted
    const char *permitted; // the command, when only those may use it who are permitted it; NULL
    struct outcome *next;  // while it is held back, the dispatcher's business
    uint64_t needs;        // event number that must be durable before it leaves
    struct actor *source;  // whose command it was, NULL for events; the dispatcher's business
};

struct outcome *outcome_new(void);
void outcome_free(struct outcome *o);
// Room for `count` outboxes, which the caller fills in. The reference to the block passes over.
struct message *outcome_add(struct outcome *o, struct block *block, uint32_t count);

#endif

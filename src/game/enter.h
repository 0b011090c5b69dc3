// Entering the world, losing the connection, coming back, leaving, and saving: what the engine does
// for a session, as commands like any other.
// Locks: each asks for what it needs.
#ifndef GAME_ENTER_H
#define GAME_ENTER_H

#include "command/command.h"

#include <stdint.h>

struct doc;
struct thing;
struct world;

// A player who is about to enter. The player's task keeps this until it has entered, and of it the
// name for as long as the player is in the world.
struct enter_spec {
    char *name, *rights, *permissions, *account;
    struct doc *character; // NULL: new, or used up
    uint32_t outbox;
};

// `rights` in the form of the journal: permissions, and in a second line the account.
void enter_spec_init(struct enter_spec *e, const char *name, const char *rights,
                     struct doc *character, uint32_t outbox);
// The result belongs to the caller. `account` NULL: unknown, as in journals from before accounts
// were recorded.
char *enter_rights(const char *permissions, const char *account);
void enter_spec_used(struct enter_spec *e); // frees all but the name
void enter_spec_fini(struct enter_spec *e);
// Writes a character as text and reads it back, for the journal. The result belongs to the caller;
// NULL when it is impossible.
char *enter_text(const struct doc *character);
struct doc *enter_read(const char *text);

// The location where a player of that name begins, always the same one; NULL when there is no
// start.
struct thing *enter_home(struct world *w, const char *name);

extern const struct command command_enter;    // c->enter; no actor yet
extern const struct command command_linkdead; // c->linkdead: for how many ms the player stays
// c->outbox: the outbox that gets the player's text from now on; c->rights: as for command_rights.
extern const struct command command_attach;
extern const struct command command_rights; // c->rights: its rights from now on, and its account
extern const struct command command_leave;  // QUIT on the player's behalf
extern const struct command command_write;  // CONTEXT_SAVE

#endif

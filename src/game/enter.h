// Coming into the world, losing the connection, coming back, leaving, being written down: what the
// dispatcher does for a session, as commands like any other.
// Locks: each asks for what it needs.
#ifndef GAME_ENTER_H
#define GAME_ENTER_H

#include "command/command.h"

#include <stdint.h>

struct doc;
struct thing;
struct world;

// A player that is to come in. The player's task keeps it as long as the player is in the world.
struct enter_spec {
    char *name, *rights, *permissions, *account;
    struct doc *character; // NULL: new, or used up
    uint32_t outbox;
};

// `rights` as the journal has them: permissions, and in a second line the account.
void enter_spec_init(struct enter_spec *e, const char *name, const char *rights,
                     struct doc *character, uint32_t outbox);
// The caller's. `account` NULL: unknown, as it was before accounts were kept.
char *enter_rights(const char *permissions, const char *account);
void enter_spec_fini(struct enter_spec *e);
// A character as text and back, for the journal. Owned by the caller; NULL when it cannot be.
char *enter_text(const struct doc *character);
struct doc *enter_read(const char *text);

// Where a player of that name begins: the same start each time. NULL when there is none.
struct thing *enter_home(struct world *w, const char *name);

extern const struct command command_enter;    // c->enter; no actor yet
extern const struct command command_linkdead; // c->linkdead: for how many ms the player stays
extern const struct command command_attach; // c->outbox: where its text goes from now on; c->rights
extern const struct command
    command_rights;                        // c->rights: what it may do from now on, and whose it is
extern const struct command command_leave; // QUIT on the player's behalf
extern const struct command command_write; // CONTEXT_SAVE

#endif

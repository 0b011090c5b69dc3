// Which names of characters are in use, for the sessions of all loops: a name that a session has
// claimed, a character that is being written to the disk, a player in the world and whose loop it
// belongs to. Names that look alike count as one claim.
//
// A loop that was refused a name is noted: when any name is free again, the loops that were noted
// are returned, as bits, so that their sessions can ask once more.
//
// Threads: those of all loops. A mutex is held while one question is answered or one change made,
// so asking and taking are one step, and so are refusing and noting.
#ifndef SESSION_NAMES_IN_USE_H
#define SESSION_NAMES_IN_USE_H

#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>

struct names_in_use;

LOOP_ONLY struct names_in_use *names_in_use_new(void);
LOOP_ONLY void names_in_use_free(struct names_in_use *n);

// False: the name, or one that looks like it, is claimed, or the character is being written; the
// caller's loop is noted.
LOOP_ONLY bool names_in_use_claim(struct names_in_use *n, const char *name);
LOOP_ONLY bool names_in_use_is_free(struct names_in_use *n, const char *name);
// Returns the loops that were noted, which are forgotten then.
LOOP_ONLY unsigned names_in_use_give(struct names_in_use *n, const char *name);

// The character is being written from now on. _saved: no longer; as names_in_use_give.
LOOP_ONLY void names_in_use_saving(struct names_in_use *n, const char *character);
LOOP_ONLY unsigned names_in_use_saved(struct names_in_use *n, const char *character);
// True: the caller's loop is noted.
LOOP_ONLY bool names_in_use_is_saving(struct names_in_use *n, const char *character);
// How many characters are being written.
LOOP_ONLY size_t names_in_use_savings(struct names_in_use *n);

// A player who comes into the world, on the loop of the caller. False: there are `most` already.
LOOP_ONLY bool names_in_use_enter(struct names_in_use *n, const char *character, size_t most);
LOOP_ONLY void names_in_use_leave(struct names_in_use *n, const char *character);
// The loop of the player of that name; negative when no such player is in the world.
LOOP_ONLY int names_in_use_where(struct names_in_use *n, const char *character);
// Is there a player in the world whose name looks like this one?
LOOP_ONLY bool names_in_use_alike(struct names_in_use *n, const char *name);

#endif

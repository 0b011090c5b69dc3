// Erasing persons: their names become others that tell nothing, and what they said becomes silence, in
// texts, in events and in whole epochs, so that everything else replays as it was.
// Threads: main's.
#ifndef TOOLS_JOURNAL_ERASE_H
#define TOOLS_JOURNAL_ERASE_H

#include "journal/record.h"
#include "store/name.h"
#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map;
struct world;

// One character of an account that is erased.
struct erase_name {
    char from[NAME_SIZE], to[NAME_SIZE];
    uint16_t identity; // the player's identity in the changes of events
    uint32_t carried;  // the identity of what the player carries
};

struct erase {
    struct erase_name *list;
    size_t count;
    struct map *keywords; // that mobiles of the world answer to; NULL: not gathered
    struct map *words;    // by which anything of the world may be meant, in the form for comparing; likewise
    struct map *players;  // names of all who were ever there, in that form; never NULL
    uint64_t renamed, voided; // events
    // Of the event at hand.
    const char *alias; // what the line's first word is short for, in the new words; NULL: it is none
    struct record record;
    char *text, *rights;
};

void erase_init(struct erase *e);
void erase_fini(struct erase *e);
// `start_count`: locations where players begin, among which a new player's name chooses.
void erase_add(struct erase *e, const char *name, size_t start_count);
const struct erase_name *erase_find(const struct erase *e, const char *name); // any case; NULL

// erase_text.c. Results are the caller's.
void erase_gather_keywords(struct erase *e, struct world *w);
bool erase_mentions(const struct erase *e, const char *text);
// The names in it, as words of their own in any case, are replaced.
char *erase_reword(const struct erase *e, const char *line);
// So is what is said in it, but for words that mobiles answer to; also inside an ALIAS.
char *erase_silence(const struct erase *e, const char *line);
// The same of a line whose first word is short for `alias`.
char *erase_silence_short(const struct erase *e, const char *line, const char *alias);
// The text of one of the person's aliases: what is no speech keeps the words that can mean something.
char *erase_silence_alias(const struct erase *e, const char *text);
char *erase_silence_prompt(const char *text); // of which only its %-codes are no words
void erase_add_player(struct erase *e, const char *name); // who was there: a name that can mean somebody
// The name of an alias, as it is called now.
char *erase_reword_alias(const struct erase *e, const char *name);

// erase_record.c: the record to write in place of r; borrowed until the next call.
const struct record *erase_record(struct erase *e, const struct record *r);
// The document of a character as JSON in one line; `own`: it is the erased player's.
char *erase_character(const struct erase *e, const char *json, bool own);

// erase_epoch.c: writes all epochs of `folder` anew into `to`, which is made. What an epoch cannot be
// replayed with is told; it is left out with `drop`, unless it is the newest. 0, or an exit status.
struct erase_epochs {
    const char *folder, *to, *zones, *player;
    bool drop;
    uint64_t epochs, events, dropped;
    uint64_t soft; // epochs of another program, in which events are now what this one makes of them
};
int erase_epochs(struct erase *e, struct erase_epochs *x);

#endif

// Erasing persons: their names are replaced by random ones, and what they said by x's, in texts, in
// events and in whole epochs, so that everything else replays as it was.
// Threads: main's.
#ifndef TOOLS_JOURNAL_ERASE_H
#define TOOLS_JOURNAL_ERASE_H

#include "journal/record.h"
#include "store/name_rules.h"
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
    struct map *keywords; // words that mobiles of the world answer to; NULL: not gathered
    // words that may mean something in the world, in the form for comparing; NULL: not gathered
    struct map *words;
    // names of all players who were ever in the world, in the form for comparing; never NULL
    struct map *players;
    uint64_t renamed, voided; // how many events were changed, and how many became void
    // About the present event.
    // what the line's first word stands for as an alias, reworded; NULL: it is not an alias
    const char *alias;
    struct record record;
    char *text, *rights;
};

void erase_init(struct erase *e);
void erase_fini(struct erase *e);
// `start_count`: how many start locations there are; a new player's name chooses one of them.
void erase_add(struct erase *e, const char *name, size_t start_count);
const struct erase_name *erase_find(const struct erase *e, const char *name); // any case; NULL

// erase_text.c. The caller frees results.
void erase_gather_keywords(struct erase *e, struct world *w);
bool erase_mentions(const struct erase *e, const char *text);
// Replaces the erased names in a line, where they are words of their own, in any case.
char *erase_reword(const struct erase *e, const char *line);
// Replaces names, and speech except words that mobiles answer to; also inside an ALIAS command.
char *erase_silence(const struct erase *e, const char *line);
// The same for a line whose first word stands for `alias`.
char *erase_silence_short(const struct erase *e, const char *line, const char *alias);
// Rewords the text of one of the person's aliases: outside speech, words that can mean something
// stay.
char *erase_silence_alias(const struct erase *e, const char *text);
char *erase_silence_prompt(const char *text); // keeps only the %-codes of a prompt
// notes the name of a player who was in the world
void erase_add_player(struct erase *e, const char *name);
// The new name of an alias.
char *erase_reword_alias(const struct erase *e, const char *name);

// erase_record.c: the record to write in place of r; borrowed until the next call.
const struct record *erase_record(struct erase *e, const struct record *r);
// The document of a character as JSON in one line; `own`: it is the erased player's.
char *erase_character(const struct erase *e, const char *json, bool own);

// erase_epoch.c: rewrites all epochs of `folder` into `to`, which is made here. If an epoch cannot
// be replayed, the reason is printed; with `drop` it is left out, unless it is the newest. 0, an
// outcome, or negative: an epoch cannot be written. What is not 0 was printed.
enum erase_outcome {
    ERASE_NOT_REPLAYED = 1, // an epoch cannot be read or replayed
};
struct erase_epochs {
    const char *folder, *to, *zones, *player;
    bool drop;
    uint64_t epochs, events, dropped;
    // how many epochs of another program were written with what this program makes of their events
    uint64_t soft;
};
int erase_epochs(struct erase *e, struct erase_epochs *x);

#endif

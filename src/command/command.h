// A command: a constant entry in one alphabetised table (commands.h), one file each.
//
// The run function is called with the lock of the actor's outermost inventory held and the actor's
// location re-read. It may be called any number of times: before it changes or says anything that
// counts it asks for every lock that it needs (context_need…) and, when one is missing, returns
// COMMAND_AGAIN at once; everything is released, the larger set is taken in order, and it is called
// again from the start with empty reports.
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

struct context;

enum command_result {
    COMMAND_DONE = 1,
    COMMAND_AGAIN = 2,
};

enum command_flag {
    COMMAND_SCRIPT = 1 << 0,     // not for players: runs from events
    COMMAND_PERMISSION = 1 << 1, // for players who have been permitted it by name
    COMMAND_MOBILE = 1 << 2,     // things may do it too (on_action, replies)
    COMMAND_READS = 1 << 3,      // runs while changes are refused, as it makes none (or is QUIT)
    COMMAND_SETTINGS = 1 << 4,   // its words become settings of the player; without words it reads
    COMMAND_WHOLE = 1 << 5,      // its name must be typed in full
    // Its words are free text, in which a person may write anything: `latchkey journal erase`
    // replaces it. Every command that takes a TEXT has this flag or COMMAND_SETTINGS.
    COMMAND_SPEECH = 1 << 6,
    COMMAND_LISTENER = 1 << 7, // with COMMAND_SPEECH: a listener is named before the text
};

struct command {
    const char *name;           // lower case, as typed in full
    const char *const *aliases; // NULL-terminated; may be NULL
    const char *usage;          // "get THING [from CONTAINER]"
    const char *summary;        // one line for COMMANDS and HELP
    const char *help;           // paragraphs for HELP; may be NULL
    unsigned most;              // the most words that it takes, its name included; 0: any number
    unsigned flags;
    enum command_result (*run)(struct context *c);
};

// In order of name.
struct command_table {
    const struct command *const *list;
    size_t count;
};

// Sets the table, which must last as long as the program. Call it before any thread looks for a
// command.
void command_know(const struct command_table *table);
// Finds a command by its full name or an alias, else by a prefix of a name if only one command that
// a player may use begins with it. Directions and a few common words are aliases, so they are never
// ambiguous. NULL when there is none.
const struct command *command_find(const char *word);
const struct command *command_at(size_t n); // in order of name; NULL past the end
// The n-th of the commands whose names begin with the word; NULL past the last.
const struct command *command_beginning(const char *word, size_t n);

#endif

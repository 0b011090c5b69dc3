// The command line: one table says which commands, words and options a program takes. It is what
// the command line is read by, and what the text of --help is made from, so that the two cannot
// differ.
//
// As with getopt_long: options stand before or after words; "--name VALUE", "--name=VALUE"; a name
// may be cut short as long as it is the beginning of one option only; after "--" everything is a
// word. Every table has -h, --help and -V, --version without listing them. What is wrong is
// reported in one line on standard error, which names the option as it is typed and, where a name
// is nearly right, the one that may be meant; a second line points to --help.
//
// Why neither argp nor getopt_long does it: both print their own complaints, without a name that
// may be meant, and tell callers who print their own too little of what was wrong (an unknown name
// and an ambiguous one look the same), so that the words would have to be read a second time.
// Neither knows commands that take some of the options. argp ends the process itself and belongs to
// the GNU C library alone; both keep their place in variables of the process. Reading the words is
// the smaller part here.
//
// Threads: any, one command line at a time each; nothing is kept between calls.  Locks: none.
// Ownership: tables are constant and never freed; values and words point into argv.
#ifndef UTIL_OPTIONS_H
#define UTIL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct options_entry;

enum options_outcome {
    OPTIONS_READ,  // all was understood
    OPTIONS_SHOWN, // help or the version was asked for and is printed: there is nothing else to do
    OPTIONS_WRONG, // not understood; the reason has been printed
};

enum options_kind {
    OPTIONS_TAKE, // a function takes the value
    OPTIONS_FLAG, // no value: a bool becomes true
    OPTIONS_TEXT,
    OPTIONS_NUMBER,       // of 64 bits
    OPTIONS_SHORT_NUMBER, // of 32 bits
    OPTIONS_HELP,
    OPTIONS_VERSION,
};

// Takes the value of an option into the structure of its table. `value` is NULL when it may be
// missing and is. False: `why` says what was expected, to be put behind `--name "value": `.
typedef bool (*options_take)(void *into, const struct options_entry *e, const char *value,
                             struct buf *why);

struct options_entry {
    const char *name;  // without the dashes; NULL ends a table
    const char *value; // as --help shows it: "FILE"; "[=LEVEL]": may be missing; NULL: takes none
    const char *help;  // broken into lines where it is printed
    enum options_kind kind;
    size_t into;          // where in the structure of its table
    size_t tells;         // 1 + where the bool is that becomes true as well; 0: none
    uint64_t least, most; // of a number; most 0: what fits, INT64_MAX of 64 bits
    options_take take;
    const char *with;  // for `take` alone, when it takes several options
    uint32_t commands; // bit n: command n takes it; 0: all do
    char letter;       // the short form, of those that every table has
};

// A member of the structure; its type decides what is read: a bool, a text or a number.
#define OPTIONS_INTO(structure, member)                                                            \
    .kind = _Generic(((structure *)0)->member, bool: OPTIONS_FLAG, const char *: OPTIONS_TEXT,     \
                     uint64_t: OPTIONS_NUMBER, int64_t: OPTIONS_NUMBER,                            \
                     uint32_t: OPTIONS_SHORT_NUMBER),                                              \
    .into = offsetof(structure, member)
// A bool that becomes true when the option is given.
#define OPTIONS_TELLS(structure, member)                                                           \
    .tells = 1 + offsetof(structure, member) * _Generic(((structure *)0)->member, bool : 1)

struct options_command {
    const char *name;  // NULL ends a table
    const char *words; // what it takes beside options, as --help shows it: "FILE ..."; NULL: none
    const char *summary;
    unsigned least, most; // number of these words; UINT_MAX: any number
    // For a caller who looks here for what to run; NULL otherwise. Reading does not call it.
    int (*run)(int argc, char **argv);
};

// Options that one structure takes in; several subcommands may share such a table.
struct options_table {
    const char *title; // over the options in --help
    const struct options_entry *entries;
};

enum { OPTIONS_TABLES = 3 };

struct options_spec {
    const char *name;          // of the subcommand; NULL: latchkey itself
    const char *usage;         // what is typed after the name, a line for each way
    const char *about, *after; // paragraphs of --help before and after the options; NULL: none
    // The first word is a command, or, when there is none of that name, all words are for
    // `standard` (unless NULL). Without commands `alone` says what words there may be; it needs no
    // name.
    const struct options_command *commands, *standard;
    struct options_command alone;
    struct options_table tables[OPTIONS_TABLES]; // the first without entries ends them
};

// What was typed beside options.
struct options_words {
    const struct options_command *command; // NULL: the program has none
    bool named;                            // by the first word, and not the standard one
    char **list; // without the name of the command; a part of argv, NULL-terminated
    unsigned count;
};

// Reads the command line of a (sub)command, whose name is argv[0], into one structure for each
// table, in their order; what is not given is left as it is. argv[argc] is NULL. Words are moved to
// the end of argv, as getopt does.
enum options_outcome options_read(const struct options_spec *spec, void *const *into, int argc,
                                  char **argv, struct options_words *words);
// The exit status of what is not OPTIONS_READ: 0, or 2 for wrong usage.
int options_status(enum options_outcome outcome);
// Tells, in the same way, what the table cannot know, as of two options that exclude each other.
__attribute__((format(printf, 2, 3))) enum options_outcome
options_wrong(const struct options_spec *spec, const char *format, ...);

// The command that may have been meant by a word that is none; NULL: no name is near.
const char *options_near_command(const struct options_spec *spec, const char *word);

// For functions that take a value. A decimal number, or a hexadecimal one after "0x".
bool options_number(const char *value, uint64_t least, uint64_t most, uint64_t *out,
                    struct buf *why);
// The place of a name in a NULL-terminated list; false, with the list and the nearest one, when it
// is not in there.
bool options_choice(const char *value, const char *const *names, unsigned *place, struct buf *why);

#endif

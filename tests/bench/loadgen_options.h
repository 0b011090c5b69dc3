// What the command line of the load generator asks for.
// Threads: any; read-only once parsed.  Locks: none.
#ifndef BENCH_LOADGEN_OPTIONS_H
#define BENCH_LOADGEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum loadgen_workload {
    LOADGEN_MIX,    // look, step out and back, say, inventory, who and score
    LOADGEN_ITEMS,  // get, drop, put, take out, and carry things between rooms
    LOADGEN_LOOK,   // look, and nothing else
    LOADGEN_CHANGE, // get and drop the first of the items in turn: every command changes something
    LOADGEN_CHASE, // go to places and to each other, send each other away, carry things, work doors
};

enum { LOADGEN_WINDOWS_MAX = 64, LOADGEN_WORDS_MAX = 32 };

struct loadgen_words {
    unsigned count;
    char *word[LOADGEN_WORDS_MAX]; // point into `text`
    char *text;                    // owned
};

struct loadgen_options {
    const char *host;
    uint16_t port;
    unsigned players;
    unsigned first; // number of the first account
    unsigned sources;
    bool crowd;
    unsigned walk_min;
    unsigned walk_max;
    const char *spread;   // file of places, one a line; NULL: players walk apart
    unsigned grid_width;  // 0: no grid. Player n walks n % width steps east,
    unsigned grid_height; // and n / width % height south
    enum loadgen_workload workload;
    struct loadgen_words items;
    struct loadgen_words containers;
    struct loadgen_words places; // of the chase workload
    struct loadgen_words doors;
    struct loadgen_words permit; // what the accounts that are made may do
    double rate;                 // commands a second for all players together; 0 = closed loop
    double think_ms;             // pause between reply and next command in the closed loop
    double spin_us; // polled this long before sleeping, so that nobody has to wake the generator
    double ramp;    // logins begun a second
    unsigned logging_in; // logins in progress at once
    double setup_limit;  // seconds
    double warmup;
    double duration;
    unsigned windows;
    uint64_t seed;
    pid_t pid; // of the server; 0 = not measured
    bool count_heard;
    bool quit;
    unsigned silent;
    unsigned drip;
    unsigned deaf;
    unsigned flood;
    unsigned leavers;
    const char *label;
    const char *json; // path, "-" for standard output, NULL for none
    const char *make_accounts;
};

enum loadgen_options_result {
    LOADGEN_OPTIONS_RUN,
    LOADGEN_OPTIONS_MAKE,
    LOADGEN_OPTIONS_HELP,
    LOADGEN_OPTIONS_WRONG,
};

// Strings are borrowed from argv. What is wrong is said on standard error.
enum loadgen_options_result loadgen_options_parse(struct loadgen_options *o, int argc, char **argv);
void loadgen_options_fini(struct loadgen_options *o);

#endif

// One run of the generator: logs players in, places them, warms up, measures in equal windows.
// Threads: one; it is the only user of everything it holds.  Locks: none.
// Errors: lost connections and failed logins are counted in the result.
#ifndef BENCH_LOADGEN_RUN_H
#define BENCH_LOADGEN_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "hist.h"
#include "loadgen_options.h"
#include "loadgen_player.h"
#include "loadgen_proc.h"

struct loadgen_places;

struct loadgen_window {
    double seconds;
    uint64_t bytes;
    struct loadgen_proc_cpu cpu; // of the server
    struct loadgen_proc_threads threads;
    double own_cpu_ms;
    struct hist latency; // ns
};

struct loadgen_role_result {
    unsigned asked;
    unsigned refused;         // never connected or never logged in
    unsigned closed;          // closed by the server later
    double closed_after_mean; // seconds from connecting
    double closed_after_most;
};

struct loadgen_result {
    unsigned ready;       // players that were placed
    unsigned failed;      // players that were not
    unsigned lost;        // connections of placed players that were closed
    unsigned wayless;     // players without a step that can be undone
    double login_seconds; // until the last player had a prompt of its own
    double setup_seconds; // until the last player was placed
    uint64_t backlog;     // open loop: turns whose time had come and that were never taken
    bool measured;        // the server's process was there from beginning to end
    long memory_before_kb;
    long memory_after_kb;
    long memory_end_kb;
    long memory_peak_kb;
    struct loadgen_tally tally; // of the windows only
    struct loadgen_role_result role[LOADGEN_ROLES];
    struct hist kinds[COMMAND_KINDS];
    unsigned windows;
    struct loadgen_window window[LOADGEN_WINDOWS_MAX];
};

// `places` has the places that players are spread over; without any they walk.
struct loadgen_result *loadgen_run(const struct loadgen_options *o,
                                   const struct loadgen_places *places);
void loadgen_result_free(struct loadgen_result *r);

#endif

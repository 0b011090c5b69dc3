// A scenario for the explorer: a small world, players, and what they type. One statement a line:
//   world FILE          zone file or folder, from the folder of the scenario
//   player FILE         template of new players
//   workers N           vthreads (default 3)
//   seconds N           of virtual time (default 20)
//   join NAME [PERMISSION …]
//   reach PATH …        rare paths that its runs must take together (engine/reached.h)
//   order WORD          words that begin so are seen by all players in one order, and once
//   NAME> LINE          typed when the last line is answered; after QUIT the player enters again
//   NAME> !pause 5s     types nothing for so long, in virtual time: what timers do comes between
//   # comment
// Threads: main's. A run changes the world, so a process can run only one.
#ifndef TOOLS_EXPLORE_SCENARIO_H
#define TOOLS_EXPLORE_SCENARIO_H

#include "engine/explore/explore.h"
#include "engine/reached.h"

#include <stdio.h>

struct scenario;

// Reads and checks the file and loads its world; prints every fault to standard error.
// `scatter`: see world_scatter; 0: slots are handed out in order.
struct scenario *scenario_load(const char *path, uint64_t scatter);
void scenario_free(struct scenario *s);
unsigned scenario_vthreads(const struct scenario *s);
// the rare paths of its `reach` lines, as reached_parse returns them
uint32_t scenario_reach(const struct scenario *s);

struct scenario_result {
    struct explore_result explore;
    uint64_t state;    // digest of everything said and of the world at the end
    uint64_t answered; // lines that were answered
    struct reached reached;
};

// Runs it once, with the number of vthreads that the scenario wants; its players are divided among
// the loops. `seen` (may be NULL) gets what players saw. Players who saw words in two orders end
// the process (abort), which says so on standard error; so does, with several loops, an outcome
// that was not delivered in the end.
void scenario_run(struct scenario *s, struct explore_config *config, FILE *seen,
                  struct scenario_result *out);

#endif

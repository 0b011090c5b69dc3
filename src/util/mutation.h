// Planted bugs, for measuring the lock checker (docs/locking.md, scripts/lock-score). Each stands
// in the code of the game as `if (MUTATION(n))`. In ordinary builds that is false, and the branch
// is not compiled in; with -Dmutations=true the environment variable LATCHKEY_MUTATION names the
// one bug of this run, and how often its line ran is counted.
//
// Threads: any. Counting is relaxed, so that it orders nothing that the bug left unordered.
#ifndef UTIL_MUTATION_H
#define UTIL_MUTATION_H

#include <stdbool.h>

#ifdef LATCHKEY_MUTATIONS

#include <stdint.h>

bool mutation_chosen(int n); // is it the bug of this run? Counts nothing
bool mutation_active(int n); // the same; if so it has run once more

uint64_t mutation_count(void); // how often the bug of this run was executed
// From now on counts there, from what stands there: memory that outlives the process. By itself it
// counts in the first eight bytes of the file that LATCHKEY_MUTATION_COUNT names, if any.
void mutation_count_in(_Atomic uint64_t *counter);

#define MUTATION(n) mutation_active(n)
#define MUTATION_CHOSEN(n) mutation_chosen(n)

#else

#define MUTATION(n) false
#define MUTATION_CHOSEN(n) false

#endif

#endif
